// What the hospital changes about its sessions, and what a patient may ask about a booking.
#include "backend/hospital/booking/booking_api.h"
#include "backend/server/fhir_operations/operation.h"

namespace yizhan::server {
namespace {

using fhir::Json;

/// Stopping a session changes it and every booking in it.
bool MayChangeSession(const OperationCall& call) {
  return call.request.May(Interaction::Update, "Schedule") &&
         call.request.May(Interaction::Update, "Appointment");
}

FhirAnswer Stop(const OperationCall& call) {
  if (!MayChangeSession(call)) return Forbidden("Schedule");
  return AnswerOf(hospital::StopOperation(call.hospital.Queue(), call.id, call.request.body));
}

FhirAnswer Substitute(const OperationCall& call) {
  if (!MayChangeSession(call)) return Forbidden("Schedule");
  return AnswerOf(hospital::SubstituteOperation(call.hospital.Queue(), call.id, call.request.body));
}

FhirAnswer AddNumber(const OperationCall& call) {
  if (!MayChangeSession(call)) return Forbidden("Schedule");
  return AnswerOf(
      hospital::AddNumberOperation(call.hospital.Booking(), call.id, call.request.body));
}

FhirAnswer Rebook(const OperationCall& call) {
  const bool may = call.request.May(Interaction::Create, "Appointment") &&
                   call.request.May(Interaction::Update, "Appointment");
  if (!may) return Forbidden("Appointment");
  return AnswerOf(hospital::RebookOperation(call.hospital.Booking(), call.id, call.request.body));
}

FhirAnswer Alternatives(const OperationCall& call) {
  const bool may = call.request.May(Interaction::Read, "Appointment") &&
                   call.request.May(Interaction::Read, "Slot");
  if (!may) return Forbidden("Appointment");
  return AnswerOf(hospital::AlternativesOperation(call.hospital.Booking(), call.id));
}

FhirAnswer Invitation(const OperationCall& call) {
  const bool may = call.request.May(Interaction::Read, "Appointment") &&
                   call.request.May(Interaction::Read, "Patient");
  if (!may) return Forbidden("Appointment");
  return AnswerOf(hospital::InvitationOperation(call.hospital.Booking(), call.id));
}

Json In(const char* name, int min, const char* type, const char* documentation) {
  return OperationParameter(name, "in", min, "1", type, documentation);
}

Json Out(const char* name, const char* most, const char* type, const char* documentation) {
  return OperationParameter(name, "out", 0, most, type, documentation);
}

std::vector<Json> Caller() {
  return {In("operation-id", 1, "string", "UUID; repeating it has no second effect"),
          In("terminal", 1, "string", "Short name of the terminal or account"),
          In("channel", 1, "code", "As of $book")};
}

Json With(std::vector<Json> all, std::vector<Json> own) {
  for (Json& one : own) all.push_back(std::move(one));
  return Json::Array(std::move(all));
}

Json StopParameters() {
  return With(Caller(), {In("reason", 1, "string", "Told to the patients' file, not to them"),
                         In("remedy", 0, "code", "rebook (default) | refund"),
                         Out("stopped", "*", "Appointment", "Every booking it concerned")});
}

Json SubstituteParameters() {
  return With(Caller(), {In("practitioner", 1, "Reference", "Who takes the session over"),
                         In("reason", 1, "string", "Why"),
                         Out("moved", "*", "Appointment", "Every booking it concerned")});
}

Json AddNumberParameters() {
  return With(Caller(), {In("patient", 1, "Reference", "Who comes"),
                         In("start", 0, "instant", "Default: with the last seat"),
                         Out("appointment", "1", "Appointment", "The booking")});
}

Json RebookParameters() {
  return With(Caller(), {In("slot", 1, "Reference", "The seat"),
                         Out("appointment", "1", "Appointment", "The new booking")});
}

Json AlternativesParameters() {
  return Json::Array({Out("slot", "*", "Slot", "Free seats, the nearest first")});
}

Json InvitationParameters() {
  return Json::Array({Out("text", "1", "string", "For whoever comes along"),
                      Out("text-en", "1", "string", "The same in English")});
}

constexpr Operation kStop = OnInstance("Schedule", "stop", "Stop",
                                       "Stops a session; patients get everything back and are told",
                                       true, Stop, StopParameters);
constexpr Operation kSubstitute = OnInstance(
    "Schedule", "substitute", "Substitute", "Another doctor of the same title takes a session over",
    true, Substitute, SubstituteParameters);
constexpr Operation kAddNumber = OnInstance("Schedule", "add-number", "AddNumber",
                                            "A number beyond capacity for a named patient", true,
                                            AddNumber, AddNumberParameters);
constexpr Operation kRebook = OnInstance("Appointment", "rebook", "Rebook",
                                         "Another time for a booking that the hospital stopped",
                                         true, Rebook, RebookParameters);
constexpr Operation kAlternatives =
    OnInstance("Appointment", "alternatives", "Alternatives", "Free seats near a booking", false,
               Alternatives, AlternativesParameters);
constexpr Operation kInvitation =
    OnInstance("Appointment", "invitation", "Invitation", "A text for whoever comes along", false,
               Invitation, InvitationParameters);
constexpr const Operation* kAll[] = {&kStop,   &kSubstitute,   &kAddNumber,
                                     &kRebook, &kAlternatives, &kInvitation};

}  // namespace

std::span<const Operation* const> SessionOperations() { return kAll; }

}  // namespace yizhan::server
