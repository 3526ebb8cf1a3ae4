#include "backend/hospital/queues/desk_steps.h"

#include <algorithm>
#include <tuple>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/bookings.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

tl::unexpected<Error> Failed(const Error& error) { return tl::unexpected<Error>(error); }

/// What of the ticket's stops is done at the desk: all where the desk has no list of its own.
bool IsDoneAt(const QueueContext& context, const std::string& room_id, const std::string& stop) {
  const auto items = context.directory->items_of_room.find(room_id);
  return items == context.directory->items_of_room.end() ||
         std::ranges::find(items->second, stop) != items->second.end();
}

bool HasWorkAt(const QueueContext& context, const QueueTicket& ticket, const std::string& room_id) {
  return ticket.stops.empty() || std::ranges::any_of(ticket.stops, [&](const std::string& stop) {
           return IsDoneAt(context, room_id, stop);
         });
}

/// Priority classes, then the list at the door, then the line.
int GroupOf(const QueueTicket& ticket, const std::string& room_id) {
  if (ticket.priority.level > 0) return 0;
  return ticket.at_door && ticket.room_id == room_id ? 1 : 2;
}

}  // namespace

Result<std::optional<QueueTicket>> CalledTo(store::ReadView& view, const QueueContext& context,
                                            const std::string& service_id,
                                            const std::string& room_id) {
  Result<std::vector<QueueTicket>> called =
      TicketsOf(view, context, service_id, context.Today(), "in-progress");
  if (!called) return Failed(called.error());
  std::optional<QueueTicket> latest;
  for (QueueTicket& ticket : *called) {
    if (ticket.room_id != room_id || ticket.status != TicketStatus::Called) continue;
    if (!latest || latest->last_called < ticket.last_called) latest = std::move(ticket);
  }
  return latest;
}

Result<bool> IsCalledElsewhere(store::ReadView& view, const QueueContext& context,
                               const QueueTicket& ticket) {
  const auto holds = [&](const std::string& service_id) {
    return context.directory->ServiceOf(service_id).kind != QueueKind::Pharmacy;
  };
  if (ticket.patient_id.empty() || !holds(ticket.service_id)) return false;
  const Result<store::SearchQuery> query =
      store::ParseSearch("Task",
                         {{"patient", "Patient/" + ticket.patient_id},
                          {"code", std::string(systems::kTaskCode) + "|queue-ticket"},
                          {"status", "in-progress"}},
                         context.zone, store::Handling::Strict);
  if (!query) return Failed(query.error());
  const Result<store::SearchResult> found = view.Search(*query);
  if (!found) return Failed(found.error());
  for (const store::StoredResource& stored : found->matches) {
    const Result<Json> task = Json::Parse(stored.text);
    const auto other = task ? FromTask(*task) : std::nullopt;
    const bool is_called = other && other->status == TicketStatus::Called &&
                           other->day == ticket.day && other->id != ticket.id;
    if (is_called && holds(other->service_id)) return true;
  }
  return false;
}

std::vector<QueueTicket> CandidatesFor(const QueueContext& context, const std::string& service_id,
                                       const std::string& room_id) {
  std::vector<QueueTicket> candidates;
  std::vector<QueueTicket> of_others;
  for (QueueTicket& ticket : context.board.WaitingFor(service_id, "")) {
    if (!HasWorkAt(context, ticket, room_id)) continue;
    const bool ours = ticket.room_id.empty() || ticket.room_id == room_id;
    const bool may_help = ticket.room_by == RoomChoice::Rule && !ticket.at_door;
    if (ours) {
      candidates.push_back(std::move(ticket));
    } else if (may_help) {
      of_others.push_back(std::move(ticket));
    }
  }
  std::ranges::stable_sort(candidates, {}, [&](const QueueTicket& ticket) {
    return std::tuple(GroupOf(ticket, room_id), PlaceOf(ticket));
  });
  std::ranges::move(of_others, std::back_inserter(candidates));
  return candidates;
}

Result<QueueTicket> EndVisit(store::Transaction& transaction, const QueueContext& context,
                             QueueTicket ticket, const std::string& room_id, WallTime now) {
  ticket.finished = now;
  std::vector<std::string> left;
  for (std::string& stop : ticket.stops) {
    (IsDoneAt(context, room_id, stop) ? ticket.visited : left).push_back(std::move(stop));
  }
  ticket.stops = std::move(left);
  if (!ticket.stops.empty()) {
    // It keeps its place: who has begun does not queue again.
    ticket.status = TicketStatus::Waiting;
    ticket.room_id.clear();
    ticket.room_by = RoomChoice::Patient;
    ticket.calls = 0;
    return SaveTicket(transaction, context, std::move(ticket));
  }
  ticket.status = TicketStatus::Done;
  Result<QueueTicket> saved = SaveTicket(transaction, context, std::move(ticket));
  if (!saved) return saved;
  const Status done = SetAppointment(transaction, saved->appointment_id, "", "fulfilled");
  if (!done) return Failed(done.error());
  return saved;
}

Status RefillDoor(store::Transaction& transaction, const QueueContext& context,
                  const std::string& service_id, const std::string& room_id) {
  const QueuePolicy& policy = context.PolicyOf(service_id);
  const bool has_lists = policy.rooms == RoomAssignment::RoomList && policy.order.room_capacity > 0;
  if (!has_lists) return {};
  Result<std::vector<QueueTicket>> ready =
      TicketsOf(transaction, context, service_id, context.Today(), "ready");
  if (!ready) return Failed(ready.error());
  auto room =
      policy.order.room_capacity - std::ranges::count_if(*ready, [&](const QueueTicket& ticket) {
        return ticket.at_door && ticket.room_id == room_id;
      });
  for (QueueTicket& ticket : *ready) {
    if (room <= 0) break;
    const bool fits = !ticket.at_door && ticket.hold.empty() &&
                      (ticket.room_id.empty() || ticket.room_id == room_id) &&
                      HasWorkAt(context, ticket, room_id);
    if (!fits) continue;
    if (ticket.room_id.empty()) ticket.room_by = RoomChoice::Rule;
    ticket.room_id = room_id;
    ticket.at_door = true;
    --room;
    const Result<QueueTicket> saved = SaveTicket(transaction, context, std::move(ticket));
    if (!saved) return Failed(saved.error());
  }
  return {};
}

Status SetAppointment(store::Transaction& transaction, const std::string& appointment_id,
                      const std::string& from, const std::string& to) {
  if (appointment_id.empty()) return {};
  const Result<store::StoredResource> stored = transaction.Read("Appointment", appointment_id);
  if (!stored && stored.error().code != ErrorCode::NotFound) return Failed(stored.error());
  if (!stored || stored->deleted) return {};
  Result<Json> appointment = Json::Parse(stored->text);
  if (!appointment) return Failed(appointment.error());
  const std::string& status = (*appointment)["status"].AsString();
  if (status == to || (!from.empty() && status != from)) return {};
  appointment->Set("status", Json::String(to));
  const auto visit = to == "fulfilled" ? FromAppointment(*appointment) : std::nullopt;
  const Result<store::StoredResource> updated = transaction.Update(std::move(*appointment));
  if (!updated) return Failed(updated.error());
  // A visit that a follow-up had suggested is told to it: that it took place, without its date.
  return visit ? FollowSuggestion(transaction, *visit, {}) : Status();
}

}  // namespace yizhan::hospital
