#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/ids.h"
#include "offline-store/database.h"

namespace yizhan::offline {

enum class DeliveryState {
  Pending,    ///< To be sent, or sent without an answer.
  Delivered,  ///< The hospital has it. Only the operation's id is left here.
  Parked,     ///< The hospital understood and refused: a person decides.
};

/// One act for the hospital: an intent ("this patient arrived at 08:42"), never a difference of
/// data. `body` is made and read by kiosk/sync.
struct OutboxEntry {
  std::int64_t sequence = 0;      ///< Order of recording on this terminal; set by Add.
  domain::OperationId operation;  ///< UUID; the hospital recognises a repetition by it.
  std::string kind;               ///< "check-in", "staff-call": at most 32 characters.
  /// Entries with the same one are delivered in order; empty: no order. At most 128 characters.
  std::string aggregate;
  std::string body;  ///< JSON, at most 64 KiB. Empty once delivered.
  WallTime created{};
  int attempts = 0;  ///< Times it was sent.
  DeliveryState state = DeliveryState::Pending;
  std::string parked_reason;  ///< A code of kiosk/sync, no patient data. At most 64 characters.
};

struct OutboxCounts {
  int pending = 0;
  int parked = 0;
  std::optional<WallTime> oldest_pending;  ///< When the oldest waiting act was recorded.
};

/// Durable list of what the hospital must still hear. The loop of kiosk/sync:
///   Pending -> for each: MarkAttempt, send, then MarkDelivered | Park | nothing (try again later
///   after NextAttemptDelay). A crash anywhere repeats the send, never loses it.
/// Thread-safe. Borrows the database. Errors of every call: see Database.
class Outbox {
 public:
  explicit Outbox(Database& database) : database_(database) {}

  /// Records an act. Repeating a known operation (in any state) changes nothing and succeeds.
  /// BadData: no operation or kind, or a limit of OutboxEntry is exceeded.
  [[nodiscard]] Status Add(const OutboxEntry& entry);

  /// What may be sent now, oldest first, at most `limit`: of several acts with the same aggregate
  /// only the oldest pending one. A parked act does not hold up the acts behind it.
  [[nodiscard]] Result<std::vector<OutboxEntry>> Pending(int limit);

  /// Counts one sending. Call it before sending. NotFound: no such pending act.
  [[nodiscard]] Status MarkAttempt(const domain::OperationId& operation);
  /// The hospital has it: forgets the body. Repeating succeeds. NotFound: never recorded.
  [[nodiscard]] Status MarkDelivered(const domain::OperationId& operation, WallTime now);
  /// The hospital said no, and would say it again. NotFound: no such pending act.
  [[nodiscard]] Status Park(const domain::OperationId& operation, const std::string& reason,
                            WallTime now);
  /// A person decided that a parked act is to be sent again. NotFound: it is not parked.
  [[nodiscard]] Status Resume(const domain::OperationId& operation);

  /// Parked acts, oldest first, for the staff page.
  [[nodiscard]] Result<std::vector<OutboxEntry>> Parked(int limit);
  /// NotFound: never recorded, or delivered so long ago that it was pruned.
  [[nodiscard]] Result<OutboxEntry> Find(const domain::OperationId& operation);
  [[nodiscard]] Result<OutboxCounts> Counts();

  /// Forgets ids of acts delivered before `before` (14 days are usual: as long as a hospital may
  /// have to be restored from a backup).
  [[nodiscard]] Status PruneDelivered(WallTime before);

 private:
  Database& database_;
};

}  // namespace yizhan::offline
