/// \file
/// What the hospital's operations along a patient's way answer, as the terminal reads it: $guide,
/// $exam-check-in, $pharmacy-check-in, $centre-check-in (contracts: backend/fhir/care_systems.h),
/// and messages. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backend/fhir/json.h"
#include "base/result.h"
#include "domain/care_desk.h"
#include "kiosk/sync/directory.h"

namespace yizhan::sync {

/// The value of a parameter's part; null if there is none.
[[nodiscard]] const fhir::Json& PartOf(const fhir::Json& parameter, std::string_view name);
/// A part in Chinese, and the one that is called the same with "-en".
[[nodiscard]] domain::LocalText TextPartOf(const fhir::Json& parameter, const std::string& name);

/// A queue's ticket, with the names of its place as far as the directory knows them. Empty: nothing
/// that could be called.
[[nodiscard]] std::optional<domain::Ticket> ReadQueueTicket(const fhir::Json& task,
                                                            const Directory& directory);

/// Parameters of $guide. Lines of a kind or state that this terminal does not know are left out.
/// BadData: no Parameters.
[[nodiscard]] Result<domain::GuideFound> ReadGuide(const fhir::Json& parameters);

/// Empty: it says nothing, or cannot be named.
[[nodiscard]] std::optional<domain::PatientMessage> ReadMessage(const fhir::Json& communication);

/// Every ticket* of an answer, with what holds it. BadData: there is none with a number.
[[nodiscard]] Result<domain::CareTickets> ReadCareTickets(const fhir::Json& parameters,
                                                          domain::LineKind line,
                                                          const Directory& directory);
/// bag* and the window of $pharmacy-check-in, as one entry. BadData: there is no bag.
[[nodiscard]] Result<domain::CareTickets> ReadBags(const fhir::Json& parameters,
                                                   const Directory& directory);
/// OperationOutcome of a refusal (422); tickets that were drawn before are contained. BadData: not
/// one of ours.
[[nodiscard]] Result<domain::CareReply> ReadCareRefusal(const fhir::Json& outcome,
                                                        domain::LineKind line,
                                                        const Directory& directory);

/// The inpatient service centre and what is done there: the HealthcareServices of that kind, the
/// one with a queue letter being the centre itself.
[[nodiscard]] domain::CentreFound CentreOf(const Directory& directory);

}  // namespace yizhan::sync
