/// \file
/// Reading one resource or one version of it.
#pragma once

#include <string>

#include "backend/server/fhir_request.h"

namespace yizhan::server {

/// GET Type/id. 304 when the client has that version already, 410 when it was deleted.
[[nodiscard]] FhirAnswer Read(store::ReadView& view, const FhirRequest& request,
                              const std::string& type, const std::string& id);
/// GET Type/id/_history/version.
[[nodiscard]] FhirAnswer ReadVersion(store::ReadView& view, const FhirRequest& request,
                                     const std::string& type, const std::string& id,
                                     const std::string& version);

}  // namespace yizhan::server
