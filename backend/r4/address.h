#pragma once

#include <string_view>

#include "backend/fhir/json.h"

namespace yizhan::r4 {

/// The resource type that an address names: "Patient" of "Patient/1", "https://x/fhir/Patient/1",
/// "Patient/1/_history/2" and "Patient?identifier=1". Empty if it names none of R4's.
[[nodiscard]] std::string_view TypeOfAddress(std::string_view reference);

/// The resource contained in `resource` that "#id" names; null if there is none. "#" is `resource`.
[[nodiscard]] const fhir::Json* ContainedResource(const fhir::Json& resource,
                                                  std::string_view reference);

}  // namespace yizhan::r4
