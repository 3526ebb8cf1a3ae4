#include "backend/server/fhir_bundle.h"

#include "backend/fhir/base64.h"
#include "backend/server/fhir_api.h"
#include "backend/server/fhir_write.h"

namespace yizhan::server {
namespace {

using fhir::Json;

/// A batch of a terminal has about six entries; this bounds what one request may cost.
constexpr std::size_t kMaxEntries = 5000;

/// A Bundle holds resources only, so R4 wraps a JSON Patch in a Binary.
Json PatchIn(const Json& resource) {
  if (resource["resourceType"].AsString() != "Binary") return {};
  if (!resource["contentType"].AsString().starts_with("application/json-patch+json")) return {};
  const auto text = fhir::DecodeBase64(resource["data"].AsString());
  if (!text) return {};
  Result<Json> patch = Json::Parse(*text);
  return patch ? std::move(*patch) : Json();
}

}  // namespace

FhirRequest RequestOf(const Json& entry, const FhirRequest& bundle) {
  const Json& asked = entry["request"];
  FhirRequest request;
  request.method = asked["method"].AsString();
  std::string_view url = asked["url"].AsString();
  if (url.starts_with(bundle.base + '/')) url.remove_prefix(bundle.base.size());
  const std::size_t question = url.find('?');
  request.path = DecodePath(url.substr(0, question)).value_or("%");
  while (request.path.starts_with('/')) request.path.erase(0, 1);
  if (question != std::string_view::npos) request.query = url.substr(question + 1);
  request.body = request.method == "PATCH" ? PatchIn(entry["resource"]) : entry["resource"];
  request.if_match = asked["ifMatch"].AsString();
  request.if_none_match = asked["ifNoneMatch"].AsString();
  request.if_none_exist = asked["ifNoneExist"].AsString();
  request.if_modified_since = asked["ifModifiedSince"].AsString();
  request.handling = bundle.handling;
  request.wanted = bundle.wanted;
  request.base = bundle.base;
  request.access = bundle.access;
  return request;
}

std::string ResponseEntry(FhirAnswer answer, const FhirRequest& request) {
  const bool is_read = request.method == "GET" || request.method == "HEAD";
  if (!is_read) ShowAsPreferred(answer, request.wanted);
  const bool is_outcome = !answer.Good() || (!is_read && request.wanted == Return::Outcome);
  std::string entry = "{";
  if (!is_outcome && !answer.body.empty() && request.method != "HEAD") {
    entry += "\"resource\":" + answer.body + ',';
  }
  entry += "\"response\":{\"status\":\"" + std::to_string(answer.status) + '"';
  if (!answer.location.empty()) entry += ",\"location\":" + Quoted(answer.location);
  if (!answer.etag.empty()) entry += ",\"etag\":" + Quoted(answer.etag);
  if (answer.last_modified) {
    entry += ",\"lastModified\":" + Quoted(ToInstant(*answer.last_modified));
  }
  if (is_outcome && !answer.body.empty()) entry += ",\"outcome\":" + answer.body;
  return entry + "}}";
}

std::string BundleText(const char* type, const std::vector<std::string>& entries) {
  std::string out = std::string(R"({"resourceType":"Bundle","type":")") + type + '"';
  for (std::size_t i = 0; i < entries.size(); ++i) {
    out += i == 0 ? ",\"entry\":[" : ",";
    out += entries[i];
  }
  return out + (entries.empty() ? "}" : "]}");
}

std::optional<FhirAnswer> RefuseSize(const FhirRequest& bundle) {
  if (bundle.body["entry"].Items().size() <= kMaxEntries) return std::nullopt;
  return Refusal(413, "too-costly", "Bundle has too many entries", "Bundle.entry");
}

FhirAnswer Batch(FhirApi& api, const FhirRequest& bundle) {
  if (auto refusal = RefuseSize(bundle)) return *refusal;
  std::vector<std::string> entries;
  for (const Json& entry : bundle.body["entry"].Items()) {
    const FhirRequest one = RequestOf(entry, bundle);
    // A Bundle inside a Bundle would bring its own entries past the limit.
    const bool is_nested = one.method == "POST" && one.path.empty();
    entries.push_back(ResponseEntry(
        is_nested ? Refusal(400, "not-supported", "Bundle in a Bundle") : api.Handle(one), one));
  }
  FhirAnswer answer;
  answer.body = BundleText("batch-response", entries);
  return answer;
}

}  // namespace yizhan::server
