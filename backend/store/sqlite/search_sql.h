#pragma once

#include "backend/store/search_query.h"
#include "backend/store/sql.h"

namespace yizhan::store {

/// Where a page begins: the sort value and the key of the last row before it.
struct Cursor {
  std::int64_t sort_value = 0;
  std::int64_t key = 0;
};

/// Columns: key, id, version, updated, body, sort value. Fetches one row more than a page, to know
/// whether there is another. Chains must have been resolved.
[[nodiscard]] Sql PageSql(const SearchQuery& query, const Cursor* cursor);
/// One row, one column.
[[nodiscard]] Sql CountSql(const SearchQuery& query);
/// The ids of at most `limit` resources that meet `criterion`.
[[nodiscard]] Sql IdsSql(const std::string& type, const Criterion& criterion, int limit);

}  // namespace yizhan::store
