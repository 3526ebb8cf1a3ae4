#include "backend/server/fhir_api.h"

#include "backend/fhir/resources.h"
#include "backend/hospital/booking/foreign_writes.h"
#include "backend/server/fhir_bundle.h"
#include "backend/server/fhir_history.h"
#include "backend/server/fhir_operations/operation.h"
#include "backend/server/fhir_read.h"
#include "backend/server/fhir_search.h"
#include "backend/server/fhir_write.h"

namespace yizhan::server {
namespace {

bool IsRead(const FhirRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

}  // namespace

FhirAnswer FhirApi::Handle(const FhirRequest& request) {
  const std::size_t slash = request.path.rfind('/');
  const std::size_t last = slash == std::string::npos ? 0 : slash + 1;
  if (last < request.path.size() && request.path[last] == '$') return Operate(request);
  if (request.path == "metadata") {
    if (!IsRead(request)) return NotAllowed("GET, HEAD");
    FhirAnswer answer;
    answer.body = capability_.TextFor(request.base);
    return answer;
  }
  if (IsRead(request)) return Get(store_, request);
  if (request.path.empty()) return Post(request);
  if (request.path == "_history" || request.path.find("/_history") != std::string::npos) {
    return NotAllowed("GET, HEAD");
  }
  if (auto refusal = RefuseChange(request)) return *refusal;
  FhirAnswer answer =
      InTransaction([&](store::Transaction& t) { return Change(t, request, Zone()); });
  ShowAsPreferred(answer, request.wanted);
  return answer;
}

FhirAnswer FhirApi::InTransaction(const std::function<FhirAnswer(store::Transaction&)>& change) {
  FhirAnswer answer;
  bool is_refused = false;
  const Status status = store_.Write([&](store::Transaction& transaction) -> Status {
    hospital::WatchedTransaction watched(transaction);
    answer = change(watched);
    is_refused = !answer.Good();
    if (is_refused) return Fail(ErrorCode::Refused, "");
    // A booking made or changed as plain FHIR keeps the hospital's rules, too.
    for (const std::string& id : watched.Appointments()) {
      if (Status followed = hospital_.Booking().Follow(transaction, id); !followed) {
        return followed;
      }
    }
    return {};
  });
  // A refused change has its own answer; everything else is the store's failure.
  const bool is_own = is_refused && !status && status.error().code == ErrorCode::Refused;
  if (!status && !is_own) return Failure(status.error());
  return answer;
}

FhirAnswer FhirApi::Get(store::ReadView& view, const FhirRequest& request) {
  const std::vector<std::string> parts = SplitPath(request.path);
  if (parts.empty()) return NotAllowed("POST");
  if (parts.size() == 1 && parts[0] == "_history") return History(view, request, "", "");
  if (!IsType(parts[0])) return Refusal(404, "not-supported", "no such resource type");
  if (parts.size() == 1) return Search(view, request, Zone(), parts[0], request.query);
  if (parts.size() == 2 && parts[1] == "_history") return History(view, request, parts[0], "");
  if (!fhir::IsId(parts[1])) return Refusal(404, "not-found", "no such resource");
  if (parts.size() == 2) return Read(view, request, parts[0], parts[1]);
  if (parts[2] == "_history" && parts.size() == 3) {
    return History(view, request, parts[0], parts[1]);
  }
  if (parts[2] == "_history" && parts.size() == 4) {
    return ReadVersion(view, request, parts[0], parts[1], parts[3]);
  }
  return Refusal(404, "not-found", "no such address");
}

FhirAnswer FhirApi::Post(const FhirRequest& request) {
  if (request.method != "POST") return NotAllowed("POST");
  if (request.body["resourceType"].AsString() != "Bundle") {
    return Refusal(400, "structure", "body is no Bundle");
  }
  const std::string& type = request.body["type"].AsString();
  if (type == "batch") return Batch(*this, request);
  if (type == "transaction") return Transaction(*this, request);
  return Refusal(400, "value", "Bundle is neither batch nor transaction", "Bundle.type");
}

FhirAnswer FhirApi::Operate(const FhirRequest& request) {
  std::vector<std::string> parts = SplitPath(request.path);
  const std::string name = parts.back().substr(1);
  parts.pop_back();
  parts.resize(2);
  const Operation* operation = FindOperation(name, parts[0], parts[1]);
  if (operation == nullptr || SplitPath(request.path).size() > 3 || !IsType(parts[0])) {
    return Refusal(404, "not-supported", "no such operation");
  }
  if (!parts[1].empty() && !fhir::IsId(parts[1])) {
    return Refusal(404, "not-found", "no such resource");
  }
  const bool may_get = !operation->affects_state && IsRead(request);
  if (request.method != "POST" && !may_get) {
    return NotAllowed(operation->affects_state ? "POST" : "GET, HEAD, POST");
  }
  return operation->run({store_, hospital_, request, parts[0], parts[1]});
}

}  // namespace yizhan::server
