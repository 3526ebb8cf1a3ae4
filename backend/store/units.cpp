#include "backend/store/units.h"

#include <array>
#include <charconv>

namespace yizhan::store {
namespace {

struct Unit {
  std::string_view code;
  int dimension;  ///< Units of one number say the same.
  int power;      ///< Of ten, to the dimension's first unit.
};

/// The units that a hospital measures in. One that stands alone is in nobody's table but its own:
/// it is known that no other is a power of ten of it (mm[Hg], Cel, minutes).
constexpr std::array<Unit, 105> kUnits = {{
    {"g", 1, 0},         {"kg", 1, 3},        {"mg", 1, -3},        {"ug", 1, -6},
    {"ng", 1, -9},       {"pg", 1, -12},      {"t", 1, 6},          {"L", 2, 0},
    {"l", 2, 0},         {"dL", 2, -1},       {"dl", 2, -1},        {"cL", 2, -2},
    {"mL", 2, -3},       {"ml", 2, -3},       {"uL", 2, -6},        {"ul", 2, -6},
    {"fL", 2, -15},      {"m3", 2, 3},        {"dm3", 2, 0},        {"cm3", 2, -3},
    {"mm3", 2, -6},      {"m", 3, 0},         {"km", 3, 3},         {"dm", 3, -1},
    {"cm", 3, -2},       {"mm", 3, -3},       {"um", 3, -6},        {"nm", 3, -9},
    {"mol", 4, 0},       {"mmol", 4, -3},     {"umol", 4, -6},      {"nmol", 4, -9},
    {"pmol", 4, -12},    {"mol/L", 5, 0},     {"mmol/L", 5, -3},    {"umol/L", 5, -6},
    {"nmol/L", 5, -9},   {"pmol/L", 5, -12},  {"mmol/l", 5, -3},    {"umol/l", 5, -6},
    {"nmol/l", 5, -9},   {"pmol/l", 5, -12},  {"mmol/dL", 5, -2},   {"g/L", 6, 0},
    {"g/l", 6, 0},       {"g/dL", 6, 1},      {"g/dl", 6, 1},       {"g/mL", 6, 3},
    {"mg/L", 6, -3},     {"mg/l", 6, -3},     {"mg/dL", 6, -2},     {"mg/dl", 6, -2},
    {"mg/mL", 6, 0},     {"ug/L", 6, -6},     {"ug/l", 6, -6},      {"ug/dL", 6, -5},
    {"ug/mL", 6, -3},    {"ng/L", 6, -9},     {"ng/mL", 6, -6},     {"ng/dL", 6, -8},
    {"pg/mL", 6, -9},    {"kg/L", 6, 3},      {"Pa", 7, 0},         {"hPa", 7, 2},
    {"kPa", 7, 3},       {"mbar", 7, 2},      {"bar", 7, 5},        {"s", 8, 0},
    {"ms", 8, -3},       {"us", 8, -6},       {"Hz", 9, 0},         {"kHz", 9, 3},
    {"V", 10, 0},        {"mV", 10, -3},      {"uV", 10, -6},       {"[IU]", 11, 0},
    {"k[IU]", 11, 3},    {"m[IU]", 11, -3},   {"[IU]/L", 12, 0},    {"[IU]/mL", 12, 3},
    {"m[IU]/L", 12, -3}, {"m[IU]/mL", 12, 0}, {"u[IU]/mL", 12, -3}, {"U/L", 13, 0},
    {"kU/L", 13, 3},     {"mU/L", 13, -3},    {"10*9/L", 14, 9},    {"10*12/L", 14, 12},
    {"10*6/L", 14, 6},   {"10*3/uL", 14, 9},  {"10*6/uL", 14, 12},  {"/uL", 14, 6},
    {"mm[Hg]", 15, 0},   {"Cel", 16, 0},      {"min", 17, 0},       {"h", 18, 0},
    {"d", 19, 0},        {"wk", 20, 0},       {"a", 21, 0},         {"/min", 22, 0},
    {"kg/m2", 23, 0},    {"m2", 24, 0},       {"[degF]", 25, 0},    {"1", 26, 0},
    {"%", 26, -2},
}};

}  // namespace

std::vector<EquivalentUnit> EquivalentUnits(std::string_view code) {
  std::vector<EquivalentUnit> equivalent;
  for (const Unit& asked : kUnits) {
    if (asked.code != code) continue;
    equivalent.push_back({asked.code, 0});
    for (const Unit& unit : kUnits) {
      if (unit.dimension != asked.dimension || &unit == &asked) continue;
      equivalent.push_back({unit.code, asked.power - unit.power});
    }
  }
  return equivalent;
}

std::optional<std::string> TimesPowerOfTen(std::string_view number, int power) {
  const std::size_t end = number.find_first_of("eE");
  int exponent = 0;
  if (end != std::string_view::npos) {
    std::string_view text = number.substr(end + 1);
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (error != std::errc() || last != text.data() + text.size()) return std::nullopt;
  }
  // Beyond what a decimal may be anyway; the sum must not overflow.
  if (exponent > 100'000 || exponent < -100'000) return std::nullopt;
  return std::string(number.substr(0, end)) + 'e' + std::to_string(exponent + power);
}

}  // namespace yizhan::store
