#pragma once

#include <thread>

#include "backend/hospital/booking/bookings.h"
#include "base/mutex.h"

namespace yizhan::hospital {

/// Lets time work on bookings: no-shows, expired holds and offers, releases. Looks once a second on
/// a thread of its own, from the constructor to the destructor (which waits for the look under
/// way). Several servers at one store may each have one. Borrows the bookings.
class BookingClock {
 public:
  explicit BookingClock(Bookings& bookings);
  ~BookingClock();
  BookingClock(const BookingClock&) = delete;
  BookingClock& operator=(const BookingClock&) = delete;

 private:
  void Run();
  /// False: it is to end.
  [[nodiscard]] bool WaitForNext();
  [[nodiscard]] bool Ending();

  Bookings& bookings_;
  Mutex mutex_;
  Condition changed_;
  bool ending_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace yizhan::hospital
