#include "backend/hospital/queues/room_choice.h"

#include <algorithm>

namespace yizhan::hospital {

std::vector<domain::RoomLoad> LoadsOf(const QueueContext& context, const std::string& service_id,
                                      const std::vector<QueueTicket>& ready,
                                      const std::vector<QueueTicket>& called) {
  std::vector<domain::RoomLoad> loads;
  const WallTime now = context.clock.Now();
  for (const std::string& room : context.directory->ServiceOf(service_id).room_ids) {
    if (context.rules->pauses.contains(room)) continue;
    domain::RoomLoad load{room, 0, false, {}};
    load.waiting = static_cast<int>(std::ranges::count(ready, room, &QueueTicket::room_id));
    const auto inside = std::ranges::find(called, room, &QueueTicket::room_id);
    if (inside != called.end()) {
      load.busy = true;
      load.inside_for = now - inside->first_called.value_or(now);
    }
    loads.push_back(std::move(load));
  }
  return loads;
}

Status AssignRoom(store::ReadView& view, const QueueContext& context, QueueTicket& ticket) {
  const bool by_rule = ticket.room_id.empty() &&
                       context.PolicyOf(ticket.service_id).rooms == RoomAssignment::AtCheckIn;
  if (!by_rule) return {};
  const auto ready = TicketsOf(view, context, ticket.service_id, ticket.day, "ready");
  if (!ready) return tl::unexpected<Error>(ready.error());
  const auto called = TicketsOf(view, context, ticket.service_id, ticket.day, "in-progress");
  if (!called) return tl::unexpected<Error>(called.error());
  const auto typical = context.board.TypicalLength(ticket.service_id);
  const auto chosen = domain::ChooseRoom(LoadsOf(context, ticket.service_id, *ready, *called),
                                         typical.value_or(std::chrono::seconds(0)));
  if (!chosen) return {};  // Whichever room opens next.
  ticket.room_id = *chosen;
  ticket.room_by = RoomChoice::Rule;
  return {};
}

}  // namespace yizhan::hospital
