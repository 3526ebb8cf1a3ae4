/// \file
/// Batch and transaction Bundles.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/server/fhir_request.h"

namespace yizhan::server {

class FhirApi;

/// Each entry for itself, as if it had been sent alone.
[[nodiscard]] FhirAnswer Batch(FhirApi& api, const FhirRequest& bundle);

/// All entries or none, in the order of R4: DELETE, POST, PUT and PATCH, GET. References between
/// the entries become real ones.
[[nodiscard]] FhirAnswer Transaction(FhirApi& api, const FhirRequest& bundle);

/// 413 for a Bundle with more entries than one request may have.
[[nodiscard]] std::optional<FhirAnswer> RefuseSize(const FhirRequest& bundle);
/// One entry of a Bundle as an interaction of its own.
[[nodiscard]] FhirRequest RequestOf(const fhir::Json& entry, const FhirRequest& bundle);
/// The entry of the response Bundle for an answer. Takes resources as they are.
[[nodiscard]] std::string ResponseEntry(FhirAnswer answer, const FhirRequest& request);
/// {"resourceType":"Bundle","type":type,"entry":[...]}
[[nodiscard]] std::string BundleText(const char* type, const std::vector<std::string>& entries);

}  // namespace yizhan::server
