#pragma once

#include <chrono>
#include <functional>
#include <thread>

#include "base/mutex.h"

namespace yizhan::hospital {

/// Looks for work on a thread of its own: at once, and then each time `every` has passed since the
/// last look ended, from the constructor to the destructor (which waits for the look under way).
class RegularLook {
 public:
  /// `look` is called with this object; a long one asks Ending() now and then.
  using Look = std::function<void(const RegularLook&)>;
  RegularLook(std::chrono::milliseconds every, Look look);
  ~RegularLook();
  RegularLook(const RegularLook&) = delete;
  RegularLook& operator=(const RegularLook&) = delete;

  /// No further look begins. Does not wait for the one under way.
  void End();
  [[nodiscard]] bool Ending() const;

 private:
  void Run();
  /// False: it is to end.
  [[nodiscard]] bool WaitForNext();

  const std::chrono::milliseconds every_;
  const Look look_;
  mutable Mutex mutex_;
  Condition changed_;
  bool ending_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace yizhan::hospital
