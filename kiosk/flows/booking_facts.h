/// \file
/// Bookings and seats as pages show them. Pure.
#pragma once

#include <string>
#include <vector>

#include "domain/booking_desk.h"
#include "kiosk/flows/events.h"
#include "kiosk/flows/terminal.h"

namespace yizhan::flows {

/// "09:00–09:30"
[[nodiscard]] std::string TimeRange(WallTime start, WallTime end, TimeZone zone);
/// Of a session, without a time.
[[nodiscard]] screens::BookingFacts FactsOf(const domain::BookableSession& session, TimeZone zone);
[[nodiscard]] screens::BookingFacts FactsOf(const domain::BookableSession& session,
                                            const domain::FreeSeat& seat, TimeZone zone);
/// Of an offer: the seat that is held; of a waiting entry: the time within which any will do.
[[nodiscard]] screens::BookingFacts FactsOf(const domain::OwnBooking& booking, TimeZone zone);

/// The hospital's own times, or else what this terminal's rules say.
[[nodiscard]] domain::BookingTimes TimesOf(const domain::OwnBooking& booking,
                                           const Terminal& terminal);
/// The booking that a seat would become at `now`.
[[nodiscard]] domain::OwnBooking AsBooking(const domain::BookableSession& session,
                                           const domain::FreeSeat& seat, Moment now,
                                           const Terminal& terminal);

/// The read-back of a booking that exists.
[[nodiscard]] screens::ReadBackModel ReadBackOf(const domain::OwnBooking& booking,
                                                const std::string& masked_name,
                                                const Terminal& terminal);
/// The result page of a booking, without what the printer does.
[[nodiscard]] screens::BookingResultModel ResultOf(const domain::OwnBooking& booking,
                                                   screens::BookingResultModel::What what,
                                                   Moment now, const Terminal& terminal);
/// What a booking that was just made is to the patient.
[[nodiscard]] screens::BookingResultModel::What MadeAs(const domain::OwnBooking& booking);

/// Puts the operation of an act that was tried into the act, so that it has one effect.
void SetOperation(domain::BookingQuestion& question, const domain::OperationId& operation);

/// True when a seat of the session may be booked now.
[[nodiscard]] bool IsOpen(const domain::BookableSession& session, WallTime now);

/// Free seats that start together; of several the one to take (F16): the ordinary number before the
/// expert's, then where most are left.
struct TimeChoice {
  domain::FreeSeat seat;
  std::size_t session = 0;  ///< Index into the sessions.
  int free = 0;             ///< 0: others have all of them.
};
/// The sessions of one day.
[[nodiscard]] std::vector<domain::BookableSession> OnDay(
    const std::vector<domain::BookableSession>& sessions, std::chrono::local_days day,
    TimeZone zone);
/// By time; only of open sessions that fit.
[[nodiscard]] std::vector<TimeChoice> TimesIn(const std::vector<domain::BookableSession>& sessions,
                                              const domain::ServiceId& service,
                                              const std::string& doctor_id, WallTime now);
/// The same with the times that are full, which have no seat to take.
[[nodiscard]] std::vector<TimeChoice> AllTimesIn(
    const std::vector<domain::BookableSession>& sessions, const domain::ServiceId& service,
    const std::string& doctor_id, WallTime now);

}  // namespace yizhan::flows
