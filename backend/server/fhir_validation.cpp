#include "backend/server/fhir_validation.h"

namespace yizhan::server {

std::optional<FhirAnswer> RefuseInvalid(const fhir::Json& resource) {
  if (resource["resourceType"].AsString().empty()) {
    return Refusal(400, "structure", "body is no resource", "resourceType");
  }
  return std::nullopt;
}

}  // namespace yizhan::server
