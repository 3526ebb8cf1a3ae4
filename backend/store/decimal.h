/// \file
/// Decimals of any length as texts that sort as the numbers do, so that an index compares them
/// exactly: 1.50 is 1.5, and nothing is rounded.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace yizhan::store {

/// Sorts before and behind every number.
inline constexpr const char* kLowestDecimal = "a";
inline constexpr const char* kHighestDecimal = "z";

/// The text that stands for a JSON number ("-1.50e2"). Empty optional: no number, or one of more
/// than 100 digits or an exponent beyond 9000.
[[nodiscard]] std::optional<std::string> DecimalKey(std::string_view number);

struct DecimalRange {
  std::string low;   ///< First key inside.
  std::string high;  ///< First key behind.
};
/// What a number stands for as a search value: "100" is from 99.5 to 100.5, "100.0" from 99.95.
[[nodiscard]] std::optional<DecimalRange> DecimalSpan(std::string_view number);
/// A tenth more or less.
[[nodiscard]] std::optional<DecimalRange> DecimalAround(std::string_view number);

}  // namespace yizhan::store
