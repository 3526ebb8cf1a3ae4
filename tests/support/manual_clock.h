#pragma once

#include <mutex>

#include "base/clock.h"

namespace yizhan::test {

/// A clock that stands still until the test moves it. Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(WallTime now) : now_(now) {}

  [[nodiscard]] WallTime Now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  [[nodiscard]] MonotonicTime Monotonic() const override {
    const std::lock_guard lock(mutex_);
    return steady_;
  }
  void Advance(std::chrono::milliseconds by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
    steady_ += by;
  }

 private:
  mutable std::mutex mutex_;
  WallTime now_;
  MonotonicTime steady_{std::chrono::hours(1)};
};

}  // namespace yizhan::test
