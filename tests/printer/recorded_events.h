#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "printer/printer.h"

namespace yizhan::printer::test {

/// Keeps what a PrintService tells, for a test to wait for. Thread-safe.
class RecordedEvents {
 public:
  using Kind = PrintEvent::Kind;

  [[nodiscard]] PrintListener Listener() {
    return {.on_print =
                [this](const PrintEvent& event) {
                  MutexLock lock(mutex_);
                  events_.push_back(event);
                  changed_.NotifyAll();
                },
            .on_health =
                [this](const PrinterHealth& health) {
                  MutexLock lock(mutex_);
                  health_.push_back(health);
                  changed_.NotifyAll();
                }};
  }

  /// The kinds told about one page, in order.
  [[nodiscard]] std::vector<Kind> Of(const std::string& record_id) {
    MutexLock lock(mutex_);
    return KindsOf(record_id);
  }
  /// Waits until `kind` was told about the page. False: not within the time.
  [[nodiscard]] bool WaitFor(const std::string& record_id, Kind kind) {
    return Wait([&]() REQUIRES(mutex_) {
      const auto kinds = KindsOf(record_id);
      return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
    });
  }
  /// Waits until the last health told satisfies `wanted`.
  template <typename Wanted>
  [[nodiscard]] bool WaitForHealth(Wanted wanted) {
    return Wait([&]() REQUIRES(mutex_) { return !health_.empty() && wanted(health_.back()); });
  }

 private:
  std::vector<Kind> KindsOf(const std::string& record_id) REQUIRES(mutex_) {
    std::vector<Kind> kinds;
    for (const PrintEvent& event : events_) {
      if (event.record_id == record_id) kinds.push_back(event.kind);
    }
    return kinds;
  }
  template <typename Done>
  bool Wait(Done done) {
    // Slices instead of a clock: wakes may be early, so this is at least 30 s.
    MutexLock lock(mutex_);
    for (int slice = 0; slice < 3000; ++slice) {
      if (done()) return true;
      changed_.WaitFor(mutex_, std::chrono::milliseconds(10));
    }
    return done();
  }

  Mutex mutex_;
  Condition changed_;
  std::vector<PrintEvent> events_ GUARDED_BY(mutex_);
  std::vector<PrinterHealth> health_ GUARDED_BY(mutex_);
};

}  // namespace yizhan::printer::test
