#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace yizhan {

/// UTC wall time. Only for what is shown, stored or sent; never for waiting.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
/// Time since an arbitrary start that never jumps. For waiting and measuring.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

/// The only source of time in the program; tests pass one they move by hand. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual WallTime Now() const = 0;
  [[nodiscard]] virtual MonotonicTime Monotonic() const = 0;
};

/// The machine's clocks. Thread-safe, lives as long as the program.
[[nodiscard]] const Clock& SystemClock();

/// The hospital's offset from UTC, constant (China has no daylight saving). A hospital whose
/// offset changes over the year sets the new one on the day it changes.
struct TimeZone {
  std::chrono::minutes offset_from_utc{480};
  /// When the hospital's day begins. What happens before still belongs to the day before, so that a
  /// night clinic from 22:00 to 02:00 is a session of one day (domain.md part 7). 0: at midnight.
  std::chrono::minutes day_begins{0};
};

/// The hospital's day: queues and their numbers, sessions, limits and "today" go by it.
[[nodiscard]] std::chrono::local_days LocalDay(WallTime time, TimeZone zone);
/// When that day begins; it ends when the next one begins.
[[nodiscard]] WallTime DayStart(std::chrono::local_days day, TimeZone zone);
/// What a calendar on the wall shows, for birthdays, office hours and the like.
[[nodiscard]] std::chrono::local_days CalendarDay(WallTime time, TimeZone zone);
/// UTC instant at which a local wall clock shows `day` + `time_of_day`; 25:00 is an hour after the
/// midnight that ends `day`.
[[nodiscard]] WallTime AtLocal(std::chrono::local_days day, std::chrono::milliseconds time_of_day,
                               TimeZone zone);

/// "2026-03-10T08:45:00.000Z" (ISO 8601, FHIR R4 instant).
[[nodiscard]] std::string ToInstant(WallTime time);
/// "2026-03-10T16:45:00+08:00" in the hospital's zone (FHIR R4 dateTime).
[[nodiscard]] std::string ToLocalDateTime(WallTime time, TimeZone zone);
/// "2026-03-10" (the calendar's) and "08:45" in the hospital's zone, to be read by people.
[[nodiscard]] std::string ToLocalDate(WallTime time, TimeZone zone);
[[nodiscard]] std::string ToLocalHourMinute(WallTime time, TimeZone zone);
/// Reads a FHIR R4 instant or dateTime with seconds and zone. Empty when it is not one: fractions
/// beyond milliseconds are cut, a leap second (:60) counts as :59, dates must exist.
[[nodiscard]] std::optional<WallTime> ParseInstant(std::string_view text);
/// Reads "2026-03-10". Empty when it is not an existing day.
[[nodiscard]] std::optional<std::chrono::local_days> ParseDate(std::string_view text);
/// "2026-03-10".
[[nodiscard]] std::string ToDate(std::chrono::local_days day);

}  // namespace yizhan
