#include "domain/turn_around.h"

#include <algorithm>

namespace yizhan::domain {
namespace {

bool IsWorkingDay(std::chrono::local_days day, std::span<const std::chrono::local_days> holidays) {
  const std::chrono::weekday weekday(day);
  return weekday != std::chrono::Saturday && weekday != std::chrono::Sunday &&
         std::ranges::find(holidays, day) == holidays.end();
}

std::chrono::local_days NextWorkingDay(std::chrono::local_days day,
                                       std::span<const std::chrono::local_days> holidays) {
  // A calendar without any working day must not keep us here.
  for (int i = 0; i < 60; ++i) {
    day += std::chrono::days(1);
    if (IsWorkingDay(day, holidays)) break;
  }
  return day;
}

}  // namespace

WallTime ReportDue(const TurnAround& rule, WallTime drawn, TimeZone zone,
                   std::span<const std::chrono::local_days> holidays) {
  std::chrono::local_days day = CalendarDay(drawn, zone);
  if (rule.working_days > 0) {
    for (int i = 0; i < rule.working_days; ++i) day = NextWorkingDay(day, holidays);
    return AtLocal(day, rule.at, zone);
  }
  if (rule.batches.empty()) return drawn + rule.after;
  if (IsWorkingDay(day, holidays)) {
    for (const Batch& batch : rule.batches) {
      if (drawn < AtLocal(day, batch.until, zone)) return AtLocal(day, batch.ready, zone);
    }
  }
  return AtLocal(NextWorkingDay(day, holidays), rule.batches.front().ready, zone);
}

}  // namespace yizhan::domain
