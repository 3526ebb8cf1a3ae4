#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "drivers/card_events.h"
#include "drivers/reader/reader_options.h"
#include "drivers/reader/reader_protocol.h"

namespace yizhan::drivers {

struct ReaderLinkOptions {
  std::string program;  ///< Path of yizhan-reader; empty: beside this program's own binary.
  ReaderOptions reader;
  std::chrono::milliseconds silence{3000};  ///< Without a heartbeat this long it is stuck.
};

/// The kiosk's end of the card reader: runs yizhan-reader and delivers what it reports. A reader
/// process that hangs, dies or talks nonsense is killed and started again, with a growing pause of
/// at most 2 s; meanwhile the reader is Gone and the card, if any, Removed. Owns the process and a
/// thread. Thread-safe.
///
/// Events come in the order of CardWatch: nothing before ReaderReady, and after ReaderGone nothing
/// before the next ReaderReady.
class ReaderLink {
 public:
  /// Starts delivering. `deliver` is called on the link's thread, one event at a time; it must not
  /// block and must not call Stop(). A reader that is absent now is not an error: it is Gone until
  /// it comes. BadData: the options make no sense.
  [[nodiscard]] static Result<std::unique_ptr<ReaderLink>> Start(
      ReaderLinkOptions options, std::function<void(CardEvent)> deliver);
  ~ReaderLink() { Stop(); }
  ReaderLink(const ReaderLink&) = delete;
  ReaderLink& operator=(const ReaderLink&) = delete;

  /// Ends process and thread within 2 s; nothing is delivered after it returns. May be called
  /// again.
  void Stop();
  /// The reader process now running, or 0 while none does.
  [[nodiscard]] int ProcessId() const { return process_id_.load(); }

 private:
  enum class End { Stopped, Died };

  ReaderLink(ReaderLinkOptions options, std::function<void(CardEvent)> deliver)
      : options_(std::move(options)), deliver_(std::move(deliver)) {}
  void Loop();
  Status StartProcess();
  End Follow();
  bool Read(ReaderMessageDecoder& decoder);
  void Deliver(const CardEvent& event);
  void EndProcess();
  void TellGone();
  bool WaitForStop(std::chrono::milliseconds duration) const;

  const ReaderLinkOptions options_;
  const std::function<void(CardEvent)> deliver_;
  UniqueFd wake_;                    ///< Readable when stopping.
  std::atomic<int> process_id_ = 0;  ///< Written by the link's thread only.
  std::thread thread_;

  // The link's thread only.
  UniqueFd socket_;
  bool ready_ = false;
  bool card_resting_ = false;
  MonotonicTime last_sign_{};
};

}  // namespace yizhan::drivers
