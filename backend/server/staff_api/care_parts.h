/// \file
/// What the pages of draw window, pharmacy and examination rooms have in common.
#pragma once

#include <string>

#include "backend/server/staff_api/staff_api.h"

namespace yizhan::server {

/// Who somebody is, to compare with the person who stands here (F10): full name, sex, age, card,
/// and the doubt about the person if there is one. Only for who may carry out orders.
[[nodiscard]] fhir::Json PersonView(StaffContext& context, const fhir::Json& patient);

/// 人证不符 and its end, for a patient that the page's act has made sure of. {"what"} / {"reason",
/// "staff" (the second person, on an open server only, where nobody has an account)}.
[[nodiscard]] Result<fhir::Json> FlagPerson(StaffContext& context, const std::string& patient_id,
                                            const std::string& place_id, const fhir::Json& body,
                                            const security::Principal& who);
[[nodiscard]] Result<fhir::Json> LiftPerson(StaffContext& context, const std::string& patient_id,
                                            const std::string& place_id, const fhir::Json& body,
                                            const security::Principal& who);
/// The patient who is called to a room. `ticket_id`: whom the page showed when it was asked; "":
/// whoever it is. NotFound: nobody. Refused "not-inside": somebody else.
[[nodiscard]] Result<std::string> PatientCalledTo(StaffContext& context, const std::string& room_id,
                                                  const std::string& ticket_id);

using OnPerson = Result<fhir::Json> (*)(StaffContext&, const std::string& patient_id,
                                        const std::string& room_id, const fhir::Json& body,
                                        const security::Principal&);
/// {"room", "ticket", ...}: an act about the person who is called there.
template <OnPerson act>
Result<fhir::Json> OnCalled(StaffContext& context, const fhir::Json& body,
                            const security::Principal& who) {
  const std::string& room = body["room"].AsString();
  const Result<std::string> patient = PatientCalledTo(context, room, body["ticket"].AsString());
  if (!patient) return tl::unexpected<Error>(patient.error());
  return act(context, *patient, room, body, who);
}

/// {"id", "name"} of the windows or rooms of the queues of a kind, in the order of their names.
[[nodiscard]] fhir::Json RoomsOfKind(StaffContext& context, hospital::QueueKind kind);
/// Who waits for a room (DeskTicket with "hold"), and who was passed.
[[nodiscard]] fhir::Json WaitingAt(StaffContext& context, const std::string& room_id);
[[nodiscard]] fhir::Json PassedAt(StaffContext& context, const std::string& room_id);

}  // namespace yizhan::server
