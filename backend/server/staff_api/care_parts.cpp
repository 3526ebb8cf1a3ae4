#include "backend/server/staff_api/care_parts.h"

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/care/care_request.h"
#include "backend/hospital/care/identity_check.h"
#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using hospital::QueueTicket;

constexpr std::size_t kLongestReason = 200;

Result<std::string> ReasonOf(const Json& body) {
  std::string reason = body["reason"].AsString();
  if (reason.size() > kLongestReason) return Fail(ErrorCode::BadData, "reason is too long");
  return reason;
}

Result<Json> Written(StaffContext& context, const store::ResourceStore::WriteJob& job) {
  const Status status = context.store.Write(job);
  if (!status) return tl::unexpected<Error>(status.error());
  return Json::Object();
}

Json HeldTicket(const QueueTicket& ticket, TimeZone zone) {
  Json row = DeskTicket(ticket, zone);
  if (!ticket.hold.empty()) row.Set("hold", TextView(ticket.hold));
  return row;
}

}  // namespace

Json PersonView(StaffContext& context, const Json& patient) {
  Json view = Json::Object(
      {{"name", TextView(fhir::PersonName(patient))},
       {"sex", patient["gender"]},
       {"card", TextView(fhir::IdentifierValue(patient, fhir::systems::kCardNumber))}});
  const auto today = CalendarDay(context.hospital.Now(), context.hospital.Options().zone);
  if (const auto age = hospital::AgeOn(patient, today)) view.Set("age", Json::Integer(*age));
  const auto doubt = hospital::DoubtAbout(context.store, patient["id"].AsString());
  if (doubt && *doubt) {
    view.Set("doubt", Json::Object({{"what", TextView((*doubt)->what)},
                                    {"by", TextView((*doubt)->flagged_by)},
                                    {"liftedBy", TextView((*doubt)->lifted_by)},
                                    {"stands", Json::Boolean((*doubt)->Stands())}}));
  }
  return view;
}

Result<Json> FlagPerson(StaffContext& context, const std::string& patient_id,
                        const std::string& place_id, const Json& body,
                        const security::Principal& who) {
  const hospital::IdentityAct act{
      patient_id, who.id, place_id, body["what"].AsString(), "", context.hospital.Now()};
  return Written(context, [&](store::Transaction& transaction) {
    return hospital::FlagMismatch(transaction, act);
  });
}

Result<Json> LiftPerson(StaffContext& context, const std::string& patient_id,
                        const std::string& place_id, const Json& body,
                        const security::Principal& who) {
  Result<std::string> reason = ReasonOf(body);
  if (!reason) return tl::unexpected<Error>(reason.error());
  std::string second = who.id;
  const std::string& named = body["staff"].AsString();
  if (who.kind == security::PrincipalKind::Open && !named.empty() && named.size() <= 40) {
    second = named;
  }
  const hospital::IdentityAct act{
      patient_id, second, place_id, "", std::move(*reason), context.hospital.Now()};
  return Written(context, [&](store::Transaction& transaction) {
    return hospital::LiftMismatch(transaction, act);
  });
}

Result<std::string> PatientCalledTo(StaffContext& context, const std::string& room_id,
                                    const std::string& ticket_id) {
  const auto called = context.hospital.Board().CalledTo(room_id);
  if (!called) return Fail(ErrorCode::NotFound, "nobody is called");
  if (!ticket_id.empty() && called->id != ticket_id) {
    return Fail(ErrorCode::Refused, "not-inside");
  }
  return called->patient_id;
}

Json RoomsOfKind(StaffContext& context, hospital::QueueKind kind) {
  const auto directory = context.hospital.Places();
  Json rooms = Json::Array();
  for (const auto& [id, service] : directory->services) {
    if (service.kind != kind) continue;
    for (const std::string& room : service.room_ids) {
      rooms.Append(Json::Object({{"id", TextView(room)},
                                 {"name", LocalView(directory->PlaceOf(room).name)},
                                 {"service", LocalView(service.name)}}));
    }
  }
  return rooms;
}

Json WaitingAt(StaffContext& context, const std::string& room_id) {
  const std::string service = context.hospital.Places()->ServiceOfRoom(room_id);
  Json rows = Json::Array();
  for (const QueueTicket& ticket : context.hospital.Board().WaitingFor(service, room_id)) {
    rows.Append(HeldTicket(ticket, context.hospital.Options().zone));
  }
  return rows;
}

Json PassedAt(StaffContext& context, const std::string& room_id) {
  const std::string service = context.hospital.Places()->ServiceOfRoom(room_id);
  Json rows = Json::Array();
  for (const QueueTicket& ticket : context.hospital.Board().Of(service)) {
    if (ticket.status != hospital::TicketStatus::Passed) continue;
    rows.Append(HeldTicket(ticket, context.hospital.Options().zone));
  }
  return rows;
}

}  // namespace yizhan::server
