#include "backend/store/position.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>
#include <vector>

#include "backend/store/search_values.h"
#include "backend/store/value_sql.h"

namespace yizhan::store {
namespace {

constexpr double kEarthRadius = 6'371'008.8;  // Metres; the mean of WGS84.
constexpr double kMillion = 1e6;
constexpr double kDefaultMetres = 10'000;
constexpr double kPoleToPole = kEarthRadius * std::numbers::pi;
/// The largest square of a sine, as an integer that a statement can be given.
constexpr double kSineUnits = 1e18;
/// Half of a millionth of a degree as an angle, and the whole; in SQL.
constexpr const char* kHalfAngle = "0.000000008726646259971648";
constexpr const char* kAngle = "0.000000017453292519943296";

/// Units of length by their UCUM codes and by what people write.
constexpr std::array<std::pair<std::string_view, double>, 14> kUnits = {{{"", 1000},
                                                                         {"km", 1000},
                                                                         {"m", 1},
                                                                         {"[mi_us]", 1609.347219},
                                                                         {"mi_us", 1609.347219},
                                                                         {"[mi_i]", 1609.344},
                                                                         {"mi_i", 1609.344},
                                                                         {"mi", 1609.344},
                                                                         {"[nmi_i]", 1852},
                                                                         {"nmi_i", 1852},
                                                                         {"[ft_i]", 0.3048},
                                                                         {"ft_i", 0.3048},
                                                                         {"[yd_i]", 0.9144},
                                                                         {"cm", 0.01}}};

std::optional<double> NumberOf(std::string_view text) {
  double number = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

std::optional<std::int64_t> Degrees(std::string_view text, double limit) {
  const std::optional<double> number = NumberOf(text);
  if (!number || std::abs(*number) > limit) return std::nullopt;
  return std::llround(*number * kMillion);
}

}  // namespace

std::optional<std::pair<std::int64_t, std::int64_t>> PositionOf(const fhir::Json& position) {
  const auto latitude = Degrees(position["latitude"].AsNumberText(), 90);
  const auto longitude = Degrees(position["longitude"].AsNumberText(), 180);
  if (!latitude || !longitude) return std::nullopt;
  return std::pair(*latitude, *longitude);
}

std::optional<Circle> ParseCircle(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t bar = text.find('|');
    parts.push_back(text.substr(0, bar));
    if (bar == std::string_view::npos) break;
    text.remove_prefix(bar + 1);
  }
  if (parts.size() < 2 || parts.size() > 4) return std::nullopt;
  const auto latitude = Degrees(parts[0], 90);
  const auto longitude = Degrees(parts[1], 180);
  if (!latitude || !longitude) return std::nullopt;
  Circle circle{*latitude, *longitude, kDefaultMetres};
  if (parts.size() == 2 || parts[2].empty()) return circle;
  const std::optional<double> distance = NumberOf(parts[2]);
  const std::string_view unit = parts.size() == 4 ? parts[3] : std::string_view();
  const auto* known = std::find_if(kUnits.begin(), kUnits.end(),
                                   [unit](const auto& each) { return each.first == unit; });
  if (!distance || *distance < 0 || known == kUnits.end()) return std::nullopt;
  circle.metres = std::min(*distance * known->second, kPoleToPole);
  return circle;
}

Sql CircleCondition(const Circle& circle, const std::string& alias) {
  const std::string latitude = alias + ".low";
  const std::string longitude = alias + ".high";
  const auto band =
      static_cast<std::int64_t>(std::ceil(circle.metres / kPoleToPole * 180 * kMillion)) + 1;
  const double half_sine = std::sin(circle.metres / kEarthRadius / 2);
  const auto bound = std::llround(half_sine * half_sine * kSineUnits);
  const auto half_sine_of = [](const std::string& column) {
    return "sin((" + column + "-?)*" + kHalfAngle + ")";
  };
  const std::string across = half_sine_of(latitude);
  const std::string along = half_sine_of(longitude);
  return Piece(alias + ".is_long=0 AND " + latitude + ">=? AND " + latitude + "<=? AND " + across +
                   "*" + across + "+cos(" + latitude + "*" + kAngle + ")*cos(?*" + kAngle + ")*" +
                   along + "*" + along + "<=?*0.000000000000000001",
               {circle.latitude - band, circle.latitude + band, circle.latitude, circle.latitude,
                circle.latitude, circle.longitude, circle.longitude, bound});
}

}  // namespace yizhan::store
