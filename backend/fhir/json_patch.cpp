#include "backend/fhir/json_patch.h"

#include <algorithm>
#include <charconv>

namespace yizhan::fhir {
namespace {

// ---- Numbers by value -------------------------------------------------------------------------

/// A decimal as sign, digits without zeros at either end, and the power of ten of the last digit.
struct Decimal {
  bool negative = false;
  std::string digits;  ///< "" is zero.
  std::int64_t exponent = 0;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};

/// Exponents beyond this are compared as text: no number of FHIR is near.
constexpr std::size_t kMaxExponentDigits = 9;

std::optional<Decimal> DecimalOf(std::string_view text) {
  Decimal decimal;
  if (text.starts_with('-')) {
    decimal.negative = true;
    text.remove_prefix(1);
  }
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  if (e < text.size()) {
    std::string_view power = text.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    if (power.size() > kMaxExponentDigits) return std::nullopt;
    std::from_chars(power.data(), power.data() + power.size(), decimal.exponent);
  }
  for (std::size_t i = 0, point = e; i < e; ++i) {
    if (text[i] == '.') {
      point = i;
      continue;
    }
    decimal.digits += text[i];
    if (point < i) --decimal.exponent;
  }
  while (decimal.digits.ends_with('0')) {
    decimal.digits.pop_back();
    ++decimal.exponent;
  }
  decimal.digits.erase(0, std::min(decimal.digits.find_first_not_of('0'), decimal.digits.size()));
  if (decimal.digits.empty()) return Decimal{};
  return decimal;
}

bool AreEqualNumbers(const std::string& left, const std::string& right) {
  if (left == right) return true;
  const std::optional<Decimal> a = DecimalOf(left);
  const std::optional<Decimal> b = DecimalOf(right);
  return a && b && *a == *b;
}

// ---- What a document costs --------------------------------------------------------------------

struct Cost {
  std::size_t depth = 0;
  std::size_t values = 0;
  std::size_t bytes = 0;
};

Cost CostOf(const Json& value) {
  Cost cost{0, 1, value.AsString().size() + value.AsNumberText().size()};
  const auto add = [&cost](const Cost& inner) {
    cost.depth = std::max(cost.depth, inner.depth + 1);
    cost.values += inner.values;
    cost.bytes += inner.bytes;
  };
  for (const Json& item : value.Items()) add(CostOf(item));
  for (const Json::Member& member : value.Members()) {
    add(CostOf(member.second));
    cost.bytes += member.first.size();
  }
  return cost;
}

// ---- JSON Pointer (RFC 6901) ------------------------------------------------------------------

using Pointer = std::vector<std::string>;

std::optional<Pointer> ParsePointer(std::string_view text) {
  Pointer pointer;
  if (text.empty()) return pointer;
  if (text.front() != '/') return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '/') {
      pointer.emplace_back();
    } else if (text[i] != '~') {
      pointer.back() += text[i];
    } else {
      if (++i >= text.size() || (text[i] != '0' && text[i] != '1')) return std::nullopt;
      pointer.back() += text[i] == '0' ? '~' : '/';
    }
  }
  return pointer;
}

/// An index: digits without a leading zero.
std::optional<std::size_t> IndexOf(const std::string& token) {
  if (token.empty() || (token.size() > 1 && token[0] == '0')) return std::nullopt;
  if (!std::ranges::all_of(token, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc() || end != token.data() + token.size()) return std::nullopt;
  return index;
}

/// The value at the first `length` tokens. Null pointer: there is none.
Json* Locate(Json& document, const Pointer& pointer, std::size_t length) {
  Json* value = &document;
  for (std::size_t i = 0; i < length; ++i) {
    const std::string& token = pointer[i];
    if (value->IsObject()) {
      if (!value->Has(token)) return nullptr;
      value = &value->At(token);
    } else if (value->IsArray()) {
      const std::optional<std::size_t> index = IndexOf(token);
      if (!index || *index >= value->Items().size()) return nullptr;
      value = &value->MutableItems()[*index];
    } else {
      return nullptr;
    }
  }
  return value;
}

// ---- Operations -------------------------------------------------------------------------------

/// Works on a copy; the caller takes it when all went well.
class Patcher {
 public:
  Patcher(Json& document, const PatchLimits& limits)
      : document_(document), limits_(limits), cost_(CostOf(document)) {}

  Status Do(const Json& operation, std::size_t number) {
    number_ = number;
    if (!operation.IsObject()) return Broken("is no object");
    const std::string& name = operation["op"].AsString();
    const std::optional<Pointer> path = PointerOf(operation, "path");
    if (!path) return Broken("has no path");
    const bool has_value = name == "add" || name == "replace" || name == "test";
    const bool has_from = name == "move" || name == "copy";
    if (!has_value && !has_from && name != "remove") return Broken("is of no known kind");
    if (has_value && !operation.Has("value")) return Broken("has no value");
    if (name == "add") return Add(*path, operation["value"]);
    if (name == "replace") return Replace(*path, operation["value"]);
    if (name == "test") return Test(*path, operation["value"]);
    if (name == "remove") return Remove(*path);
    const std::optional<Pointer> from = PointerOf(operation, "from");
    if (!from) return Broken("has no from");
    return name == "move" ? Move(*from, *path) : Copy(*from, *path);
  }

 private:
  [[nodiscard]] std::string Here(std::string_view what) const {
    return "patch operation " + std::to_string(number_) + ' ' + std::string(what);
  }
  [[nodiscard]] Status Broken(std::string_view what) const {
    return Fail(ErrorCode::BadData, Here(what));
  }
  [[nodiscard]] Status Missing() const {
    return Fail(ErrorCode::NotFound, Here("names a place that does not exist"));
  }

  static std::optional<Pointer> PointerOf(const Json& operation, std::string_view member) {
    const Json& text = operation[member];
    if (!text.IsString()) return std::nullopt;
    return ParsePointer(text.AsString());
  }

  /// Copies of copies double: without a bound, forty operations would fill the machine.
  [[nodiscard]] Status Pay(const Pointer& path, const Json& value) {
    const Cost more = CostOf(value);
    cost_.values += more.values;
    cost_.bytes += more.bytes + (path.empty() ? 0 : path.back().size());
    const bool is_over = path.size() + more.depth >= limits_.depth ||
                         cost_.values > limits_.values || cost_.bytes > limits_.bytes;
    return is_over ? Broken("makes the document too large") : Status();
  }

  [[nodiscard]] Status Add(const Pointer& path, Json value) {
    if (Status paid = Pay(path, value); !paid) return paid;
    if (path.empty()) {
      document_ = std::move(value);
      return {};
    }
    Json* parent = Locate(document_, path, path.size() - 1);
    if (parent == nullptr) return Missing();
    if (parent->IsObject()) {
      parent->Set(path.back(), std::move(value));
      return {};
    }
    if (!parent->IsArray()) return Missing();
    std::vector<Json>& items = parent->MutableItems();
    const std::optional<std::size_t> index =
        path.back() == "-" ? std::optional(items.size()) : IndexOf(path.back());
    if (!index || *index > items.size()) return Missing();
    items.insert(items.begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
    return {};
  }

  [[nodiscard]] Status Replace(const Pointer& path, Json value) {
    if (Status paid = Pay(path, value); !paid) return paid;
    Json* target = Locate(document_, path, path.size());
    if (target == nullptr) return Missing();
    *target = std::move(value);
    return {};
  }

  [[nodiscard]] Status Remove(const Pointer& path) {
    if (Locate(document_, path, path.size()) == nullptr) return Missing();
    if (path.empty()) {
      document_ = Json();
      return {};
    }
    Json* parent = Locate(document_, path, path.size() - 1);
    if (parent->IsObject()) {
      parent->Remove(path.back());
    } else {
      std::vector<Json>& items = parent->MutableItems();
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(*IndexOf(path.back())));
    }
    return {};
  }

  [[nodiscard]] Status Move(const Pointer& from, const Pointer& path) {
    const Json* source = Locate(document_, from, from.size());
    if (source == nullptr) return Missing();
    if (from == path) return {};
    const bool is_inside =
        path.size() > from.size() && std::equal(from.begin(), from.end(), path.begin());
    if (is_inside) return Broken("moves a value into itself");
    Json value = *source;
    if (Status removed = Remove(from); !removed) return removed;
    return Add(path, std::move(value));
  }

  [[nodiscard]] Status Copy(const Pointer& from, const Pointer& path) {
    const Json* source = Locate(document_, from, from.size());
    return source == nullptr ? Missing() : Add(path, *source);
  }

  [[nodiscard]] Status Test(const Pointer& path, const Json& value) {
    const Json* target = Locate(document_, path, path.size());
    if (target == nullptr) return Missing();
    if (AreEqual(*target, value)) return {};
    return Fail(ErrorCode::Refused, Here("found another value than it tests for"));
  }

  Json& document_;
  const PatchLimits& limits_;
  Cost cost_;  ///< Of the document; never lower than the truth.
  std::size_t number_ = 0;
};

}  // namespace

bool AreEqual(const Json& left, const Json& right) {
  if (left.Type() != right.Type()) return false;
  switch (left.Type()) {
    case Json::Kind::Number: return AreEqualNumbers(left.AsNumberText(), right.AsNumberText());
    case Json::Kind::Array: return std::ranges::equal(left.Items(), right.Items(), AreEqual);
    case Json::Kind::Object:
      return left.Members().size() == right.Members().size() &&
             std::ranges::all_of(left.Members(), [&](const Json::Member& member) {
               return right.Has(member.first) && AreEqual(member.second, right[member.first]);
             });
    default: return left == right;
  }
}

Status ApplyJsonPatch(Json& document, const Json& patch, const PatchLimits& limits) {
  if (!patch.IsArray()) return Fail(ErrorCode::BadData, "a patch is an array of operations");
  if (patch.Items().size() > limits.operations) {
    return Fail(ErrorCode::BadData, "a patch has too many operations");
  }
  Json copy = document;
  Patcher patcher(copy, limits);
  for (std::size_t i = 0; i < patch.Items().size(); ++i) {
    if (Status done = patcher.Do(patch.Items()[i], i); !done) return done;
  }
  document = std::move(copy);
  return {};
}

}  // namespace yizhan::fhir
