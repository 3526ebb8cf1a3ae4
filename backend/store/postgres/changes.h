#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "backend/store/index_tables.h"
#include "backend/store/postgres/connection.h"
#include "backend/store/resource_store.h"

namespace yizhan::store {

/// Rows of the index tables on their way to the server, a statement for each table. Thread-bound.
class PendingIndex {
 public:
  void Add(std::int64_t key, std::vector<IndexEntry> entries);
  [[nodiscard]] std::size_t Size() const { return rows_.size(); }

  enum class Change { Gain, Lose };
  /// Adds everything to the connection's batch and forgets it.
  void Queue(Connection& connection, Change change);

 private:
  struct Row {
    std::int64_t key;
    IndexEntry entry;
  };
  std::vector<Row> rows_;
};

/// Changes that are made but not sent: they travel to the server together, a statement for each
/// table whatever their number. Thread-bound.
class PendingChanges {
 public:
  /// `origin`: the server process that writes.
  explicit PendingChanges(std::int64_t origin) : origin_(origin) {}

  enum class Row { New, Known };
  /// A new version of the resource with that key. The index rows are those that it gains and loses.
  void AddVersion(Row row, std::int64_t key, StoredResource version, std::vector<IndexEntry> gained,
                  std::vector<IndexEntry> lost);
  void AddLink(AuditLink link) { links_.push_back(std::move(link)); }
  void AddSeries(std::string name, std::int64_t last) {
    series_.emplace_back(std::move(name), last);
  }

  enum class RecordChange {
    Put,      ///< Whatever is there.
    Add,      ///< Collides with one that is there.
    Replace,  ///< Takes the place of one that has expired, collides with any other.
    Remove,
  };
  /// `now`: what expired until then is in nobody's way.
  void AddRecord(RecordChange change, Record record, WallTime now);

  [[nodiscard]] bool Empty() const {
    return versions_.empty() && links_.empty() && records_.empty() && series_.empty();
  }
  /// Whether a second change of it must wait until the first is sent.
  [[nodiscard]] bool HasVersionOf(std::int64_t key) const { return keys_.contains(key); }
  /// Null: none pending. Otherwise what will be there: empty when it is removed.
  [[nodiscard]] const std::optional<Record>* FindRecord(const std::string& kind,
                                                        const std::string& key) const;

  /// Adds everything to the connection's batch and forgets it.
  void Queue(Connection& connection);

 private:
  struct Version {
    Row row;
    std::int64_t key;
    StoredResource stored;
  };
  struct PendingRecord {
    RecordChange change;
    Record record;
    WallTime now;
  };

  void QueueVersions(Connection& connection);
  void QueueLinks(Connection& connection);
  void QueueRecords(Connection& connection);

  const std::int64_t origin_;
  std::vector<Version> versions_;
  std::set<std::int64_t> keys_;
  PendingIndex gained_;
  PendingIndex lost_;
  std::vector<AuditLink> links_;
  std::vector<std::pair<std::string, std::int64_t>> series_;
  std::vector<PendingRecord> records_;
  std::map<std::pair<std::string, std::string>, std::optional<Record>> record_view_;
};

}  // namespace yizhan::store
