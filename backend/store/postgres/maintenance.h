/// \file
/// What happens to a whole PostgreSQL store at once: making its index anew, importing.
#pragma once

#include "backend/store/postgres/connection.h"
#include "backend/store/resource_store.h"
#include "base/clock.h"

namespace yizhan::store {

/// The value of a row of `meta`; "" when there is none.
[[nodiscard]] Result<std::string> ReadMeta(Connection& connection, std::string_view name);
[[nodiscard]] Status WriteMeta(Connection& connection, std::string_view name,
                               std::string_view value);

/// Held shared by every process that runs, alone by who changes all of the index.
[[nodiscard]] Status ShareIndex(Connection& connection);
/// Makes all index rows anew when parameters or zone are not those of the last time. Busy: it is
/// necessary, but another process runs.
[[nodiscard]] Status RefreshPostgresIndex(Connection& connection, TimeZone zone);

/// As ResourceStore::Import, inside a transaction that the caller has begun; returns the epoch of
/// the export.
[[nodiscard]] Result<std::int64_t> ImportIntoPostgres(Connection& connection, TimeZone zone,
                                                      std::int64_t origin,
                                                      const LineSource& source);

}  // namespace yizhan::store
