/// \file
/// Search, and the conditions of conditional interactions.
#pragma once

#include <string>
#include <vector>

#include "backend/server/fhir_request.h"

namespace yizhan::server {

/// GET Type?query. `zone` gives days without a zone their place in time.
[[nodiscard]] FhirAnswer Search(store::ReadView& view, const FhirRequest& request, TimeZone zone,
                                const std::string& type, const std::string& query);

/// The resources a condition like "identifier=a|b" speaks of; two at most, because more than one
/// is an error everywhere. BadData: not understood or empty. Refused: the asking party may not
/// search that type.
[[nodiscard]] Result<std::vector<store::StoredResource>> Matches(store::ReadView& view,
                                                                 const FhirRequest& request,
                                                                 TimeZone zone,
                                                                 const std::string& type,
                                                                 const std::string& condition);

}  // namespace yizhan::server
