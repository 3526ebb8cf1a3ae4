#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/hospital.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;

tl::unexpected<Error> Failed(const Error& error) { return tl::unexpected<Error>(error); }

}  // namespace

Result<QueueTicket> Hospital::Save(store::Transaction& transaction, QueueTicket ticket) {
  // Only the version that the decision was made by.
  Result<store::StoredResource> stored = transaction.Update(ToTask(ticket), ticket.version);
  if (!stored) return Failed(stored.error());
  ticket.version = stored->version;
  return ticket;
}

Result<QueueTicket> Hospital::Act(
    const DeskAct& act, std::string_view name,
    const std::function<Result<QueueTicket>(store::Transaction&, WallTime)>& change) {
  TurnDay();
  // Before the write: inside of it nobody may ask the store for something else.
  if (!act.room_id.empty() && !directory_.Now()->PlaceOf(act.room_id).is_room) {
    return Fail(ErrorCode::NotFound, "no such room");
  }
  QueueTicket result;
  const Status status = Write([&](store::Transaction& transaction) -> Status {
    const WallTime now = clock_.Now();
    Result<QueueTicket> changed = change(transaction, now);
    if (!changed) return Failed(changed.error());
    const AuditedAct audited{.act = name,
                             .who = act.staff,
                             .where = act.room_id,
                             .task_id = changed->id,
                             .appointment_id = changed->appointment_id,
                             .reason = act.reason,
                             .when = now,
                             .who_system = fhir::systems::kAccount};
    if (auto kept = transaction.Create(ToAuditEvent(audited)); !kept) return Failed(kept.error());
    result = *changed;
    ShowDraft(transaction, result);
    return {};
  });
  if (!status) return Failed(status.error());
  return result;
}

Status Hospital::FulfilAppointment(store::Transaction& transaction,
                                   const std::string& appointment_id) {
  const Result<store::StoredResource> stored = transaction.Read("Appointment", appointment_id);
  if (!stored || stored->deleted) return {};  // The ticket alone is enough to finish.
  Result<Json> appointment = Json::Parse(stored->text);
  if (!appointment) return Failed(appointment.error());
  appointment->Set("status", Json::String("fulfilled"));
  const Result<store::StoredResource> updated = transaction.Update(std::move(*appointment));
  return updated ? Status() : Failed(updated.error());
}

Result<std::optional<QueueTicket>> Hospital::Look(store::Transaction& transaction,
                                                  const std::string& ticket_id) {
  const Result<store::StoredResource> stored = transaction.Read("Task", ticket_id);
  if (!stored && stored.error().code == ErrorCode::NotFound) return std::optional<QueueTicket>();
  if (!stored) return Failed(stored.error());
  const Result<Json> task = Json::Parse(stored->text);
  if (!task || stored->deleted) return std::optional<QueueTicket>();
  return FromTask(*task);
}

Result<std::optional<QueueTicket>> Hospital::CalledTo(store::Transaction& transaction,
                                                      const std::string& service_id,
                                                      const std::string& room_id) const {
  const std::string queue_day = service_id + "\\|" + Today();
  Result<store::SearchQuery> query = store::ParseSearch(
      "Task",
      {{"group-identifier", std::string(fhir::systems::kQueueDay) + '|' + queue_day},
       {"status", "in-progress"},
       {"_count", "1000"}},
      options_.zone, store::Handling::Strict);
  if (!query) return Failed(query.error());
  const Result<store::SearchResult> found = transaction.Search(*query);
  if (!found) return Failed(found.error());
  std::optional<QueueTicket> latest;
  for (const store::StoredResource& stored : found->matches) {
    const Result<Json> task = Json::Parse(stored.text);
    const std::optional<QueueTicket> ticket = task ? FromTask(*task) : std::nullopt;
    if (!ticket || ticket->room_id != room_id || ticket->status != TicketStatus::Called) continue;
    if (!latest || latest->last_called < ticket->last_called) latest = ticket;
  }
  return latest;
}

Result<QueueTicket> Hospital::Current(store::Transaction& transaction, const DeskAct& act,
                                      const std::string& service_id) const {
  Result<std::optional<QueueTicket>> current = CalledTo(transaction, service_id, act.room_id);
  if (!current) return Failed(current.error());
  if (!*current) return Fail(ErrorCode::NotFound, "nobody is called");
  return std::move(**current);
}

Status Hospital::FinishCurrent(store::Transaction& transaction, const DeskAct& act,
                               const std::string& service_id, WallTime now) {
  Result<std::optional<QueueTicket>> found = CalledTo(transaction, service_id, act.room_id);
  if (!found) return Failed(found.error());
  std::optional<QueueTicket>& current = *found;
  if (!current) return {};
  current->status = TicketStatus::Done;
  current->finished = now;
  Result<QueueTicket> saved = Save(transaction, std::move(*current));
  if (!saved) return Failed(saved.error());
  ShowDraft(transaction, *saved);
  const AuditedAct audited{.act = "finish",
                           .who = act.staff,
                           .where = act.room_id,
                           .task_id = saved->id,
                           .appointment_id = saved->appointment_id,
                           .reason = "",
                           .when = now,
                           .who_system = fhir::systems::kAccount};
  if (auto kept = transaction.Create(ToAuditEvent(audited)); !kept) return Failed(kept.error());
  return FulfilAppointment(transaction, saved->appointment_id);
}

Result<QueueTicket> Hospital::Choose(store::Transaction& transaction, const DeskAct& act,
                                     const std::string& service_id) const {
  // The board may be behind what another process did: each candidate is looked up.
  std::optional<QueueTicket> next;
  for (const QueueTicket& candidate : board_.WaitingFor(service_id, act.room_id)) {
    Result<std::optional<QueueTicket>> now = Look(transaction, candidate.id);
    if (!now) return Failed(now.error());
    if (!*now || (*now)->status != TicketStatus::Waiting) continue;
    next = std::move(**now);
    break;
  }
  if (act.ticket_id.empty() || (next && next->id == act.ticket_id)) {
    if (!next) return Fail(ErrorCode::NotFound, "nobody waits");
    return std::move(*next);
  }
  Result<std::optional<QueueTicket>> wanted = Look(transaction, act.ticket_id);
  if (!wanted) return Failed(wanted.error());
  const bool waits = *wanted && (*wanted)->status == TicketStatus::Waiting &&
                     (*wanted)->service_id == service_id && (*wanted)->day == Today() &&
                     ((*wanted)->room_id.empty() || (*wanted)->room_id == act.room_id);
  if (!waits) return Fail(ErrorCode::NotFound, "nobody waits");
  if (act.reason.empty()) return Fail(ErrorCode::Refused, "calling out of order needs a reason");
  return std::move(**wanted);
}

Result<QueueTicket> Hospital::Call(const DeskAct& act) {
  const auto directory = directory_.Now();
  const Doctor* doctor = directory->DoctorOfRoom(act.room_id);
  return Act(
      act, "call", [&](store::Transaction& transaction, WallTime now) -> Result<QueueTicket> {
        if (doctor == nullptr) return Fail(ErrorCode::NotFound, "nobody works in this room");
        // First: two desks of one room meet here.
        if (Status finished = FinishCurrent(transaction, act, doctor->service_id, now); !finished) {
          return Failed(finished.error());
        }
        Result<QueueTicket> ticket = Choose(transaction, act, doctor->service_id);
        if (!ticket) return ticket;
        ticket->status = TicketStatus::Called;
        ticket->room_id = act.room_id;
        ticket->first_called = now;
        ticket->last_called = now;
        return Save(transaction, std::move(*ticket));
      });
}

Result<QueueTicket> Hospital::CallAgain(const DeskAct& act) {
  const std::string service = ServiceOfRoom(act.room_id);
  return Act(act, "call-again",
             [&](store::Transaction& transaction, WallTime now) -> Result<QueueTicket> {
               Result<QueueTicket> current = Current(transaction, act, service);
               if (!current) return current;
               current->last_called = now;
               return Save(transaction, std::move(*current));
             });
}

Result<QueueTicket> Hospital::Pass(const DeskAct& act) {
  const std::string service = ServiceOfRoom(act.room_id);
  return Act(act, "pass", [&](store::Transaction& transaction, WallTime) -> Result<QueueTicket> {
    Result<QueueTicket> current = Current(transaction, act, service);
    if (!current) return current;
    current->status = TicketStatus::Passed;
    current->first_called.reset();
    return Save(transaction, std::move(*current));
  });
}

Result<QueueTicket> Hospital::Finish(const DeskAct& act) {
  const std::string service = ServiceOfRoom(act.room_id);
  return Act(act, "finish",
             [&](store::Transaction& transaction, WallTime now) -> Result<QueueTicket> {
               Result<QueueTicket> current = Current(transaction, act, service);
               if (!current) return current;
               current->status = TicketStatus::Done;
               current->finished = now;
               Result<QueueTicket> saved = Save(transaction, std::move(*current));
               if (!saved) return saved;
               if (Status done = FulfilAppointment(transaction, saved->appointment_id); !done) {
                 return Failed(done.error());
               }
               return saved;
             });
}

Result<QueueTicket> Hospital::Recall(const DeskAct& act) {
  return Act(act, "recall",
             [&](store::Transaction& transaction, WallTime now) -> Result<QueueTicket> {
               Result<std::optional<QueueTicket>> found = Look(transaction, act.ticket_id);
               if (!found) return Failed(found.error());
               std::optional<QueueTicket>& ticket = *found;
               if (!ticket || ticket->day != Today())
                 return Fail(ErrorCode::NotFound, "no such ticket today");
               if (ticket->status != TicketStatus::Passed) {
                 return Fail(ErrorCode::Refused, "only a passed ticket can be recalled");
               }
               if (act.reason.empty()) return Fail(ErrorCode::Refused, "a recall needs a reason");
               const std::vector<QueueTicket> waiting =
                   board_.WaitingFor(ticket->service_id, ticket->room_id);
               // Recalled tickets do not count, or two recalls would push each other back.
               int behind = options_.recall_interval;
               WallTime place =
                   waiting.empty() ? now : waiting.back().order.value_or(waiting.back().arrived);
               for (const QueueTicket& other : waiting) {
                 if (behind == 0) break;
                 if (other.order) continue;
                 place = other.arrived;
                 --behind;
               }
               ticket->order = place;
               ticket->status = TicketStatus::Waiting;
               return Save(transaction, std::move(*ticket));
             });
}

Status Hospital::AnswerStaffCall(const std::string& task_id, const std::string& staff) {
  return Write([&](store::Transaction& transaction) -> Status {
    const Result<store::StoredResource> stored = transaction.Read("Task", task_id);
    if (!stored) return Failed(stored.error());
    Result<Json> task = Json::Parse(stored->text);
    if (!task) return Failed(task.error());
    if (!HasTaskCode(*task, "staff-call")) return Fail(ErrorCode::NotFound, "no staff call");
    if ((*task)["status"].AsString() == "completed") return {};
    task->Set("status", Json::String("completed"));
    const Result<store::StoredResource> updated =
        transaction.Update(std::move(*task), stored->version);
    if (!updated) return Failed(updated.error());
    const AuditedAct act{.act = "answer-staff-call",
                         .who = staff,
                         .where = "",
                         .task_id = task_id,
                         .appointment_id = "",
                         .reason = "",
                         .when = clock_.Now(),
                         .who_system = fhir::systems::kAccount};
    const auto kept = transaction.Create(ToAuditEvent(act));
    return kept ? Status() : Failed(kept.error());
  });
}

}  // namespace yizhan::hospital
