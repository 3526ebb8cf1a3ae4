#pragma once

#include <map>
#include <memory>
#include <string>

#include "backend/fhir/json.h"
#include "base/mutex.h"

namespace yizhan::server {

/// What this server can do: the CapabilityStatement for a base, made from the same tables that the
/// server works with. `security` is CapabilityStatement.rest.security; null: nothing is said.
[[nodiscard]] std::string CapabilityText(const std::string& base, const fhir::Json& security);

/// Remembers the statement for each base. Thread-safe, but for DescribeSecurity().
class CapabilityCache {
 public:
  [[nodiscard]] std::string TextFor(const std::string& base);
  /// Call before the first TextFor().
  void DescribeSecurity(fhir::Json security) { security_ = std::move(security); }

 private:
  Mutex mutex_;
  std::map<std::string, std::string> texts_ GUARDED_BY(mutex_);
  fhir::Json security_;
};

}  // namespace yizhan::server
