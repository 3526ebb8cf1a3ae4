// How a ticket leaves its queue otherwise than by being served.
#include "backend/hospital/audit.h"
#include "backend/hospital/packages/package_orders.h"
#include "backend/hospital/queues/desk_steps.h"
#include "backend/hospital/queues/queues.h"

namespace yizhan::hospital {
namespace {

tl::unexpected<Error> Failed(const Error& error) { return tl::unexpected<Error>(error); }
tl::unexpected<Error> Refuse(const char* word) { return Fail(ErrorCode::Refused, word); }

/// Who goes on in another queue.
Entrant Successor(const QueueTicket& ticket, const QueueContext& context,
                  const std::string& service_id, const std::string& operation_id, WallTime now) {
  Entrant entrant;
  entrant.operation_id = operation_id;
  entrant.terminal = ticket.terminal;
  entrant.patient_id = ticket.patient_id;
  entrant.service_id = service_id;
  entrant.focus =
      ticket.appointment_id.empty() ? ticket.focus : "Appointment/" + ticket.appointment_id;
  // In the new queue nobody who was there before is overtaken.
  entrant.arrived = now;
  entrant.serial = ticket.serial;
  if (context.PolicyOf(service_id).Find(ticket.priority.code) != nullptr) {
    entrant.priority = ticket.priority.code;
  }
  entrant.booked = ticket.booked;
  entrant.added = ticket.added;
  entrant.transferred_from = ticket.id;
  return entrant;
}

}  // namespace

Result<QueueTicket> Queues::Transfer(const DeskAct& act, const std::string& service_id,
                                     const std::string& operation_id) {
  return DoTo(act, "transfer", Reason::Needed,
              [&](store::Transaction& transaction, const QueueContext& context, QueueTicket ticket,
                  AuditedAct& audited) -> Result<QueueTicket> {
                const Entrant entrant =
                    Successor(ticket, context, service_id, operation_id, audited.when);
                audited.task_id = ticket.id;
                // The answer was lost: Enter() knows the operation, or refuses it.
                if (ticket.status == TicketStatus::Transferred) {
                  return Enter(transaction, entrant, context);
                }
                if (HasLeft(ticket.status) || ticket.service_id == service_id) {
                  return Refuse("state");
                }
                if (ticket.status == TicketStatus::Called) ticket.finished = audited.when;
                ticket.status = TicketStatus::Transferred;
                ticket.at_door = false;
                const Result<QueueTicket> ended = SaveTicket(transaction, context, ticket);
                if (!ended) return Failed(ended.error());
                return Enter(transaction, entrant, context);
              });
}

Status Queues::FollowAppointment(store::Transaction& transaction, const QueueContext& context,
                                 const QueueTicket& ticket, const std::string& status) {
  const Status set = SetAppointment(transaction, ticket.appointment_id, "arrived", status);
  if (!set || ticket.appointment_id.empty()) return set;
  const Status back = TakeBackPackage(transaction, context, ticket.appointment_id);
  if (!back) return back;
  return bookings_.Follow(transaction, ticket.appointment_id);
}

Result<QueueTicket> Queues::GiveUp(const DeskAct& act) {
  return DoTo(act, "give-up", Reason::Needed,
              [this](store::Transaction& transaction, const QueueContext& context,
                     QueueTicket ticket, AuditedAct&) -> Result<QueueTicket> {
                if (HasLeft(ticket.status)) return Refuse("state");
                ticket.status = TicketStatus::Abandoned;
                ticket.at_door = false;
                Result<QueueTicket> saved = SaveTicket(transaction, context, std::move(ticket));
                if (!saved) return saved;
                const Status ended = FollowAppointment(transaction, context, *saved, "cancelled");
                if (!ended) return Failed(ended.error());
                return saved;
              });
}

Result<QueueTicket> Queues::CancelCheckIn(const DeskAct& act) {
  return DoTo(act, "cancel-check-in", Reason::Needed,
              [this](store::Transaction& transaction, const QueueContext& context,
                     QueueTicket ticket, AuditedAct&) -> Result<QueueTicket> {
                const bool begun = ticket.status == TicketStatus::Called ||
                                   ticket.status == TicketStatus::Away || !ticket.visited.empty();
                // Where nobody checks in there is nothing to take back: it would come in again.
                if (begun || ticket.registered || HasLeft(ticket.status)) return Refuse("state");
                ticket.status = TicketStatus::Withdrawn;
                ticket.at_door = false;
                Result<QueueTicket> saved = SaveTicket(transaction, context, std::move(ticket));
                if (!saved) return saved;
                const Status again = FollowAppointment(transaction, context, *saved, "booked");
                if (!again) return Failed(again.error());
                return saved;
              });
}

}  // namespace yizhan::hospital
