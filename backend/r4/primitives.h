#pragma once

#include <string_view>

#include "backend/fhir/json.h"

namespace yizhan::r4 {

/// Why a JSON value is none of FHIR's primitive `type` ("date", "code", "decimal"...); null: it is
/// one. The answer never quotes the value.
[[nodiscard]] const char* PrimitiveTrouble(const fhir::Json& value, std::string_view type);

/// A day of the calendar, or a year or month; a dateTime with seconds and zone; an instant.
[[nodiscard]] bool IsDate(std::string_view text);
[[nodiscard]] bool IsDateTime(std::string_view text);
[[nodiscard]] bool IsInstant(std::string_view text);

}  // namespace yizhan::r4
