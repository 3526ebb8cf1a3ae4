#pragma once

#include <functional>
#include <optional>
#include <string>

#include "backend/hospital/hospital.h"
#include "backend/server/http.h"
#include "backend/store/resource_store.h"

namespace yizhan::server {

/// One FHIR interaction, however it arrived: as an HTTP request or as an entry of a Bundle.
struct FhirRequest {
  std::string method;
  std::string path;   ///< Below the base, decoded: "Patient/1", "Appointment/1/$check-in".
  std::string query;  ///< As sent.
  fhir::Json body;    ///< null: none.
  std::string if_match;
  std::string if_none_match;
  std::string if_none_exist;
  store::Handling handling = store::Handling::Lenient;
  std::string base;  ///< "http://127.0.0.1:8080/fhir"
};

struct FhirAnswer {
  int status = 200;
  std::string body;  ///< JSON; may be empty.
  std::string etag;
  std::string location;
  std::string last_modified;  ///< Instant.
  [[nodiscard]] bool Good() const { return status < 400; }
};

/// FHIR R4 over the hospital's store. Thread-safe. Both outlive it.
class FhirApi {
 public:
  FhirApi(store::ResourceStore& store, hospital::Hospital& hospital)
      : store_(store), hospital_(hospital) {}

  /// Any interaction below the base.
  [[nodiscard]] FhirAnswer Handle(const FhirRequest& request);

 private:
  friend class TransactionBundle;

  [[nodiscard]] FhirAnswer Get(store::ReadView& view, const FhirRequest& request);
  [[nodiscard]] FhirAnswer Read(store::ReadView& view, const FhirRequest& request,
                                const std::string& type, const std::string& id);
  [[nodiscard]] FhirAnswer History(const FhirRequest& request, const std::string& type,
                                   const std::string& id, const std::string& version);
  [[nodiscard]] FhirAnswer Search(store::ReadView& view, const FhirRequest& request,
                                  const std::string& type, const std::string& query);
  [[nodiscard]] FhirAnswer Post(const FhirRequest& request);
  [[nodiscard]] FhirAnswer Batch(const FhirRequest& request);
  [[nodiscard]] FhirAnswer Transaction(const FhirRequest& request);

  // Inside a transaction; an answer that is not Good() means: undo.
  [[nodiscard]] FhirAnswer Create(store::Transaction& transaction, const FhirRequest& request);
  [[nodiscard]] FhirAnswer Update(store::Transaction& transaction, const FhirRequest& request);
  [[nodiscard]] FhirAnswer Delete(store::Transaction& transaction, const FhirRequest& request);
  /// The resources a conditional interaction speaks of. BadData when nothing was understood.
  [[nodiscard]] Result<std::vector<store::StoredResource>> Matches(store::ReadView& view,
                                                                   const std::string& type,
                                                                   const std::string& query);
  [[nodiscard]] FhirAnswer InTransaction(
      const std::function<FhirAnswer(store::Transaction&)>& change);

  store::ResourceStore& store_;
  hospital::Hospital& hospital_;
};

/// The answer for a failure: an OperationOutcome with the status that belongs to it.
[[nodiscard]] FhirAnswer Failure(const Error& error);
[[nodiscard]] FhirAnswer Refusal(int status, std::string_view code, std::string_view diagnostics);

/// Wraps the API as HTTP below `prefix` ("/fhir"). Borrows `api` for the handler's life.
[[nodiscard]] HttpResponse HandleFhir(FhirApi& api, const HttpRequest& request,
                                      const std::string& prefix);

/// What this server can do (CapabilityStatement), made from the table of search parameters.
[[nodiscard]] std::string CapabilityText(const std::string& base);
/// The definition of $check-in, stored at start.
[[nodiscard]] fhir::Json CheckInDefinition();

}  // namespace yizhan::server
