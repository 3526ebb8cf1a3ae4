#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "domain/booking_desk.h"
#include "domain/local_text.h"
#include "printer/document.h"

namespace yizhan::printer {

/// Everything on the slip of a booking (预约凭条).
struct BookingSlip {
  domain::LocalText hospital;
  domain::OwnBooking booking;  ///< With its times.
  std::string masked_name;
  std::string terminal;  ///< "K3"
  int copy = 1;          ///< 2: 补打第 1 次, and so on.
  WallTime printed_at{};
  TimeZone zone{};
};

/// The patient's slip: number, kind, masked name, when and with whom, where, 建议到院, the limits
/// of confirming and cancelling, what happens to who comes late, fee, what to bring and to prepare,
/// how to cancel. One page for an 80 mm roll. Thread-safe. BadData: a text is no UTF-8 or too long
/// for a slip (400 bytes each), or the booking has no id. Internal: no fonts.
[[nodiscard]] Result<Document> RenderBookingSlip(const BookingSlip& slip,
                                                 domain::Language language);

/// The slip for somebody who comes along (F49): whom to accompany, when, where, the way, a phone.
/// No booking number, no doctor, no fee; the department only when its name tells nothing about the
/// patient. Errors as above.
[[nodiscard]] Result<Document> RenderInvitationSlip(const BookingSlip& slip,
                                                    domain::Language language);

}  // namespace yizhan::printer
