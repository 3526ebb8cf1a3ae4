#include "base/clock.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace yizhan {
namespace {

using namespace std::chrono;

class MachineClock final : public Clock {
 public:
  WallTime Now() const override { return floor<milliseconds>(system_clock::now()); }
  MonotonicTime Monotonic() const override { return steady_clock::now(); }
};

struct Fields {
  year_month_day date;
  hh_mm_ss<milliseconds> time;
};

Fields Split(local_time<milliseconds> local) {
  const auto day = floor<days>(local);
  return {year_month_day(day), hh_mm_ss<milliseconds>(local - day)};
}

local_time<milliseconds> ToLocal(WallTime time, TimeZone zone) {
  return local_time<milliseconds>(time.time_since_epoch() + zone.offset_from_utc);
}

template <typename... Args>
std::string Format(const char* format, Args... args) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), format, args...);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string FormatDate(year_month_day date) {
  return Format("%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

/// Reads exactly `digits` decimal digits and removes them from `text`.
std::optional<int> TakeNumber(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char digit = text[i];
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + (digit - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool Take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<local_days> TakeDate(std::string_view& text) {
  const auto y = TakeNumber(text, 4);
  if (!y || !Take(text, '-')) return std::nullopt;
  const auto m = TakeNumber(text, 2);
  if (!m || !Take(text, '-')) return std::nullopt;
  const auto d = TakeNumber(text, 2);
  if (!d) return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)},
                            day{static_cast<unsigned>(*d)}};
  if (!date.ok()) return std::nullopt;
  return local_days(date);
}

/// ".123456" -> 123 ms; nothing -> 0 ms.
std::optional<milliseconds> TakeFraction(std::string_view& text) {
  if (!Take(text, '.')) return milliseconds{0};
  int value = 0;
  std::size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 3) value = value * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0 || digits > 9) return std::nullopt;
  for (; digits < 3; ++digits) value *= 10;
  return milliseconds{value};
}

std::optional<minutes> TakeOffset(std::string_view& text) {
  if (Take(text, 'Z')) return minutes{0};
  const bool west = !text.empty() && text.front() == '-';
  if (!west && (text.empty() || text.front() != '+')) return std::nullopt;
  text.remove_prefix(1);
  const auto h = TakeNumber(text, 2);
  if (!h || !Take(text, ':')) return std::nullopt;
  const auto m = TakeNumber(text, 2);
  if (!m || *h > 14 || *m > 59) return std::nullopt;
  const minutes offset = hours{*h} + minutes{*m};
  return west ? -offset : offset;
}

}  // namespace

const Clock& SystemClock() {
  static const MachineClock clock;
  return clock;
}

local_days LocalDay(WallTime time, TimeZone zone) {
  return floor<days>(ToLocal(time, zone) - zone.day_begins);
}

WallTime DayStart(local_days day, TimeZone zone) { return AtLocal(day, zone.day_begins, zone); }

local_days CalendarDay(WallTime time, TimeZone zone) { return floor<days>(ToLocal(time, zone)); }

WallTime AtLocal(local_days day, milliseconds time_of_day, TimeZone zone) {
  return WallTime(day.time_since_epoch() + time_of_day - zone.offset_from_utc);
}

std::string ToInstant(WallTime time) {
  const Fields f = Split(ToLocal(time, TimeZone{minutes{0}}));
  return FormatDate(f.date) + Format("T%02d:%02d:%02d.%03dZ",
                                     static_cast<int>(f.time.hours().count()),
                                     static_cast<int>(f.time.minutes().count()),
                                     static_cast<int>(f.time.seconds().count()),
                                     static_cast<int>(f.time.subseconds().count()));
}

std::string ToLocalDateTime(WallTime time, TimeZone zone) {
  const Fields f = Split(ToLocal(time, zone));
  const int offset = static_cast<int>(zone.offset_from_utc.count());
  const int size = offset < 0 ? -offset : offset;
  return FormatDate(f.date) + Format("T%02d:%02d:%02d%c%02d:%02d",
                                     static_cast<int>(f.time.hours().count()),
                                     static_cast<int>(f.time.minutes().count()),
                                     static_cast<int>(f.time.seconds().count()),
                                     offset < 0 ? '-' : '+', size / 60, size % 60);
}

std::string ToLocalDate(WallTime time, TimeZone zone) {
  return FormatDate(Split(ToLocal(time, zone)).date);
}

std::string ToLocalHourMinute(WallTime time, TimeZone zone) {
  const Fields f = Split(ToLocal(time, zone));
  return Format("%02d:%02d", static_cast<int>(f.time.hours().count()),
                static_cast<int>(f.time.minutes().count()));
}

std::optional<WallTime> ParseInstant(std::string_view text) {
  const auto date = TakeDate(text);
  if (!date || !Take(text, 'T')) return std::nullopt;
  const auto h = TakeNumber(text, 2);
  if (!h || !Take(text, ':')) return std::nullopt;
  const auto m = TakeNumber(text, 2);
  if (!m || !Take(text, ':')) return std::nullopt;
  const auto s = TakeNumber(text, 2);
  if (!s || *h > 23 || *m > 59 || *s > 60) return std::nullopt;
  const auto fraction = TakeFraction(text);
  if (!fraction) return std::nullopt;
  const auto offset = TakeOffset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const seconds second{*s == 60 ? 59 : *s};
  return WallTime(date->time_since_epoch() + hours{*h} + minutes{*m} + second + *fraction -
                  *offset);
}

std::optional<local_days> ParseDate(std::string_view text) {
  const auto date = TakeDate(text);
  if (!date || !text.empty()) return std::nullopt;
  return date;
}

std::string ToDate(local_days day) { return FormatDate(year_month_day(day)); }

}  // namespace yizhan
