#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define YIZHAN_TSA(x) __attribute__((x))
#else
#define YIZHAN_TSA(x)
#endif
#define GUARDED_BY(m) YIZHAN_TSA(guarded_by(m))
#define REQUIRES(...) YIZHAN_TSA(requires_capability(__VA_ARGS__))

namespace yizhan {

/// std::mutex that clang's thread-safety analysis can follow. Thread-safe.
class YIZHAN_TSA(capability("mutex")) Mutex {
 public:
  void lock() YIZHAN_TSA(acquire_capability()) { mutex_.lock(); }
  void unlock() YIZHAN_TSA(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

class YIZHAN_TSA(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) YIZHAN_TSA(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() YIZHAN_TSA(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

/// Waits on a Mutex the caller holds. Thread-safe. Always bounded; wakes may be spurious.
class Condition {
 public:
  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }
  void WaitFor(Mutex& mutex, std::chrono::nanoseconds timeout) REQUIRES(mutex) {
    condition_.wait_for(mutex, timeout);
  }

 private:
  std::condition_variable_any condition_;
};

}  // namespace yizhan
