#include "backend/store/postgres/maintenance.h"

#include <algorithm>
#include <unordered_map>

#include "backend/fhir/resources.h"
#include "backend/store/export_format.h"
#include "backend/store/index_tables.h"
#include "backend/store/postgres/changes.h"
#include "backend/store/postgres/sql_reader.h"

namespace yizhan::store {
namespace {

using fhir::Json;

/// Rows that travel together.
constexpr std::size_t kBatch = 2000;

tl::unexpected<Error> Failed(const Error& error) { return tl::unexpected<Error>(error); }

Status Done(const Result<Rows>& rows) { return rows ? Status() : Failed(rows.error()); }

std::string ColumnList(const IndexTable& table) {
  std::string list;
  for (const IndexColumn& column : table.columns) {
    list += (list.empty() ? "" : ",") + std::string(column.name);
  }
  return list;
}

std::string MakeTables() {
  std::string sql;
  for (const IndexTable& table : IndexTables()) {
    const std::string name = table.name;
    sql += "DROP TABLE IF EXISTS " + name + ";CREATE TABLE " + name + "(";
    bool first = true;
    for (const IndexColumn& column : table.columns) {
      sql += (first ? "" : ",") + std::string(column.name) +
             (column.is_text ? " TEXT COLLATE \"C\" NOT NULL" : " BIGINT NOT NULL");
      first = false;
    }
    sql += ");";
  }
  return sql;
}

/// After the rows: an index made at once is smaller and sooner there.
std::string MakeIndexes() {
  std::string sql;
  for (const IndexTable& table : IndexTables()) {
    const std::string name = table.name;
    sql += "ALTER TABLE " + name + " ADD PRIMARY KEY (" + ColumnList(table) + ");";
    sql += "CREATE INDEX " + name + "_by_key ON " + name + "(" + kByKeyColumns + ");";
  }
  return sql;
}

Status Rebuild(Connection& connection, TimeZone zone) {
  if (Status made = connection.RunScript(MakeTables()); !made) return made;
  PostgresReader reader(connection, PostgresReader::Fetch::InParts);
  PendingIndex rows;
  Status filled;
  const Status walked = reader.Each(
      {"SELECT r.key,h.body FROM resource r JOIN history h ON h.seq=r.seq WHERE r.deleted=0", {}},
      [&](const SqlRow& row) {
        const Result<Json> body = Json::Parse(row.Text(1));
        if (!body) {
          filled = Failed(body.error());
          return false;
        }
        rows.Add(row.Integer(0), IndexEntries(*body, zone));
        if (rows.Size() < kBatch) return true;
        rows.Queue(connection, PendingIndex::Change::Gain);
        const Result<std::vector<Rows>> sent = connection.Send();
        if (!sent) filled = Failed(sent.error());
        return filled.has_value();
      });
  if (!walked) return walked;
  if (!filled) return filled;
  rows.Queue(connection, PendingIndex::Change::Gain);
  if (const Result<std::vector<Rows>> sent = connection.Send(); !sent) return Failed(sent.error());
  if (Status indexed = connection.RunScript(MakeIndexes()); !indexed) return indexed;
  return connection.RunScript("ANALYZE");
}

/// Takes over the lines of an export, many at a time.
class Importer {
 public:
  Importer(Connection& connection, std::int64_t origin)
      : connection_(connection), pending_(origin) {}

  Status Keep(const StoredResource& stored) {
    if (stored.seq <= last_seq_ || !fhir::IsId(stored.id) || stored.type.empty()) return Broken();
    last_seq_ = stored.seq;
    const auto [known, is_new] =
        known_.try_emplace(stored.type + '/' + stored.id, Current{stored.seq, 0});
    if (stored.version <= known->second.version) return Broken();
    known->second.version = stored.version;
    if (pending_.HasVersionOf(known->second.key)) {
      if (Status sent = Send(); !sent) return sent;
    }
    pending_.AddVersion(is_new ? PendingChanges::Row::New : PendingChanges::Row::Known,
                        known->second.key, stored, {}, {});
    return Step();
  }
  Status Keep(const SeriesState& series) {
    pending_.AddSeries(series.name, series.last);
    return Step();
  }
  Status Keep(const Record& record) {
    pending_.AddRecord(PendingChanges::RecordChange::Put, record, {});
    return Step();
  }
  Status Keep(const AuditLink& link) {
    pending_.AddLink(link);
    return Step();
  }

  Status Finish() {
    if (Status sent = Send(); !sent) return sent;
    return Done(connection_.Run("SELECT setval('change_seq',$1)",
                                Parameters() << std::max<std::int64_t>(last_seq_, 1)));
  }

 private:
  struct Current {
    std::int64_t key;
    std::int64_t version;
  };

  static tl::unexpected<Error> Broken() {
    return Fail(ErrorCode::BadData, "export contradicts itself");
  }
  Status Step() {
    if (++count_ < kBatch) return {};
    return Send();
  }
  Status Send() {
    count_ = 0;
    pending_.Queue(connection_);
    const Result<std::vector<Rows>> sent = connection_.Send();
    if (sent) return {};
    // A key that comes twice is the export's fault, not a lost race.
    if (connection_.Retryable()) return Broken();
    return Failed(sent.error());
  }

  Connection& connection_;
  PendingChanges pending_;
  std::size_t count_ = 0;
  std::int64_t last_seq_ = 0;
  std::unordered_map<std::string, Current> known_;
};

/// Nobody else searches by the index. A server that has just ended may still hold its share for a
/// moment: the database learns of its end a little later.
Status LockIndexAlone(Connection& connection) {
  if (Status begun = connection.RunScript("BEGIN; SET LOCAL lock_timeout='10s'"); !begun) {
    return begun;
  }
  // Held by the session, beyond this transaction.
  const Result<Rows> alone = connection.Run("SELECT pg_advisory_lock(727465002)");
  if (alone) return connection.RunScript("COMMIT");
  if (!connection.Broken()) static_cast<void>(connection.RunScript("ROLLBACK"));
  if (alone.error().code != ErrorCode::Busy) return Failed(alone.error());
  return Fail(ErrorCode::Busy, "search index must be made anew: stop the other servers first");
}

}  // namespace

Result<std::string> ReadMeta(Connection& connection, std::string_view name) {
  const Result<Rows> rows =
      connection.Run("SELECT value FROM meta WHERE name=$1", Parameters() << name);
  if (!rows) return Failed(rows.error());
  return rows->Count() == 0 ? std::string() : std::string(rows->Text(0, 0));
}

Status WriteMeta(Connection& connection, std::string_view name, std::string_view value) {
  return Done(connection.Run(
      "INSERT INTO meta(name,value) VALUES($1,$2) ON CONFLICT(name) DO UPDATE SET value=$2",
      Parameters() << name << value));
}

Status ShareIndex(Connection& connection) {
  return Done(connection.Run("SELECT pg_advisory_lock_shared(727465002)"));
}

Status RefreshPostgresIndex(Connection& connection, TimeZone zone) {
  const std::string fingerprint = IndexFingerprint(zone);
  const Result<std::string> known = ReadMeta(connection, "index");
  if (!known) return Failed(known.error());
  if (*known == fingerprint) return {};
  if (Status alone = LockIndexAlone(connection); !alone) return alone;
  Status done = connection.RunScript("BEGIN");
  if (done) done = Rebuild(connection, zone);
  if (done) done = WriteMeta(connection, "index", fingerprint);
  if (done) done = connection.RunScript("COMMIT");
  if (!done && !connection.Broken()) static_cast<void>(connection.RunScript("ROLLBACK"));
  const Result<Rows> freed = connection.Run("SELECT pg_advisory_unlock(727465002)");
  return done ? Done(freed) : done;
}

Result<std::int64_t> ImportIntoPostgres(Connection& connection, TimeZone zone, std::int64_t origin,
                                        const LineSource& source) {
  // Nobody writes meanwhile, and nobody began before.
  const Result<Rows> there = connection.Run(
      "SELECT EXISTS(SELECT 1 FROM history) OR EXISTS(SELECT 1 FROM record) "
      "OR EXISTS(SELECT 1 FROM series) OR EXISTS(SELECT 1 FROM audit)");
  if (!there) return Failed(there.error());
  if (there->Text(0, 0) == "t") return Fail(ErrorCode::Refused, "store is not empty");
  ExportReader reader(source);
  Result<std::int64_t> epoch = reader.Begin();
  if (!epoch) return epoch;
  Importer importer(connection, origin);
  while (true) {
    const Result<std::optional<ExportItem>> item = reader.Next();
    if (!item) return Failed(item.error());
    if (!*item) break;
    const Status kept = std::visit([&](const auto& one) { return importer.Keep(one); }, **item);
    if (!kept) return Failed(kept.error());
  }
  if (Status done = importer.Finish(); !done) return Failed(done.error());
  if (Status built = Rebuild(connection, zone); !built) return Failed(built.error());
  return epoch;
}

}  // namespace yizhan::store
