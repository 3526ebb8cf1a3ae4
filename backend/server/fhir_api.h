#pragma once

#include <functional>
#include <string>

#include "backend/hospital/hospital.h"
#include "backend/server/fhir_capability.h"
#include "backend/server/fhir_request.h"
#include "backend/server/http.h"
#include "backend/store/resource_store.h"

namespace yizhan::server {

/// FHIR R4 over the hospital's store: finds the interaction that a request means. Thread-safe.
/// Store and hospital outlive it.
class FhirApi {
 public:
  FhirApi(store::ResourceStore& store, hospital::Hospital& hospital)
      : store_(store), hospital_(hospital) {}

  /// Any interaction below the base.
  [[nodiscard]] FhirAnswer Handle(const FhirRequest& request);

  /// What only reads, in a view of the caller's choice (the one of a transaction sees its changes).
  [[nodiscard]] FhirAnswer Get(store::ReadView& view, const FhirRequest& request);
  /// Runs a change; an answer that is not Good() undoes it.
  [[nodiscard]] FhirAnswer InTransaction(
      const std::function<FhirAnswer(store::Transaction&)>& change);

  /// Sets CapabilityStatement.rest.security. Call before the first Handle().
  void DescribeSecurity(fhir::Json security) { capability_.DescribeSecurity(std::move(security)); }

  [[nodiscard]] TimeZone Zone() const { return hospital_.Options().zone; }
  [[nodiscard]] store::ResourceStore& Store() { return store_; }
  [[nodiscard]] hospital::Hospital& Hospital() { return hospital_; }

 private:
  [[nodiscard]] FhirAnswer Post(const FhirRequest& request);
  [[nodiscard]] FhirAnswer Operate(const FhirRequest& request);

  store::ResourceStore& store_;
  hospital::Hospital& hospital_;
  Capability capability_;
};

/// Wraps the API as HTTP below `prefix` ("/fhir"). `access` says what the asking party may do.
[[nodiscard]] HttpResponse HandleFhir(FhirApi& api, const HttpRequest& request,
                                      const std::string& prefix, const Access& access = {});

}  // namespace yizhan::server
