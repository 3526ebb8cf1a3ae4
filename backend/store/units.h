/// \file
/// Units of UCUM that are each other times a power of ten, so that a search in one of them is asked
/// in the others exactly: nothing is rounded, and what is stored stays as it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace yizhan::store {

inline constexpr std::string_view kUcum = "http://unitsofmeasure.org";

/// A unit, and how many of it (as a power of ten) make one of the unit asked for.
struct EquivalentUnit {
  std::string_view code;
  int power = 0;
};

/// The units in which the same can be said, the unit itself first. Empty: our table does not have
/// it, so that nobody knows what else would be the same.
[[nodiscard]] std::vector<EquivalentUnit> EquivalentUnits(std::string_view code);

/// The decimal "5.40" times ten to the power, with the digits as they were: "5.40e-3". Empty: no
/// such number.
[[nodiscard]] std::optional<std::string> TimesPowerOfTen(std::string_view number, int power);

}  // namespace yizhan::store
