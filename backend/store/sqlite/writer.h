#pragma once

#include <vector>

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

  /// Learns where the store's time stands. Once, before anything else.
  [[nodiscard]] Status Start();
  /// Makes every index row anew when parameters or zone are not those of the last time.
  [[nodiscard]] Status RefreshIndex();

  [[nodiscard]] Result<StoredResource> Read(const std::string& type,
                                            const std::string& id) override;
  [[nodiscard]] Result<SearchResult> Search(const SearchQuery& query) override;
  [[nodiscard]] Result<StoredResource> Create(fhir::Json resource) override;
  [[nodiscard]] Result<StoredResource> Update(fhir::Json resource,
                                              std::optional<std::int64_t> expected) override;
  [[nodiscard]] Result<StoredResource> Delete(const std::string& type, const std::string& id,
                                              std::optional<std::int64_t> expected) override;
  [[nodiscard]] Result<std::int64_t> NextNumber(const std::string& series) override;
  [[nodiscard]] Status RememberOperation(const std::string& operation_id,
                                         const std::string& answer) override;
  [[nodiscard]] Result<std::optional<std::string>> FindOperation(
      const std::string& operation_id) override;

  /// What the jobs since the last call changed; the owner cuts it back when it undoes a job.
  std::vector<StoredResource> changes;

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
  /// Never goes back, so that "changed since" misses nothing.
  [[nodiscard]] WallTime Stamp();

  Database& database_;
  const Clock& clock_;
  const TimeZone zone_;
  WallTime last_stamp_{};
};

}  // namespace yizhan::store
