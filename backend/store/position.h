/// \file
/// Places on the globe: how Location.position is indexed and what Location?near asks of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "backend/fhir/json.h"
#include "backend/store/search_query.h"
#include "backend/store/sql.h"

namespace yizhan::store {

/// Latitude and longitude of a Location.position in millionths of a degree (11 cm). Empty: it is no
/// place on the globe.
[[nodiscard]] std::optional<std::pair<std::int64_t, std::int64_t>> PositionOf(
    const fhir::Json& position);

/// "31.2|121.5|10|km". Without a unit kilometres are meant, without a distance ten of them. Empty:
/// not understood, or a unit of length that we do not know.
[[nodiscard]] std::optional<Circle> ParseCircle(std::string_view text);

/// Of a position in the table of dates: inside the circle. A range of latitudes enters the index;
/// the rest is the haversine formula on a sphere, right within half a percent.
[[nodiscard]] Sql CircleCondition(const Circle& circle, const std::string& alias);

}  // namespace yizhan::store
