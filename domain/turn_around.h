/// \file
/// When a report is ready (domain.md 2.7): a fixed time after the draw, a run of the analyser that
/// the tube still reaches, or some working days later. Pure; the times are the laboratory's data.
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "base/clock.h"

namespace yizhan::domain {

/// What is drawn before `until` is ready at `ready`, both of the same day.
struct Batch {
  std::chrono::minutes until{0};
  std::chrono::minutes ready{0};
  friend bool operator==(const Batch&, const Batch&) = default;
};

struct TurnAround {
  /// Without batches and working days: ready so long after the draw.
  std::chrono::minutes after{60};
  /// In the order of the day. Behind the last one: the first one of the next working day.
  std::vector<Batch> batches;
  /// 1..: ready so many working days later, at `at`. Batches do not count then.
  int working_days = 0;
  std::chrono::minutes at{std::chrono::hours(15)};
};

/// `holidays` are days on which the laboratory does not work, besides Saturday and Sunday.
[[nodiscard]] WallTime ReportDue(const TurnAround& rule, WallTime drawn, TimeZone zone,
                                 std::span<const std::chrono::local_days> holidays);

}  // namespace yizhan::domain
