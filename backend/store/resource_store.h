#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backend/fhir/json.h"
#include "backend/store/audit_chain.h"
#include "backend/store/search_query.h"
#include "base/clock.h"
#include "base/result.h"

namespace yizhan::store {

/// One version of one resource.
struct StoredResource {
  std::string type;
  std::string id;
  std::int64_t version = 1;  ///< Counts from 1; a deletion is a version too.
  WallTime updated{};
  bool deleted = false;
  std::string text;      ///< JSON with id and meta as stored; empty when deleted.
  std::int64_t seq = 0;  ///< Its place in the order of all changes of this store.
};

/// What a search found.
struct SearchResult {
  std::vector<StoredResource> matches;
  std::vector<StoredResource> included;  ///< _include and _revinclude, no duplicates.
  std::optional<std::int64_t> total;     ///< Known without extra work, or asked for.
  std::string next_cursor;               ///< Empty: this was the last page.
};

/// Which versions to tell, newest first.
struct HistoryQuery {
  std::string type{};               ///< Empty: of all types.
  std::string id{};                 ///< Empty: of all resources of the type. Needs a type.
  std::optional<WallTime> since{};  ///< Only versions stored at that moment or later.
  std::size_t count = 100;          ///< Versions on a page, at least 1.
  std::string cursor{};             ///< From HistoryPage::next_cursor.
  bool want_total = false;          ///< Count all of them; costs a walk over what is counted.
};

/// Versions in the order of their seq: pages neither skip nor repeat one, whatever its stamp and
/// whatever is stored meanwhile.
struct HistoryPage {
  std::vector<StoredResource> versions;
  std::string next_cursor;            ///< Empty: this was the last page.
  std::optional<std::int64_t> total;  ///< When asked for.
};

/// A small row that is no FHIR resource: a remembered operation, an account, a session, a used
/// token. `kind` says whose it is, `key` is unique within its kind.
struct Record {
  std::string kind;
  std::string key;
  std::string text;
  std::optional<WallTime> expires{};  ///< From then on it is as if it did not exist. Empty: never.
  friend bool operator==(const Record&, const Record&) = default;
};

/// How long the answer of an operation is remembered (see Record), so that its repetition is
/// answered alike: longer than any terminal is kept away from the network.
inline constexpr std::chrono::days kOperationMemory{40};

/// What both a reader and a writer can ask. Errors: NotFound (as each says), StoreFull and Internal
/// (the engine failed), BadData (a broken cursor; a search that costs too much).
class ReadView {
 public:
  virtual ~ReadView() = default;
  /// The current version; `deleted` is set when it was deleted. NotFound: never existed.
  [[nodiscard]] virtual Result<StoredResource> Read(const std::string& type,
                                                    const std::string& id) = 0;
  /// A certain version. NotFound: there is none.
  [[nodiscard]] virtual Result<StoredResource> ReadVersion(const std::string& type,
                                                           const std::string& id,
                                                           std::int64_t version) = 0;
  [[nodiscard]] virtual Result<SearchResult> Search(const SearchQuery& query) = 0;
  /// NotFound: `query` names a resource that never existed.
  [[nodiscard]] virtual Result<HistoryPage> History(const HistoryQuery& query) = 0;
  /// Empty optional: there is none, or it has expired.
  [[nodiscard]] virtual Result<std::optional<Record>> FindRecord(const std::string& kind,
                                                                 const std::string& key) = 0;
  /// The records of a kind in the order of their keys, behind `after_key`, at most `limit`.
  [[nodiscard]] virtual Result<std::vector<Record>> Records(const std::string& kind,
                                                            const std::string& after_key,
                                                            std::size_t limit) = 0;
};

/// One unit of work: everything in it happens, or nothing. Valid only during the WriteJob that
/// received it. Sees its own changes.
class Transaction : public ReadView {
 public:
  /// Stores a new resource under a new id, whatever id the resource claims.
  [[nodiscard]] virtual Result<StoredResource> Create(fhir::Json resource) = 0;
  /// Stores a resource under the id it carries, new or not. `expected`: only if that is its
  /// current version. Conflict: it is not (or there is none). Refused: an AuditEvent that exists.
  [[nodiscard]] virtual Result<StoredResource> Update(
      fhir::Json resource, std::optional<std::int64_t> expected = std::nullopt) = 0;
  /// Deletes (history stays). Deleting twice is no error. NotFound: never existed. Conflict: as
  /// Update. Refused: an AuditEvent.
  [[nodiscard]] virtual Result<StoredResource> Delete(
      const std::string& type, const std::string& id,
      std::optional<std::int64_t> expected = std::nullopt) = 0;

  /// The next number of a series, from 1, without gaps: a number is used up only if this unit of
  /// work is committed.
  [[nodiscard]] virtual Result<std::int64_t> NextNumber(const std::string& series) = 0;

  /// Keeps a record, in place of the one that has its key.
  [[nodiscard]] virtual Status PutRecord(const Record& record) = 0;
  /// Keeps a record. Conflict: its key is in use (an expired record is not in the way).
  [[nodiscard]] virtual Status AddRecord(const Record& record) = 0;
  /// Removes a record if it is there.
  [[nodiscard]] virtual Status RemoveRecord(const std::string& kind, const std::string& key) = 0;

  /// `undo` is called when what this job did does not survive: it failed, its group failed, or it
  /// is run again. For what a job changes outside the store (caches); the last one given is called
  /// first, on the thread of the job, before anything else is run there. Must not throw or block.
  virtual void OnUndo(std::function<void()> undo) = 0;
};

/// Takes one line of an export, without its end of line. An error ends the export.
using LineSink = std::function<Status(std::string_view)>;
/// Gives the next line of an export, without its end of line. Empty optional: no more.
using LineSource = std::function<Result<std::optional<std::string>>()>;

/// Versioned FHIR resources with history, search and durable units of work. Thread-safe. Reads run
/// beside each other and beside writers; everything that Write() acknowledged survives a crash of
/// the process and of the machine.
class ResourceStore : public ReadView {
 public:
  /// A unit of work. **It may be run more than once** (an engine that lets several writers work at
  /// once repeats the one that lost): it must set anew whatever it leaves in its captures, and tell
  /// OnUndo() how to take back what it did outside the store. Must not block, must not call the
  /// store itself, only the Transaction. An error undoes everything it did and is what Write()
  /// returns.
  using WriteJob = std::function<Status(Transaction&)>;
  /// Called after each commit with the new versions in order: those of this process before Write()
  /// returns, those of other processes at the same database as soon as they are known. Never twice
  /// at the same time. Must not call Write().
  using Listener = std::function<void(const std::vector<StoredResource>&)>;

  /// Returns after the job's changes are safely on disk (or after it failed). Jobs of several
  /// callers share one disk write. Busy: too many are waiting, or it lost too often against
  /// others. Cancelled: the store is closing. StoreFull: the disk refused, nothing of the job
  /// remains. Unreachable: the database is away, nothing of the job remains. Timeout: the database
  /// was lost while it committed, and nobody knows what became of the job.
  [[nodiscard]] virtual Status Write(const WriteJob& job) = 0;

  /// How many resources of a type exist now.
  [[nodiscard]] virtual Result<std::int64_t> Count(const std::string& type) = 0;

  /// Walks the chain of all AuditEvents. `known` are heads that were kept elsewhere: the chain must
  /// still contain them, which shows a cut-off tail. What is wrong is in the report, not an error.
  [[nodiscard]] virtual Result<AuditReport> VerifyAudit(std::span<const AuditHead> known) = 0;

  /// Tells everything (all versions, records, series, audit chain) as of one moment as lines of
  /// text that any engine can import (format: export_format.h). Others may write meanwhile.
  [[nodiscard]] virtual Status Export(const LineSink& sink) = 0;
  /// Takes over an export and raises the epoch. All or nothing. Refused: the store is not empty.
  /// BadData: not an export, of a newer version, incomplete or changed.
  [[nodiscard]] virtual Status Import(const LineSource& source) = 0;

  /// Raised whenever the store may have lost what it acknowledged (a restored backup): clients that
  /// see a higher one than they know must not trust what they remember of this server.
  [[nodiscard]] virtual Result<std::int64_t> Epoch() = 0;

  /// Call before the first Write(). The listener is called until another one, or an empty one,
  /// takes its place: when Listen() returns, the former is not running and never will again. Who
  /// listens takes itself away before it ends: other processes may write at any time.
  virtual void Listen(Listener listener) = 0;
};

}  // namespace yizhan::store
