#include "domain/money.h"

namespace yizhan::domain {
namespace {

constexpr std::int64_t kMostMinor = 1'000'000'000'000'000;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string ToDecimal(std::int64_t amount_minor) {
  const bool negative = amount_minor < 0;
  // Negated as unsigned, so that the smallest integer is safe too.
  const auto raw = static_cast<std::uint64_t>(amount_minor);
  const std::uint64_t size = negative ? 0 - raw : raw;
  std::string cents = std::to_string(size % 100);
  if (cents.size() == 1) cents.insert(0, 1, '0');
  return (negative ? "-" : "") + std::to_string(size / 100) + "." + cents;
}

std::string FormatYuan(std::int64_t amount_minor) {
  const std::string decimal = ToDecimal(amount_minor);
  return decimal.front() == '-' ? "-¥" + decimal.substr(1) : "¥" + decimal;
}

std::optional<std::int64_t> ParseYuan(std::string_view decimal) {
  const bool negative = !decimal.empty() && decimal.front() == '-';
  if (negative) decimal.remove_prefix(1);
  std::int64_t value = 0;
  std::size_t digits = 0;
  while (!decimal.empty() && IsDigit(decimal.front())) {
    value = value * 10 + (decimal.front() - '0');
    if (value > kMostMinor) return std::nullopt;
    decimal.remove_prefix(1), ++digits;
  }
  if (digits == 0) return std::nullopt;
  std::int64_t cents = 0;
  if (!decimal.empty()) {
    if (decimal.front() != '.' || decimal.size() < 2) return std::nullopt;
    decimal.remove_prefix(1);
    for (std::size_t i = 0; i < decimal.size(); ++i) {
      if (!IsDigit(decimal[i]) || (i >= 2 && decimal[i] != '0')) return std::nullopt;
      if (i < 2) cents += (decimal[i] - '0') * (i == 0 ? 10 : 1);
    }
  }
  value = value * 100 + cents;
  if (value > kMostMinor) return std::nullopt;
  return negative ? -value : value;
}

}  // namespace yizhan::domain
