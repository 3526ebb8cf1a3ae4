#pragma once

#include "backend/store/resource_store.h"
#include "backend/store/sqlite/database.h"

namespace yizhan::store {

/// Runs one search on one connection. The caller holds a transaction when the answer must be of
/// one moment.
[[nodiscard]] Result<SearchResult> RunSearch(Database& database, const SearchQuery& query);

}  // namespace yizhan::store
