#include "backend/hospital/booking/bookings.h"

#include <algorithm>
#include <charconv>

#include "backend/hospital/booking/booking_job.h"

namespace yizhan::hospital {
namespace {

/// A seat that changed while it was looked at is somebody else's.
Result<BookingAnswer> LostIsFull(Result<BookingAnswer> answer) {
  if (!answer && answer.error().code == ErrorCode::Conflict) return RefuseBooking("full");
  return answer;
}

}  // namespace

Result<BookingAnswer> Bookings::Book(const BookRequest& request) {
  return LostIsFull(
      InOne<BookingAnswer>([&](store::Transaction& t) { return Job(*this, t).Book(request); }));
}

Result<BookingAnswer> Bookings::Act(const ActRequest& request) {
  return InOne<BookingAnswer>([&](store::Transaction& t) { return Job(*this, t).Act(request); });
}

Result<BookingAnswer> Bookings::NoticeLate(const LateNotice& notice) {
  return InOne<BookingAnswer>(
      [&](store::Transaction& t) { return Job(*this, t).NoticeLate(notice); });
}

Result<BookingAnswer> Bookings::Wait(const WaitRequest& request) {
  return InOne<BookingAnswer>([&](store::Transaction& t) { return Job(*this, t).Wait(request); });
}

Result<BookingAnswer> Bookings::Waive(const std::string& appointment_id, const std::string& who,
                                      const std::string& reason) {
  return InOne<BookingAnswer>(
      [&](store::Transaction& t) { return Job(*this, t).Waive(appointment_id, who, reason); });
}

Result<int> Bookings::Sweep(int most) {
  const auto due = store_.Records(kDeadlines, "", static_cast<std::size_t>(std::max(most, 0)));
  if (!due) return tl::unexpected<Error>(due.error());
  const std::string now = TimedKey(clock_.Now(), "");
  int done = 0;
  for (const store::Record& one : *due) {
    // The instant itself is still in time.
    if (one.key.substr(0, now.size()) >= now) break;
    const Status status =
        store_.Write([&](store::Transaction& t) -> Status { return Job(*this, t).Due(one.key); });
    // Lost against another process, which does the same.
    if (!status && status.error().code == ErrorCode::Conflict) continue;
    if (!status) return tl::unexpected<Error>(status.error());
    ++done;
  }
  return done;
}

Result<std::optional<WallTime>> Bookings::NextDue() {
  const auto first = store_.Records(kDeadlines, "", 1);
  if (!first) return tl::unexpected<Error>(first.error());
  if (first->empty()) return std::optional<WallTime>();
  std::int64_t milliseconds = 0;
  const std::string& key = first->front().key;
  std::from_chars(key.data(), key.data() + key.size(), milliseconds);
  return std::optional(WallTime(std::chrono::milliseconds(milliseconds)));
}

}  // namespace yizhan::hospital
