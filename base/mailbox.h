#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace yizhan {

/// Bounded queue between two threads. Thread-safe. The owner outlives every poster.
template <typename T>
class Mailbox {
 public:
  /// `wake` is called after each Post, on the poster's thread, without the lock: use it to stir a
  /// main loop (SDL_PushEvent). It must not block.
  explicit Mailbox(std::size_t capacity, std::function<void()> wake = {})
      : capacity_(capacity), wake_(std::move(wake)) {}

  /// False when full or closed: the sender decides what to drop, and logs it.
  [[nodiscard]] bool Post(T item) {
    {
      MutexLock lock(mutex_);
      if (closed_ || items_.size() >= capacity_) return false;
      items_.push_back(std::move(item));
    }
    arrived_.NotifyOne();
    if (wake_) wake_();
    return true;
  }

  /// Everything posted since the last call, oldest first. Never waits.
  [[nodiscard]] std::vector<T> TakeAll() {
    MutexLock lock(mutex_);
    return std::exchange(items_, {});
  }

  /// As TakeAll, but waits up to `timeout` for the first item. Empty: timeout or closed.
  [[nodiscard]] std::vector<T> WaitAndTakeAll(std::chrono::milliseconds timeout) {
    MutexLock lock(mutex_);
    if (items_.empty() && !closed_) arrived_.WaitFor(mutex_, timeout);
    return std::exchange(items_, {});
  }

  /// Refuses further posts and wakes a waiter. What is already inside can still be taken.
  void Close() {
    {
      MutexLock lock(mutex_);
      closed_ = true;
    }
    arrived_.NotifyAll();
  }

  [[nodiscard]] bool Closed() const {
    MutexLock lock(mutex_);
    return closed_;
  }

 private:
  const std::size_t capacity_;
  const std::function<void()> wake_;
  mutable Mutex mutex_;
  Condition arrived_;
  bool closed_ GUARDED_BY(mutex_) = false;
  std::vector<T> items_ GUARDED_BY(mutex_);
};

}  // namespace yizhan
