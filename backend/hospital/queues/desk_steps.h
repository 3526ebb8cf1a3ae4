/// \file
/// Steps inside the transactions of the acts on queues. Private to this folder.
#pragma once

#include <string>
#include <vector>

#include "backend/hospital/audit.h"
#include "backend/hospital/queues/enter.h"

namespace yizhan::hospital {

/// Who is called to a room, as the store holds it. Empty: nobody.
[[nodiscard]] Result<std::optional<QueueTicket>> CalledTo(store::ReadView& view,
                                                          const QueueContext& context,
                                                          const std::string& service_id,
                                                          const std::string& room_id);

/// The patient is called by another ticket at this moment. One who waits at a pharmacy window can
/// be called everywhere: nobody holds them there.
[[nodiscard]] Result<bool> IsCalledElsewhere(store::ReadView& view, const QueueContext& context,
                                             const QueueTicket& ticket);

/// What may be called at a desk: its own list first, behind priority classes, then the line; what a
/// rule had given to other rooms only when nobody else is left.
[[nodiscard]] std::vector<QueueTicket> CandidatesFor(const QueueContext& context,
                                                     const std::string& service_id,
                                                     const std::string& room_id);

/// The ticket leaves the room: over, or it waits for the further stops of a centre's visit.
[[nodiscard]] Result<QueueTicket> EndVisit(store::Transaction& transaction,
                                           const QueueContext& context, QueueTicket ticket,
                                           const std::string& room_id, WallTime now);

/// Fills the list at a door from the line, where the queue's rules have such lists.
[[nodiscard]] Status RefillDoor(store::Transaction& transaction, const QueueContext& context,
                                const std::string& service_id, const std::string& room_id);

/// Sets Appointment.status if it is one of `from` (all of them when empty). An appointment that is
/// not there is no error: the ticket alone is enough.
[[nodiscard]] Status SetAppointment(store::Transaction& transaction,
                                    const std::string& appointment_id, const std::string& from,
                                    const std::string& to);

}  // namespace yizhan::hospital
