#pragma once

#include <mutex>
#include <string>

#include "backend/fhir/json.h"

namespace yizhan::server {

/// What this server can do: the CapabilityStatement, made from the same tables that the server
/// works with. Made once; only the base in it differs between requests, and that is the client's to
/// choose. Thread-safe, but for DescribeSecurity().
class Capability {
 public:
  [[nodiscard]] std::string TextFor(const std::string& base);
  /// CapabilityStatement.rest.security. Call before the first TextFor().
  void DescribeSecurity(fhir::Json security) { security_ = std::move(security); }

 private:
  std::once_flag once_;
  std::string text_;  ///< With kBaseMark where the base belongs.
  fhir::Json security_;
};

}  // namespace yizhan::server
