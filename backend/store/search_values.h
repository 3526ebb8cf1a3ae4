#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/store/search_query.h"

namespace yizhan::store {

/// How the values of one parameter are to be read.
struct ValueContext {
  const SearchParam* param = nullptr;
  Modifier modifier = Modifier::None;
  std::string_view only_type;  ///< subject:Patient=23
  TimeZone zone;
  std::string_view base;  ///< As ParseSearch.
};

/// Splits at ',' that has no backslash before it; the backslashes stay.
[[nodiscard]] std::vector<std::string> SplitAlternatives(std::string_view text);
/// Without the backslashes of "\,", "\|", "\$" and "\\".
[[nodiscard]] std::string Unescape(std::string_view text);

/// Reads one alternative and appends what it stands for (a reference may have several spellings, a
/// quantity several units).
/// False: it is no value of that kind.
[[nodiscard]] bool AddValue(std::string_view text, const ValueContext& context,
                            std::vector<SearchValue>& out);

}  // namespace yizhan::store
