#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backend/store/search_params.h"
#include "base/clock.h"
#include "base/result.h"

namespace yizhan::store {

enum class Modifier { None, Not, Missing, Exact, Contains };
enum class Comparison {
  Equal,
  NotEqual,
  Less,
  LessOrEqual,
  Greater,
  GreaterOrEqual,
  After,
  Before
};

/// One value after the '='. Which members count depends on the parameter's kind.
struct SearchValue {
  std::string text;                   ///< Token: code. Reference: "Patient/1". String: folded.
  std::optional<std::string> system;  ///< Token: must be equal when given. String: as written.
  bool any_code = false;              ///< Token "system|".
  Comparison comparison = Comparison::Equal;
  TimeSpan span;  ///< Date.
};

/// One parameter of a search. Values are alternatives.
struct Criterion {
  const SearchParam* param = nullptr;  ///< Never null in a parsed query.
  Modifier modifier = Modifier::None;
  bool missing = false;  ///< With Modifier::Missing: wanted missing or present.
  std::vector<SearchValue> any_of;
  /// Chain (patient.identifier=...): the referenced resource must meet this. At most one; any_of
  /// is empty then.
  std::vector<Criterion> chained;
};

/// `_include=Appointment:patient` (forward) or `_revinclude=Task:focus` (backward).
struct Inclusion {
  const SearchParam* param = nullptr;  ///< Null: every reference ("Appointment:*").
  std::string source_type;
  std::string target_type;  ///< Empty: any.
  bool backward = false;
  bool iterate = false;  ///< Also for what was included itself.
};

enum class SortBy { Key, Updated, Date };

struct SearchQuery {
  std::string type;
  std::vector<Criterion> all_of;
  std::vector<std::string> ids;      ///< _id: one of these; empty: any.
  std::vector<SearchValue> updated;  ///< _lastUpdated: all of these.
  std::vector<Inclusion> inclusions;
  SortBy sort = SortBy::Key;
  const SearchParam* sort_param = nullptr;  ///< SortBy::Date
  bool descending = false;
  std::size_t count = 100;
  bool want_total = false;
  bool only_total = false;  ///< _summary=count
  std::string cursor;       ///< From SearchResult::next_cursor.
  /// The parameters that were understood, as name and value, for the self link.
  std::vector<std::pair<std::string, std::string>> used;
};

using SearchParameters = std::vector<std::pair<std::string, std::string>>;

/// Splits "a=b&c=d" and decodes each part. BadData: broken percent encoding, no UTF-8, or more
/// than a hundred parameters.
[[nodiscard]] Result<SearchParameters> ParseQueryString(std::string_view text);

enum class Handling { Lenient, Strict };

/// Understands a search. Unknown parameters are left out (Lenient) or BadData (Strict); a known
/// parameter with a broken value is always BadData. The detail names the parameter, never a value.
[[nodiscard]] Result<SearchQuery> ParseSearch(const std::string& type,
                                              const SearchParameters& parameters, TimeZone zone,
                                              Handling handling = Handling::Lenient);

}  // namespace yizhan::store
