#include "backend/store/index_tables.h"

namespace yizhan::store {

std::span<const IndexTable> IndexTables() {
  static const std::vector<IndexTable> tables = {
      {"token",
       {{"param", false}, {"text", true}, {"key", false}, {"system", true}, {"grp", false}}},
      {"reference",
       {{"param", false},
        {"text", true},
        {"moment", false},
        {"moment_end", false},
        {"key", false},
        {"grp", false}}},
      {"string",
       {{"param", false}, {"text", true}, {"key", false}, {"original", true}, {"grp", false}}},
      {"date",
       {{"param", false},
        {"is_long", false},
        {"low", false},
        {"high", false},
        {"key", false},
        {"grp", false}}},
      {"number", {{"param", false}, {"low", true}, {"high", true}, {"key", false}, {"grp", false}}},
      {"quantity",
       {{"param", false},
        {"low", true},
        {"high", true},
        {"key", false},
        {"text", true},
        {"system", true},
        {"unit", true},
        {"grp", false}}},
      {"uri", {{"param", false}, {"text", true}, {"key", false}, {"grp", false}}},
  };
  return tables;
}

std::size_t IndexTableOf(ParamKind kind) {
  switch (kind) {
    case ParamKind::Token: return 0;
    case ParamKind::Reference: return 1;
    case ParamKind::String: return 2;
    case ParamKind::Date:
    case ParamKind::Special: return 3;  // Latitude and longitude instead of two moments.
    case ParamKind::Number: return 4;
    case ParamKind::Quantity: return 5;
    case ParamKind::Uri: return 6;
    case ParamKind::Composite: break;  // It has no rows of its own.
  }
  return 0;
}

}  // namespace yizhan::store
