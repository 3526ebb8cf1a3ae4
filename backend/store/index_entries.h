#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backend/fhir/json.h"
#include "backend/r4/definitions.h"
#include "base/clock.h"

namespace yizhan::store {

using r4::ParamKind;
using r4::SearchParam;

/// One row of an index table; `kind` says which (never Composite), and which members count.
struct IndexEntry {
  ParamKind kind = ParamKind::Token;
  std::int32_t param = 0;   ///< IndexNumber() of the parameter, or of a composite's component.
  std::int32_t group = 0;   ///< Values of one repetition share it; only a composite's are not 0.
  std::string text;         ///< Token, Quantity: code. Reference: "Patient/1". String: folded. Uri,
                            ///< and the words of full text, whose kind is Uri.
  std::string system;       ///< Token, Quantity: system. String: the text as it was written.
  std::string unit;         ///< Quantity: the unit as it was written.
  std::string low_number;   ///< Number, Quantity: DecimalKey of the least value it can stand for.
  std::string high_number;  ///< The same of the greatest.
  std::int64_t low = 0;     ///< Date: first millisecond since 1970. Reference: see kUnknownMoment.
                            ///< Special (a position): latitude in millionths of a degree.
  std::int64_t high = 0;    ///< The first millisecond after it. Special: longitude.
  friend auto operator<=>(const IndexEntry&, const IndexEntry&) = default;
};

/// References carry the moment of their resource (Slot.start, Appointment.start...), so that "of
/// this schedule, on that day" is one range of one index. This one: it has none, more than one, or
/// one that lasts longer than kShortSpanMs. A known moment is the resource's only date under
/// MomentOf(): what a search asks of that date can be answered by the reference's row.
inline constexpr std::int64_t kUnknownMoment = -(std::int64_t{1} << 62);
/// The date parameter that tells the moment of a type. Null: the type has none.
[[nodiscard]] const SearchParam* MomentOf(std::string_view type);

/// The longest span whose beginning alone tells roughly where it lies, in milliseconds.
inline constexpr std::int64_t kShortSpanMs = 86'400'000;

/// What stands for a parameter in the index: `component` counts from 0, -1 is the parameter itself.
/// Identifiers that name their type have rows of component 0, for :of-type.
[[nodiscard]] std::int32_t IndexNumber(const SearchParam& param, int component = -1);

/// Everything under which a resource can be found: sorted, no entry twice, at most 50,000 (what
/// comes later in the resource is not found). `zone` gives days without a zone their place in time.
[[nodiscard]] std::vector<IndexEntry> IndexEntries(const fhir::Json& resource, TimeZone zone);
/// Changes whenever entries would come out differently: entries made under another mark are made
/// anew.
[[nodiscard]] std::string IndexFingerprint(TimeZone zone);

/// The form in which texts are compared: small letters without accents, full-width letters as
/// plain ones, one space for any number of them, one kind of middle dot in names.
[[nodiscard]] std::string FoldText(std::string_view text);
/// A text as far as it is indexed: its first 512 bytes, whole characters only.
[[nodiscard]] std::string_view IndexedPart(std::string_view text);

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
