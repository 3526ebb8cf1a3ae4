#pragma once

#include <chrono>

#include "base/clock.h"
#include "domain/ids.h"
#include "domain/visit.h"

namespace yizhan::domain {

/// When a patient may check in (domain.md 0.1(1)-(3), F18, F24; the hospital may change each).
struct CheckInPolicy {
  std::chrono::minutes opens_before_start{30};
  std::chrono::minutes arrive_before_start{15};  ///< Printed as 建议到院.
  std::chrono::minutes late_after_start{20};     ///< Exactly start + 20:00 is still on time.
  friend bool operator==(const CheckInPolicy&, const CheckInPolicy&) = default;
};

enum class CheckInOutcome {
  Ready,             ///< May check in now.
  TooEarly,          ///< Opens at `at`.
  Late,              ///< The time ran out at `at`: the triage desk decides.
  WrongDay,          ///< Booked for the day of `at`.
  WrongSite,         ///< Booked at another site.
  AlreadyCheckedIn,  ///< Has a ticket.
  PaymentDue,        ///< Pay first.
  NotBooked,         ///< Cancelled, over, or only on the waiting list.
};

struct CheckInVerdict {
  CheckInOutcome outcome = CheckInOutcome::NotBooked;
  WallTime at{};  ///< Meaning depends on the outcome; zero where it has none.
  friend bool operator==(const CheckInVerdict&, const CheckInVerdict&) = default;
};

/// Decides one check-in. Kiosk and backend call the same function; the backend's answer counts.
/// Order of the checks: state, site, day, early, late, payment. A guaranteed booking is late only
/// after the end of its slot (domain.md 0.1(3)); every other one after start + late_after_start;
/// what the hospital itself says (Visit::opens_at, Visit::kept_until) counts more.
/// A prepared answer for golden data: domain.md part 7, slot 09:00-09:30.
[[nodiscard]] CheckInVerdict DecideCheckIn(const Visit& visit, const SiteId& here, WallTime now,
                                           TimeZone zone, const CheckInPolicy& policy);

}  // namespace yizhan::domain
