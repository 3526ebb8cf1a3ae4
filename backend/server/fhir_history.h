/// \file
/// What happened to a resource, to all of a type, or to everything.
#pragma once

#include <string>

#include "backend/server/fhir_request.h"

namespace yizhan::server {

/// GET [Type[/id]]/_history. `type` or `id` may be empty.
[[nodiscard]] FhirAnswer History(store::ReadView& view, const FhirRequest& request,
                                 const std::string& type, const std::string& id);

}  // namespace yizhan::server
