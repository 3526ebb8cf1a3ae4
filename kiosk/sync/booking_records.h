/// \file
/// Between FHIR R4 resources of the number source and the domain's values. Pure functions; what is
/// missing or odd reads as empty, because any server may have written it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/fhir/json.h"
#include "domain/booking_desk.h"
#include "kiosk/sync/answers.h"
#include "kiosk/sync/directory.h"

namespace yizhan::sync {

/// Code of systems::kResourceKind.
[[nodiscard]] const char* CodeOf(domain::ResourceKind kind);

/// Schedules with the free seats among `slots`. By queue letter, service, doctor, start. Seats that
/// are kept for a contract, and seats without a known schedule, are left out.
[[nodiscard]] std::vector<domain::BookableSession> ToSessions(
    const std::vector<fhir::Json>& schedules, const std::vector<fhir::Json>& slots,
    const Directory& directory);

/// A booking that is not over yet, or a stopped one that may be taken at another time; empty for
/// what is over, or no booking. `slots` tell the time of
/// the seat that is held for a waiting entry.
[[nodiscard]] std::optional<domain::OwnBooking> ToBooking(const fhir::Json& appointment,
                                                          const std::vector<fhir::Json>& slots,
                                                          const Directory& directory);
/// As ToBooking, whatever became of it; state and times as the answer of a booking act says.
[[nodiscard]] std::optional<domain::OwnBooking> ReadBookingAnswer(const fhir::Json& parameters,
                                                                  const Directory& directory);
/// Of an Appointment of any state.
[[nodiscard]] std::optional<domain::OwnBooking> ReadBooking(const fhir::Json& appointment,
                                                            const Directory& directory);
/// Of a follow-up Task that suggests a visit which is not booked yet; empty for any other.
[[nodiscard]] std::optional<domain::SuggestedVisit> ToSuggestedVisit(const fhir::Json& task,
                                                                     const Directory& directory);
/// By code of systems::kBookingRefusal; empty: the answer is no refusal of this kind.
[[nodiscard]] std::optional<domain::BookingRefusal> ReadRefusal(const fhir::Json& outcome);

/// The Appointment that a seat becomes on a server without our operations.
[[nodiscard]] fhir::Json ToAppointment(const domain::BookSeat& wish, WallTime now,
                                       const Station& station);
[[nodiscard]] fhir::Json ToAppointment(const domain::JoinWaitingList& wish, WallTime now);

}  // namespace yizhan::sync
