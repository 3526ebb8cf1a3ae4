#include "backend/store/search_values.h"

#include <algorithm>
#include <utility>

#include "backend/fhir/resources.h"
#include "backend/store/decimal.h"
#include "backend/store/full_text.h"
#include "backend/store/position.h"
#include "backend/store/units.h"

namespace yizhan::store {
namespace {

/// Longer values are nobody's.
constexpr std::size_t kMaxValueBytes = 2000;
/// What one value of a composite may stand for.
constexpr std::size_t kMaxCombinations = 64;

std::size_t FindBare(std::string_view text, char wanted) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == wanted) {
      return i;
    }
  }
  return std::string_view::npos;
}

std::string Indexed(std::string_view escaped) {
  return std::string(IndexedPart(Unescape(escaped)));
}

Comparison TakePrefix(std::string_view& text) {
  static constexpr std::pair<std::string_view, Comparison> kPrefixes[] = {
      {"eq", Comparison::Equal},      {"ne", Comparison::NotEqual},
      {"lt", Comparison::Less},       {"le", Comparison::LessOrEqual},
      {"gt", Comparison::Greater},    {"ge", Comparison::GreaterOrEqual},
      {"sa", Comparison::After},      {"eb", Comparison::Before},
      {"ap", Comparison::Approximate}};
  for (const auto& [prefix, comparison] : kPrefixes) {
    if (!text.starts_with(prefix)) continue;
    text.remove_prefix(prefix.size());
    return comparison;
  }
  return Comparison::Equal;
}

SearchValue TokenValue(std::string_view text) {
  SearchValue value;
  const std::size_t bar = FindBare(text, '|');
  if (bar == std::string_view::npos) {
    value.text = Indexed(text);
    return value;
  }
  value.system = Indexed(text.substr(0, bar));
  value.text = Indexed(text.substr(bar + 1));
  value.any_code = value.text.empty();
  return value;
}

std::optional<SearchValue> DateValue(std::string_view text, TimeZone zone) {
  SearchValue value;
  value.comparison = TakePrefix(text);
  // An unencoded '+' of a time zone arrives as a space.
  std::string date(text);
  std::ranges::replace(date, ' ', '+');
  value.span = SpanOf(date, zone);
  if (value.span == TimeSpan{}) return std::nullopt;
  return value;
}

std::optional<SearchValue> NumberValue(std::string_view text) {
  SearchValue value;
  value.comparison = TakePrefix(text);
  std::optional<std::string> key = DecimalKey(text);
  std::optional<DecimalRange> range =
      value.comparison == Comparison::Approximate ? DecimalAround(text) : DecimalSpan(text);
  if (!key || !range) return std::nullopt;
  value.number = std::move(*key);
  value.low = std::move(range->low);
  value.high = std::move(range->high);
  return value;
}

bool Keep(std::optional<SearchValue> value, std::vector<SearchValue>& out) {
  if (!value) return false;
  out.push_back(std::move(*value));
  return true;
}

/// The same amount in every unit of UCUM in which it can be said exactly. A stored value is
/// compared as precisely as the search was written, whatever its unit.
bool AddUcumQuantities(std::string_view number, const SearchValue& as_written,
                       std::vector<SearchValue>& out) {
  const std::vector<EquivalentUnit> units = EquivalentUnits(as_written.text);
  if (units.empty()) {
    out.push_back(as_written);
    out.back().unknown_unit = true;
    return true;
  }
  std::string_view digits = number;
  static_cast<void>(TakePrefix(digits));
  const std::string_view prefix = number.substr(0, number.size() - digits.size());
  for (const EquivalentUnit& unit : units) {
    const std::optional<std::string> amount = TimesPowerOfTen(digits, unit.power);
    std::optional<SearchValue> value =
        amount ? NumberValue(std::string(prefix) + *amount) : std::nullopt;
    if (!value) return false;
    value->system = as_written.system;
    value->text = unit.code;
    out.push_back(std::move(*value));
  }
  return true;
}

/// "5.4", "5.4|system|code", "5.4||unit".
bool AddQuantity(std::string_view text, std::vector<SearchValue>& out) {
  const std::size_t bar = FindBare(text, '|');
  std::optional<SearchValue> value = NumberValue(text.substr(0, bar));
  if (!value) return false;
  value->any_code = true;
  if (bar == std::string_view::npos) return Keep(std::move(value), out);
  const std::string_view rest = text.substr(bar + 1);
  const std::size_t second = FindBare(rest, '|');
  if (second == std::string_view::npos) return false;
  value->text = Indexed(rest.substr(second + 1));
  value->any_code = value->text.empty();
  if (second == 0) {
    value->any_unit_system = !value->any_code;
  } else {
    value->system = Indexed(rest.substr(0, second));
    if (value->system == kUcum && !value->any_code) {
      return AddUcumQuantities(text.substr(0, bar), *value, out);
    }
  }
  return Keep(std::move(value), out);
}

void AddReference(std::string_view escaped, const ValueContext& context,
                  std::vector<SearchValue>& out) {
  std::string text = Unescape(escaped);
  const auto add = [&out](std::string_view reference) {
    SearchValue value;
    value.text = IndexedPart(reference);
    out.push_back(std::move(value));
  };
  const auto add_ours = [&](const std::string& type, const std::string& id) {
    // What points to another type than asked for cannot match; nor can the empty text.
    if (!context.only_type.empty() && context.only_type != type) return add("");
    add(type + '/' + id);
    if (!context.base.empty()) add(std::string(context.base) + '/' + type + '/' + id);
  };
  if (!context.base.empty() && text.starts_with(context.base) &&
      text.size() > context.base.size() && text[context.base.size()] == '/') {
    text.erase(0, context.base.size() + 1);
  }
  if (const auto target = fhir::ParseReference(text)) return add_ours(target->type, target->id);
  if (!fhir::IsId(text)) return add(text);
  if (!context.only_type.empty()) return add_ours(std::string(context.only_type), text);
  const std::vector<std::string_view>& targets = context.param->targets;
  if (targets.empty()) {
    for (const std::string_view type : ResourceTypes()) add(std::string(type) + '/' + text);
  }
  for (const std::string_view type : targets) add_ours(std::string(type), text);
}

std::optional<SearchValue> TextValue(std::string_view escaped) {
  SearchValue value;
  value.system = Indexed(escaped);
  value.text = FoldText(*value.system);
  if (value.text.empty()) return std::nullopt;
  return value;
}

/// "a$b": every combination of what the parts stand for.
bool AddComposite(std::string_view text, const ValueContext& context,
                  std::vector<SearchValue>& out) {
  std::vector<SearchValue> combined(1);
  const std::size_t components = context.param->components.size();
  for (std::size_t i = 0; i < components; ++i) {
    const bool is_last = i + 1 == components;
    const std::size_t dollar = FindBare(text, '$');
    if ((dollar == std::string_view::npos) != is_last) return false;
    ValueContext inner = context;
    inner.param = context.param->components[i].param;
    std::vector<SearchValue> parts;
    if (!AddValue(text.substr(0, dollar), inner, parts)) return false;
    if (combined.size() * parts.size() > kMaxCombinations) return false;
    std::vector<SearchValue> longer;
    for (const SearchValue& value : combined) {
      for (const SearchValue& part : parts) {
        longer.push_back(value);
        longer.back().parts.push_back(part);
        longer.back().unknown_unit = value.unknown_unit || part.unknown_unit;
      }
    }
    combined = std::move(longer);
    if (!is_last) text.remove_prefix(dollar + 1);
  }
  std::ranges::move(combined, std::back_inserter(out));
  return true;
}

/// "type-system|type-code|value", for :of-type.
std::optional<SearchValue> TypedValue(std::string_view text) {
  const std::size_t first = FindBare(text, '|');
  if (first == std::string_view::npos || first == 0) return std::nullopt;
  const std::string_view rest = text.substr(first + 1);
  const std::size_t second = FindBare(rest, '|');
  if (second == std::string_view::npos || second == 0 || second + 1 == rest.size()) {
    return std::nullopt;
  }
  SearchValue value;
  value.system = Indexed(text.substr(0, first));
  value.text = std::string(
      IndexedPart(Unescape(rest.substr(0, second)) + '|' + Unescape(rest.substr(second + 1))));
  return value;
}

std::optional<SearchValue> CircleValue(std::string_view text) {
  const std::optional<Circle> circle = ParseCircle(text);
  if (!circle) return std::nullopt;
  SearchValue value;
  value.circle = *circle;
  return value;
}

std::optional<SearchValue> PlainValue(std::string text) {
  SearchValue value;
  value.text = std::move(text);
  return value;
}

}  // namespace

std::vector<std::string> SplitAlternatives(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t comma = FindBare(text, ',');
    parts.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

std::string Unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

bool AddValue(std::string_view text, const ValueContext& context, std::vector<SearchValue>& out) {
  if (text.empty() || text.size() > kMaxValueBytes) return false;
  if (context.modifier == Modifier::Text) return Keep(TextValue(text), out);
  if (context.modifier == Modifier::Identifier) return Keep(TokenValue(text), out);
  if (context.modifier == Modifier::OfType) return Keep(TypedValue(text), out);
  if (context.modifier == Modifier::In || context.modifier == Modifier::NotIn) {
    return Keep(PlainValue(Unescape(text)), out);
  }
  if (IsFullText(*context.param)) {
    SearchValue value;
    return AddWords(Unescape(text), value) && Keep(std::move(value), out);
  }
  switch (context.param->kind) {
    case ParamKind::Token: return Keep(TokenValue(text), out);
    case ParamKind::Reference: AddReference(text, context, out); return true;
    case ParamKind::Date: return Keep(DateValue(text, context.zone), out);
    case ParamKind::String: return Keep(TextValue(text), out);
    case ParamKind::Number: return Keep(NumberValue(text), out);
    case ParamKind::Quantity: return AddQuantity(text, out);
    case ParamKind::Uri: return Keep(PlainValue(Indexed(text)), out);
    case ParamKind::Composite: return AddComposite(text, context, out);
    case ParamKind::Special: return Keep(CircleValue(text), out);
  }
  return false;
}

}  // namespace yizhan::store
