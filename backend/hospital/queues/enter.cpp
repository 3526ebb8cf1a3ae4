#include "backend/hospital/queues/enter.h"

#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/queues/room_choice.h"
#include "domain/name.h"
#include "domain/ticket.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

/// Of a service that was given none; terminals know it, too.
constexpr const char* kNoLetter = "Z";
/// Records that remember which ticket an operation made.
constexpr const char* kOperations = "ticket-operation";
constexpr const char* kPage = "1000";
/// More than any session has.
constexpr int kMostSeats = 1000;

tl::unexpected<Error> Failed(const Error& error) { return tl::unexpected<Error>(error); }

std::string EscapeBar(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
    text.insert(at, 1, '\\');
  }
  return text;
}

std::string QueueDay(const std::string& service_id, const std::string& day) {
  return std::string(systems::kQueueDay) + '|' + EscapeBar(service_id + '|' + day);
}

std::string LetterOf(const QueueContext& context, const std::string& service_id) {
  const std::string& letter = context.directory->ServiceOf(service_id).queue_letter;
  return letter.empty() ? kNoLetter : letter;
}

/// "A-K3-07" for the queue's letter and this terminal.
bool IsProvisionalOf(const std::string& number, const std::string& letter,
                     const std::string& terminal) {
  const std::string prefix = letter + '-' + terminal + '-';
  const std::string_view digits =
      std::string_view(number).substr(std::min(prefix.size(), number.size()));
  return number.starts_with(prefix) && digits.size() >= 2 && digits.size() <= 6 &&
         std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

Result<std::string> NumberFor(store::Transaction& transaction, const QueueContext& context,
                              const Entrant& entrant, const std::string& day) {
  if (!entrant.provisional_number.empty()) {
    return ClaimNumber(transaction, context, entrant.service_id, day, entrant.terminal,
                       entrant.provisional_number);
  }
  const Result<std::int64_t> number =
      transaction.NextNumber("ticket|" + entrant.service_id + '|' + day);
  if (!number) return Failed(number.error());
  return domain::TicketNumber(LetterOf(context, entrant.service_id), static_cast<int>(*number));
}

Result<std::string> MaskedNameOf(store::Transaction& transaction, const std::string& patient_id) {
  const Result<store::StoredResource> stored = transaction.Read("Patient", patient_id);
  if (!stored && stored.error().code == ErrorCode::NotFound) return std::string();
  if (!stored) return Failed(stored.error());
  if (stored->deleted) return std::string();
  const Result<Json> patient = Json::Parse(stored->text);
  if (!patient) return Failed(patient.error());
  return domain::MaskName(fhir::PersonName(*patient));
}

/// The order of registration: by the slot's minute, since several doctors' sessions may share a
/// queue, and within it by the seat's number. Who has no slot stands by the arrival.
int SequenceOf(const Entrant& entrant, TimeZone zone) {
  const WallTime time = entrant.slot_start == WallTime{} ? entrant.arrived : entrant.slot_start;
  const WallTime midnight = AtLocal(LocalDay(time, zone), {}, zone);
  const auto minute = std::chrono::floor<std::chrono::minutes>(time - midnight).count();
  return (1 + static_cast<int>(minute)) * kMostSeats +
         std::clamp(entrant.seat_number, 0, kMostSeats - 1);
}

void SetFocus(const std::string& focus, QueueTicket& ticket) {
  const auto target = fhir::ParseReference(focus);
  if (target && target->type == "Appointment") {
    ticket.appointment_id = target->id;
  } else {
    ticket.focus = focus;
  }
}

Status SetPriority(const QueueContext& context, const std::string& code, QueueTicket& ticket) {
  if (code.empty()) return {};
  const PriorityClass* known = context.PolicyOf(ticket.service_id).Find(code);
  if (known == nullptr) return Fail(ErrorCode::BadData, "no such priority class");
  ticket.priority = {known->code, known->mark, known->level};
  return {};
}

}  // namespace

Result<std::string> ClaimNumber(store::Transaction& transaction, const QueueContext& context,
                                const std::string& service_id, const std::string& day,
                                const std::string& terminal, const std::string& number) {
  if (!IsProvisionalOf(number, LetterOf(context, service_id), terminal)) {
    return Fail(ErrorCode::BadData, "provisional number is not this terminal's");
  }
  const Result<store::SearchQuery> query =
      store::ParseSearch("Task",
                         {{"identifier", std::string(systems::kTicketNumber) + '|' + number},
                          {"group-identifier", QueueDay(service_id, day)}},
                         context.zone);
  if (!query) return Failed(query.error());
  const Result<store::SearchResult> used = transaction.Search(*query);
  if (!used) return Failed(used.error());
  if (!used->matches.empty()) {
    return Fail(ErrorCode::Conflict, "provisional number was used by another check-in");
  }
  return number;
}

Result<std::optional<QueueTicket>> LookTicket(store::ReadView& view, const std::string& ticket_id) {
  const Result<store::StoredResource> stored = view.Read("Task", ticket_id);
  if (!stored && stored.error().code == ErrorCode::NotFound) return std::optional<QueueTicket>();
  if (!stored) return Failed(stored.error());
  if (stored->deleted) return std::optional<QueueTicket>();
  const Result<Json> task = Json::Parse(stored->text);
  if (!task) return Failed(task.error());
  return FromTask(*task);
}

Result<Json> TaskOfAppointment(store::ReadView& view, const std::string& appointment_id) {
  const Result<store::SearchQuery> query =
      store::ParseSearch("Task",
                         {{"focus", "Appointment/" + appointment_id},
                          {"code", std::string(systems::kTaskCode) + "|queue-ticket"}},
                         TimeZone{});
  if (!query) return Failed(query.error());
  const Result<store::SearchResult> found = view.Search(*query);
  if (!found) return Failed(found.error());
  Json existing;
  for (const store::StoredResource& stored : found->matches) {
    Result<Json> task = Json::Parse(stored.text);
    if (!task) return Failed(task.error());
    // One that was transferred has a successor.
    if ((*task)["status"].AsString() != "cancelled") existing = std::move(*task);
  }
  return existing;
}

Result<std::vector<QueueTicket>> TicketsOf(store::ReadView& view, const QueueContext& context,
                                           const std::string& service_id, const std::string& day,
                                           const std::string& task_status) {
  Result<store::SearchQuery> query = store::ParseSearch(
      "Task",
      {{"group-identifier", QueueDay(service_id, day)}, {"status", task_status}, {"_count", kPage}},
      context.zone, store::Handling::Strict);
  if (!query) return Failed(query.error());
  std::vector<QueueTicket> tickets;
  while (true) {
    const Result<store::SearchResult> page = view.Search(*query);
    if (!page) return Failed(page.error());
    for (const store::StoredResource& stored : page->matches) {
      const Result<Json> task = Json::Parse(stored.text);
      if (!task) return Failed(task.error());
      if (auto ticket = FromTask(*task)) tickets.push_back(std::move(*ticket));
    }
    if (page->next_cursor.empty()) break;
    query->cursor = page->next_cursor;
  }
  std::ranges::sort(tickets, {}, PlaceOf);
  return tickets;
}

Status GivePlace(store::ReadView& view, const QueueContext& context, QueueTicket& ticket) {
  const QueuePolicy& policy = context.PolicyOf(ticket.service_id);
  std::vector<domain::QueueEntry> line;
  // Only who is put in between others needs to know them; everybody else stands by an own right,
  // whatever another process does meanwhile.
  if (ticket.way != domain::QueueWay::Normal && ticket.priority.level == 0) {
    const auto waiting = TicketsOf(view, context, ticket.service_id, ticket.day, "ready");
    if (!waiting) return Failed(waiting.error());
    for (const QueueTicket& one : *waiting) {
      // A room's own list was made from the line; who comes now stands in the line.
      if (one.id != ticket.id && !one.at_door) line.push_back(EntryOf(one));
    }
  }
  ticket.place = domain::PlaceFor(EntryOf(ticket), line, policy.order, context.zone);
  return {};
}

void ShowDraft(store::Transaction& transaction, const QueueContext& context,
               const QueueTicket& ticket) {
  const std::uint64_t draft = context.board.Draft(ticket);
  transaction.OnUndo(
      [&board = context.board, id = ticket.id, draft] { board.TakeBack(id, draft); });
}

Result<QueueTicket> SaveTicket(store::Transaction& transaction, const QueueContext& context,
                               QueueTicket ticket) {
  const Result<store::StoredResource> stored = transaction.Update(ToTask(ticket), ticket.version);
  if (!stored) return Failed(stored.error());
  ticket.version = stored->version;
  ShowDraft(transaction, context, ticket);
  return ticket;
}

Result<QueueTicket> Admit(store::Transaction& transaction, const Entrant& entrant,
                          const QueueContext& context) {
  QueueTicket ticket;
  ticket.day = ToDate(LocalDay(entrant.arrived, context.zone));
  ticket.service_id = entrant.service_id;
  Result<std::string> number = NumberFor(transaction, context, entrant, ticket.day);
  if (!number) return Failed(number.error());
  ticket.number = std::move(*number);
  ticket.operation_id = entrant.operation_id;
  ticket.serial = entrant.serial;
  ticket.room_id = entrant.room_id;
  ticket.patient_id = entrant.patient_id;
  Result<std::string> name = MaskedNameOf(transaction, entrant.patient_id);
  if (!name) return Failed(name.error());
  ticket.masked_name = std::move(*name);
  SetFocus(entrant.focus, ticket);
  ticket.terminal = entrant.terminal;
  ticket.offline = !entrant.provisional_number.empty();
  ticket.arrived = entrant.arrived;
  ticket.slot_start = entrant.slot_start;
  ticket.slot_end = entrant.slot_end;
  ticket.way = entrant.way;
  ticket.booked = entrant.booked;
  ticket.added = entrant.added;
  ticket.registered = entrant.registered;
  ticket.stops = entrant.stops;
  ticket.hold = entrant.hold;
  ticket.transferred_from = entrant.transferred_from;
  ticket.sequence = SequenceOf(entrant, context.zone);
  if (Status known = SetPriority(context, entrant.priority, ticket); !known) {
    return Failed(known.error());
  }
  if (Status placed = GivePlace(transaction, context, ticket); !placed) {
    return Failed(placed.error());
  }
  if (Status room = AssignRoom(transaction, context, ticket); !room) return Failed(room.error());
  const Result<store::StoredResource> task = transaction.Create(ToTask(ticket));
  if (!task) return Failed(task.error());
  ticket.id = task->id;
  ticket.version = task->version;
  ShowDraft(transaction, context, ticket);
  return ticket;
}

Result<QueueTicket> Enter(store::Transaction& transaction, const Entrant& entrant,
                          const QueueContext& context) {
  if (!fhir::IsId(entrant.operation_id)) return Fail(ErrorCode::BadData, "operation-id is missing");
  if (!context.directory->services.contains(entrant.service_id)) {
    return Fail(ErrorCode::BadData, "no such queue");
  }
  const auto known = transaction.FindRecord(kOperations, entrant.operation_id);
  if (!known) return Failed(known.error());
  if (*known) {
    Result<std::optional<QueueTicket>> ticket = LookTicket(transaction, (*known)->text);
    if (!ticket) return Failed(ticket.error());
    const bool same = *ticket && (*ticket)->service_id == entrant.service_id &&
                      (*ticket)->patient_id == entrant.patient_id;
    if (!same) return Fail(ErrorCode::Conflict, "operation-id belongs to another ticket");
    return std::move(**ticket);
  }
  Result<QueueTicket> ticket = Admit(transaction, entrant, context);
  if (!ticket) return ticket;
  const WallTime now = context.clock.Now();
  const AuditedAct act{.act = "enter",
                       .who = entrant.terminal,
                       .where = entrant.room_id,
                       .task_id = ticket->id,
                       .appointment_id = ticket->appointment_id,
                       .reason = "",
                       .when = now};
  if (auto kept = transaction.Create(ToAuditEvent(act)); !kept) return Failed(kept.error());
  const Status remembered = transaction.AddRecord(
      {kOperations, entrant.operation_id, ticket->id, now + store::kOperationMemory});
  if (!remembered) return Failed(remembered.error());
  return ticket;
}

}  // namespace yizhan::hospital
