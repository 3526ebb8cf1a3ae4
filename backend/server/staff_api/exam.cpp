// Examination rooms (F32, F10): who is here, what is to be done, who is not prepared yet.
#include "backend/fhir/resources.h"
#include "backend/hospital/care/care_request.h"
#include "backend/hospital/exam/exam_check_in.h"
#include "backend/hospital/exam/scanned_order.h"
#include "backend/server/staff_api/care_parts.h"
#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using hospital::QueueTicket;
using security::Ability;

/// The name of what a ticket is for.
Json OrderedView(StaffContext& context, const QueueTicket& ticket) {
  const auto target = fhir::ParseReference(ticket.focus);
  if (!target || target->type != "ServiceRequest") return {};
  const Result<Json> order = hospital::ReadBody(context.store, target->type, target->id);
  if (!order) return {};
  return LocalView(fhir::TextOf((*order)["code"], "text"));
}

/// ?room=ID: one room; without it the rooms to choose from.
Json ExamView(StaffContext& context, const Query& query) {
  const std::string& room = query["room"];
  if (room.empty()) {
    return Json::Object({{"rooms", RoomsOfKind(context, hospital::QueueKind::Exam)}});
  }
  context.hospital.TurnDay();
  const auto directory = context.hospital.Places();
  const std::string service = directory->ServiceOfRoom(room);
  if (directory->ServiceOf(service).kind != hospital::QueueKind::Exam) return {};
  Json current;
  if (const auto called = context.hospital.Board().CalledTo(room)) {
    current = DeskTicket(*called, context.hospital.Options().zone);
    current.Set("order", OrderedView(context, *called));
    const auto patient = hospital::ReadBody(context.store, "Patient", called->patient_id);
    if (patient) current.Set("person", PersonView(context, *patient));
  }
  return Json::Object({{"room", LocalView(directory->PlaceOf(room).name)},
                       {"service", LocalView(directory->ServiceOf(service).name)},
                       {"current", std::move(current)},
                       {"waiting", WaitingAt(context, room)},
                       {"passed", PassedAt(context, room)}});
}

hospital::DeskAct ActOf(const Json& body, const security::Principal& who) {
  return {body["room"].AsString(), who.id, body["ticket"].AsString(), body["reason"].AsString()};
}

Result<Json> NumberOf(const Result<QueueTicket>& ticket) {
  if (!ticket) return tl::unexpected<Error>(ticket.error());
  return Json::Object({{"number", TextView(ticket->number)}});
}

/// {"room"}: done, order and ticket.
Result<Json> Finish(StaffContext& context, const Json& body, const security::Principal& who) {
  return NumberOf(hospital::FinishExam(context.hospital, context.store, ActOf(body, who)));
}

/// {"ticket"}: the patient is prepared.
Result<Json> Release(StaffContext& context, const Json& body, const security::Principal& who) {
  return NumberOf(context.hospital.Queue().Release(ActOf(body, who)));
}

/// {"ticket"}: not prepared yet; the place is kept.
Result<Json> Hold(StaffContext& context, const Json& body, const security::Principal& who) {
  return NumberOf(context.hospital.Queue().Hold(ActOf(body, who), "preparing"));
}

const char* NameOf(hospital::ScannedOrder::State state) {
  using State = hospital::ScannedOrder::State;
  switch (state) {
    case State::Called: return "called";
    case State::Waiting: return "waiting";
    case State::Elsewhere: return "elsewhere";
    case State::Absent: return "absent";
    case State::Done: return "done";
  }
  return "";
}

/// {"room", "order": the number under its bars}: whether it is the one that is called here, and
/// where it belongs if not. Changes nothing.
Result<Json> Scan(StaffContext& context, const Json& body, const security::Principal&) {
  const auto scanned = hospital::ScanOrder(context.hospital, context.store, body["room"].AsString(),
                                           body["order"].AsString());
  if (!scanned) return tl::unexpected<Error>(scanned.error());
  const auto directory = context.hospital.Places();
  return Json::Object({{"state", Json::String(NameOf(scanned->state))},
                       {"order", LocalView(scanned->what)},
                       {"number", TextView(scanned->number)},
                       {"service", LocalView(directory->ServiceOf(scanned->service_id).name)}});
}

constexpr StaffView kViews[] = {{"exam", Ability::Examine, ExamView}};

constexpr StaffAct kActs[] = {
    {"exam/scan", Ability::Examine, Scan},
    {"exam/finish", Ability::Examine, Finish},
    {"exam/release", Ability::Examine, Release},
    {"exam/hold", Ability::Examine, Hold},
    {"exam/mismatch", Ability::Examine, OnCalled<FlagPerson>},
    {"exam/override", Ability::Examine, OnCalled<LiftPerson>},
};

}  // namespace

std::span<const StaffView> ExamViews() { return kViews; }
std::span<const StaffAct> ExamActs() { return kActs; }

}  // namespace yizhan::server
