#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "backend/store/postgres/changes.h"
#include "backend/store/postgres/sql_reader.h"
#include "backend/store/resource_store.h"

namespace yizhan::store {

/// What a writer knows beside its connection; gone with it.
struct WriterState {
  /// The end of the audit lane that the connection holds (advisory lock).
  std::optional<AuditHead> lane;
  std::vector<std::int64_t> seqs;  ///< Drawn but not used, the next one last.
  MonotonicTime seqs_at{};
};

/// What all writers of one process share. Everything outlives them.
struct WriterContext {
  const Clock& clock;
  TimeZone zone;
  std::int64_t origin;              ///< The process, in `history`.
  std::function<WallTime()> stamp;  ///< Never goes back.
};

/// How one attempt at a job is made, and what the next one should know.
struct Attempt {
  enum class Isolation {
    /// READ COMMITTED. Enough for a job that changes everything it has read: another change of the
    /// same resource makes its own one fail (UNIQUE (key, version) of `history`).
    Locking,
    /// SERIALIZABLE. For jobs that search, or that read what they do not change.
    Serializable,
  };
  Isolation isolation = Isolation::Locking;
  int number = 0;
  /// Locks (advisory) to hold from before the attempt sees anything until it is committed.
  std::set<std::int64_t> locks;
  /// For who has lost so often that only one thing helps: nobody else changes anything from before
  /// the attempt sees anything until it is over. Then it cannot lose.
  bool alone = false;
};

/// One attempt at a job. Reads what it needs, keeps changes back and sends them together with the
/// commit: a booking costs two round trips. Thread-bound; everything given outlives it.
class PostgresTransaction final : public Transaction {
 public:
  PostgresTransaction(const WriterContext& context, Connection& connection, WriterState& state,
                      Attempt& attempt)
      : context_(context),
        connection_(connection),
        state_(state),
        attempt_(attempt),
        reader_(connection),
        pending_(context.origin),
        lane_(state.lane) {}

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

  /// Takes the locks of the attempt. Before anything else.
  [[nodiscard]] Status TakeLocks();

  enum class Ending {
    Done,          ///< `outcome` is what the caller gets.
    Again,         ///< Lost against another writer: the next attempt may win.
    Serializable,  ///< The job needs more isolation than it had.
    Unknown,       ///< The connection was lost while the commit was under way.
  };
  /// Commits, or takes everything back; what OnUndo() was told has been called then. `outcome`: of
  /// the job before, of the attempt after.
  [[nodiscard]] Ending Finish(Status& outcome);

  /// After Done without error: the new versions in order.
  [[nodiscard]] std::vector<StoredResource> TakeChanges() { return std::move(changes_); }
  [[nodiscard]] const std::vector<StoredResource>& Changes() const { return changes_; }
  /// For Unknown that turned out to be committed, or not.
  void Forget() { undos_.clear(); }
  void Undo();

 private:
  using Identity = std::pair<std::string, std::string>;
  /// A resource as this attempt sees it.
  struct Known {
    bool exists = false;
    bool only_read = false;  ///< Looked at, but not changed (yet).
    std::int64_t key = 0;
    StoredResource stored;
  };

  /// Called first by everything: the failure that ended the attempt, or none.
  [[nodiscard]] Status Begin();
  /// As Begin, for what needs to see its own changes in the database and to be serializable.
  [[nodiscard]] Status BeginSearch();
  void QueueBegin();
  void Flush();
  /// Remembers an error that ends the attempt; leaves others alone.
  void Note(const Error& error);
  template <typename T>
  [[nodiscard]] Result<T> Noted(Result<T> result);
  [[nodiscard]] Result<Rows> Run(std::string_view sql, const Parameters& parameters);
  [[nodiscard]] Result<Known*> Find(const std::string& type, const std::string& id);
  [[nodiscard]] Result<std::int64_t> TakeSeq(std::int64_t behind);
  [[nodiscard]] Result<StoredResource> Insert(const std::string& type, const std::string& id,
                                              fhir::Json resource);
  /// Null resource: deletes.
  [[nodiscard]] Result<StoredResource> Replace(Known& known, fhir::Json resource);
  void Keep(PendingChanges::Row row, Known& known, std::vector<IndexEntry> gained,
            std::vector<IndexEntry> lost);
  [[nodiscard]] bool SawMoreThanItChanged(std::size_t allowed) const;
  [[nodiscard]] Ending Commit(Status& outcome);
  void Rollback();

  const WriterContext& context_;
  Connection& connection_;
  WriterState& state_;
  Attempt& attempt_;
  PostgresReader reader_;
  PendingChanges pending_;
  std::optional<AuditHead> lane_;
  std::map<Identity, Known> known_;
  std::vector<StoredResource> changes_;
  std::vector<std::function<void()>> undos_;
  bool begun_ = false;
  bool locked_ = false;
  bool needs_serializable_ = false;
  bool can_retry_ = false;
  std::optional<Error> failed_;
};

}  // namespace yizhan::store
