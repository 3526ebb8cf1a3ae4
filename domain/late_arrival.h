#pragma once

#include <vector>

#include "base/clock.h"
#include "domain/booking.h"

namespace yizhan::domain {

/// The arrivals that somebody who will be late may promise at `now` (0.1(2), F18): 15, 30 and 45
/// minutes from now, in whole five minutes, as far as they keep the place longer than it is kept
/// anyway (`kept_until`) and lie within the slot; what would be later than that becomes its end.
/// Ascending. Empty: no notice is needed, or none helps.
[[nodiscard]] std::vector<WallTime> LateArrivals(const Booking& booking, WallTime kept_until,
                                                 WallTime now);

}  // namespace yizhan::domain
