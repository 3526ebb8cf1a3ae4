#pragma once

#include "backend/store/resource_store.h"
#include "backend/store/sql.h"

namespace yizhan::store {

/// Runs one search over the tables that every engine has. The caller holds a transaction when the
/// answer must be of one moment, and bounds what one statement may cost.
[[nodiscard]] Result<SearchResult> RunSearch(SqlReader& reader, const SearchQuery& query);

}  // namespace yizhan::store
