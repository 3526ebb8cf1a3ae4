// Other seats for somebody whose wish cannot be met (F20, F23).
#include <algorithm>

#include "backend/hospital/booking/booking_job.h"

namespace yizhan::hospital {
namespace {

constexpr std::size_t kMostSchedules = 500;
constexpr std::size_t kMostSeats = 300;

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

}  // namespace

Result<std::vector<Seat>> Bookings::Alternatives(const AlternativesRequest& request) {
  const std::string whose = request.doctor_id.empty() ? "HealthcareService/" + request.service_id
                                                      : "Practitioner/" + request.doctor_id;
  Result<store::SearchQuery> schedules =
      store::ParseSearch("Schedule", {{"actor", whose}, {"active", "true"}}, rules_.zone);
  if (!schedules) return Failed(schedules);
  schedules->count = kMostSchedules;
  const Result<store::SearchResult> found = store_.Search(*schedules);
  if (!found) return Failed(found);
  std::vector<Seat> seats;
  const WallTime now = clock_.Now();
  for (const store::StoredResource& schedule : found->matches) {
    Result<store::SearchQuery> slots =
        store::ParseSearch("Slot",
                           {{"schedule", "Schedule/" + schedule.id},
                            {"status", "free"},
                            {"start", "ge" + ToInstant(std::max(request.from, now))},
                            {"start", "lt" + ToInstant(request.until)}},
                           rules_.zone);
    if (!slots) return Failed(slots);
    slots->count = kMostSeats;
    const Result<store::SearchResult> page = store_.Search(*slots);
    if (!page) return Failed(page);
    for (const store::StoredResource& one : page->matches) {
      Result<Seat> seat = ReadSeat(store_, one.id);
      if (!seat) continue;  // Changed under our eyes, or of another program.
      const bool for_sale = seat->status == SeatStatus::Free && !seat->stopped && !seat->is_added &&
                            seat->quota.empty() && now >= seat->release_at &&
                            now <= seat->closes_at;
      const bool fits = seat->service_id == request.service_id &&
                        (request.level.empty() || seat->level == request.level);
      if (for_sale && fits) seats.push_back(std::move(*seat));
    }
  }
  const auto distance = [&](const Seat& seat) {
    return seat.start > request.near ? seat.start - request.near : request.near - seat.start;
  };
  std::ranges::stable_sort(seats, [&](const Seat& a, const Seat& b) {
    if (distance(a) != distance(b)) return distance(a) < distance(b);
    return a.slot_id < b.slot_id;
  });
  if (seats.size() > request.most) seats.resize(request.most);
  return seats;
}

Result<std::vector<Seat>> Bookings::AlternativesOf(const std::string& appointment_id,
                                                   std::size_t most) {
  const Result<store::StoredResource> stored = store_.Read("Appointment", appointment_id);
  if (!stored) return Failed(stored);
  const Result<fhir::Json> body = fhir::Json::Parse(stored->text);
  const auto record = body && !stored->deleted ? FromAppointment(*body) : std::nullopt;
  if (!record) return Fail(ErrorCode::NotFound, "no such booking");
  AlternativesRequest request;
  request.service_id = record->service_id;
  request.near = record->booking.start;
  request.from = clock_.Now();
  request.until = std::max(clock_.Now(), record->booking.start) + rules_.rebook_within;
  request.most = most;
  if (const auto seat = ReadSeat(store_, record->slot_id); seat) request.level = seat->level;
  return Alternatives(request);
}

Result<std::vector<ApprovedText>> Bookings::Preparations(const fhir::Json& appointment) const {
  return PreparationsOf(store_, appointment);
}

Result<domain::LocalText> Bookings::Invitation(const std::string& appointment_id) const {
  return ComposeInvitation(store_, appointment_id, rules_.zone, rules_.messages);
}

}  // namespace yizhan::hospital
