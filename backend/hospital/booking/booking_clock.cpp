#include "backend/hospital/booking/booking_clock.h"

#include "base/log.h"

namespace yizhan::hospital {
namespace {

constexpr std::chrono::seconds kLookEvery{1};
constexpr int kMostAtOnce = 256;

}  // namespace

BookingClock::BookingClock(Bookings& bookings) : bookings_(bookings), thread_([this] { Run(); }) {}

BookingClock::~BookingClock() {
  {
    MutexLock lock(mutex_);
    ending_ = true;
  }
  changed_.NotifyAll();
  thread_.join();
}

bool BookingClock::WaitForNext() {
  const MonotonicTime until = SystemClock().Monotonic() + kLookEvery;
  MutexLock lock(mutex_);
  while (!ending_) {
    const auto left = until - SystemClock().Monotonic();
    if (left <= MonotonicTime::duration::zero()) break;
    changed_.WaitFor(mutex_, left);
  }
  return !ending_;
}

void BookingClock::Run() {
  do {
    Result<int> done = kMostAtOnce;
    // After an outage there may be more than one look can do; then the next look follows at once.
    while (done && *done == kMostAtOnce && !Ending()) done = bookings_.Sweep(kMostAtOnce);
    if (!done) Log(LogEvent::StoreFailed, {{LogKey::Code, LogWord(done.error().code)}});
  } while (WaitForNext());
}

bool BookingClock::Ending() {
  MutexLock lock(mutex_);
  return ending_;
}

}  // namespace yizhan::hospital
