#pragma once

#include <atomic>

#include "base/clock.h"

namespace yizhan::test {

/// Runs like the machine's clock, but its wall shows `start` when it is made. Thread-safe.
class RunningClock final : public Clock {
 public:
  explicit RunningClock(WallTime start) : start_(start), began_(SystemClock().Monotonic()) {}

  [[nodiscard]] WallTime Now() const override {
    return start_ + jump_.load() +
           std::chrono::floor<std::chrono::milliseconds>(Monotonic() - began_);
  }
  [[nodiscard]] MonotonicTime Monotonic() const override { return SystemClock().Monotonic(); }
  /// The wall clock is set ahead; waiting is not affected.
  void Jump(std::chrono::milliseconds by) { jump_ = jump_.load() + by; }

 private:
  std::atomic<std::chrono::milliseconds> jump_{std::chrono::milliseconds(0)};
  const WallTime start_;
  const MonotonicTime began_;
};

}  // namespace yizhan::test
