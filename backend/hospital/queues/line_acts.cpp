// What a person may do with a ticket in the line. Everything that changes the order needs a reason.
#include <algorithm>

#include "backend/hospital/audit.h"
#include "backend/hospital/queues/desk_steps.h"
#include "backend/hospital/queues/queues.h"

namespace yizhan::hospital {
namespace {

using domain::QueueWay;

constexpr std::size_t kLongestHold = 32;

tl::unexpected<Error> Failed(const Error& error) { return tl::unexpected<Error>(error); }
tl::unexpected<Error> Refuse(const char* word) { return Fail(ErrorCode::Refused, word); }

bool Waits(const QueueTicket& ticket) { return ticket.status == TicketStatus::Waiting; }

/// Back among those who wait, by the rule for that way.
Status PutBack(store::Transaction& transaction, const QueueContext& context, QueueWay way,
               WallTime now, QueueTicket& ticket) {
  ticket.status = TicketStatus::Waiting;
  ticket.way = way;
  ticket.entered = now;
  ticket.moved = false;
  ticket.at_door = false;
  ticket.hold.clear();
  ticket.calls = 0;
  return GivePlace(transaction, context, ticket);
}

bool IsRoomOf(const QueueContext& context, const QueueTicket& ticket, const std::string& room_id) {
  const std::vector<std::string>& rooms = context.directory->ServiceOf(ticket.service_id).room_ids;
  return std::ranges::find(rooms, room_id) != rooms.end();
}

/// Where a ticket stands that was put right behind `front`; those of the same base move on.
Result<domain::QueuePlace> PlaceBehind(store::Transaction& transaction, const QueueContext& context,
                                       const QueueTicket& front,
                                       const std::vector<QueueTicket>& line) {
  domain::QueuePlace place = PlaceOf(front).place;
  ++place.inserted;
  for (const QueueTicket& one : line) {
    const domain::QueuePlace other = PlaceOf(one).place;
    const bool same_base =
        other.period == place.period && other.rank == place.rank && other.base == place.base;
    if (!same_base || other.inserted < place.inserted) continue;
    QueueTicket pushed = one;
    pushed.place = other;
    ++pushed.place->inserted;
    const Result<QueueTicket> saved = SaveTicket(transaction, context, std::move(pushed));
    if (!saved) return Failed(saved.error());
  }
  return place;
}

/// A place in front of `line[target]`.
Result<domain::QueuePlace> PlaceBefore(store::Transaction& transaction, const QueueContext& context,
                                       const std::vector<QueueTicket>& line, std::size_t target) {
  if (target > 0) return PlaceBehind(transaction, context, line[target - 1], line);
  domain::QueuePlace place = PlaceOf(line.front()).place;
  place.base = std::max<std::int64_t>(0, place.base - 1);
  place.inserted = 0;
  return place;
}

}  // namespace

Result<QueueTicket> Queues::Recall(const DeskAct& act) {
  return DoTo(act, "recall", Reason::Needed,
              [](store::Transaction& transaction, const QueueContext& context, QueueTicket ticket,
                 AuditedAct& audited) -> Result<QueueTicket> {
                if (ticket.status != TicketStatus::Passed) return Refuse("state");
                const Status put =
                    PutBack(transaction, context, QueueWay::Recalled, audited.when, ticket);
                if (!put) return Failed(put.error());
                return SaveTicket(transaction, context, std::move(ticket));
              });
}

Result<QueueTicket> Queues::Return(const DeskAct& act) {
  return Do(
      act, "return", Reason::Free,
      [&](store::Transaction& transaction, const QueueContext& context,
          AuditedAct& audited) -> Result<QueueTicket> {
        Result<std::optional<QueueTicket>> found = LookTicket(transaction, act.ticket_id);
        if (!found) return Failed(found.error());
        if (!*found) return Fail(ErrorCode::NotFound, "no such ticket");
        QueueTicket& ticket = **found;
        const bool may = ticket.status == TicketStatus::Away || ticket.status == TicketStatus::Done;
        if (!may) return Refuse("state");
        const auto day = ParseDate(ticket.day);
        const auto today = LocalDay(audited.when, context.zone);
        const int allowed = context.PolicyOf(ticket.service_id).return_days;
        if (!day || today - *day >= std::chrono::days(allowed)) return Refuse("no-results-day");
        if (*day == today) {
          // The doctor who asked for the results reads them.
          if (!ticket.room_id.empty()) ticket.room_by = RoomChoice::Staff;
          const Status put =
              PutBack(transaction, context, QueueWay::Returned, audited.when, ticket);
          if (!put) return Failed(put.error());
          return SaveTicket(transaction, context, std::move(ticket));
        }
        Entrant entrant;
        entrant.operation_id = "return." + context.Today() + '.' + ticket.id;
        entrant.terminal = ticket.terminal;
        entrant.patient_id = ticket.patient_id;
        entrant.service_id = ticket.service_id;
        entrant.room_id = ticket.room_id;
        entrant.focus =
            ticket.appointment_id.empty() ? ticket.focus : "Appointment/" + ticket.appointment_id;
        entrant.arrived = audited.when;
        entrant.way = QueueWay::Returned;
        return Enter(transaction, entrant, context);
      });
}

Result<QueueTicket> Queues::SetPriority(const DeskAct& act, const std::string& class_code) {
  return DoTo(act, class_code.empty() ? "take-priority" : "give-priority", Reason::Needed,
              [&](store::Transaction& transaction, const QueueContext& context, QueueTicket ticket,
                  AuditedAct&) -> Result<QueueTicket> {
                if (HasLeft(ticket.status)) return Refuse("state");
                ticket.priority = {};
                if (!class_code.empty()) {
                  const PriorityClass* known = context.PolicyOf(ticket.service_id).Find(class_code);
                  if (known == nullptr) return Fail(ErrorCode::NotFound, "no such class");
                  ticket.priority = {known->code, known->mark, known->level};
                }
                ticket.moved = false;
                if (Status placed = GivePlace(transaction, context, ticket); !placed) {
                  return Failed(placed.error());
                }
                return SaveTicket(transaction, context, std::move(ticket));
              });
}

Result<QueueTicket> Queues::MoveForward(const DeskAct& act, const std::string& before_id) {
  return DoTo(act, "move-forward", Reason::Needed,
              [&](store::Transaction& transaction, const QueueContext& context, QueueTicket ticket,
                  AuditedAct&) -> Result<QueueTicket> {
                if (!Waits(ticket) || ticket.at_door) return Refuse("state");
                Result<std::vector<QueueTicket>> all =
                    TicketsOf(transaction, context, ticket.service_id, ticket.day, "ready");
                if (!all) return Failed(all.error());
                std::vector<QueueTicket> line;
                std::ranges::copy_if(*all, std::back_inserter(line), [&](const QueueTicket& one) {
                  return one.id != ticket.id && !one.at_door;
                });
                const auto target = before_id.empty()
                                        ? line.begin()
                                        : std::ranges::find(line, before_id, &QueueTicket::id);
                if (target == line.end()) return Fail(ErrorCode::NotFound, "nobody waits there");
                // Only forward: who is to wait longer is held, not pushed back.
                if (PlaceOf(ticket) < PlaceOf(*target)) return Refuse("state");
                const auto place = PlaceBefore(transaction, context, line,
                                               static_cast<std::size_t>(target - line.begin()));
                if (!place) return Failed(place.error());
                ticket.place = *place;
                ticket.moved = true;
                return SaveTicket(transaction, context, std::move(ticket));
              });
}

Result<QueueTicket> Queues::Hold(const DeskAct& act, const std::string& why) {
  return DoTo(act, "hold", Reason::Free,
              [&](store::Transaction& transaction, const QueueContext& context, QueueTicket ticket,
                  AuditedAct& audited) -> Result<QueueTicket> {
                const bool is_code =
                    !why.empty() && why.size() <= kLongestHold &&
                    std::ranges::all_of(why, [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                    });
                if (!is_code) return Fail(ErrorCode::BadData, "not a code");
                if (!Waits(ticket)) return Refuse("state");
                ticket.hold = why;
                // Somebody who can be called stands at the door instead.
                ticket.at_door = false;
                if (audited.reason.empty()) audited.reason = why;
                return SaveTicket(transaction, context, std::move(ticket));
              });
}

Result<QueueTicket> Queues::Release(const DeskAct& act) {
  return DoTo(act, "release", Reason::Free,
              [](store::Transaction& transaction, const QueueContext& context, QueueTicket ticket,
                 AuditedAct&) -> Result<QueueTicket> {
                if (ticket.hold.empty()) return Refuse("state");
                ticket.hold.clear();
                return SaveTicket(transaction, context, std::move(ticket));
              });
}

Result<QueueTicket> Queues::AssignToRoom(const DeskAct& act, const std::string& room_id,
                                         bool consent) {
  return DoTo(act, "assign-room", Reason::Needed,
              [&](store::Transaction& transaction, const QueueContext& context, QueueTicket ticket,
                  AuditedAct&) -> Result<QueueTicket> {
                if (ticket.status == TicketStatus::Called || HasLeft(ticket.status)) {
                  return Refuse("state");
                }
                if (!IsRoomOf(context, ticket, room_id)) {
                  return Fail(ErrorCode::NotFound, "no such room in this queue");
                }
                const bool chosen = !ticket.room_id.empty() && ticket.room_id != room_id &&
                                    ticket.room_by == RoomChoice::Patient;
                if (chosen && !consent) return Refuse("chosen-doctor");
                ticket.room_id = room_id;
                ticket.room_by = RoomChoice::Staff;
                ticket.at_door = false;
                return SaveTicket(transaction, context, std::move(ticket));
              });
}

Result<QueueTicket> Queues::SendToDoor(const DeskAct& act, const std::string& room_id) {
  return DoTo(
      act, "send-to-door", Reason::Free,
      [&](store::Transaction& transaction, const QueueContext& context, QueueTicket ticket,
          AuditedAct& audited) -> Result<QueueTicket> {
        if (!Waits(ticket) || ticket.at_door || !ticket.hold.empty()) return Refuse("state");
        if (!IsRoomOf(context, ticket, room_id)) {
          return Fail(ErrorCode::NotFound, "no such room in this queue");
        }
        if (!ticket.room_id.empty() && ticket.room_id != room_id &&
            ticket.room_by == RoomChoice::Patient) {
          return Refuse("chosen-doctor");
        }
        Result<std::vector<QueueTicket>> ready =
            TicketsOf(transaction, context, ticket.service_id, ticket.day, "ready");
        if (!ready) return Failed(ready.error());
        const auto there = std::ranges::count_if(
            *ready, [&](const QueueTicket& one) { return one.at_door && one.room_id == room_id; });
        if (there >= context.PolicyOf(ticket.service_id).order.room_capacity) {
          return Refuse("room-full");
        }
        const bool overtakes = std::ranges::any_of(*ready, [&](const QueueTicket& one) {
          const bool before = PlaceOf(one) < PlaceOf(ticket) && !one.at_door && one.hold.empty();
          return before && (one.room_id.empty() || one.room_id == room_id);
        });
        if (overtakes && audited.reason.empty()) return Refuse("reason");
        ticket.moved = ticket.moved || overtakes;
        if (ticket.room_id.empty()) ticket.room_by = RoomChoice::Staff;
        ticket.room_id = room_id;
        ticket.at_door = true;
        return SaveTicket(transaction, context, std::move(ticket));
      });
}

}  // namespace yizhan::hospital
