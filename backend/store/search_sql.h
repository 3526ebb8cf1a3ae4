/// \file
/// A whole search as SQL for every engine. Finds keys and what sorts them; bodies are read for the
/// rows of a page only.
#pragma once

#include <string>
#include <vector>

#include "backend/store/search_query.h"
#include "backend/store/sql.h"

namespace yizhan::store {

/// Where a page begins: the sort values and the key of the last row before it.
struct Cursor {
  std::vector<SqlValue> values;
  std::int64_t key = 0;
};

/// Writes the SQL of one query. Immutable; `query` outlives it.
class SearchSql {
 public:
  SearchSql(const SearchQuery& query, SqlDialect dialect);

  /// Columns: key, id, version, updated, seq, body, then one for each sort value. One row more than
  /// a page, to know whether there is another. `cursor` may be null; it has as many values as there
  /// are sort values.
  [[nodiscard]] Sql Page(const Cursor* cursor) const;
  /// Of each sort value: text, otherwise a number.
  [[nodiscard]] const std::vector<bool>& SortsByText() const { return sorts_by_text_; }
  /// One row, one column.
  [[nodiscard]] Sql Count() const;

 private:
  void AddSort(const SortKey& key);
  [[nodiscard]] Sql WithBodies(Sql page, bool key_descends) const;

  const SearchQuery& query_;
  const SqlDialect dialect_;
  Sql from_where_;
  std::string key_column_;
  bool has_moments_ = false;  ///< The driver, `d`, has a column `moment`.
  std::vector<Sql> sort_values_;
  std::vector<bool> sorts_by_text_;
  std::vector<bool> descending_;
};

}  // namespace yizhan::store
