#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "tests/rig/pn532_chip.h"

namespace yizhan::rig {

/// A PN532 on a pseudo-terminal that real drivers open like a serial port. Thread-safe; owns its
/// thread, the terminal and the link to it. A call never waits for the protocol.
class VirtualReader {
 public:
  /// `link`: where the serial port appears, as udev's by-id links do. Internal: no pseudo-terminal,
  /// or the link cannot be made.
  [[nodiscard]] static Result<std::unique_ptr<VirtualReader>> Start(std::string link,
                                                                    Pn532Timing timing);
  ~VirtualReader();
  VirtualReader(const VirtualReader&) = delete;
  VirtualReader& operator=(const VirtualReader&) = delete;

  /// Replaces what rests on the reader. With `hold` the cards are taken away again after that time.
  void Present(std::vector<std::shared_ptr<VirtualCard>> cards,
               std::optional<std::chrono::milliseconds> hold = std::nullopt);
  /// Pulls the USB cable: the serial port vanishes.
  void Unplug();
  /// Puts it in again: a fresh chip on a new port behind the same link. Errors as Start.
  [[nodiscard]] Status Plug();
  void SetMute(bool mute);
  void Reset();
  void Arm(Pn532Fault fault, int frames);
  [[nodiscard]] Pn532Counters Counters() const;
  /// How many cards rest on the reader.
  [[nodiscard]] std::size_t CardCount() const;

 private:
  VirtualReader(std::string link, Pn532Timing timing);
  Status PlugLocked() REQUIRES(mutex_);
  void UnplugLocked() REQUIRES(mutex_);
  void Loop();
  void Pump(bool readable) REQUIRES(mutex_);
  std::optional<MonotonicTime> NextDue() const REQUIRES(mutex_);
  void Wake() const;

  const std::string link_;
  const Pn532Timing timing_;
  UniqueFd wake_;
  mutable Mutex mutex_;
  Pn532Chip chip_ GUARDED_BY(mutex_);
  UniqueFd master_ GUARDED_BY(mutex_);
  UniqueFd slave_ GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<VirtualCard>> cards_ GUARDED_BY(mutex_);
  std::optional<MonotonicTime> removal_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace yizhan::rig
