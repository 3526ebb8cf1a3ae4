#include "backend/hospital/care/enter_line.h"

#include "backend/fhir/systems.h"
#include "backend/hospital/day_search.h"

namespace yizhan::hospital {

using fhir::Json;

Result<LineTicket> EnterLine(store::Transaction& transaction, const QueueContext& context,
                             const LineEntrant& entrant) {
  Entrant newcomer;
  newcomer.operation_id =
      entrant.operation_id.empty() ? entrant.request.operation_id : entrant.operation_id;
  newcomer.terminal = entrant.request.terminal;
  newcomer.patient_id = entrant.patient_id;
  newcomer.service_id = entrant.service_id;
  newcomer.room_id = entrant.room_id;
  newcomer.focus = entrant.focus;
  newcomer.arrived = entrant.request.arrived;
  newcomer.serial = entrant.request.serial;
  newcomer.hold = entrant.hold;
  // The caller remembers the operation and writes the audit row of the whole act.
  Result<QueueTicket> ticket = Admit(transaction, newcomer, context);
  if (!ticket) return Failed(ticket);
  LineTicket line;
  line.ahead = context.board.Ahead(*ticket);
  line.wait = context.board.Estimate(ticket->service_id, ticket->room_id, line.ahead);
  const auto stored = transaction.Read("Task", ticket->id);
  if (!stored) return Failed(stored);
  line.task_text = stored->text;
  line.ticket = std::move(*ticket);
  line.ticket.version = stored->version;
  return line;
}

Result<std::optional<Json>> OpenTicketOf(store::ReadView& view, const std::string& patient_id,
                                         const std::string& service_id, const std::string& day,
                                         TimeZone zone) {
  auto tasks = FindBodies(view, "Task",
                          OnDay({{"patient", "Patient/" + patient_id},
                                 {"code", std::string(fhir::systems::kTaskCode) + "|queue-ticket"}},
                                "authored-on", day, zone),
                          zone);
  if (!tasks) return Failed(tasks);
  for (Json& task : *tasks) {
    const std::optional<QueueTicket> ticket = FromTask(task);
    if (ticket && ticket->service_id == service_id && !HasLeft(ticket->status)) {
      return std::optional(std::move(task));
    }
  }
  return std::optional<Json>();
}

}  // namespace yizhan::hospital
