#include "backend/server/fhir_write.h"

#include "backend/fhir/json_patch.h"
#include "backend/fhir/resources.h"
#include "backend/server/fhir_operations/operation.h"
#include "backend/server/fhir_search.h"
#include "backend/server/fhir_validation.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using store::StoredResource;

constexpr const char* kInstanceMethods = "GET, HEAD, PUT, PATCH, DELETE";

FhirAnswer FailedCondition(const Error& error) {
  // Refused: see Matches().
  if (error.code == ErrorCode::Refused) return Refusal(403, "forbidden", error.detail);
  return Failure(error);
}

FhirAnswer NotSelective() {
  return Refusal(412, "multiple-matches", "the condition does not select one resource");
}

/// Refuses a body that is no resource of the type in the address, or not a valid one.
std::optional<FhirAnswer> RefuseBody(const Json& body, const std::string& type) {
  if (!body.IsObject()) return Refusal(400, "structure", "body is no resource");
  if (body["resourceType"].AsString() != type) {
    return Refusal(400, "invalid", "resourceType differs from the address", "resourceType");
  }
  return RefuseInvalid(body);
}

struct Address {
  std::string type;
  std::string id;  ///< "": the type, by a condition or for a new resource.
};

/// The version that the preconditions of a change allow (If-Match, If-None-Match).
struct Precondition {
  std::optional<FhirAnswer> refusal;
  std::optional<std::int64_t> expected;
  bool is_new = false;  ///< There is no such resource now, or it was deleted.
};

Precondition Check(store::ReadView& view, const FhirRequest& request, const Address& address) {
  Precondition check;
  if (!request.if_match.empty() && request.if_none_match.empty()) {
    // The usual case: the store compares, nothing is read.
    check.expected = ParseEtag(request.if_match);
    if (check.expected) return check;
  }
  const Result<StoredResource> current = view.Read(address.type, address.id);
  if (!current && current.error().code != ErrorCode::NotFound) {
    check.refusal = Failure(current.error());
    return check;
  }
  check.is_new = !current || current->deleted;
  const bool is_stale = !request.if_match.empty() &&
                        (check.is_new || !NamesVersion(request.if_match, current->version));
  const bool is_there = !request.if_none_match.empty() && !check.is_new &&
                        NamesVersion(request.if_none_match, current->version);
  if (is_stale) check.refusal = Refusal(412, "conflict", "If-Match names another version");
  if (is_there) check.refusal = Refusal(412, "conflict", "If-None-Match: it exists");
  if (!check.is_new && !request.if_match.empty()) check.expected = current->version;
  return check;
}

FhirAnswer Create(store::Transaction& transaction, const FhirRequest& request, TimeZone zone,
                  const Address& address) {
  if (!request.if_none_exist.empty()) {
    std::string condition = request.if_none_exist;
    if (const std::size_t question = condition.find('?'); question != std::string::npos) {
      condition.erase(0, question + 1);
    }
    auto matches = Matches(transaction, request, zone, address.type, condition);
    if (!matches) return FailedCondition(matches.error());
    if (matches->size() > 1) return NotSelective();
    if (matches->size() == 1) return AnswerOf(std::move(matches->front()), request, 200);
  }
  Result<StoredResource> stored = transaction.Create(request.body);
  if (!stored) return Failure(stored.error());
  return AnswerOf(std::move(*stored), request, 201);
}

FhirAnswer Store(store::Transaction& transaction, const FhirRequest& request, Json body,
                 const Address& address) {
  const Precondition check = Check(transaction, request, address);
  if (check.refusal) return *check.refusal;
  if (check.is_new && !request.May(Interaction::Create, address.type)) {
    return Forbidden(address.type);
  }
  Result<StoredResource> stored = transaction.Update(std::move(body), check.expected);
  if (!stored) return Failure(stored.error());
  return AnswerOf(std::move(*stored), request, check.is_new ? 201 : 200);
}

FhirAnswer ConditionalUpdate(store::Transaction& transaction, const FhirRequest& request,
                             TimeZone zone, Address address) {
  const auto matches = Matches(transaction, request, zone, address.type, request.query);
  if (!matches) return FailedCondition(matches.error());
  if (matches->size() > 1) return NotSelective();
  Json body = request.body;
  const std::string& own_id = body["id"].AsString();
  if (matches->empty() && own_id.empty()) {
    if (!request.May(Interaction::Create, address.type)) return Forbidden(address.type);
    Result<StoredResource> created = transaction.Create(std::move(body));
    return created ? AnswerOf(std::move(*created), request, 201) : Failure(created.error());
  }
  if (matches->empty()) {
    if (!fhir::IsId(own_id)) return Refusal(400, "value", "id is no FHIR id", "id");
    address.id = own_id;
    const auto existing = transaction.Read(address.type, address.id);
    if (existing && !existing->deleted) {
      return Refusal(409, "conflict", "that id exists, but does not meet the condition", "id");
    }
    return Store(transaction, request, std::move(body), address);
  }
  address.id = matches->front().id;
  if (!own_id.empty() && own_id != address.id) {
    return Refusal(400, "invalid", "id differs from the resource that the condition selects", "id");
  }
  body.Set("id", Json::String(address.id));
  return Store(transaction, request, std::move(body), address);
}

/// Applies a patch to the current version.
FhirAnswer PatchOne(store::Transaction& transaction, const FhirRequest& request,
                    const Address& address) {
  const Result<StoredResource> current = transaction.Read(address.type, address.id);
  if (!current) return Failure(current.error());
  if (current->deleted) return Refusal(410, "deleted", address.type + " was deleted");
  if (!request.if_match.empty() && !NamesVersion(request.if_match, current->version)) {
    return Refusal(412, "conflict", "If-Match names another version");
  }
  Result<Json> document = Json::Parse(current->text);
  if (!document) return Failure(Error{ErrorCode::Internal, "stored text cannot be read"});
  const Status patched = fhir::ApplyJsonPatch(*document, request.body);
  if (!patched) {
    const bool is_patch = patched.error().code != ErrorCode::BadData;
    return Refusal(is_patch ? 422 : 400, is_patch ? "processing" : "structure",
                   patched.error().detail);
  }
  const bool is_same = (*document)["resourceType"].AsString() == address.type &&
                       (*document)["id"].AsString() == address.id;
  if (!is_same) return Refusal(422, "processing", "a patch may not change resourceType or id");
  if (auto refusal = RefuseInvalid(*document)) {
    refusal->status = 422;
    return *refusal;
  }
  Result<StoredResource> stored = transaction.Update(std::move(*document), current->version);
  if (!stored) return Failure(stored.error());
  return AnswerOf(std::move(*stored), request, 200);
}

FhirAnswer Patch(store::Transaction& transaction, const FhirRequest& request, TimeZone zone,
                 Address address) {
  if (address.id.empty()) {
    const auto matches = Matches(transaction, request, zone, address.type, request.query);
    if (!matches) return FailedCondition(matches.error());
    if (matches->size() > 1) return NotSelective();
    if (matches->empty()) return Refusal(404, "not-found", "the condition selects no resource");
    address.id = matches->front().id;
  }
  FhirAnswer answer = PatchOne(transaction, request, address);
  // Who may change, but not read, does not learn the rest of the resource.
  if (answer.Good() && !request.May(Interaction::Read, address.type)) answer.body.clear();
  return answer;
}

FhirAnswer Delete(store::Transaction& transaction, const FhirRequest& request, TimeZone zone,
                  Address address) {
  FhirAnswer answer;
  answer.status = 204;
  if (address.id.empty()) {
    const auto matches = Matches(transaction, request, zone, address.type, request.query);
    if (!matches) return FailedCondition(matches.error());
    if (matches->size() > 1) return NotSelective();
    if (matches->empty()) return answer;
    address.id = matches->front().id;
  }
  Precondition check;
  if (!request.if_match.empty()) check = Check(transaction, request, address);
  if (check.refusal) return *check.refusal;
  const auto stored = transaction.Delete(address.type, address.id, check.expected);
  if (!stored && stored.error().code != ErrorCode::NotFound) return Failure(stored.error());
  if (!stored) return answer;
  answer.etag = Etag(stored->version);
  answer.last_modified = stored->updated;
  return answer;
}

/// What may never be changed from outside.
std::optional<FhirAnswer> RefuseTarget(const FhirRequest& request, const Address& address) {
  if (IsPublished(address.type, address.id)) {
    return NotAllowed("GET, HEAD");
  }
  // Append-only: what happened stays written.
  if (address.type == "AuditEvent" && request.method != "POST")
    return NotAllowed("GET, HEAD, POST");
  return std::nullopt;
}

Address AddressOf(const FhirRequest& request) {
  const std::vector<std::string> parts = SplitPath(request.path);
  return {parts.empty() ? "" : parts[0], parts.size() < 2 ? "" : parts[1]};
}

}  // namespace

std::optional<FhirAnswer> RefuseChange(const FhirRequest& request) {
  const std::vector<std::string> parts = SplitPath(request.path);
  if (parts.empty() || parts.size() > 2) return Refusal(404, "not-found", "no such address");
  const Address address = AddressOf(request);
  if (!IsType(address.type)) return Refusal(404, "not-supported", "no such resource type");
  if (request.method == "POST") {
    if (!address.id.empty()) return NotAllowed(kInstanceMethods);
    if (!request.May(Interaction::Create, address.type)) return Forbidden(address.type);
    return RefuseBody(request.body, address.type);
  }
  const bool is_known =
      request.method == "PUT" || request.method == "PATCH" || request.method == "DELETE";
  if (!is_known) return NotAllowed(kInstanceMethods);
  const Interaction interaction =
      request.method == "DELETE" ? Interaction::Delete : Interaction::Update;
  if (!request.May(interaction, address.type)) return Forbidden(address.type);
  if (auto refusal = RefuseTarget(request, address)) return refusal;
  if (address.id.empty() && request.query.empty()) {
    return Refusal(400, "required", "an id or a condition is missing");
  }
  if (request.method == "PATCH" && !request.body.IsArray()) {
    return Refusal(400, "structure", "body is no JSON Patch");
  }
  if (request.method != "PUT") {
    if (!address.id.empty() && !fhir::IsId(address.id)) {
      return Refusal(404, "not-found", "no such resource");
    }
    return std::nullopt;
  }
  if (!address.id.empty() && !fhir::IsId(address.id)) {
    return Refusal(400, "value", "id is no FHIR id");
  }
  if (auto refusal = RefuseBody(request.body, address.type)) return refusal;
  if (!address.id.empty() && request.body["id"].AsString() != address.id) {
    return Refusal(400, "invalid", "id differs from the address", address.type + ".id");
  }
  return std::nullopt;
}

FhirAnswer Change(store::Transaction& transaction, const FhirRequest& request, TimeZone zone) {
  const Address address = AddressOf(request);
  if (request.method == "POST") return Create(transaction, request, zone, address);
  if (request.method == "PATCH") return Patch(transaction, request, zone, address);
  if (request.method == "DELETE") return Delete(transaction, request, zone, address);
  if (address.id.empty()) return ConditionalUpdate(transaction, request, zone, address);
  return Store(transaction, request, request.body, address);
}

void ShowAsPreferred(FhirAnswer& answer, Return wanted) {
  if (!answer.Good() || wanted == Return::Representation) return;
  answer.body.clear();
  if (wanted == Return::Minimal) return;
  Json outcome = fhir::Outcome("informational", "done");
  outcome.At("issue").MutableItems().at(0).Set("severity", Json::String("information"));
  answer.body = outcome.Write();
  if (answer.status == 204) answer.status = 200;
}

}  // namespace yizhan::server
