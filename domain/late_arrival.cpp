#include "domain/late_arrival.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace yizhan::domain {
namespace {

using std::chrono::minutes;

constexpr minutes kSteps[] = {minutes(15), minutes(30), minutes(45)};
using FiveMinutes = std::chrono::duration<std::int64_t, std::ratio<300>>;

}  // namespace

std::vector<WallTime> LateArrivals(const Booking& booking, WallTime kept_until, WallTime now) {
  std::vector<WallTime> arrivals;
  if (booking.state != BookingState::Booked || now > kept_until) return arrivals;
  for (const minutes step : kSteps) {
    const WallTime arrival =
        std::min<WallTime>(std::chrono::ceil<FiveMinutes>(now + step), booking.end);
    const bool helps = arrival > kept_until;
    const bool known = !arrivals.empty() && arrivals.back() == arrival;
    if (helps && !known) arrivals.push_back(arrival);
  }
  return arrivals;
}

}  // namespace yizhan::domain
