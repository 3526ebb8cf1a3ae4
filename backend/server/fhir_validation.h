#pragma once

#include <optional>
#include <vector>

#include "backend/fhir/json.h"
#include "backend/r4/validate.h"
#include "backend/server/fhir_request.h"

namespace yizhan::server {

/// An OperationOutcome with one issue each; without any, it says that all is well.
[[nodiscard]] fhir::Json OutcomeOf(const std::vector<r4::Issue>& issues);

/// 400 with an OperationOutcome that names each element in error; nothing for a valid resource.
[[nodiscard]] std::optional<FhirAnswer> RefuseInvalid(const fhir::Json& resource);

}  // namespace yizhan::server
