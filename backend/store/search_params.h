#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backend/fhir/json.h"
#include "base/clock.h"

namespace yizhan::store {

enum class ParamKind { Token, Reference, Date, String };

/// One FHIR R4 search parameter of one resource type.
struct SearchParam {
  const char* type;
  const char* name;
  ParamKind kind;
  /// Where the value is: members joined by dots, alternatives by '|'; arrays are walked through.
  const char* path;
  /// Reference: the types it may point to, joined by '|'; "" is any. What points elsewhere is not
  /// this parameter's (Appointment.patient is actor, narrowed to Patient).
  const char* targets;
};

/// Every parameter known, ordered by type. A parameter's place in the list is its number.
[[nodiscard]] std::span<const SearchParam> SearchParams();
/// Null: the type has no such parameter.
[[nodiscard]] const SearchParam* FindParam(std::string_view type, std::string_view name);
[[nodiscard]] std::uint16_t NumberOf(const SearchParam& param);
/// The resource types this server stores, sorted.
[[nodiscard]] std::span<const std::string_view> ResourceTypes();
[[nodiscard]] bool IsResourceType(std::string_view type);

/// One row of an index. Which members count depends on the parameter's kind.
struct IndexEntry {
  std::uint16_t param = 0;
  ParamKind kind = ParamKind::Token;
  std::string text;       ///< Token: code. Reference: "Patient/1". String: folded text.
  std::string system;     ///< Token: its system. String: the text as it was written.
  std::int64_t low = 0;   ///< Date: first millisecond since 1970.
  std::int64_t high = 0;  ///< Date: first millisecond after it.
  friend auto operator<=>(const IndexEntry&, const IndexEntry&) = default;
};

/// Everything under which a resource can be found: sorted, no entry twice. `zone` gives days
/// without a zone their place in time.
[[nodiscard]] std::vector<IndexEntry> IndexEntries(const fhir::Json& resource, TimeZone zone);
/// The values of one reference parameter in a resource ("Patient/1"), for _include.
[[nodiscard]] std::vector<std::string> ReferencesOf(const fhir::Json& resource,
                                                    const SearchParam& param);

/// The form in which texts are compared: ASCII letters in lower case, everything else as it is.
[[nodiscard]] std::string FoldText(std::string_view text);

/// A stretch of time, half open, in milliseconds since 1970.
struct TimeSpan {
  std::int64_t low = 0;
  std::int64_t high = 0;
  friend bool operator==(const TimeSpan&, const TimeSpan&) = default;
};
/// The span a FHIR date, dateTime or instant stands for: "2026" is a year, "2026-03-10" a day in
/// `zone`, "…T08:30Z" a minute. Empty span (0, 0) when it is none.
[[nodiscard]] TimeSpan SpanOf(std::string_view date, TimeZone zone);

}  // namespace yizhan::store
