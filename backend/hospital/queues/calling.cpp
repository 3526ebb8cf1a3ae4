#include <algorithm>

#include "backend/fhir/systems.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/queues/desk_steps.h"
#include "backend/hospital/queues/queues.h"

namespace yizhan::hospital {
namespace {

tl::unexpected<Error> Failed(const Error& error) { return tl::unexpected<Error>(error); }

Status Keep(store::Transaction& transaction, AuditedAct act, std::string_view name,
            const QueueTicket& ticket, const std::string& reason) {
  act.act = name;
  act.task_id = ticket.id;
  act.appointment_id = ticket.appointment_id;
  act.reason = reason;
  const auto kept = transaction.Create(ToAuditEvent(act));
  return kept ? Status() : Failed(kept.error());
}

/// Who is called to the room. Refused: it is not who the act names; the desk saw an older state.
Result<QueueTicket> Current(store::Transaction& transaction, const QueueContext& context,
                            const DeskAct& act) {
  const std::string service = context.directory->ServiceOfRoom(act.room_id);
  if (service.empty()) return Fail(ErrorCode::NotFound, "nobody works in this room");
  Result<std::optional<QueueTicket>> current = CalledTo(transaction, context, service, act.room_id);
  if (!current) return Failed(current.error());
  if (!*current) return Fail(ErrorCode::NotFound, "nobody is called");
  if (!act.ticket_id.empty() && (*current)->id != act.ticket_id) {
    return Fail(ErrorCode::Refused, "not-inside");
  }
  return std::move(**current);
}

/// Who is next, and who stood before and is called elsewhere.
struct Next {
  std::optional<QueueTicket> ticket;
  std::vector<QueueTicket> skipped;
};

Result<Next> FindNext(store::Transaction& transaction, const QueueContext& context,
                      const std::string& service_id, const std::string& room_id) {
  Next next;
  // The board may be behind what another process did: each candidate is looked up.
  for (const QueueTicket& candidate : CandidatesFor(context, service_id, room_id)) {
    Result<std::optional<QueueTicket>> now = LookTicket(transaction, candidate.id);
    if (!now) return Failed(now.error());
    if (!*now || (*now)->status != TicketStatus::Waiting || !(*now)->hold.empty()) continue;
    const bool moved_away = !(*now)->room_id.empty() && (*now)->room_id != room_id &&
                            ((*now)->room_by != RoomChoice::Rule || (*now)->at_door);
    if (moved_away) continue;
    const Result<bool> elsewhere = IsCalledElsewhere(transaction, context, **now);
    if (!elsewhere) return Failed(elsewhere.error());
    if (*elsewhere) {
      next.skipped.push_back(std::move(**now));
      continue;
    }
    next.ticket = std::move(**now);
    break;
  }
  return next;
}

/// The ticket that the act names although it is not next.
Result<QueueTicket> Wanted(store::Transaction& transaction, const QueueContext& context,
                           const std::string& service_id, const DeskAct& act) {
  Result<std::optional<QueueTicket>> wanted = LookTicket(transaction, act.ticket_id);
  if (!wanted) return Failed(wanted.error());
  const std::optional<QueueTicket>& ticket = *wanted;
  const bool waits = ticket && ticket->status == TicketStatus::Waiting &&
                     ticket->service_id == service_id && ticket->day == context.Today() &&
                     (ticket->room_id.empty() || ticket->room_id == act.room_id ||
                      ticket->room_by != RoomChoice::Patient);
  if (!waits) return Fail(ErrorCode::NotFound, "nobody waits");
  const Result<bool> elsewhere = IsCalledElsewhere(transaction, context, *ticket);
  if (!elsewhere) return Failed(elsewhere.error());
  if (*elsewhere) return Fail(ErrorCode::Refused, "in-another-room");
  if (act.reason.empty()) return Fail(ErrorCode::Refused, "reason");
  return std::move(**wanted);
}

Result<QueueTicket> Choose(store::Transaction& transaction, const QueueContext& context,
                           const std::string& service_id, const DeskAct& act,
                           const AuditedAct& audited) {
  Result<Next> next = FindNext(transaction, context, service_id, act.room_id);
  if (!next) return Failed(next.error());
  if (!act.ticket_id.empty() && (!next->ticket || next->ticket->id != act.ticket_id)) {
    return Wanted(transaction, context, service_id, act);
  }
  if (!next->ticket) return Fail(ErrorCode::NotFound, "nobody waits");
  // Passing somebody over is a departure from the order: a rule, but one that can be looked up.
  for (const QueueTicket& skipped : next->skipped) {
    const Status kept = Keep(transaction, audited, "skip", skipped, "in-another-room");
    if (!kept) return Failed(kept.error());
  }
  return std::move(*next->ticket);
}

Status FinishWhoIsInside(store::Transaction& transaction, const QueueContext& context,
                         const std::string& service_id, const DeskAct& act,
                         const AuditedAct& audited) {
  Result<std::optional<QueueTicket>> inside =
      CalledTo(transaction, context, service_id, act.room_id);
  if (!inside) return Failed(inside.error());
  if (!*inside) return {};
  const Result<QueueTicket> ended =
      EndVisit(transaction, context, std::move(**inside), act.room_id, audited.when);
  if (!ended) return Failed(ended.error());
  return Keep(transaction, audited, "finish", *ended, "");
}

}  // namespace

std::vector<QueueTicket> Queues::LineAt(const std::string& room_id) {
  const QueueContext context = Context();
  const std::string service = context.directory->ServiceOfRoom(room_id);
  if (service.empty()) return {};
  return CandidatesFor(context, service, room_id);
}

Result<QueueTicket> Queues::Call(const DeskAct& act) {
  return Do(act, "call", Reason::Free,
            [&](store::Transaction& transaction, const QueueContext& context,
                AuditedAct& audited) -> Result<QueueTicket> {
              const std::string service = context.directory->ServiceOfRoom(act.room_id);
              if (service.empty()) return Fail(ErrorCode::NotFound, "nobody works in this room");
              // First: two desks of one room meet here.
              const Status finished =
                  FinishWhoIsInside(transaction, context, service, act, audited);
              if (!finished) return Failed(finished.error());
              const auto pause = transaction.FindRecord(QueueRuleBook::kPauses, act.room_id);
              if (!pause) return Failed(pause.error());
              if (*pause) return Fail(ErrorCode::Refused, "paused");
              Result<QueueTicket> ticket = Choose(transaction, context, service, act, audited);
              if (!ticket) return ticket;
              ticket->status = TicketStatus::Called;
              if (ticket->room_id != act.room_id) ticket->room_by = RoomChoice::Rule;
              ticket->room_id = act.room_id;
              ticket->at_door = false;
              ticket->hold.clear();
              ticket->calls = 1;
              ticket->first_called = audited.when;
              ticket->last_called = audited.when;
              ticket->finished.reset();
              Result<QueueTicket> called = SaveTicket(transaction, context, std::move(*ticket));
              if (!called) return called;
              const Status filled = RefillDoor(transaction, context, service, act.room_id);
              if (!filled) return Failed(filled.error());
              return called;
            });
}

Result<QueueTicket> Queues::CallAgain(const DeskAct& act) {
  return Do(act, "call-again", Reason::Free,
            [&](store::Transaction& transaction, const QueueContext& context,
                AuditedAct& audited) -> Result<QueueTicket> {
              Result<QueueTicket> current = Current(transaction, context, act);
              if (!current) return current;
              const int limit = context.PolicyOf(current->service_id).order.calls_before_passed;
              if (current->calls >= limit) {
                audited.act = "pass";
                audited.reason = "no answer after " + std::to_string(current->calls) + " calls";
                current->status = TicketStatus::Passed;
                current->first_called.reset();
              } else {
                current->last_called = audited.when;
                ++current->calls;
              }
              return SaveTicket(transaction, context, std::move(*current));
            });
}

Result<QueueTicket> Queues::Pass(const DeskAct& act) {
  return Do(act, "pass", Reason::Free,
            [&](store::Transaction& transaction, const QueueContext& context,
                AuditedAct&) -> Result<QueueTicket> {
              Result<QueueTicket> current = Current(transaction, context, act);
              if (!current) return current;
              current->status = TicketStatus::Passed;
              current->first_called.reset();
              return SaveTicket(transaction, context, std::move(*current));
            });
}

Result<QueueTicket> Queues::Finish(const DeskAct& act) {
  return Do(act, "finish", Reason::Free,
            [&](store::Transaction& transaction, const QueueContext& context,
                AuditedAct& audited) -> Result<QueueTicket> {
              Result<QueueTicket> current = Current(transaction, context, act);
              if (!current) return current;
              return EndVisit(transaction, context, std::move(*current), act.room_id, audited.when);
            });
}

Result<QueueTicket> Queues::SendAway(const DeskAct& act) {
  return Do(act, "send-away", Reason::Free,
            [&](store::Transaction& transaction, const QueueContext& context,
                AuditedAct& audited) -> Result<QueueTicket> {
              Result<QueueTicket> current = Current(transaction, context, act);
              if (!current) return current;
              current->status = TicketStatus::Away;
              // This doctor reads the results.
              if (current->room_by == RoomChoice::Rule) current->room_by = RoomChoice::Staff;
              current->finished = audited.when;
              return SaveTicket(transaction, context, std::move(*current));
            });
}

}  // namespace yizhan::hospital
