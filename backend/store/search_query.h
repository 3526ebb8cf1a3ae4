#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backend/r4/definitions.h"
#include "backend/store/index_entries.h"
#include "base/clock.h"
#include "base/result.h"

namespace yizhan::store {

using r4::FindParam;
using r4::IsResourceType;
using r4::ResourceTypes;

enum class Modifier {
  None,
  Not,
  Missing,
  Exact,
  Contains,
  Text,
  Above,
  Below,
  Identifier,
  OfType,
  In,    ///< The one value is a value set's address: RunSearch() puts its codes there.
  NotIn  ///< As In.
};
enum class Comparison {
  Equal,
  NotEqual,
  Less,
  LessOrEqual,
  Greater,
  GreaterOrEqual,
  After,
  Before,
  Approximate
};

/// A place and how far around it, for Location?near.
struct Circle {
  std::int64_t latitude = 0;  ///< Millionths of a degree, as longitude.
  std::int64_t longitude = 0;
  double metres = 0;
};

/// One value after the '='. Which members count depends on the parameter's kind.
struct SearchValue {
  std::string text;                   ///< Token, Quantity: code. Reference: "Patient/1". String,
                                      ///< and Token with :text: folded. Uri. OfType: "code|value".
  std::optional<std::string> system;  ///< Token, Quantity: must be equal. String: as written.
  bool any_code = false;              ///< Token "system|", Quantity without a unit. A part of full
                                      ///< text: every word that begins like this.
  bool any_unit_system = false;       ///< Quantity "5||mg": code or unit, whatever the system.
  bool unknown_unit = false;          ///< Quantity: of UCUM, but not in our table of units.
  Comparison comparison = Comparison::Equal;
  TimeSpan span;                   ///< Date.
  std::string number;              ///< Number, Quantity: its DecimalKey.
  std::string low;                 ///< Number, Quantity: what it stands for (DecimalSpan, or
  std::string high;                ///< DecimalAround when Approximate).
  std::vector<SearchValue> parts;  ///< Composite: one for each component. Full text: the words.
  Circle circle;                   ///< Special: near.
};

/// One parameter of a search. Values are alternatives.
struct Criterion {
  /// What another resource must meet.
  struct Link;

  const SearchParam* param = nullptr;  ///< Never null in a parsed query.
  Modifier modifier = Modifier::None;
  bool missing = false;  ///< With Modifier::Missing: wanted missing or present.
  std::vector<SearchValue> any_of;
  /// Chain (patient.identifier=...): what `param` points to must meet one of these; any_of is empty
  /// then.
  std::vector<Link> links;
  /// _has: the one link's resource points here by `param`, which is a parameter of its type.
  bool backward = false;
};

struct Criterion::Link {
  std::string type;
  Criterion criterion;
};

/// `_include=Appointment:patient` (forward) or `_revinclude=Task:focus` (backward).
struct Inclusion {
  const SearchParam* param = nullptr;  ///< Null: every reference ("Appointment:*", "*").
  std::string source_type;             ///< Empty: any ("*").
  std::string target_type;             ///< Empty: any.
  bool backward = false;
  bool iterate = false;  ///< Also for what was included itself.
};

struct SortKey {
  const SearchParam* param = nullptr;  ///< Also of "Resource": _id, _lastUpdated.
  bool descending = false;
};

struct SearchQuery {
  std::string type;
  std::vector<Criterion> all_of;
  std::vector<Inclusion> inclusions;
  std::vector<SortKey> sort;  ///< The first counts most. Empty: by age, or as it costs least.
  std::size_t count = 100;
  bool want_total = false;
  bool only_total = false;  ///< _summary=count, _count=0
  std::string cursor;       ///< From SearchResult::next_cursor.
  /// The parameters that were understood, as name and value, for the self link.
  std::vector<std::pair<std::string, std::string>> used;
};

using SearchParameters = std::vector<std::pair<std::string, std::string>>;

/// Splits "a=b&c=d" and decodes each part. BadData: broken percent encoding, no UTF-8, or more
/// than a hundred parameters.
[[nodiscard]] Result<SearchParameters> ParseQueryString(std::string_view text);

enum class Handling { Lenient, Strict };

/// Understands a search. Unknown parameters are left out (Lenient) or BadData (Strict), and so are
/// units of UCUM that our table does not know (Lenient: they are compared as they are written). A
/// known parameter with a broken value or with a modifier that it does not have is always BadData,
/// and so is a search of too many parts. The
/// detail names the parameter, never a value. `base` is this server's own address
/// ("https://h/fhir"): absolute references that begin with it are ours.
[[nodiscard]] Result<SearchQuery> ParseSearch(const std::string& type,
                                              const SearchParameters& parameters, TimeZone zone,
                                              Handling handling = Handling::Lenient,
                                              std::string_view base = {});

/// Whether a search of `type` can ask for this parameter, which is its own or one of "Resource".
[[nodiscard]] bool IsSearchable(std::string_view type, const SearchParam& param);

}  // namespace yizhan::store
