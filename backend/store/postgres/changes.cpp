#include "backend/store/postgres/changes.h"

#include <algorithm>
#include <limits>

namespace yizhan::store {
namespace {

/// Stands for "never" where an array cannot hold NULL.
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

std::int64_t Milliseconds(WallTime time) { return time.time_since_epoch().count(); }

// The first of them decides between two writers of one resource: UNIQUE (key, version).
constexpr const char* kVersions =
    "INSERT INTO history(seq,key,version,updated,deleted,type,body,origin) SELECT u.*,$8::bigint "
    "FROM unnest($1::bigint[],$2::bigint[],$3::bigint[],$4::bigint[],$5::bigint[],$6::text[],"
    "$7::text[]) u";
constexpr const char* kNew =
    "INSERT INTO resource(key,type,id,version,updated,deleted,seq) SELECT * FROM "
    "unnest($1::bigint[],$2::text[],$3::text[],$4::bigint[],$5::bigint[],$6::bigint[],"
    "$7::bigint[])";
constexpr const char* kCurrent =
    "UPDATE resource r SET version=n.version,updated=n.updated,deleted=n.deleted,seq=n.seq FROM "
    "unnest($1::bigint[],$2::bigint[],$3::bigint[],$4::bigint[],$5::bigint[]) "
    "n(key,version,updated,deleted,seq) WHERE r.key=n.key";
constexpr const char* kLinks =
    "INSERT INTO audit(lane,number,seq,digest,hash) SELECT * FROM "
    "unnest($1::bigint[],$2::bigint[],$3::bigint[],$4::text[],$5::text[])";
constexpr const char* kSeries =
    "INSERT INTO series(name,last) SELECT * FROM unnest($1::text[],$2::bigint[])";
constexpr const char* kAddRecord =
    "INSERT INTO record(kind,key,text,expires) VALUES($1,$2,$3,nullif($4::bigint,"
    "9223372036854775807))";
constexpr const char* kPutRecord =
    "INSERT INTO record(kind,key,text,expires) VALUES($1,$2,$3,nullif($4::bigint,"
    "9223372036854775807)) ON CONFLICT (kind,key) DO UPDATE SET text=excluded.text,"
    "expires=excluded.expires";
constexpr const char* kRemoveRecord = "DELETE FROM record WHERE kind=$1 AND key=$2";
constexpr const char* kRemoveExpired =
    "DELETE FROM record WHERE kind=$1 AND key=$2 AND expires<=$3";

struct IndexSql {
  std::string add;
  std::string remove;
};

std::vector<IndexSql> IndexStatements() {
  std::vector<IndexSql> all;
  for (const IndexTable& table : IndexTables()) {
    std::string columns;
    std::string arrays;
    std::string equal;
    int number = 0;
    for (const IndexColumn& column : table.columns) {
      const std::string name = column.name;
      const std::string comma = number == 0 ? "" : ",";
      columns += comma + name;
      arrays +=
          comma + '$' + std::to_string(++number) + (column.is_text ? "::text[]" : "::bigint[]");
      equal += (equal.empty() ? "t." : " AND t.") + name + "=n." + name;
    }
    const std::string name = table.name;
    const std::string rows = "unnest(" + arrays + ")";
    all.push_back(
        {"INSERT INTO " + name + "(" + columns + ") SELECT * FROM " + rows,
         "DELETE FROM " + name + " t USING " + rows + " n(" + columns + ") WHERE " + equal});
  }
  return all;
}

/// The columns of one table's rows as arrays.
class Columns {
 public:
  explicit Columns(const IndexTable& table)
      : table_(table), numbers_(table.columns.size()), texts_(table.columns.size()) {}

  void Add(const IndexEntry& entry, std::int64_t key) {
    column_ = 0;
    ForEachValue(entry, key, [this](auto value) { Put(value); });
  }
  [[nodiscard]] Parameters ToParameters() const {
    Parameters parameters;
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      if (table_.columns[i].is_text) {
        parameters << texts_[i];
      } else {
        parameters << numbers_[i];
      }
    }
    return parameters;
  }

 private:
  void Put(std::int64_t value) { numbers_[column_++].push_back(value); }
  void Put(std::string_view value) { texts_[column_++].push_back(value); }

  const IndexTable& table_;
  std::size_t column_ = 0;
  std::vector<std::vector<std::int64_t>> numbers_;
  std::vector<std::vector<std::string_view>> texts_;
};

}  // namespace

void PendingIndex::Add(std::int64_t key, std::vector<IndexEntry> entries) {
  for (IndexEntry& entry : entries) rows_.push_back({key, std::move(entry)});
}

void PendingIndex::Queue(Connection& connection, Change change) {
  static const std::vector<IndexSql> statements = IndexStatements();
  const std::span<const IndexTable> tables = IndexTables();
  for (std::size_t table = 0; table < tables.size(); ++table) {
    Columns columns(tables[table]);
    bool any = false;
    for (const auto& [key, entry] : rows_) {
      if (IndexTableOf(entry.kind) != table) continue;
      columns.Add(entry, key);
      any = true;
    }
    if (!any) continue;
    const IndexSql& sql = statements[table];
    connection.Queue(change == Change::Gain ? sql.add : sql.remove, columns.ToParameters());
  }
  rows_.clear();
}

void PendingChanges::AddVersion(Row row, std::int64_t key, StoredResource version,
                                std::vector<IndexEntry> gained, std::vector<IndexEntry> lost) {
  versions_.push_back({row, key, std::move(version)});
  keys_.insert(key);
  gained_.Add(key, std::move(gained));
  lost_.Add(key, std::move(lost));
}

void PendingChanges::AddRecord(RecordChange change, Record record, WallTime now) {
  record_view_[{record.kind, record.key}] =
      change == RecordChange::Remove ? std::nullopt : std::optional<Record>(record);
  records_.push_back({change, std::move(record), now});
}

const std::optional<Record>* PendingChanges::FindRecord(const std::string& kind,
                                                        const std::string& key) const {
  const auto found = record_view_.find({kind, key});
  return found == record_view_.end() ? nullptr : &found->second;
}

void PendingChanges::Queue(Connection& connection) {
  if (!versions_.empty()) {
    QueueVersions(connection);
    lost_.Queue(connection, PendingIndex::Change::Lose);
    gained_.Queue(connection, PendingIndex::Change::Gain);
  }
  QueueLinks(connection);
  QueueRecords(connection);
  if (!series_.empty()) {
    std::vector<std::string_view> names;
    std::vector<std::int64_t> lasts;
    for (const auto& [name, last] : series_) {
      names.push_back(name);
      lasts.push_back(last);
    }
    connection.Queue(kSeries, Parameters() << names << lasts);
  }
  versions_.clear();
  keys_.clear();
  links_.clear();
  series_.clear();
  records_.clear();
  record_view_.clear();
}

void PendingChanges::QueueVersions(Connection& connection) {
  // Everybody takes the same way through the keys, so that nobody waits for who waits for them.
  std::ranges::sort(versions_, {}, &Version::key);
  std::vector<std::int64_t> seqs, keys, numbers, stamps, deletions;
  std::vector<std::string_view> types, bodies;
  struct Rows {
    std::vector<std::int64_t> keys, versions, updated, deleted, seqs;
    std::vector<std::string_view> types, ids;
  } fresh, changed;
  for (const auto& [row, key, stored] : versions_) {
    seqs.push_back(stored.seq);
    keys.push_back(key);
    numbers.push_back(stored.version);
    stamps.push_back(Milliseconds(stored.updated));
    deletions.push_back(stored.deleted ? 1 : 0);
    types.push_back(stored.type);
    bodies.push_back(stored.text);
    Rows& rows = row == Row::New ? fresh : changed;
    rows.keys.push_back(key);
    rows.types.push_back(stored.type);
    rows.ids.push_back(stored.id);
    rows.versions.push_back(stored.version);
    rows.updated.push_back(stamps.back());
    rows.deleted.push_back(deletions.back());
    rows.seqs.push_back(stored.seq);
  }
  connection.Queue(kVersions, Parameters() << seqs << keys << numbers << stamps << deletions
                                           << types << bodies << origin_);
  if (!fresh.keys.empty()) {
    connection.Queue(kNew, Parameters() << fresh.keys << fresh.types << fresh.ids << fresh.versions
                                        << fresh.updated << fresh.deleted << fresh.seqs);
  }
  if (!changed.keys.empty()) {
    connection.Queue(kCurrent, Parameters() << changed.keys << changed.versions << changed.updated
                                            << changed.deleted << changed.seqs);
  }
}

void PendingChanges::QueueLinks(Connection& connection) {
  if (links_.empty()) return;
  std::vector<std::int64_t> lanes, numbers, seqs;
  std::vector<std::string_view> digests, hashes;
  for (const AuditLink& link : links_) {
    lanes.push_back(link.lane);
    numbers.push_back(link.number);
    seqs.push_back(link.seq);
    digests.push_back(link.digest);
    hashes.push_back(link.hash);
  }
  connection.Queue(kLinks, Parameters() << lanes << numbers << seqs << digests << hashes);
}

void PendingChanges::QueueRecords(Connection& connection) {
  for (const auto& [change, record, now] : records_) {
    if (change == RecordChange::Remove) {
      connection.Queue(kRemoveRecord, Parameters() << record.kind << record.key);
      continue;
    }
    if (change == RecordChange::Replace) {
      connection.Queue(kRemoveExpired, Parameters()
                                           << record.kind << record.key << Milliseconds(now));
    }
    connection.Queue(change == RecordChange::Put ? kPutRecord : kAddRecord,
                     Parameters() << record.kind << record.key << record.text
                                  << (record.expires ? Milliseconds(*record.expires) : kNever));
  }
}

}  // namespace yizhan::store
