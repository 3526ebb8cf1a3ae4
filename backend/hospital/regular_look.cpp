#include "backend/hospital/regular_look.h"

#include "base/clock.h"

namespace yizhan::hospital {

RegularLook::RegularLook(std::chrono::milliseconds every, Look look)
    : every_(every), look_(std::move(look)), thread_([this] { Run(); }) {}

RegularLook::~RegularLook() {
  End();
  thread_.join();
}

void RegularLook::End() {
  {
    MutexLock lock(mutex_);
    ending_ = true;
  }
  changed_.NotifyAll();
}

bool RegularLook::Ending() const {
  MutexLock lock(mutex_);
  return ending_;
}

bool RegularLook::WaitForNext() {
  const MonotonicTime until = SystemClock().Monotonic() + every_;
  MutexLock lock(mutex_);
  while (!ending_) {
    const auto left = until - SystemClock().Monotonic();
    if (left <= MonotonicTime::duration::zero()) break;
    changed_.WaitFor(mutex_, left);
  }
  return !ending_;
}

void RegularLook::Run() {
  do {
    look_(*this);
  } while (WaitForNext());
}

}  // namespace yizhan::hospital
