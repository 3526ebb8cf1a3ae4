#pragma once

#include "backend/hospital/booking/bookings.h"
#include "backend/hospital/regular_look.h"

namespace yizhan::hospital {

/// Lets time work on bookings: no-shows, expired holds and offers, releases. Looks once a second on
/// a thread of its own, from the constructor to the destructor (which waits for the look under
/// way). Several servers at one store may each have one. Borrows the bookings.
class BookingClock {
 public:
  explicit BookingClock(Bookings& bookings);

 private:
  RegularLook look_;
};

}  // namespace yizhan::hospital
