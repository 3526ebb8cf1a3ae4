/// \file
/// The tables that make resources findable, as every engine has them. Their rows come from
/// IndexEntries(); engines build their SQL from this description.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backend/store/index_entries.h"

namespace yizhan::store {

struct IndexColumn {
  const char* name;
  bool is_text;  ///< Otherwise a 64-bit number.
};

struct IndexTable {
  const char* name;
  std::vector<IndexColumn> columns;  ///< All of them, in the order of the primary key.
};

/// Every table has, besides its primary key, an index "<name>_by_key" of these columns: for finding
/// what is known of one resource.
inline constexpr const char* kByKeyColumns = "key,param";

[[nodiscard]] std::span<const IndexTable> IndexTables();
/// Place of a kind's table in IndexTables().
[[nodiscard]] std::size_t IndexTableOf(ParamKind kind);

/// Calls `use` with each value of a row, in the order of the table's columns: with std::int64_t or
/// std::string_view.
template <typename Use>
void ForEachValue(const IndexEntry& entry, std::int64_t key, Use&& use) {
  use(std::int64_t{entry.param});
  switch (entry.kind) {
    case ParamKind::Token:
    case ParamKind::String:
      use(std::string_view(entry.text));
      use(key);
      use(std::string_view(entry.system));
      break;
    case ParamKind::Reference:
      use(std::string_view(entry.text));
      use(entry.low);
      use(entry.high);
      use(key);
      break;
    case ParamKind::Date:
      use(std::int64_t{entry.high - entry.low > kShortSpanMs ? 1 : 0});
      use(entry.low);
      use(entry.high);
      use(key);
      break;
    case ParamKind::Number:
      use(std::string_view(entry.low_number));
      use(std::string_view(entry.high_number));
      use(key);
      break;
    case ParamKind::Quantity:
      use(std::string_view(entry.low_number));
      use(std::string_view(entry.high_number));
      use(key);
      use(std::string_view(entry.text));
      use(std::string_view(entry.system));
      use(std::string_view(entry.unit));
      break;
    case ParamKind::Uri:
      use(std::string_view(entry.text));
      use(key);
      break;
    case ParamKind::Special:  // A position lies in the table of dates.
      use(std::int64_t{0});
      use(entry.low);
      use(entry.high);
      use(key);
      break;
    case ParamKind::Composite: return;
  }
  use(std::int64_t{entry.group});
}

}  // namespace yizhan::store
