#include "backend/server/staff_api/desk_acts.h"

#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {

using fhir::Json;
using hospital::DeskAct;
using hospital::QueueTicket;

namespace {

constexpr std::size_t kLongestReason = 200;

Result<Json> Done(const Status& status) {
  if (!status) return tl::unexpected(status.error());
  return Json::Object();
}

}  // namespace

Result<DeskAct> ReadDeskAct(const Json& body, const security::Principal& who) {
  DeskAct act{body["room"].AsString(), who.id, body["ticket"].AsString(),
              body["reason"].AsString()};
  if (act.reason.size() > kLongestReason) return Fail(ErrorCode::BadData, "reason is too long");
  return act;
}

Result<Json> TicketAnswer(const Result<QueueTicket>& ticket) {
  if (!ticket) return tl::unexpected(ticket.error());
  return Json::Object(
      {{"number", TextView(ticket->number)}, {"status", TextView(hospital::Name(ticket->status))}});
}

Result<QueueTicket> ReturnAct(StaffContext& context, const DeskAct& act, const Json& /*body*/) {
  return context.hospital.Queue().Return(act);
}

Result<QueueTicket> HoldAct(StaffContext& context, const DeskAct& act, const Json& body) {
  return context.hospital.Queue().Hold(act, body["why"].AsString());
}

Result<QueueTicket> ReleaseAct(StaffContext& context, const DeskAct& act, const Json& /*body*/) {
  return context.hospital.Queue().Release(act);
}

Result<QueueTicket> RecallAct(StaffContext& context, const DeskAct& act, const Json& /*body*/) {
  return context.hospital.Queue().Recall(act);
}

Result<QueueTicket> TransferAct(StaffContext& context, const DeskAct& act, const Json& body) {
  return context.hospital.Queue().Transfer(act, body["service"].AsString(),
                                           body["operation"].AsString());
}

Result<Json> PauseRoom(StaffContext& context, const Json& body, const security::Principal& who) {
  const Result<DeskAct> act = ReadDeskAct(body, who);
  if (!act) return tl::unexpected(act.error());
  return Done(context.hospital.Queue().PauseRoom(*act));
}

Result<Json> ResumeRoom(StaffContext& context, const Json& body, const security::Principal& who) {
  const Result<DeskAct> act = ReadDeskAct(body, who);
  if (!act) return tl::unexpected(act.error());
  return Done(context.hospital.Queue().ResumeRoom(*act));
}

}  // namespace yizhan::server
