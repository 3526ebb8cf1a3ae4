#pragma once

#include <vector>

#include "backend/store/export_format.h"
#include "backend/store/resource_store.h"
#include "backend/store/sqlite/database.h"
#include "base/clock.h"

namespace yizhan::store {

/// The writer connection's half of the store: carries out changes inside a transaction that its
/// owner begins and commits. Thread-bound. `database` and `clock` outlive it.
class Writer final : public Transaction {
 public:
  Writer(Database& database, const Clock& clock, TimeZone zone)
      : database_(database), clock_(clock), zone_(zone) {}

  /// Learns where the store's time and sequence stand. Once, before anything else.
  [[nodiscard]] Status Start();
  /// Makes every index row anew when parameters or zone are not those of the last time.
  [[nodiscard]] Status RefreshIndex();

  [[nodiscard]] Result<StoredResource> Read(const std::string& type,
                                            const std::string& id) override;
  [[nodiscard]] Result<StoredResource> ReadVersion(const std::string& type, const std::string& id,
                                                   std::int64_t version) override;
  [[nodiscard]] Result<SearchResult> Search(const SearchQuery& query) override;
  [[nodiscard]] Result<HistoryPage> History(const HistoryQuery& query) override;
  [[nodiscard]] Result<std::optional<Record>> FindRecord(const std::string& kind,
                                                         const std::string& key) override;
  [[nodiscard]] Result<std::vector<Record>> Records(const std::string& kind,
                                                    const std::string& after_key,
                                                    std::size_t limit) override;
  [[nodiscard]] Result<StoredResource> Create(fhir::Json resource) override;
  [[nodiscard]] Result<StoredResource> Update(fhir::Json resource,
                                              std::optional<std::int64_t> expected) override;
  [[nodiscard]] Result<StoredResource> Delete(const std::string& type, const std::string& id,
                                              std::optional<std::int64_t> expected) override;
  [[nodiscard]] Result<std::int64_t> NextNumber(const std::string& series) override;
  [[nodiscard]] Status PutRecord(const Record& record) override;
  [[nodiscard]] Status AddRecord(const Record& record) override;
  [[nodiscard]] Status RemoveRecord(const std::string& kind, const std::string& key) override;
  void OnUndo(std::function<void()> undo) override { undos_.push_back(std::move(undo)); }

  /// Takes over an export into an empty store; returns the epoch that it was made in. As
  /// ResourceStore::Import; after an error the owner rolls back. Listeners hear nothing of it.
  [[nodiscard]] Result<std::int64_t> Import(const LineSource& source);

  /// Removes some of the records that have expired.
  [[nodiscard]] Status SweepRecords();

  /// What was done until now; UndoTo() takes back what came later.
  struct Mark {
    std::size_t changes = 0;
    std::size_t undos = 0;
  };
  [[nodiscard]] Mark Now() const { return {changes_.size(), undos_.size()}; }
  /// After the owner has rolled the database back to where it was at `mark`.
  void UndoTo(const Mark& mark);
  /// After a commit: hands over the new versions and forgets how to undo them.
  [[nodiscard]] std::vector<StoredResource> TakeChanges();

 private:
  struct Row {
    std::int64_t key = 0;
    std::int64_t version = 0;
    bool deleted = false;
    std::string body;
  };

  [[nodiscard]] Result<std::optional<Row>> Find(const std::string& type, const std::string& id);
  [[nodiscard]] Result<StoredResource> Insert(const std::string& type, const std::string& id,
                                              fhir::Json resource);
  /// Stores the next version of a row that exists. Null resource: deletes.
  [[nodiscard]] Result<StoredResource> Replace(const std::string& type, const std::string& id,
                                               const Row& row, fhir::Json resource);
  [[nodiscard]] Status Reindex(std::int64_t key, const std::vector<IndexEntry>& before,
                               const std::vector<IndexEntry>& after);
  [[nodiscard]] Status RebuildIndex();
  [[nodiscard]] Status ImportVersion(const StoredResource& stored);
  [[nodiscard]] Status AddLink(const AuditLink& link);
  /// Adds a version to the history; chains it when it is an AuditEvent.
  [[nodiscard]] Status Append(std::int64_t key, const StoredResource& stored);
  /// Never goes back, so that "changed since" misses nothing.
  [[nodiscard]] WallTime Stamp();

  Database& database_;
  const Clock& clock_;
  const TimeZone zone_;
  WallTime last_stamp_{};
  std::int64_t last_seq_ = 0;  ///< A job that is undone leaves a gap.
  std::vector<StoredResource> changes_;
  std::vector<std::function<void()>> undos_;
};

}  // namespace yizhan::store
