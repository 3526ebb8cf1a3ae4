#pragma once

#include <string>

#include "backend/hospital/booking/bookings.h"
#include "backend/hospital/regular_look.h"

namespace yizhan::hospital {

class Queues;

/// Lets time work on bookings: no-shows, expired holds and offers, releases; and on queues without
/// check-in. Looks once a second on a thread of its own, from the constructor to the destructor
/// (which waits for the look under way). Several servers at one store may each have one. Borrows
/// what it is given.
class BookingClock {
 public:
  BookingClock(Bookings& bookings, Queues& queues);

 private:
  std::string closed_before_;  ///< Days before this one were closed. Of the look's thread.
  RegularLook look_;
};

}  // namespace yizhan::hospital
