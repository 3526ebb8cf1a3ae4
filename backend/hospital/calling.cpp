#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/hospital.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;

tl::unexpected<Error> Failed(const Error& error) { return tl::unexpected<Error>(error); }

}  // namespace

Result<QueueTicket> Hospital::Save(store::Transaction& transaction, QueueTicket ticket) {
  // A desk that works with an old picture must look again before it acts.
  Result<store::StoredResource> stored = transaction.Update(ToTask(ticket), ticket.version);
  if (!stored) return Failed(stored.error());
  ticket.version = stored->version;
  return ticket;
}

Result<QueueTicket> Hospital::Act(
    const DeskAct& act, std::string_view name,
    const std::function<Result<QueueTicket>(store::Transaction&, WallTime)>& change) {
  TurnDay();
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
                             .when = now};
    if (auto kept = transaction.Create(ToAuditEvent(audited)); !kept) return Failed(kept.error());
    result = *changed;
    // Later jobs of the same group must see it; the listener will find it already known.
    board_.Apply(result);
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

Status Hospital::FinishCurrent(store::Transaction& transaction, const DeskAct& act, WallTime now) {
  std::optional<QueueTicket> current = board_.CalledTo(act.room_id);
  if (!current) return {};
  current->status = TicketStatus::Done;
  current->finished = now;
  Result<QueueTicket> saved = Save(transaction, std::move(*current));
  if (!saved) return Failed(saved.error());
  const AuditedAct audited{.act = "finish",
                           .who = act.staff,
                           .where = act.room_id,
                           .task_id = saved->id,
                           .appointment_id = saved->appointment_id,
                           .reason = "",
                           .when = now};
  if (auto kept = transaction.Create(ToAuditEvent(audited)); !kept) return Failed(kept.error());
  return FulfilAppointment(transaction, saved->appointment_id);
}

Result<QueueTicket> Hospital::Call(const DeskAct& act) {
  return Act(
      act, "call", [&](store::Transaction& transaction, WallTime now) -> Result<QueueTicket> {
        const Doctor* doctor = directory_.Now()->DoctorOfRoom(act.room_id);
        if (doctor == nullptr) return Fail(ErrorCode::NotFound, "nobody works in this room");
        const std::vector<QueueTicket> waiting = board_.WaitingFor(doctor->service_id, act.room_id);
        const auto chosen = act.ticket_id.empty()
                                ? waiting.begin()
                                : std::ranges::find(waiting, act.ticket_id, &QueueTicket::id);
        if (chosen == waiting.end()) return Fail(ErrorCode::NotFound, "nobody waits");
        if (chosen != waiting.begin() && act.reason.empty()) {
          return Fail(ErrorCode::Refused, "calling out of order needs a reason");
        }
        QueueTicket ticket = *chosen;
        ticket.status = TicketStatus::Called;
        ticket.room_id = act.room_id;
        ticket.first_called = now;
        ticket.last_called = now;
        if (Status finished = FinishCurrent(transaction, act, now); !finished) {
          return Failed(finished.error());
        }
        return Save(transaction, std::move(ticket));
      });
}

Result<QueueTicket> Hospital::CallAgain(const DeskAct& act) {
  return Act(act, "call-again",
             [&](store::Transaction& transaction, WallTime now) -> Result<QueueTicket> {
               std::optional<QueueTicket> current = board_.CalledTo(act.room_id);
               if (!current) return Fail(ErrorCode::NotFound, "nobody is called");
               current->last_called = now;
               return Save(transaction, std::move(*current));
             });
}

Result<QueueTicket> Hospital::Pass(const DeskAct& act) {
  return Act(act, "pass", [&](store::Transaction& transaction, WallTime) -> Result<QueueTicket> {
    std::optional<QueueTicket> current = board_.CalledTo(act.room_id);
    if (!current) return Fail(ErrorCode::NotFound, "nobody is called");
    current->status = TicketStatus::Passed;
    current->first_called.reset();
    return Save(transaction, std::move(*current));
  });
}

Result<QueueTicket> Hospital::Finish(const DeskAct& act) {
  return Act(act, "finish",
             [&](store::Transaction& transaction, WallTime now) -> Result<QueueTicket> {
               std::optional<QueueTicket> current = board_.CalledTo(act.room_id);
               if (!current) return Fail(ErrorCode::NotFound, "nobody is called");
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
               std::optional<QueueTicket> ticket = board_.Find(act.ticket_id);
               if (!ticket) return Fail(ErrorCode::NotFound, "no such ticket today");
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
                         .when = clock_.Now()};
    const auto kept = transaction.Create(ToAuditEvent(act));
    return kept ? Status() : Failed(kept.error());
  });
}

}  // namespace yizhan::hospital
