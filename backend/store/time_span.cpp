#include <charconv>
#include <limits>

#include "backend/store/index_entries.h"

namespace yizhan::store {
namespace {

using std::chrono::local_days;
using std::chrono::milliseconds;

std::int64_t Milliseconds(WallTime time) { return time.time_since_epoch().count(); }

std::optional<int> Digits(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '-' || error != std::errc() ||
      end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

TimeSpan Days(local_days first, local_days last, TimeZone zone) {
  return {Milliseconds(AtLocal(first, {}, zone)), Milliseconds(AtLocal(last, {}, zone))};
}

/// "2026" and "2026-03".
TimeSpan YearOrMonth(std::string_view text, TimeZone zone) {
  const std::optional<int> year = Digits(text.substr(0, 4));
  const std::optional<int> month = text.size() == 7 ? Digits(text.substr(5)) : 1;
  if (!year || !month || *month < 1 || *month > 12 || (text.size() == 7 && text[4] != '-')) {
    return {};
  }
  const std::chrono::year_month first{std::chrono::year(*year),
                                      std::chrono::month(static_cast<unsigned>(*month))};
  const std::chrono::year_month next =
      first + (text.size() == 7 ? std::chrono::months(1) : std::chrono::months(12));
  return Days(local_days(first / 1), local_days(next / 1), zone);
}

/// "2026-03-10T08:30Z", "…T08:30:15+08:00" and the same without a zone (allowed in a search).
TimeSpan Moment(std::string_view text, TimeZone zone) {
  std::string full(text);
  const std::size_t behind_minutes = 16;
  const bool has_seconds = full.size() > behind_minutes && full[behind_minutes] == ':';
  if (!has_seconds && full.size() >= behind_minutes) full.insert(behind_minutes, ":00");
  const bool has_zone =
      full.ends_with('Z') ||
      (full.size() > 6 && (full[full.size() - 6] == '+' || full[full.size() - 6] == '-'));
  if (!has_zone) full += 'Z';
  std::optional<WallTime> start = ParseInstant(full);
  if (!start) return {};
  if (!has_zone) *start -= zone.offset_from_utc;
  const std::int64_t low = Milliseconds(*start);
  if (!has_seconds) return {low, low + 60'000};
  return {low, low + (full.find('.') == std::string::npos ? 1000 : 1)};
}

}  // namespace

TimeSpan SpanOf(std::string_view date, TimeZone zone) {
  if (date.size() == 4 || date.size() == 7) return YearOrMonth(date, zone);
  if (date.size() == 10) {
    const std::optional<local_days> day = ParseDate(date);
    return day ? Days(*day, *day + std::chrono::days(1), zone) : TimeSpan{};
  }
  return date.size() >= 16 ? Moment(date, zone) : TimeSpan{};
}

}  // namespace yizhan::store
