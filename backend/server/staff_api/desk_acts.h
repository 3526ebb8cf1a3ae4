/// \file
/// What acts on queues share: reading who acts on what, and the answer.
#pragma once

#include "backend/hospital/queues/queues.h"
#include "backend/server/staff_api/staff_api.h"

namespace yizhan::server {

/// {"room", "ticket", "reason"} of an act. BadData: the reason is too long.
[[nodiscard]] Result<hospital::DeskAct> ReadDeskAct(const fhir::Json& body,
                                                    const security::Principal& who);
/// {"number", "status"} of the ticket as it is now, or the act's error.
[[nodiscard]] Result<fhir::Json> TicketAnswer(const Result<hospital::QueueTicket>& ticket);

/// An act on a ticket in the line, with what the body says besides.
using LineAct = Result<hospital::QueueTicket> (*)(StaffContext& context,
                                                  const hospital::DeskAct& act,
                                                  const fhir::Json& body);
/// A StaffAct of it. BadData: no ticket is named.
template <LineAct kAct>
Result<fhir::Json> OnLine(StaffContext& context, const fhir::Json& body,
                          const security::Principal& who) {
  const Result<hospital::DeskAct> act = ReadDeskAct(body, who);
  if (!act) return tl::unexpected(act.error());
  if (act->ticket_id.empty()) return Fail(ErrorCode::BadData, "ticket is missing");
  return TicketAnswer(kAct(context, *act, body));
}

// Acts that the calling desk and the triage desk both have.

/// {"ticket"}: comes back with results (回诊).
[[nodiscard]] Result<hospital::QueueTicket> ReturnAct(StaffContext& context,
                                                      const hospital::DeskAct& act,
                                                      const fhir::Json& body);
/// {"ticket", "why"}: not called until released.
[[nodiscard]] Result<hospital::QueueTicket> HoldAct(StaffContext& context,
                                                    const hospital::DeskAct& act,
                                                    const fhir::Json& body);
/// {"ticket"}
[[nodiscard]] Result<hospital::QueueTicket> ReleaseAct(StaffContext& context,
                                                       const hospital::DeskAct& act,
                                                       const fhir::Json& body);
/// {"ticket", "reason"}
[[nodiscard]] Result<hospital::QueueTicket> RecallAct(StaffContext& context,
                                                      const hospital::DeskAct& act,
                                                      const fhir::Json& body);
/// {"ticket", "service", "operation", "reason"}
[[nodiscard]] Result<hospital::QueueTicket> TransferAct(StaffContext& context,
                                                        const hospital::DeskAct& act,
                                                        const fhir::Json& body);
/// {"room", "reason"}
[[nodiscard]] Result<fhir::Json> PauseRoom(StaffContext& context, const fhir::Json& body,
                                           const security::Principal& who);
/// {"room"}
[[nodiscard]] Result<fhir::Json> ResumeRoom(StaffContext& context, const fhir::Json& body,
                                            const security::Principal& who);

}  // namespace yizhan::server
