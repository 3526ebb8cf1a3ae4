#include "backend/r4/fhirpath_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace yizhan::r4 {
namespace {

using fhir::Json;

/// A decimal as sign, digits and the place of the point.
struct Decimal {
  bool negative = false;
  std::string digits;      ///< Without leading and trailing zeros; "" is zero.
  std::int64_t point = 0;  ///< 0.digits times ten to this.
};

Decimal DecimalOf(std::string_view text) {
  Decimal decimal;
  if (text.starts_with('-')) {
    decimal.negative = true;
    text.remove_prefix(1);
  }
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos) {
    std::string_view exponent = text.substr(e + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    const auto read =
        std::from_chars(exponent.data(), exponent.data() + exponent.size(), decimal.point);
    // An exponent beyond all measure stays so.
    constexpr std::int64_t kFar = 1'000'000'000'000;
    if (read.ec != std::errc()) decimal.point = exponent.starts_with('-') ? -kFar : kFar;
    decimal.point = std::clamp(decimal.point, -kFar, kFar);
    text = text.substr(0, e);
  }
  const std::size_t dot = std::min(text.find('.'), text.size());
  decimal.point += static_cast<std::int64_t>(dot);
  for (const char c : text) {
    if (c != '.') decimal.digits += c;
  }
  const std::size_t first = decimal.digits.find_first_not_of('0');
  if (first == std::string::npos) return {};
  decimal.digits.erase(0, first);
  decimal.point -= static_cast<std::int64_t>(first);
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  return decimal;
}

/// A date or dateTime taken apart; `parts` of its fields are there.
struct Moment {
  std::array<std::int64_t, 6> fields{};  ///< Year, month, day, hour, minute, second.
  std::size_t parts = 0;
  std::string fraction;  ///< Of the second, without trailing zeros.
  std::optional<std::int64_t> zone_minutes;
};

std::int64_t DigitsAt(std::string_view text, std::size_t at, std::size_t count) {
  std::int64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (at + i >= text.size() || text[at + i] < '0' || text[at + i] > '9') return -1;
    value = value * 10 + (text[at + i] - '0');
  }
  return value;
}

std::optional<Moment> MomentOf(std::string_view text) {
  constexpr std::size_t kAt[] = {0, 5, 8, 11, 14, 17};
  constexpr char kBefore[] = {' ', '-', '-', 'T', ':', ':'};
  Moment moment;
  std::size_t at = 0;
  while (moment.parts < 6 && at < text.size()) {
    const std::size_t part = moment.parts;
    const std::size_t width = part == 0 ? 4 : 2;
    if (part > 0 && text[at] != kBefore[part]) break;
    const std::int64_t value = DigitsAt(text, kAt[part], width);
    if (value < 0) return std::nullopt;
    moment.fields[part] = value;
    ++moment.parts;
    at = kAt[part] + width;
  }
  if (moment.parts == 6 && at < text.size() && text[at] == '.') {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", at + 1), text.size());
    moment.fraction = text.substr(at + 1, end - at - 1);
    moment.fraction.erase(moment.fraction.find_last_not_of('0') + 1);
    at = end;
  }
  if (moment.parts >= 4 && at < text.size()) {
    if (text[at] == 'Z') {
      moment.zone_minutes = 0;
    } else {
      const std::int64_t hours = DigitsAt(text, at + 1, 2);
      const std::int64_t minutes = DigitsAt(text, at + 4, 2);
      if (hours < 0 || minutes < 0) return std::nullopt;
      moment.zone_minutes = (text[at] == '-' ? -1 : 1) * (hours * 60 + minutes);
    }
  } else if (at != text.size()) {
    return std::nullopt;
  }
  return moment.parts > 0 ? std::optional(std::move(moment)) : std::nullopt;
}

/// Days since 1970 (Howard Hinnant's civil calendar).
std::int64_t DaysFromCivil(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

std::int64_t UtcSeconds(const Moment& moment) {
  const auto& f = moment.fields;
  return DaysFromCivil(f[0], f[1], f[2]) * 86400 + f[3] * 3600 +
         (f[4] - moment.zone_minutes.value_or(0)) * 60 + f[5];
}

bool IsMoment(const TypeDefinition* type) {
  if (type == nullptr) return false;
  return type->name == "date" || type->name == "dateTime" || type->name == "instant";
}

/// Value and unit of a quantity.
bool SameUnit(const Json& a, const Json& b) {
  const auto unit = [](const Json& quantity) -> const std::string& {
    return quantity.Has("code") ? quantity["code"].AsString() : quantity["unit"].AsString();
  };
  return unit(a) == unit(b) && a["system"].AsString() == b["system"].AsString();
}

Ordered AsOrdered(std::strong_ordering order) {
  if (order == std::strong_ordering::equal) return Ordered::Same;
  return order == std::strong_ordering::less ? Ordered::Less : Ordered::Greater;
}

}  // namespace

std::strong_ordering CompareNumbers(std::string_view a_text, std::string_view b_text) {
  const Decimal a = DecimalOf(a_text);
  const Decimal b = DecimalOf(b_text);
  const auto sign = [](const Decimal& d) { return d.digits.empty() ? 0 : (d.negative ? -1 : 1); };
  if (sign(a) != sign(b)) return sign(a) <=> sign(b);
  const auto size = a.point != b.point ? a.point <=> b.point : a.digits.compare(b.digits) <=> 0;
  return a.negative ? 0 <=> size : size;
}

std::optional<std::strong_ordering> CompareMoments(std::string_view a_text,
                                                   std::string_view b_text) {
  const auto a = MomentOf(a_text);
  const auto b = MomentOf(b_text);
  if (!a || !b) return std::nullopt;
  const std::size_t common = std::min(a->parts, b->parts);
  if (common >= 5 && a->zone_minutes && b->zone_minutes) {
    const auto seconds = UtcSeconds(*a) <=> UtcSeconds(*b);
    if (seconds != std::strong_ordering::equal) return seconds;
    if (a->parts != b->parts) return std::nullopt;
    return a->fraction.compare(b->fraction) <=> 0;
  }
  // Without both zones hours say nothing, and a day can be another one.
  const bool zones_differ = a->zone_minutes.has_value() != b->zone_minutes.has_value();
  const std::size_t sure = zones_differ ? std::min<std::size_t>(common, 3) : common;
  for (std::size_t part = 0; part < sure; ++part) {
    if (a->fields[part] != b->fields[part]) return a->fields[part] <=> b->fields[part];
  }
  if (zones_differ || a->parts != b->parts) return std::nullopt;
  return a->fraction.compare(b->fraction) <=> 0;
}

bool SameJson(const Json& a, const Json& b) {
  if (a.Type() != b.Type()) return false;
  if (a.Type() == Json::Kind::Number) {
    return CompareNumbers(a.AsNumberText(), b.AsNumberText()) == std::strong_ordering::equal;
  }
  if (a.IsArray()) {
    return std::equal(a.Items().begin(), a.Items().end(), b.Items().begin(), b.Items().end(),
                      SameJson);
  }
  if (!a.IsObject()) return a == b;
  if (a.Members().size() != b.Members().size()) return false;
  return std::all_of(a.Members().begin(), a.Members().end(), [&](const Json::Member& member) {
    return b.Has(member.first) && SameJson(member.second, b[member.first]);
  });
}

Ordered Order(const Node& a, const Node& b) {
  const Json& left = *a.json;
  const Json& right = *b.json;
  if (left.Type() != right.Type()) return Ordered::Incomparable;
  switch (left.Type()) {
    case Json::Kind::Number:
      return AsOrdered(CompareNumbers(left.AsNumberText(), right.AsNumberText()));
    case Json::Kind::String: {
      if (!IsMoment(a.type) && !IsMoment(b.type)) {
        return AsOrdered(left.AsString().compare(right.AsString()) <=> 0);
      }
      const auto order = CompareMoments(left.AsString(), right.AsString());
      return order ? AsOrdered(*order) : Ordered::Undecidable;
    }
    case Json::Kind::Object: {
      const Json& low = left["value"];
      const Json& high = right["value"];
      const bool numbers = low.Type() == Json::Kind::Number && high.Type() == Json::Kind::Number;
      if (!numbers || !SameUnit(left, right)) return Ordered::Undecidable;
      return AsOrdered(CompareNumbers(low.AsNumberText(), high.AsNumberText()));
    }
    default: return Ordered::Incomparable;
  }
}

std::optional<bool> Equal(const Node& a, const Node& b) {
  if (a.json->IsString() && b.json->IsString() && (IsMoment(a.type) || IsMoment(b.type))) {
    if (a.json->AsString() == b.json->AsString()) return true;
    const auto order = CompareMoments(a.json->AsString(), b.json->AsString());
    if (!order) return std::nullopt;
    return *order == std::strong_ordering::equal;
  }
  return SameJson(*a.json, *b.json);
}

}  // namespace yizhan::r4
