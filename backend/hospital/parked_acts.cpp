#include "backend/hospital/parked_acts.h"

#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

constexpr const char* kMost = "500";
constexpr const char* kOpen = "requested,accepted,in-progress";

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

Result<std::vector<Json>> OpenTasks(store::ReadView& view, store::SearchParameters parameters) {
  parameters.emplace_back("code", std::string(systems::kTaskCode) + "|parked-act");
  parameters.emplace_back("status", kOpen);
  parameters.emplace_back("_count", kMost);
  const auto query = store::ParseSearch("Task", parameters, TimeZone{}, store::Handling::Strict);
  if (!query) return Failed(query);
  const auto found = view.Search(*query);
  if (!found) return Failed(found);
  std::vector<Json> tasks;
  for (const store::StoredResource& one : found->matches) {
    Result<Json> task = Json::Parse(one.text);
    if (!task) return Failed(task);
    tasks.push_back(std::move(*task));
  }
  return tasks;
}

/// Changes the status of a Task that is not settled, and audits it.
Status Decide(store::ResourceStore& store, const std::string& id, const char* status,
              AuditedAct act) {
  return store.Write([&](store::Transaction& transaction) -> Status {
    const auto tasks = OpenTasks(transaction, {{"_id", id}});
    if (!tasks) return Failed(tasks);
    if (tasks->empty()) return Fail(ErrorCode::NotFound, "it is settled");
    Json task = tasks->front();
    act.task_id = id;
    act.appointment_id = fhir::ReferencedId(task["focus"], "Appointment");
    task.Set("status", Json::String(status));
    const auto kept = transaction.Update(std::move(task));
    if (!kept) return Failed(kept);
    const auto audited = transaction.Create(ToAuditEvent(act));
    return audited ? Status() : Failed(audited);
  });
}

}  // namespace

Result<std::vector<ParkedAct>> ParkedActs(store::ReadView& view) {
  const auto tasks = OpenTasks(view, {});
  if (!tasks) return Failed(tasks);
  std::vector<ParkedAct> all;
  for (const Json& task : *tasks) {
    ParkedAct act;
    act.id = task["id"].AsString();
    act.terminal = task["requester"]["identifier"]["value"].AsString();
    act.why = fhir::CodeOf(task["statusReason"], systems::kParkedReason);
    for (const Json& input : task["input"].Items()) {
      if (fhir::CodeOf(input["type"], systems::kTicketInput) != "number") continue;
      act.number = input["valueString"].AsString();
    }
    act.patient_id = fhir::ReferencedId(task["for"], "Patient");
    act.appointment_id = fhir::ReferencedId(task["focus"], "Appointment");
    act.since = ParseInstant(task["authoredOn"].AsString()).value_or(WallTime{});
    act.trying = task["status"].AsString() != "requested";
    all.push_back(std::move(act));
  }
  std::ranges::sort(all, {}, &ParkedAct::since);
  return all;
}

Status RetryParked(store::ResourceStore& store, const std::string& id, const Editor& by) {
  return Decide(store, id, "accepted", EditOf("retry-parked-act", by, ""));
}

Status GiveUpParked(store::ResourceStore& store, const std::string& id, const std::string& reason,
                    const Editor& by) {
  if (reason.empty()) return Fail(ErrorCode::Refused, "reason");
  return Decide(store, id, "rejected", EditOf("give-up-parked-act", by, reason));
}

Status SettleParked(store::Transaction& transaction, const std::string& operation_id) {
  const auto tasks = OpenTasks(
      transaction, {{"identifier", std::string(systems::kOperationId) + '|' + operation_id}});
  if (!tasks) return Failed(tasks);
  for (Json task : *tasks) {
    task.Set("status", Json::String("completed"));
    const auto kept = transaction.Update(std::move(task));
    if (!kept) return Failed(kept);
  }
  return {};
}

}  // namespace yizhan::hospital
