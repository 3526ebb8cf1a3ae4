#pragma once

#include <compare>
#include <optional>
#include <string_view>

#include "backend/fhir/json.h"
#include "backend/r4/fhirpath.h"

namespace yizhan::r4 {

// What FHIRPath says about two values. Internal to this folder.

/// The order of two JSON numbers, exactly: digits are compared, nothing is rounded.
[[nodiscard]] std::strong_ordering CompareNumbers(std::string_view a, std::string_view b);

/// The order of two dates, dateTimes or instants. Nothing: they cannot be told apart, because one
/// is less exact or has no zone ("2026" and "2026-03").
[[nodiscard]] std::optional<std::strong_ordering> CompareMoments(std::string_view a,
                                                                 std::string_view b);

/// Whether two JSON values are the same whatever the order of their members; 1.0 is 1.00.
[[nodiscard]] bool SameJson(const fhir::Json& a, const fhir::Json& b);

/// The '=' of two values. Nothing: undecidable.
[[nodiscard]] std::optional<bool> Equal(const Node& a, const Node& b);

enum class Ordered { Less, Same, Greater, Undecidable, Incomparable };
/// The order for '<' and its kin: numbers, texts, moments, times and quantities of one unit.
[[nodiscard]] Ordered Order(const Node& a, const Node& b);

}  // namespace yizhan::r4
