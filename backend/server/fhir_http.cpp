#include <algorithm>

#include "backend/server/fhir_api.h"

namespace yizhan::server {
namespace {

constexpr const char* kMediaType = "application/fhir+json; charset=utf-8";

bool IsHost(std::string_view host) {
  return !host.empty() && host.size() <= 255 && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == ':' || c == '[' || c == ']';
  });
}

bool IsJson(std::string_view content_type) {
  return content_type.empty() || content_type.find("json") != std::string_view::npos;
}

HttpResponse ToHttp(FhirAnswer answer, const HttpRequest& request) {
  HttpResponse response;
  response.status = answer.status;
  // Patients' data: no cache on the way may keep it.
  response.headers.emplace_back("Cache-Control", "no-store");
  if (!answer.etag.empty()) response.headers.emplace_back("ETag", answer.etag);
  if (!answer.location.empty()) response.headers.emplace_back("Location", answer.location);
  const bool is_minimal = answer.Good() && request.method != "GET" &&
                          request.prefer.find("return=minimal") != std::string::npos;
  if (answer.body.empty() || is_minimal) return response;
  response.content_type = kMediaType;
  response.body = std::move(answer.body);
  return response;
}

}  // namespace

HttpResponse HandleFhir(FhirApi& api, const HttpRequest& request, const std::string& prefix) {
  FhirRequest asked;
  asked.method = request.method;
  asked.path = request.path.substr(prefix.size());
  if (asked.path.starts_with('/')) asked.path.erase(0, 1);
  asked.query = request.query;
  asked.if_match = request.if_match;
  asked.if_none_match = request.if_none_match;
  asked.if_none_exist = request.if_none_exist;
  if (request.prefer.find("handling=strict") != std::string::npos) {
    asked.handling = store::Handling::Strict;
  }
  if (!IsHost(request.host)) return ToHttp(Refusal(400, "invalid", "Host is missing"), request);
  asked.base = (request.secure ? "https://" : "http://") + request.host + prefix;

  if (asked.method == "POST" && asked.path.ends_with("/_search")) {
    // A search in a form, so that its values stay out of addresses and their logs.
    asked.method = "GET";
    asked.path.resize(asked.path.size() - std::string_view("/_search").size());
    if (!asked.query.empty() && !request.body.empty()) asked.query += '&';
    asked.query += request.body;
  } else if (!request.body.empty()) {
    if (!IsJson(request.content_type)) {
      return ToHttp(Refusal(415, "not-supported", "body must be application/fhir+json"), request);
    }
    Result<fhir::Json> body = fhir::Json::Parse(request.body);
    if (!body) return ToHttp(Refusal(400, "structure", body.error().detail), request);
    asked.body = std::move(*body);
  }
  return ToHttp(api.Handle(asked), request);
}

}  // namespace yizhan::server
