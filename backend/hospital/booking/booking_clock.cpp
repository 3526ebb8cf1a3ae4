#include "backend/hospital/booking/booking_clock.h"

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

}  // namespace

BookingClock::BookingClock(Bookings& bookings)
    : look_(kLookEvery, [&bookings](const RegularLook& regular) { Look(bookings, regular); }) {}

}  // namespace yizhan::hospital
