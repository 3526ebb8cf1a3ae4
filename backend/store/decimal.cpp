#include "backend/store/decimal.h"

#include <algorithm>
#include <charconv>

namespace yizhan::store {
namespace {

constexpr std::size_t kMaxDigits = 100;
constexpr int kMaxExponent = 9000;
/// Makes every exponent a number of five digits.
constexpr int kExponentBias = 10000;

/// digits * 10^exponent; no leading zeros.
struct Decimal {
  bool negative = false;
  std::string digits;
  int exponent = 0;
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

void DropLeadingZeros(std::string& digits) {
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
}

std::optional<Decimal> Parse(std::string_view text) {
  Decimal decimal;
  if (text.starts_with('-')) {
    decimal.negative = true;
    text.remove_prefix(1);
  } else if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  bool has_point = false;
  bool has_digit = false;
  while (!text.empty() && (IsDigit(text.front()) || (text.front() == '.' && !has_point))) {
    if (text.front() == '.') {
      has_point = true;
    } else {
      has_digit = true;
      decimal.digits += text.front();
      if (has_point) --decimal.exponent;
    }
    text.remove_prefix(1);
    if (decimal.digits.size() > kMaxDigits) return std::nullopt;
  }
  if (!has_digit) return std::nullopt;
  if (!text.empty()) {
    if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
    text.remove_prefix(1);
    if (text.starts_with('+')) text.remove_prefix(1);
    int exponent = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (exponent > kMaxExponent || exponent < -kMaxExponent) return std::nullopt;
    decimal.exponent += exponent;
  }
  DropLeadingZeros(decimal.digits);
  return decimal;
}

std::string KeyOf(Decimal decimal) {
  DropLeadingZeros(decimal.digits);
  while (decimal.digits.ends_with('0')) {
    decimal.digits.pop_back();
    ++decimal.exponent;
  }
  if (decimal.digits.empty()) return "o";
  const int magnitude = static_cast<int>(decimal.digits.size()) + decimal.exponent;
  std::string key = std::to_string(magnitude + kExponentBias);
  key.insert(0, 5 - std::min<std::size_t>(key.size(), 5), '0');
  key += decimal.digits;
  if (!decimal.negative) return 'p' + key;
  for (char& digit : key) digit = static_cast<char>('0' + '9' - digit);
  // The shorter of two negative numbers that begin alike is the greater one.
  return 'n' + key + '~';
}

/// digits * 10 + 5, and digits * 10 - 5 as far as it is not negative.
std::string HalfAbove(const std::string& digits) { return digits + '5'; }
std::string HalfBelow(std::string digits) {
  for (std::size_t i = digits.size(); i-- > 0;) {
    if (digits[i] != '0') {
      --digits[i];
      break;
    }
    digits[i] = '9';
  }
  return digits + '5';
}

std::string Times(const std::string& digits, int factor) {
  std::string product;
  int carry = 0;
  for (std::size_t i = digits.size(); i-- > 0;) {
    carry += (digits[i] - '0') * factor;
    product += static_cast<char>('0' + carry % 10);
    carry /= 10;
  }
  for (; carry > 0; carry /= 10) product += static_cast<char>('0' + carry % 10);
  std::ranges::reverse(product);
  return product;
}

DecimalRange Between(const Decimal& nearer_zero, const Decimal& farther) {
  const std::string a = KeyOf(nearer_zero);
  const std::string b = KeyOf(farther);
  return a < b ? DecimalRange{a, b} : DecimalRange{b, a};
}

}  // namespace

std::optional<std::string> DecimalKey(std::string_view number) {
  std::optional<Decimal> decimal = Parse(number);
  if (!decimal) return std::nullopt;
  return KeyOf(std::move(*decimal));
}

std::optional<DecimalRange> DecimalSpan(std::string_view number) {
  const std::optional<Decimal> decimal = Parse(number);
  if (!decimal) return std::nullopt;
  const bool negative = decimal->negative;
  const int exponent = decimal->exponent - 1;
  if (decimal->digits.empty()) return Between({true, "5", exponent}, {false, "5", exponent});
  return Between({negative, HalfBelow(decimal->digits), exponent},
                 {negative, HalfAbove(decimal->digits), exponent});
}

std::optional<DecimalRange> DecimalAround(std::string_view number) {
  const std::optional<Decimal> decimal = Parse(number);
  if (!decimal) return std::nullopt;
  const int exponent = decimal->exponent - 1;
  return Between({decimal->negative, Times(decimal->digits, 9), exponent},
                 {decimal->negative, Times(decimal->digits, 11), exponent});
}

}  // namespace yizhan::store
