#pragma once

#include <memory>
#include <string>

#include "backend/store/resource_store.h"
#include "base/clock.h"

namespace yizhan::store {

struct SqliteStoreOptions {
  std::string folder;  ///< Made if missing; one server at a time may use it.
  TimeZone zone{};     ///< For dates without a zone. Changing it rebuilds the search index.
  /// For tests: every job is run, undone and run again, as other engines do when writers collide.
  bool run_jobs_twice = false;
};

/// Opens the store of one folder for reading, also while a server uses it: for backups and for
/// checks of the audit chain. Write() and Import() answer Refused. NotFound: there is no store.
/// BadData: made by another version, which a server must have opened first. StoreFull, Internal: as
/// below.
[[nodiscard]] Result<std::unique_ptr<ResourceStore>> OpenSqliteStoreForReading(
    const SqliteStoreOptions& options, const Clock& clock);

/// Opens the store of one folder: one writer connection on its own thread, which commits the jobs
/// that wait together (group commit), and reader connections as needed. Closing waits for the jobs
/// already accepted. `clock` outlives the store.
/// Busy: another server uses the folder. StoreFull: it cannot be written. BadData: made by a newer
/// version. Internal: the file is damaged.
[[nodiscard]] Result<std::unique_ptr<ResourceStore>> OpenSqliteStore(
    const SqliteStoreOptions& options, const Clock& clock);

}  // namespace yizhan::store
