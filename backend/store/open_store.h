#pragma once

#include <memory>
#include <string>

#include "backend/store/resource_store.h"
#include "base/clock.h"

namespace yizhan::store {

struct StoreOptions {
  std::string folder;  ///< Of the data (SQLite), or of what one process keeps for itself.
  /// libpq connection string or URI of a PostgreSQL database; empty: SQLite in `folder`.
  std::string postgres;
  TimeZone zone{};  ///< For dates without a zone.
};

/// Opens the store of a hospital on the engine that the options name. Errors as OpenSqliteStore and
/// OpenPostgresStore. `clock` outlives the store.
[[nodiscard]] Result<std::unique_ptr<ResourceStore>> OpenStore(const StoreOptions& options,
                                                               const Clock& clock);

}  // namespace yizhan::store
