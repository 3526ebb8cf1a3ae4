#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "backend/store/resource_store.h"
#include "base/clock.h"

namespace yizhan::store {

struct PostgresStoreOptions {
  /// libpq connection string or URI. May hold a password (a password file is better): it is never
  /// logged and in no error.
  std::string address;
  std::string folder;            ///< For the epoch file; made if missing. Each process has its own.
  TimeZone zone{};               ///< Equal for all processes at one database.
  std::size_t connections = 16;  ///< Lent at once, at most; one more listens.
  std::chrono::milliseconds statement_timeout{30'000};
  /// For tests: every job is run, undone and run again, as it happens when writers collide.
  bool run_jobs_twice = false;
};

/// Opens the store of one PostgreSQL database (version 14 or newer), which several processes may
/// use at once. Jobs run on their callers' threads, beside each other; see README.md for what
/// isolates them. `clock` outlives the store. Unreachable: no database. BadData: the address cannot
/// be read, or the database was made by another version. Busy: the search index must be made anew,
/// but another server is running.
[[nodiscard]] Result<std::unique_ptr<ResourceStore>> OpenPostgresStore(
    const PostgresStoreOptions& options, const Clock& clock);

}  // namespace yizhan::store
