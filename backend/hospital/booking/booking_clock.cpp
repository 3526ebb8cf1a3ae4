#include "backend/hospital/booking/booking_clock.h"

#include "backend/hospital/queues/queues.h"
#include "base/log.h"

namespace yizhan::hospital {
namespace {

constexpr std::chrono::seconds kLookEvery{1};
constexpr int kMostAtOnce = 256;

void Look(Bookings& bookings, const RegularLook& regular) {
  Result<int> done = kMostAtOnce;
  // After an outage there may be more than one look can do; then the next look follows at once.
  while (done && *done == kMostAtOnce && !regular.Ending()) done = bookings.Sweep(kMostAtOnce);
  if (!done) Log(LogEvent::StoreFailed, {{LogKey::Code, LogWord(done.error().code)}});
}

/// Lets in who is registered, and closes the days that are over.
Status LookAtQueues(Queues& queues, std::string& closed_before) {
  const std::string today = queues.Context().Today();
  if (closed_before != today) {
    const auto yesterday = *ParseDate(today) - std::chrono::days(1);
    const Result<int> closed = queues.CloseRegistered(ToDate(yesterday));
    if (!closed) return tl::unexpected<Error>(closed.error());
    closed_before = today;
  }
  const Result<int> entered = queues.EnterRegistered();
  return entered ? Status() : tl::unexpected<Error>(entered.error());
}

}  // namespace

BookingClock::BookingClock(Bookings& bookings, Queues& queues)
    : look_(kLookEvery, [this, &bookings, &queues](const RegularLook& regular) {
        Look(bookings, regular);
        const Status looked = LookAtQueues(queues, closed_before_);
        if (!looked) Log(LogEvent::StoreFailed, {{LogKey::Code, LogWord(looked.error().code)}});
      }) {}

}  // namespace yizhan::hospital
