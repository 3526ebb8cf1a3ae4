#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "backend/fhir/json.h"
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
  std::string text;  ///< JSON with id and meta as stored; empty when deleted.
};

/// What a search found.
struct SearchResult {
  std::vector<StoredResource> matches;
  std::vector<StoredResource> included;  ///< _include and _revinclude, no duplicates.
  std::optional<std::int64_t> total;     ///< Known without extra work, or asked for.
  std::string next_cursor;               ///< Empty: this was the last page.
};

/// What both a reader and a writer can ask. Errors: NotFound (Read: never existed), StoreFull and
/// Internal (the engine failed), BadData (search too costly: a chain that matches too much).
class ReadView {
 public:
  virtual ~ReadView() = default;
  /// The current version; `deleted` is set when it was deleted.
  [[nodiscard]] virtual Result<StoredResource> Read(const std::string& type,
                                                    const std::string& id) = 0;
  [[nodiscard]] virtual Result<SearchResult> Search(const SearchQuery& query) = 0;
};

/// One unit of work on the writer's thread: everything in it happens, or nothing. Valid only
/// during the WriteJob that received it. Sees its own changes.
class Transaction : public ReadView {
 public:
  /// Stores a new resource under a new id, whatever id the resource claims.
  [[nodiscard]] virtual Result<StoredResource> Create(fhir::Json resource) = 0;
  /// Stores a resource under the id it carries, new or not. `expected`: only if that is its
  /// current version. Conflict: it is not (or there is none).
  [[nodiscard]] virtual Result<StoredResource> Update(
      fhir::Json resource, std::optional<std::int64_t> expected = std::nullopt) = 0;
  /// Deletes (history stays). Deleting twice is no error. NotFound: never existed. Conflict: as
  /// Update.
  [[nodiscard]] virtual Result<StoredResource> Delete(
      const std::string& type, const std::string& id,
      std::optional<std::int64_t> expected = std::nullopt) = 0;

  /// The next number of a series, from 1, without gaps: a number is used up only if this unit of
  /// work is committed.
  [[nodiscard]] virtual Result<std::int64_t> NextNumber(const std::string& series) = 0;
  /// Remembers what an operation did, so that its repetition can be answered. One id, one answer.
  [[nodiscard]] virtual Status RememberOperation(const std::string& operation_id,
                                                 const std::string& answer) = 0;
  /// Empty optional: not done yet.
  [[nodiscard]] virtual Result<std::optional<std::string>> FindOperation(
      const std::string& operation_id) = 0;
};

/// Versioned FHIR resources with history, search and durable units of work. Thread-safe. Reads run
/// beside each other and beside the writer; everything that Write() acknowledged survives a crash
/// of the process and of the machine.
class ResourceStore : public ReadView {
 public:
  /// Runs on the writer's thread; must not block, and may be the only user of what it captures.
  /// An error undoes everything it did and is what Write() returns.
  using WriteJob = std::function<Status(Transaction&)>;
  /// Called on the writer's thread after each commit, before Write() returns, with the new
  /// versions in order. Must not call Write().
  using Listener = std::function<void(const std::vector<StoredResource>&)>;

  /// Returns after the job's changes are safely on disk (or after it failed). Jobs of several
  /// callers share one disk write. Busy: too many are waiting. Cancelled: the store is closing.
  /// StoreFull: the disk refused, nothing of the job remains.
  [[nodiscard]] virtual Status Write(const WriteJob& job) = 0;

  /// A certain version. NotFound: there is none.
  [[nodiscard]] virtual Result<StoredResource> ReadVersion(const std::string& type,
                                                           const std::string& id,
                                                           std::int64_t version) = 0;
  /// Newest first, at most `limit`. NotFound: never existed.
  [[nodiscard]] virtual Result<std::vector<StoredResource>> History(const std::string& type,
                                                                    const std::string& id,
                                                                    std::size_t limit) = 0;
  /// How many resources of a type exist now.
  [[nodiscard]] virtual Result<std::int64_t> Count(const std::string& type) = 0;

  /// Call before the first Write(); the listener lives until the store is destroyed.
  virtual void Listen(Listener listener) = 0;
};

}  // namespace yizhan::store
