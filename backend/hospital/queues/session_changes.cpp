// What becomes of the tickets when the hospital stops a session or another doctor takes it over.
#include "backend/fhir/systems.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/queues/queues.h"

namespace yizhan::hospital {
namespace {

tl::unexpected<Error> Failed(const Error& error) { return tl::unexpected<Error>(error); }

/// Nobody has begun with the patient, and the ticket is still one of the booking's own queue: what
/// was transferred goes on where it is.
bool IsUntouched(const QueueTicket& ticket, const BookingRecord& booking) {
  const bool waits =
      ticket.status == TicketStatus::Waiting || ticket.status == TicketStatus::Passed;
  return waits && ticket.way != domain::QueueWay::Returned && ticket.visited.empty() &&
         ticket.service_id == booking.service_id;
}

/// The ticket that a booking's patient has; empty: none.
Result<std::optional<QueueTicket>> TicketOf(store::ReadView& view, const BookingRecord& booking) {
  const Result<fhir::Json> task = TaskOfAppointment(view, booking.id);
  if (!task) return Failed(task.error());
  return task->IsNull() ? std::nullopt : FromTask(*task);
}

Result<QueueTicket> Keep(store::Transaction& transaction, const QueueContext& context,
                         QueueTicket ticket, const AuditedAct& act) {
  Result<QueueTicket> saved = SaveTicket(transaction, context, std::move(ticket));
  if (!saved) return saved;
  AuditedAct audited = act;
  audited.task_id = saved->id;
  audited.appointment_id = saved->appointment_id;
  const auto kept = transaction.Create(ToAuditEvent(audited));
  if (!kept) return Failed(kept.error());
  return saved;
}

Result<bool> TakeOut(store::Transaction& transaction, const QueueContext& context,
                     const BookingRecord& booking, const AuditedAct& act) {
  Result<std::optional<QueueTicket>> found = TicketOf(transaction, booking);
  if (!found) return Failed(found.error());
  if (!*found) return true;
  QueueTicket& ticket = **found;
  if (!IsUntouched(ticket, booking)) return false;
  ticket.status = TicketStatus::Stopped;
  ticket.at_door = false;
  ticket.hold.clear();
  ticket.finished = act.when;
  const Result<QueueTicket> kept = Keep(transaction, context, std::move(ticket), act);
  if (!kept) return Failed(kept.error());
  return true;
}

/// To the room of the doctor who stands in; the place in the line stays.
Result<bool> Move(store::Transaction& transaction, const QueueContext& context,
                  const BookingRecord& booking, const AuditedAct& act) {
  Result<std::optional<QueueTicket>> found = TicketOf(transaction, booking);
  if (!found) return Failed(found.error());
  if (!*found) return true;
  QueueTicket& ticket = **found;
  if (!IsUntouched(ticket, booking)) return false;
  // Who is to be called by any room still is.
  if (!ticket.room_id.empty()) {
    ticket.at_door = ticket.at_door && ticket.room_id == booking.room_id;
    ticket.room_id = booking.room_id;
  }
  ticket.substituted = true;
  const Result<QueueTicket> kept = Keep(transaction, context, std::move(ticket), act);
  if (!kept) return Failed(kept.error());
  return true;
}

AuditedAct ActOf(std::string_view name, const std::string& who, const std::string& reason,
                 WallTime now) {
  return {.act = name,
          .who = who,
          .where = "",
          .task_id = "",
          .appointment_id = "",
          .reason = reason,
          .when = now,
          .who_system = fhir::systems::kAccount};
}

}  // namespace

Result<std::vector<BookingRecord>> Queues::StopSession(const StopRequest& request) {
  const QueueContext context = Context();
  std::vector<BookingRecord> stopped;
  const Status done = Write([&](store::Transaction& transaction) -> Status {
    const AuditedAct act = ActOf("stop-ticket", request.who, request.reason, clock_.Now());
    auto all = bookings_.StopIn(transaction, request,
                                [&](store::Transaction& inside, const BookingRecord& booking) {
                                  return TakeOut(inside, context, booking, act);
                                });
    if (!all) return Failed(all.error());
    stopped = std::move(*all);
    return {};
  });
  if (!done) return Failed(done.error());
  return stopped;
}

Result<std::vector<BookingRecord>> Queues::SubstituteDoctor(const SubstituteRequest& request) {
  const QueueContext context = Context();
  std::vector<BookingRecord> moved;
  const Status done = Write([&](store::Transaction& transaction) -> Status {
    const AuditedAct act = ActOf("substitute-ticket", request.who, request.reason, clock_.Now());
    auto all = bookings_.SubstituteIn(
        transaction, request, [&](store::Transaction& inside, const BookingRecord& booking) {
          return Move(inside, context, booking, act);
        });
    if (!all) return Failed(all.error());
    moved = std::move(*all);
    return {};
  });
  if (!done) return Failed(done.error());
  return moved;
}

}  // namespace yizhan::hospital
