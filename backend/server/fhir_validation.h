#pragma once

#include <optional>

#include "backend/fhir/json.h"
#include "backend/server/fhir_request.h"

namespace yizhan::server {

/// 400 with an OperationOutcome that names each element in error; nothing for a valid resource.
[[nodiscard]] std::optional<FhirAnswer> RefuseInvalid(const fhir::Json& resource);

}  // namespace yizhan::server
