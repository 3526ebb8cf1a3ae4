/// \file
/// The tables that make resources findable, as every engine has them. Their rows come from
/// IndexEntries(); engines build their SQL from this description.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backend/store/search_params.h"

namespace yizhan::store {

struct IndexColumn {
  const char* name;
  bool is_text;  ///< Otherwise a 64-bit number.
};

struct IndexTable {
  const char* name;
  std::vector<IndexColumn> columns;  ///< All of them, in the order of the primary key.
};

/// The longest span that is not is_long, in milliseconds.
inline constexpr std::int64_t kShortSpanMs = 86'400'000;

[[nodiscard]] std::span<const IndexTable> IndexTables();
/// Place of a kind's table in IndexTables().
[[nodiscard]] std::size_t IndexTableOf(ParamKind kind);
/// Changes whenever the rows of resources would come out differently.
[[nodiscard]] std::string IndexFingerprint(TimeZone zone);

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
      return;
    case ParamKind::Reference:
      use(std::string_view(entry.text));
      use(key);
      return;
    case ParamKind::Date:
      use(std::int64_t{entry.high - entry.low > kShortSpanMs ? 1 : 0});
      use(entry.low);
      use(entry.high);
      use(key);
      return;
  }
}

}  // namespace yizhan::store
