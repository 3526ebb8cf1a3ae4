#pragma once

#include <string>

#include "backend/fhir/json.h"
#include "base/clock.h"

namespace yizhan::store {

/// Resources of this type are stored once and never changed (see audit_chain.h).
inline constexpr const char* kAppendOnlyType = "AuditEvent";

/// A resource as it is stored: type, id and meta in front, the rest in its own order.
[[nodiscard]] fhir::Json WithIdentity(fhir::Json resource, const std::string& type,
                                      const std::string& id, std::int64_t version,
                                      WallTime updated);

}  // namespace yizhan::store
