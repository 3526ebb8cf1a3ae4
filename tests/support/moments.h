#pragma once

#include "base/clock.h"
#include "kiosk/flows/events.h"

namespace yizhan::test {

inline constexpr TimeZone kChina{};

/// "2026-03-10T08:30:00+08:00" as a moment; the steady clock runs with the wall clock.
inline flows::Moment At(const char* instant) {
  const auto wall = ParseInstant(instant);
  return {wall.value(), MonotonicTime(wall->time_since_epoch())};
}

inline flows::Moment Later(flows::Moment moment, std::chrono::milliseconds by) {
  return {moment.wall + by, moment.steady + by};
}

}  // namespace yizhan::test
