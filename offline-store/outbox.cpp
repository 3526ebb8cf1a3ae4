#include "offline-store/outbox.h"

#include "offline-store/connection.h"
#include "offline-store/outbox_acts.h"

namespace yizhan::offline {
namespace {

constexpr std::size_t kMaxKind = 32;
constexpr std::size_t kMaxId = 128;
constexpr std::size_t kMaxReason = 64;
constexpr std::size_t kMaxBody = 64 * 1024;

constexpr const char* kColumns =
    "SELECT sequence, operation, kind, aggregate, body, created, attempts, state, reason "
    "FROM outbox ";

std::int64_t ToMs(WallTime time) { return time.time_since_epoch().count(); }

WallTime FromMs(std::int64_t ms) { return WallTime(std::chrono::milliseconds(ms)); }

DeliveryState ParseState(const std::string& name) {
  if (name == "pending") return DeliveryState::Pending;
  return name == "parked" ? DeliveryState::Parked : DeliveryState::Delivered;
}

OutboxEntry ReadRow(const Statement& row) {
  return {.sequence = row.Integer(0),
          .operation = domain::OperationId(row.Text(1)),
          .kind = row.Text(2),
          .aggregate = row.Text(3),
          .body = row.Text(4),
          .created = FromMs(row.Integer(5)),
          .attempts = static_cast<int>(row.Integer(6)),
          .state = ParseState(row.Text(7)),
          .parked_reason = row.Text(8)};
}

Result<std::vector<OutboxEntry>> ReadRows(Statement& rows) {
  std::vector<OutboxEntry> entries;
  for (;;) {
    const Result<bool> row = rows.Step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) return entries;
    entries.push_back(ReadRow(rows));
  }
}

/// Runs a change that must touch exactly one act.
Status ChangeOne(Connection& connection, Statement& change) {
  if (Status done = change.Run(); !done) return done;
  if (connection.Changes() == 0) return Fail(ErrorCode::NotFound, "no such act in the outbox");
  return {};
}

}  // namespace

Status InsertAct(Connection& connection, const OutboxEntry& entry) {
  if (entry.operation.Empty() || entry.operation.Value().size() > kMaxId || entry.kind.empty() ||
      entry.kind.size() > kMaxKind || entry.aggregate.size() > kMaxId ||
      entry.body.size() > kMaxBody) {
    return Fail(ErrorCode::BadData, "act breaks a limit of the outbox");
  }
  Statement insert = connection.Prepare(
      "INSERT INTO outbox (operation, kind, aggregate, body, created, state) "
      "VALUES (?1, ?2, ?3, ?4, ?5, 'pending') ON CONFLICT (operation) DO NOTHING");
  return insert.Bind(1, entry.operation.Value())
      .Bind(2, entry.kind)
      .Bind(3, entry.aggregate)
      .Bind(4, entry.body)
      .Bind(5, ToMs(entry.created))
      .Run();
}

Status SettleDelivered(Connection& connection, const domain::OperationId& operation, WallTime now) {
  // A repetition keeps the time of the first one.
  Statement settle = connection.Prepare(
      "UPDATE outbox SET body = '', aggregate = '', reason = '', "
      "settled = iif(state = 'delivered', settled, ?2), state = 'delivered' "
      "WHERE operation = ?1");
  settle.Bind(1, operation.Value()).Bind(2, ToMs(now));
  return ChangeOne(connection, settle);
}

Status Outbox::Add(const OutboxEntry& entry) {
  return database_.Inside().Write([&](Connection& c) { return InsertAct(c, entry); });
}

Result<std::vector<OutboxEntry>> Outbox::Pending(int limit) {
  return database_.Inside().Read([&](Connection& c) {
    Statement rows =
        c.Prepare(std::string(kColumns) +
                  "AS act WHERE state = 'pending' AND (aggregate = '' OR NOT EXISTS ("
                  "SELECT 1 FROM outbox AS older WHERE older.state = 'pending' AND "
                  "older.aggregate = act.aggregate AND older.sequence < act.sequence)) "
                  "ORDER BY sequence LIMIT ?1");
    rows.Bind(1, limit);
    return ReadRows(rows);
  });
}

Status Outbox::MarkAttempt(const domain::OperationId& operation) {
  return database_.Inside().Write([&](Connection& c) {
    Statement count = c.Prepare(
        "UPDATE outbox SET attempts = attempts + 1 WHERE operation = ?1 AND state = 'pending'");
    count.Bind(1, operation.Value());
    return ChangeOne(c, count);
  });
}

Status Outbox::MarkDelivered(const domain::OperationId& operation, WallTime now) {
  return database_.Inside().Write(
      [&](Connection& c) { return SettleDelivered(c, operation, now); });
}

Status Outbox::Park(const domain::OperationId& operation, const std::string& reason, WallTime now) {
  if (reason.empty() || reason.size() > kMaxReason) {
    return Fail(ErrorCode::BadData, "parking needs a short reason");
  }
  return database_.Inside().Write([&](Connection& c) {
    Statement park = c.Prepare(
        "UPDATE outbox SET state = 'parked', reason = ?2, settled = ?3 "
        "WHERE operation = ?1 AND state = 'pending'");
    park.Bind(1, operation.Value()).Bind(2, reason).Bind(3, ToMs(now));
    return ChangeOne(c, park);
  });
}

Status Outbox::Resume(const domain::OperationId& operation) {
  return database_.Inside().Write([&](Connection& c) {
    Statement resume = c.Prepare(
        "UPDATE outbox SET state = 'pending', reason = '', settled = 0, attempts = 0 "
        "WHERE operation = ?1 AND state = 'parked'");
    resume.Bind(1, operation.Value());
    return ChangeOne(c, resume);
  });
}

Result<std::vector<OutboxEntry>> Outbox::Parked(int limit) {
  return database_.Inside().Read([&](Connection& c) {
    Statement rows =
        c.Prepare(std::string(kColumns) + "WHERE state = 'parked' ORDER BY sequence LIMIT ?1");
    rows.Bind(1, limit);
    return ReadRows(rows);
  });
}

Result<OutboxEntry> Outbox::Find(const domain::OperationId& operation) {
  return database_.Inside().Read([&](Connection& c) -> Result<OutboxEntry> {
    Statement row = c.Prepare(std::string(kColumns) + "WHERE operation = ?1");
    row.Bind(1, operation.Value());
    const Result<bool> found = row.Step();
    if (!found) return tl::unexpected<Error>(found.error());
    if (!*found) return Fail(ErrorCode::NotFound, "no such act in the outbox");
    return ReadRow(row);
  });
}

Result<OutboxCounts> Outbox::Counts() {
  return database_.Inside().Read([&](Connection& c) -> Result<OutboxCounts> {
    Statement row = c.Prepare(
        "SELECT count(*) FILTER (WHERE state = 'pending'), "
        "count(*) FILTER (WHERE state = 'parked'), "
        "min(created) FILTER (WHERE state = 'pending') FROM outbox");
    const Result<bool> found = row.Step();
    if (!found) return tl::unexpected<Error>(found.error());
    OutboxCounts counts{.pending = static_cast<int>(row.Integer(0)),
                        .parked = static_cast<int>(row.Integer(1)),
                        .oldest_pending = std::nullopt};
    if (!row.IsNull(2)) counts.oldest_pending = FromMs(row.Integer(2));
    return counts;
  });
}

Status Outbox::PruneDelivered(WallTime before) {
  return database_.Inside().Write([&](Connection& c) {
    Statement prune = c.Prepare("DELETE FROM outbox WHERE state = 'delivered' AND settled < ?1");
    return prune.Bind(1, ToMs(before)).Run();
  });
}

}  // namespace yizhan::offline
