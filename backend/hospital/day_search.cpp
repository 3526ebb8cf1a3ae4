#include "backend/hospital/day_search.h"

namespace yizhan::hospital {

store::SearchParameters OnDay(store::SearchParameters parameters, const std::string& time,
                              const std::string& day, TimeZone zone) {
  const std::chrono::local_days date = ParseDate(day).value_or(std::chrono::local_days{});
  const WallTime begin = DayStart(date, zone);
  const WallTime end = DayStart(date + std::chrono::days(1), zone);
  parameters.emplace_back(time, "ge" + ToInstant(begin));
  parameters.emplace_back(time, "lt" + ToInstant(end));
  return parameters;
}

}  // namespace yizhan::hospital
