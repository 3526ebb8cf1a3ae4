#include "backend/hospital/booking/booking_record.h"

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/fields.h"
#include "backend/hospital/visit_of.h"

namespace yizhan::hospital {
namespace {

using domain::BookingKind;
using fhir::Json;
using State = domain::BookingState;
namespace systems = fhir::systems;

constexpr const char* kReasonSystem =
    "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason";

struct StateWords {
  State state;
  const char* ours;
  const char* status;  ///< Appointment.status
  const char* reason;  ///< Code of kReasonSystem, for what ended without a visit.
};
constexpr StateWords kStates[] = {
    {State::Locked, "locked", "pending", ""},
    {State::PendingConfirm, "pending-confirm", "pending", ""},
    {State::Booked, "booked", "booked", ""},
    {State::CheckedIn, "checked-in", "arrived", ""},
    {State::InVisit, "in-visit", "checked-in", ""},
    {State::Waiting, "waiting", "waitlist", ""},
    {State::Offered, "offered", "waitlist", ""},
    {State::Done, "done", "fulfilled", ""},
    {State::LockExpired, "lock-expired", "cancelled", "oth"},
    {State::Unconfirmed, "unconfirmed", "cancelled", "pat"},
    {State::Cancelled, "cancelled", "cancelled", "pat"},
    {State::CancelledLate, "cancelled-late", "cancelled", "pat"},
    {State::NoShow, "no-show", "noshow", ""},
    {State::Stopped, "stopped", "cancelled", "prov"},
    {State::Withdrawn, "withdrawn", "cancelled", "pat"},
};

const StateWords& WordsOf(State state) {
  for (const StateWords& words : kStates) {
    if (words.state == state) return words;
  }
  return kStates[0];
}

std::optional<State> StateOf(const Json& appointment) {
  const std::string& status = appointment["status"].AsString();
  const std::string& ours = WordOf(appointment, systems::kBookingState);
  for (const StateWords& words : kStates) {
    // A status that another program changed counts more than the word that we left.
    if (words.ours == ours && words.status == status) return words.state;
  }
  if (status == "proposed" || status == "pending") return State::PendingConfirm;
  if (status == "cancelled") return State::Cancelled;
  for (const StateWords& words : kStates) {
    if (words.status == status) return words.state;
  }
  return std::nullopt;
}

const char* KindWord(BookingKind kind) {
  switch (kind) {
    case BookingKind::Temporary: return "temporary";
    case BookingKind::Confirmed: return "confirmed";
    case BookingKind::Guaranteed: return "guaranteed";
    case BookingKind::Waiting: break;
  }
  return "waiting";
}

BookingKind KindOfWord(const std::string& word, State state) {
  for (const auto kind : {BookingKind::Temporary, BookingKind::Confirmed, BookingKind::Guaranteed,
                          BookingKind::Waiting}) {
    if (word == KindWord(kind)) return kind;
  }
  const bool waits = state == State::Waiting || state == State::Offered;
  return waits ? BookingKind::Waiting : BookingKind::Confirmed;
}

void SetParticipants(Json& appointment, const BookingRecord& record) {
  Json participants = Json::Array();
  const auto add = [&](const char* type, const std::string& id, const char* status = "accepted") {
    if (id.empty()) return;
    participants.Append(
        Json::Object({{"actor", fhir::Reference(type, id)}, {"status", Json::String(status)}}));
  };
  // Who has come has agreed; who will not come is not asked.
  const State state = record.booking.state;
  const bool open =
      state == State::Locked || state == State::PendingConfirm || state == State::Booked;
  add("Patient", record.patient_id, record.awaits_answer && open ? "needs-action" : "accepted");
  add("HealthcareService", record.service_id);
  add("Practitioner", record.doctor_id);
  add("Location", record.room_id);
  appointment.Set("participant", std::move(participants));
}

void SetTimes(Json& appointment, const BookingRecord& record) {
  const Json start = Json::String(ToInstant(record.booking.start));
  const Json end = Json::String(ToInstant(record.booking.end));
  // app-2, app-3: only what is not booked yet may do without start and end.
  const State state = record.booking.state;
  if (state == State::Waiting || state == State::Offered || state == State::Withdrawn) {
    appointment.Remove("start");
    appointment.Remove("end");
    appointment.Set("requestedPeriod",
                    Json::Array({Json::Object({{"start", start}, {"end", end}})}));
    return;
  }
  appointment.Set("start", start);
  appointment.Set("end", end);
}

/// One more reference in supportingInformation, if it is not there.
void AddSupport(Json& appointment, const char* type, const std::string& id) {
  if (id.empty()) return;
  std::vector<Json> items = appointment["supportingInformation"].Items();
  for (const Json& one : items) {
    if (fhir::ReferencedId(one, type) == id) return;
  }
  items.push_back(fhir::Reference(type, id));
  appointment.Set("supportingInformation", Json::Array(std::move(items)));
}

/// A reference without an address: units are known by their contracts alone.
bool NamesPayer(const Json& information) {
  return information["type"].AsString() == "Organization" && !information.Has("reference");
}

void SetPayer(Json& appointment, const domain::LocalText& payer) {
  std::vector<Json> items = appointment["supportingInformation"].Items();
  std::erase_if(items, NamesPayer);
  if (!payer.zh.empty()) {
    Json unit = Json::Object();
    unit.Set("type", Json::String("Organization"));
    fhir::SetText(unit, "display", payer);
    items.push_back(std::move(unit));
  }
  if (items.empty()) {
    appointment.Remove("supportingInformation");
  } else {
    appointment.Set("supportingInformation", Json::Array(std::move(items)));
  }
}

}  // namespace

const char* Name(State state) { return WordsOf(state).ours; }

Json ToAppointment(const BookingRecord& record) {
  const StateWords& words = WordsOf(record.booking.state);
  Json appointment = record.body;
  appointment.Set("resourceType", Json::String("Appointment"));
  if (!record.id.empty()) appointment.Set("id", Json::String(record.id));
  SetWord(appointment, systems::kBookingKind, "valueCode", KindWord(record.booking.kind));
  SetWord(appointment, systems::kBookingState, "valueCode", words.ours);
  SetWord(appointment, systems::kChannel, "valueCode", record.channel);
  SetWord(appointment, systems::kSession, "valueCode", record.session);
  const bool held = record.booking.state == State::Locked || record.booking.state == State::Offered;
  SetInstant(appointment, systems::kHeldUntil,
             held ? std::optional(record.booking.held_until) : std::nullopt);
  SetInstant(appointment, systems::kPromisedArrival, record.booking.promised_arrival);
  SetMoney(appointment, systems::kPrepaid, record.booking.prepaid_minor);
  SetMoney(appointment, systems::kPenalty, record.penalty_minor);
  SetWord(appointment, systems::kForgiven, "valueCode",
          record.booking.penalty_waived ? "waived" : "");
  SetMoney(appointment, systems::kRefund, record.refund_minor);
  SetWord(appointment, systems::kQuota, "valueString", record.quota);
  SetExtension(appointment, systems::kAddedNumber, "valueBoolean",
               record.is_added ? Json::Boolean(true) : Json());
  SetExtension(appointment, systems::kSubstituteFor, "valueReference",
               record.substitute_for.empty()
                   ? Json()
                   : fhir::Reference("Practitioner", record.substitute_for));
  SetInstant(appointment, systems::kRebookUntil, record.rebook_until);
  appointment.Set("status", Json::String(words.status));
  appointment.Remove("cancelationReason");
  if (*words.reason != '\0') {
    Json reason = fhir::Concept(kReasonSystem, words.reason);
    reason.At("coding").Append(fhir::Concept(systems::kBookingEnd, words.ours)["coding"][0]);
    appointment.Set("cancelationReason", std::move(reason));
  }
  appointment.Set("created", Json::String(ToInstant(record.booking.made_at)));
  SetTimes(appointment, record);
  SetParticipants(appointment, record);
  appointment.Remove("slot");
  if (!record.slot_id.empty()) {
    appointment.Set("slot", Json::Array({fhir::Reference("Slot", record.slot_id)}));
  }
  if (!record.operation_id.empty()) {
    appointment.Set("identifier",
                    Json::Array({fhir::Identifier(systems::kOperationId, record.operation_id)}));
  }
  AddSupport(appointment, "Invoice", record.invoice_id);
  AddSupport(appointment, "Task", record.follow_up_id);
  SetPayer(appointment, record.payer);
  return appointment;
}

std::optional<BookingRecord> FromAppointment(const Json& appointment) {
  if (appointment["resourceType"].AsString() != "Appointment") return std::nullopt;
  const std::optional<State> state = StateOf(appointment);
  if (!state) return std::nullopt;
  const Json& asked = appointment["requestedPeriod"][0];
  const auto time = [&](const char* member) {
    const auto own = ParseInstant(appointment[member].AsString());
    return own ? own : ParseInstant(asked[member].AsString());
  };
  const auto start = time("start");
  if (!start) return std::nullopt;
  BookingRecord record;
  record.id = appointment["id"].AsString();
  record.version =
      std::atoll(appointment["meta"]["versionId"].AsString().c_str());  // 0: never stored.
  record.booking.state = *state;
  record.booking.kind = KindOfWord(WordOf(appointment, systems::kBookingKind), *state);
  record.booking.start = *start;
  record.booking.end = time("end").value_or(*start);
  record.booking.made_at = ParseInstant(appointment["created"].AsString()).value_or(*start);
  record.booking.held_until =
      InstantOf(appointment, systems::kHeldUntil).value_or(record.booking.made_at);
  record.booking.promised_arrival = InstantOf(appointment, systems::kPromisedArrival);
  record.booking.prepaid_minor = MoneyOf(appointment, systems::kPrepaid);
  record.booking.penalty_waived = WordOf(appointment, systems::kForgiven) == "waived";
  record.penalty_minor = MoneyOf(appointment, systems::kPenalty);
  record.refund_minor = MoneyOf(appointment, systems::kRefund);
  record.channel = WordOf(appointment, systems::kChannel);
  record.session = WordOf(appointment, systems::kSession);
  record.slot_id = fhir::ReferencedId(appointment["slot"], "Slot");
  record.operation_id = fhir::IdentifierValue(appointment, systems::kOperationId);
  record.quota = WordOf(appointment, systems::kQuota);
  record.is_added = ExtensionOf(appointment, systems::kAddedNumber)["valueBoolean"].AsBoolean();
  record.substitute_for = fhir::ReferencedId(
      ExtensionOf(appointment, systems::kSubstituteFor)["valueReference"], "Practitioner");
  record.booking.free_to_cancel = !record.substitute_for.empty();
  record.rebook_until = InstantOf(appointment, systems::kRebookUntil);
  record.follow_up_id = fhir::ReferencedId(appointment["supportingInformation"], "Task");
  for (const Json& information : appointment["supportingInformation"].Items()) {
    if (NamesPayer(information)) record.payer = fhir::TextOf(information, "display");
  }
  const auto invoices = InvoicesOf(appointment);
  if (!invoices.empty()) record.invoice_id = invoices.front();
  for (const Json& participant : appointment["participant"].Items()) {
    const auto actor = fhir::ParseReference(participant["actor"]["reference"].AsString());
    if (!actor) continue;
    if (actor->type == "Patient") {
      record.patient_id = actor->id;
      const bool asked = participant["status"].AsString() == "needs-action";
      record.awaits_answer = asked && !record.substitute_for.empty();
    }
    if (actor->type == "HealthcareService") record.service_id = actor->id;
    if (actor->type == "Practitioner") record.doctor_id = actor->id;
    if (actor->type == "Location") record.room_id = actor->id;
  }
  record.body = appointment;
  return record;
}

}  // namespace yizhan::hospital
