#pragma once

#include "offline-store/connection.h"
#include "offline-store/outbox.h"

namespace yizhan::offline {

/// Outbox::Add and Outbox::MarkDelivered inside a Write of the caller.
[[nodiscard]] Status InsertAct(Connection& connection, const OutboxEntry& entry);
[[nodiscard]] Status SettleDelivered(Connection& connection, const domain::OperationId& operation,
                                     WallTime now);

}  // namespace yizhan::offline
