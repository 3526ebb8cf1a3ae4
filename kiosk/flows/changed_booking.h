/// \file
/// Bookings that the hospital changed (F20), and patients who will be late (F18), as pages show
/// them. Pure.
#pragma once

#include <optional>
#include <vector>

#include "kiosk/flows/booking_facts.h"

namespace yizhan::flows {

/// The hospital gave it to a substitute or stopped it, and the patient has not said what now.
[[nodiscard]] bool AwaitsAnswer(const domain::OwnBooking& booking, WallTime now);
/// Stopped, and too long ago to be taken at another time: nothing to show any more.
[[nodiscard]] bool IsForgotten(const domain::OwnBooking& booking, WallTime now);

/// Of a booking that AwaitsAnswer().
[[nodiscard]] screens::BookingChangedModel ChangedOf(const domain::OwnBooking& booking,
                                                     const Terminal& terminal);
/// What is prepaid for `old` pays for a seat of this price in its place, too.
[[nodiscard]] bool KeepsMoney(const domain::OwnBooking& old, std::int64_t fee_minor);

/// When a patient may say to come instead; empty: no notice is needed or none helps.
[[nodiscard]] std::vector<WallTime> ArrivalsOf(const domain::OwnBooking& booking, WallTime now,
                                               const Terminal& terminal);
[[nodiscard]] screens::ChooseArrivalModel AskArrival(const domain::OwnBooking& booking,
                                                     WallTime now, const Terminal& terminal);

}  // namespace yizhan::flows
