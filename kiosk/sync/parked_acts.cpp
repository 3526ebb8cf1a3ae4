#include "kiosk/sync/parked_acts.h"

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"

namespace yizhan::sync {
namespace {

using fhir::EncodeQuery;
using fhir::Json;
using fhir::Request;
using fhir::Response;
namespace systems = fhir::systems;

constexpr int kMostAtOnce = 64;

/// "identifier=urn:yizhan:operation-id|..."
std::string ByOperation(const domain::OperationId& operation) {
  return "identifier=" + EncodeQuery(std::string(systems::kOperationId) + '|' + operation.Value()) +
         "&code=" + EncodeQuery(std::string(systems::kTaskCode) + "|parked-act");
}

void SetReason(const std::string& reason, Json& task) {
  task.Set("statusReason", fhir::Concept(systems::kParkedReason, reason));
}

Json ToTask(const offline::OutboxEntry& entry, const Station& station) {
  Json task = Json::Object({{"resourceType", Json::String("Task")},
                            {"identifier", Json::Array({fhir::Identifier(
                                               systems::kOperationId, entry.operation.Value())})},
                            {"status", Json::String("requested")},
                            {"intent", Json::String("order")},
                            {"priority", Json::String("routine")},
                            {"code", fhir::Concept(systems::kTaskCode, "parked-act")},
                            {"authoredOn", Json::String(ToInstant(entry.created))}});
  SetReason(entry.parked_reason, task);
  task.Set("requester", Json::Object({{"display", Json::String(station.terminal.Value())},
                                      {"identifier", fhir::Identifier(systems::kTerminal,
                                                                      station.terminal.Value())}}));
  // What cannot be read is told all the same, with what is known of it.
  const Json body = Json::Parse(entry.body).value_or(Json());
  if (fhir::IsId(body["patient"].AsString())) {
    task.Set("for", fhir::Reference("Patient", body["patient"].AsString()));
  }
  if (fhir::IsId(body["appointment"].AsString())) {
    task.Set("focus", fhir::Reference("Appointment", body["appointment"].AsString()));
  }
  if (!body["number"].AsString().empty()) {
    task.Set("input",
             Json::Array({Json::Object({{"type", fhir::Concept(systems::kTicketInput, "number")},
                                        {"valueString", body["number"]}})}));
  }
  return task;
}

/// What an answer to a write means.
Status Written(const Result<Response>& response) {
  if (!response) return tl::unexpected<Error>(response.error());
  if (response->status == 409 || response->status == 412) {
    return Fail(ErrorCode::Conflict, "somebody was faster");
  }
  const bool done = response->status == 200 || response->status == 201;
  return done ? Status() : Fail(ErrorCode::Refused, "status " + std::to_string(response->status));
}

}  // namespace

Result<std::optional<ParkedActs::Known>> ParkedActs::Find(const domain::OperationId& operation) {
  const Result<Page> page = hospital_.SearchPage("Task?" + ByOperation(operation));
  if (!page) return tl::unexpected<Error>(page.error());
  for (const Json& task : page->resources) {
    if (task["resourceType"].AsString() != "Task" || !fhir::IsId(task["id"].AsString())) continue;
    const std::string& version = task["meta"]["versionId"].AsString();
    return std::optional(Known{task, version.empty() ? "" : "W/\"" + version + "\""});
  }
  return std::optional<Known>();
}

Status ParkedActs::Report(const offline::OutboxEntry& entry) {
  Request request;
  request.method = "POST";
  request.path = "Task";
  request.body = ToTask(entry, station_);
  request.if_none_exist = ByOperation(entry.operation);
  return Written(hospital_.Send(request));
}

Status ParkedActs::SetStatus(Known known, const char* status, const offline::OutboxEntry& entry) {
  known.task.Set("status", Json::String(status));
  SetReason(entry.parked_reason, known.task);
  Request request;
  request.method = "PUT";
  request.path = "Task/" + known.task["id"].AsString();
  request.if_match = known.etag;
  request.body = std::move(known.task);
  return Written(hospital_.Send(request));
}

Result<ParkedActs::Outcome> ParkedActs::LookAt(const offline::OutboxEntry& entry,
                                               const Clock& clock) {
  const auto outcome = [](const Status& status, Outcome good) {
    // Who was slower than a person looks again.
    const bool bad = !status && status.error().code != ErrorCode::Conflict;
    return bad ? Outcome::Failed : (status ? good : Outcome::Waits);
  };
  Result<std::optional<Known>> known = Find(entry.operation);
  if (!known) return Outcome::Failed;
  if (!*known) return outcome(Report(entry), Outcome::Waits);
  const std::string status = (**known).task["status"].AsString();
  if (status == "in-progress") {
    return outcome(SetStatus(std::move(**known), "requested", entry), Outcome::Waits);
  }
  if (status == "accepted") {
    // Said before it is done: an act that is refused again must not be tried for ever.
    const Outcome said =
        outcome(SetStatus(std::move(**known), "in-progress", entry), Outcome::Resumed);
    if (said != Outcome::Resumed) return said;
    const Status resumed = outbox_.Resume(entry.operation);
    return resumed ? Result<Outcome>(said) : tl::unexpected<Error>(resumed.error());
  }
  if (status == "rejected" || status == "completed" || status == "cancelled") {
    const Status forgotten = outbox_.MarkDelivered(entry.operation, clock.Now());
    if (!forgotten) return tl::unexpected<Error>(forgotten.error());
  }
  return Outcome::Waits;
}

Result<bool> ParkedActs::Look(const Clock& clock) {
  const auto parked = outbox_.Parked(kMostAtOnce);
  if (!parked) return tl::unexpected<Error>(parked.error());
  bool resumed = false;
  for (const offline::OutboxEntry& entry : *parked) {
    const Result<Outcome> looked = LookAt(entry, clock);
    if (!looked) return tl::unexpected<Error>(looked.error());
    if (*looked == Outcome::Failed) break;
    resumed = resumed || *looked == Outcome::Resumed;
  }
  return resumed;
}

}  // namespace yizhan::sync
