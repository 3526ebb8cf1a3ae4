#include "backend/store/sqlite/writer.h"

#include <algorithm>
#include <utility>

#include "backend/fhir/resources.h"
#include "backend/store/index_tables.h"
#include "backend/store/search_run.h"
#include "backend/store/sql_reads.h"
#include "backend/store/sqlite/schema.h"
#include "backend/store/stored_form.h"
#include "base/crypto.h"

namespace yizhan::store {
namespace {

using fhir::Json;

/// One writer, one chain.
constexpr std::int64_t kLane = 0;
/// Expired records are removed beside other work, a few at a time.
constexpr std::int64_t kSweptAtOnce = 50;

std::int64_t Milliseconds(WallTime time) { return time.time_since_epoch().count(); }

/// The statements that add and remove a row of each index table.
struct IndexSql {
  std::string add;
  std::string remove;
};

std::vector<IndexSql> IndexStatements() {
  std::vector<IndexSql> all;
  for (const IndexTable& table : IndexTables()) {
    std::string columns;
    std::string places;
    std::string conditions;
    for (const IndexColumn& column : table.columns) {
      columns += (columns.empty() ? "" : ",") + std::string(column.name);
      places += places.empty() ? "?" : ",?";
      conditions += (conditions.empty() ? "" : " AND ") + std::string(column.name) + "=?";
    }
    const std::string name = table.name;
    all.push_back({"INSERT INTO " + name + "(" + columns + ") VALUES(" + places + ")",
                   "DELETE FROM " + name + " WHERE " + conditions});
  }
  return all;
}

Status ChangeEntry(Database& database, const IndexEntry& entry, std::int64_t key, bool add) {
  static const std::vector<IndexSql> statements = IndexStatements();
  const IndexSql& sql = statements[IndexTableOf(entry.kind)];
  Query query(database, add ? sql.add : sql.remove);
  ForEachValue(entry, key, [&query](auto value) { query << value; });
  return query.Run();
}

}  // namespace

Status Writer::Start() {
  Query query(database_, "SELECT seq,updated FROM history ORDER BY seq DESC LIMIT 1");
  if (query.Row()) {
    last_seq_ = query.Integer(0);
    last_stamp_ = WallTime(std::chrono::milliseconds(query.Integer(1)));
  }
  return query.Done();
}

Status Writer::RefreshIndex() {
  const std::string fingerprint = IndexFingerprint(zone_);
  std::string stored;
  {
    Query query(database_, "SELECT value FROM meta WHERE name='index'");
    if (query.Row()) stored = query.Text(0);
    if (Status done = query.Done(); !done) return done;
  }
  if (stored == fingerprint) return {};
  if (Status begun = database_.Run("BEGIN IMMEDIATE"); !begun) return begun;
  if (Status built = RebuildIndex(); !built) return built;
  {
    Query query(database_, "INSERT OR REPLACE INTO meta(name,value) VALUES('index',?)");
    query << fingerprint;
    if (Status done = query.Run(); !done) return done;
  }
  return database_.Run("COMMIT");
}

Status Writer::RebuildIndex() {
  if (Status made = RenewIndexTables(database_); !made) return made;
  Query query(
      database_,
      "SELECT r.key,h.body FROM resource r JOIN history h ON h.seq=r.seq WHERE r.deleted=0");
  while (query.Row()) {
    const Result<Json> body = Json::Parse(query.Text(1));
    if (!body) return tl::unexpected<Error>(body.error());
    if (Status done = Reindex(query.Integer(0), {}, IndexEntries(*body, zone_)); !done) return done;
  }
  return query.Done();
}

Result<StoredResource> Writer::Read(const std::string& type, const std::string& id) {
  return ReadCurrent(database_, type, id);
}

Result<StoredResource> Writer::ReadVersion(const std::string& type, const std::string& id,
                                           std::int64_t version) {
  return ReadOldVersion(database_, type, id, version);
}

Result<SearchResult> Writer::Search(const SearchQuery& query) {
  const CostLimit limit(database_);
  return RunSearch(database_, query);
}

Result<HistoryPage> Writer::History(const HistoryQuery& query) {
  return ReadHistory(database_, query);
}

Result<std::optional<Record>> Writer::FindRecord(const std::string& kind, const std::string& key) {
  return ReadRecord(database_, kind, key, clock_.Now());
}

Result<std::vector<Record>> Writer::Records(const std::string& kind, const std::string& after_key,
                                            std::size_t limit) {
  return ReadRecords(database_, kind, after_key, limit, clock_.Now());
}

Result<StoredResource> Writer::Create(Json resource) {
  const std::string type = resource["resourceType"].AsString();
  return Insert(type, TimeOrderedUuid(clock_.Now()), std::move(resource));
}

Result<StoredResource> Writer::Update(Json resource, std::optional<std::int64_t> expected) {
  const std::string type = resource["resourceType"].AsString();
  const std::string id = resource["id"].AsString();
  Result<std::optional<Row>> row = Find(type, id);
  if (!row) return tl::unexpected<Error>(row.error());
  if (row->has_value() && type == kAppendOnlyType) {
    return Fail(ErrorCode::Refused, "AuditEvent is never changed");
  }
  const bool exists = row->has_value() && !(*row)->deleted;
  if (expected && (!exists || (*row)->version != *expected)) {
    return Fail(ErrorCode::Conflict, type + " was changed meanwhile");
  }
  if (!row->has_value()) return Insert(type, id, std::move(resource));
  return Replace(type, id, **row, std::move(resource));
}

Result<StoredResource> Writer::Delete(const std::string& type, const std::string& id,
                                      std::optional<std::int64_t> expected) {
  Result<std::optional<Row>> row = Find(type, id);
  if (!row) return tl::unexpected<Error>(row.error());
  if (!row->has_value()) return Fail(ErrorCode::NotFound, "no such " + type);
  if (type == kAppendOnlyType) return Fail(ErrorCode::Refused, "AuditEvent is never deleted");
  if (expected && (*row)->version != *expected) {
    return Fail(ErrorCode::Conflict, type + " was changed meanwhile");
  }
  if ((*row)->deleted) return Read(type, id);
  return Replace(type, id, **row, Json());
}

Result<std::optional<Writer::Row>> Writer::Find(const std::string& type, const std::string& id) {
  Query query(database_,
              "SELECT r.key,r.version,r.deleted,h.body FROM resource r JOIN history h "
              "ON h.seq=r.seq WHERE r.type=? AND r.id=?");
  query << type << id;
  std::optional<Row> row;
  if (query.Row()) {
    row =
        Row{query.Integer(0), query.Integer(1), query.Integer(2) != 0, std::string(query.Text(3))};
  }
  if (Status done = query.Done(); !done) return tl::unexpected<Error>(done.error());
  return row;
}

Result<StoredResource> Writer::Insert(const std::string& type, const std::string& id,
                                      Json resource) {
  const WallTime now = Stamp();
  const Json body = WithIdentity(std::move(resource), type, id, 1, now);
  StoredResource stored{type, id, 1, now, false, body.Write(), ++last_seq_};
  std::int64_t key = 0;
  {
    Query query(database_,
                "INSERT INTO resource(type,id,version,updated,deleted,seq) VALUES(?,?,1,?,0,?) "
                "RETURNING key");
    query << type << id << Milliseconds(now) << stored.seq;
    if (query.Row()) key = query.Integer(0);
    if (Status done = query.Run(); !done) return tl::unexpected<Error>(done.error());
  }
  if (Status done = Append(key, stored); !done) return tl::unexpected<Error>(done.error());
  if (Status done = Reindex(key, {}, IndexEntries(body, zone_)); !done) {
    return tl::unexpected<Error>(done.error());
  }
  changes_.push_back(stored);
  return stored;
}

Result<StoredResource> Writer::Replace(const std::string& type, const std::string& id,
                                       const Row& row, Json resource) {
  std::vector<IndexEntry> before;
  if (!row.deleted) {
    const Result<Json> old = Json::Parse(row.body);
    if (!old) return tl::unexpected<Error>(old.error());
    before = IndexEntries(*old, zone_);
  }
  const bool deletes = resource.IsNull();
  StoredResource stored{type, id, row.version + 1, Stamp(), deletes, "", ++last_seq_};
  std::vector<IndexEntry> after;
  if (!deletes) {
    const Json body = WithIdentity(std::move(resource), type, id, stored.version, stored.updated);
    stored.text = body.Write();
    after = IndexEntries(body, zone_);
  }
  {
    Query query(database_, "UPDATE resource SET version=?,updated=?,deleted=?,seq=? WHERE key=?");
    query << stored.version << Milliseconds(stored.updated) << (deletes ? 1 : 0) << stored.seq
          << row.key;
    if (Status done = query.Run(); !done) return tl::unexpected<Error>(done.error());
  }
  if (Status done = Append(row.key, stored); !done) return tl::unexpected<Error>(done.error());
  if (Status done = Reindex(row.key, before, after); !done) {
    return tl::unexpected<Error>(done.error());
  }
  changes_.push_back(stored);
  return stored;
}

Status Writer::Append(std::int64_t key, const StoredResource& stored) {
  {
    Query query(database_,
                "INSERT INTO history(seq,key,version,updated,deleted,type,body) "
                "VALUES(?,?,?,?,?,?,?)");
    query << stored.seq << key << stored.version << Milliseconds(stored.updated)
          << (stored.deleted ? 1 : 0) << stored.type << stored.text;
    if (Status done = query.Run(); !done) return done;
  }
  if (stored.type != kAppendOnlyType) return {};
  const Result<AuditHead> head = HeadOfLane(database_, kLane);
  if (!head) return tl::unexpected<Error>(head.error());
  return AddLink(NextLink(*head, stored.seq, stored.text));
}

Status Writer::AddLink(const AuditLink& link) {
  Query query(database_, "INSERT INTO audit(lane,number,seq,digest,hash) VALUES(?,?,?,?,?)");
  query << link.lane << link.number << link.seq << link.digest << link.hash;
  return query.Run();
}

Status Writer::Reindex(std::int64_t key, const std::vector<IndexEntry>& before,
                       const std::vector<IndexEntry>& after) {
  std::vector<IndexEntry> change;
  std::ranges::set_difference(before, after, std::back_inserter(change));
  for (const IndexEntry& entry : change) {
    if (Status done = ChangeEntry(database_, entry, key, false); !done) return done;
  }
  change.clear();
  std::ranges::set_difference(after, before, std::back_inserter(change));
  for (const IndexEntry& entry : change) {
    if (Status done = ChangeEntry(database_, entry, key, true); !done) return done;
  }
  return {};
}

Result<std::int64_t> Writer::NextNumber(const std::string& series) {
  Query query(database_,
              "INSERT INTO series(name,last) VALUES(?,1) "
              "ON CONFLICT(name) DO UPDATE SET last=last+1 RETURNING last");
  query << series;
  const std::int64_t number = query.Row() ? query.Integer(0) : 0;
  if (Status done = query.Run(); !done) return tl::unexpected<Error>(done.error());
  return number;
}

Status Writer::PutRecord(const Record& record) {
  if (record.expires) {
    Query query(database_, "INSERT OR REPLACE INTO record(kind,key,text,expires) VALUES(?,?,?,?)");
    query << record.kind << record.key << record.text << Milliseconds(*record.expires);
    return query.Run();
  }
  Query query(database_, "INSERT OR REPLACE INTO record(kind,key,text) VALUES(?,?,?)");
  query << record.kind << record.key << record.text;
  return query.Run();
}

Status Writer::AddRecord(const Record& record) {
  const Result<std::optional<Record>> existing = FindRecord(record.kind, record.key);
  if (!existing) return tl::unexpected<Error>(existing.error());
  if (*existing) return Fail(ErrorCode::Conflict, record.kind + " is there already");
  return PutRecord(record);
}

Status Writer::RemoveRecord(const std::string& kind, const std::string& key) {
  Query query(database_, "DELETE FROM record WHERE kind=? AND key=?");
  query << kind << key;
  return query.Run();
}

Status Writer::SweepRecords() {
  Query query(database_,
              "DELETE FROM record WHERE (kind,key) IN (SELECT kind,key FROM record "
              "WHERE expires IS NOT NULL AND expires<=? ORDER BY expires LIMIT ?)");
  query << Milliseconds(clock_.Now()) << kSweptAtOnce;
  return query.Run();
}

void Writer::UndoTo(const Mark& mark) {
  changes_.resize(mark.changes);
  while (undos_.size() > mark.undos) {
    const std::function<void()> undo = std::move(undos_.back());
    undos_.pop_back();
    undo();
  }
}

std::vector<StoredResource> Writer::TakeChanges() {
  undos_.clear();
  return std::exchange(changes_, {});
}

WallTime Writer::Stamp() {
  last_stamp_ = std::max(last_stamp_, clock_.Now());
  return last_stamp_;
}

}  // namespace yizhan::store
