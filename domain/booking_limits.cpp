#include "domain/booking_limits.h"

#include <algorithm>
#include <vector>

namespace yizhan::domain {

LimitReached CheckLimits(std::span<const HeldBooking> held, const HeldBooking& wanted,
                         const BookingLimits& limits) {
  int day = 0;
  int session = 0;
  int doctor = 0;
  for (const HeldBooking& one : held) {
    const bool counts = HoldsSeat(one.state) || one.state == BookingState::Done;
    if (!counts || one.day != wanted.day) continue;
    ++day;
    const bool same_service = one.service == wanted.service;
    if (same_service && one.session == wanted.session) ++session;
    if (same_service && one.doctor == wanted.doctor) ++doctor;
  }
  const auto reached = [](int count, int limit) { return limit > 0 && count >= limit; };
  if (reached(doctor, limits.per_doctor_and_day)) return LimitReached::PerDoctorAndDay;
  if (reached(session, limits.per_service_and_session)) return LimitReached::PerServiceAndSession;
  if (reached(day, limits.per_day)) return LimitReached::PerDay;
  return LimitReached::None;
}

std::optional<WallTime> BarredUntil(std::span<const WallTime> no_shows, WallTime now,
                                    const NoShowPolicy& policy) {
  if (policy.count <= 0) return std::nullopt;
  std::vector<WallTime> times;
  for (const WallTime time : no_shows) {
    if (time <= now) times.push_back(time);
  }
  std::sort(times.begin(), times.end());
  const auto count = static_cast<std::size_t>(policy.count);
  std::optional<WallTime> until;
  for (std::size_t last = count; last <= times.size(); ++last) {
    const WallTime filled = times[last - 1];
    if (filled - times[last - count] > policy.within) continue;
    until = filled + policy.barred_for;
  }
  return until && *until > now ? until : std::nullopt;
}

}  // namespace yizhan::domain
