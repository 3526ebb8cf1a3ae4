#include "backend/hospital/timed_key.h"

#include <algorithm>
#include <charconv>

namespace yizhan::hospital {
namespace {

constexpr std::size_t kDigits = 16;

}  // namespace

std::string TimeDigits(WallTime when) {
  const std::string digits =
      std::to_string(std::max<std::int64_t>(when.time_since_epoch().count(), 0));
  return std::string(kDigits - std::min(digits.size(), kDigits), '0') + digits;
}

std::string TimedKey(WallTime when, std::string_view what) {
  return TimeDigits(when) + '|' + std::string(what);
}

std::optional<WallTime> TimeOfKey(std::string_view key) {
  if (key.size() <= kDigits || key[kDigits] != '|') return std::nullopt;
  std::int64_t number = 0;
  const auto read = std::from_chars(key.data(), key.data() + kDigits, number);
  if (read.ec != std::errc() || read.ptr != key.data() + kDigits) return std::nullopt;
  return WallTime(std::chrono::milliseconds(number));
}

std::string_view WhatOfKey(std::string_view key) {
  return TimeOfKey(key) ? key.substr(kDigits + 1) : std::string_view();
}

}  // namespace yizhan::hospital
