/// \file
/// Create, update, patch and delete, plain and conditional.
#pragma once

#include <optional>

#include "backend/server/fhir_request.h"

namespace yizhan::server {

/// Everything that can be said against a change before the store is asked: address, access, body,
/// validity. Done outside the store's transaction, because validation takes time.
[[nodiscard]] std::optional<FhirAnswer> RefuseChange(const FhirRequest& request);

/// Does a change for which RefuseChange() had no objection. An answer that is not Good() means:
/// undo the transaction. May run more than once for one request.
[[nodiscard]] FhirAnswer Change(store::Transaction& transaction, const FhirRequest& request,
                                TimeZone zone);

/// Turns the answer to a change into what the client prefers to see of it.
void ShowAsPreferred(FhirAnswer& answer, Return wanted);

}  // namespace yizhan::server
