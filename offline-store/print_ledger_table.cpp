#include "offline-store/print_ledger_table.h"

#include "offline-store/connection.h"

namespace yizhan::offline {
namespace {

constexpr std::size_t kMaxDocument = 8 * 1024 * 1024;
constexpr std::size_t kMaxText = 128;

constexpr const char* kColumns =
    "SELECT id, state, printer, attempt, job_id, pages, copy, changed_at FROM print_record ";

std::int64_t ToMs(WallTime time) { return time.time_since_epoch().count(); }

Result<domain::PrintRecord> ReadRow(const Statement& row) {
  const auto state = domain::ParsePrintState(row.Text(1));
  if (!state) return Fail(ErrorCode::BadData, "print record with an unknown state");
  return domain::PrintRecord{.id = row.Text(0),
                             .state = *state,
                             .printer = row.Text(2),
                             .attempt = static_cast<int>(row.Integer(3)),
                             .job_id = static_cast<int>(row.Integer(4)),
                             .pages = static_cast<int>(row.Integer(5)),
                             .copy = static_cast<int>(row.Integer(6)),
                             .changed_at = WallTime(std::chrono::milliseconds(row.Integer(7)))};
}

Result<domain::PrintRecord> FindIn(Connection& connection, const std::string& id) {
  Statement row = connection.Prepare(std::string(kColumns) + "WHERE id = ?1");
  row.Bind(1, id);
  const Result<bool> found = row.Step();
  if (!found) return tl::unexpected<Error>(found.error());
  if (!*found) return Fail(ErrorCode::NotFound, "no such print record");
  return ReadRow(row);
}

}  // namespace

Status PrintLedgerTable::Add(const domain::PrintRecord& record, const std::string& document) {
  if (record.id.empty() || record.id.size() > kMaxText || record.printer.size() > kMaxText ||
      document.size() > kMaxDocument || domain::IsFinal(record.state)) {
    return Fail(ErrorCode::BadData, "print record breaks a limit");
  }
  return database_.Inside().Write([&](Connection& c) {
    Statement insert = c.Prepare(
        "INSERT INTO print_record (id, state, final, printer, attempt, job_id, pages, copy, "
        "changed_at, document) VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    insert.Bind(1, record.id).Bind(2, domain::Name(record.state)).Bind(3, record.printer);
    insert.Bind(4, record.attempt).Bind(5, record.job_id).Bind(6, record.pages);
    insert.Bind(7, record.copy).Bind(8, ToMs(record.changed_at)).BindBlob(9, AsBytes(document));
    return insert.Run();
  });
}

Status PrintLedgerTable::Update(const domain::PrintRecord& record) {
  return database_.Inside().Write([&](Connection& c) -> Status {
    const auto before = FindIn(c, record.id);
    if (!before) return tl::unexpected<Error>(before.error());
    if (domain::IsFinal(before->state)) {
      return Fail(ErrorCode::Conflict, "print record is final");
    }
    Statement update = c.Prepare(
        "UPDATE print_record SET state = ?2, final = ?3, attempt = ?4, job_id = ?5, "
        "changed_at = ?6, document = iif(?3, NULL, document) WHERE id = ?1");
    update.Bind(1, record.id).Bind(2, domain::Name(record.state));
    update.Bind(3, domain::IsFinal(record.state) ? 1 : 0).Bind(4, record.attempt);
    return update.Bind(5, record.job_id).Bind(6, ToMs(record.changed_at)).Run();
  });
}

Result<std::vector<domain::PrintRecord>> PrintLedgerTable::Open() {
  return database_.Inside().Read([](Connection& c) -> Result<std::vector<domain::PrintRecord>> {
    Statement rows = c.Prepare(std::string(kColumns) + "WHERE final = 0 ORDER BY sequence");
    std::vector<domain::PrintRecord> records;
    for (;;) {
      const Result<bool> row = rows.Step();
      if (!row) return tl::unexpected<Error>(row.error());
      if (!*row) return records;
      auto record = ReadRow(rows);
      if (!record) return tl::unexpected<Error>(record.error());
      records.push_back(std::move(*record));
    }
  });
}

Result<domain::PrintRecord> PrintLedgerTable::Find(const std::string& id) {
  return database_.Inside().Read([&](Connection& c) { return FindIn(c, id); });
}

Result<std::string> PrintLedgerTable::Document(const std::string& id) {
  return database_.Inside().Read([&](Connection& c) -> Result<std::string> {
    Statement row = c.Prepare("SELECT document FROM print_record WHERE id = ?1");
    row.Bind(1, id);
    const Result<bool> found = row.Step();
    if (!found) return tl::unexpected<Error>(found.error());
    if (!*found || row.IsNull(0)) return Fail(ErrorCode::NotFound, "no document kept");
    return row.Text(0);
  });
}

Status PrintLedgerTable::PruneFinal(WallTime before) {
  return database_.Inside().Write([&](Connection& c) {
    Statement prune = c.Prepare("DELETE FROM print_record WHERE final = 1 AND changed_at < ?1");
    return prune.Bind(1, ToMs(before)).Run();
  });
}

}  // namespace yizhan::offline
