/// \file
/// Searches for what belongs to one day of the hospital.
#pragma once

#include <string>

#include "backend/store/search_query.h"
#include "base/clock.h"

namespace yizhan::hospital {

/// `parameters` and `time` (a search parameter of type date) within the hospital's day
/// "2026-03-10", which need not begin at midnight. A day that does not exist finds nothing.
[[nodiscard]] store::SearchParameters OnDay(store::SearchParameters parameters,
                                            const std::string& time, const std::string& day,
                                            TimeZone zone);

}  // namespace yizhan::hospital
