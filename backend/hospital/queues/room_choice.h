#pragma once

#include <string>
#include <vector>

#include "backend/hospital/queues/enter.h"
#include "domain/queue_order.h"

namespace yizhan::hospital {

/// The rooms of a queue that call today and how much waits for each, from the tickets that wait
/// (`ready`) and are called (`called`). Paused rooms are left out.
[[nodiscard]] std::vector<domain::RoomLoad> LoadsOf(const QueueContext& context,
                                                    const std::string& service_id,
                                                    const std::vector<QueueTicket>& ready,
                                                    const std::vector<QueueTicket>& called);

/// Gives a ticket without a room the one with the least expected wait, where the queue's rules
/// assign rooms at check-in (F16). A room that the patient chose stays.
[[nodiscard]] Status AssignRoom(store::ReadView& view, const QueueContext& context,
                                QueueTicket& ticket);

}  // namespace yizhan::hospital
