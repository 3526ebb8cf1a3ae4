#include <algorithm>

#include "backend/fhir/base64.h"
#include "backend/server/fhir_api.h"
#include "backend/server/fhir_media.h"
#include "backend/server/http_date.h"

namespace yizhan::server {
namespace {

using fhir::Json;

constexpr const char* kMediaType = "application/fhir+json; charset=utf-8";

bool IsHost(std::string_view host) {
  return !host.empty() && host.size() <= 255 && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == ':' || c == '[' || c == ']';
  });
}

bool Has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool IsRead(const std::string& method) { return method == "GET" || method == "HEAD"; }

/// How the client wants the answer to look.
struct Look {
  Wanted wanted = Wanted::Anything;
  bool pretty = false;
};

/// Reads _format and _pretty; _format outranks the Accept header.
Look LookOf(const HttpRequest& request, const std::string& query) {
  Look look{WantedBy(request.accept)};
  if (!Has(query, "_format") && !Has(query, "_pretty")) return look;
  const Result<store::SearchParameters> parameters = store::ParseQueryString(query);
  if (!parameters) return look;
  for (const auto& [name, value] : *parameters) {
    if (name == "_format") look.wanted = IsJsonFormat(value) ? Wanted::Fhir : Wanted::Other;
    if (name == "_pretty") look.pretty = value == "true";
  }
  return look;
}

void ReadPreferences(std::string_view prefer, FhirRequest& asked) {
  if (Has(prefer, "handling=strict")) asked.handling = store::Handling::Strict;
  if (Has(prefer, "return=minimal")) asked.wanted = Return::Minimal;
  if (Has(prefer, "return=OperationOutcome")) asked.wanted = Return::Outcome;
}

/// Content that is no FHIR, given as the Binary that it becomes.
Json BinaryOf(const HttpRequest& request, std::string_view path) {
  Json binary = Json::Object({{"resourceType", Json::String("Binary")},
                              {"contentType", Json::String(request.content_type)},
                              {"data", Json::String(fhir::EncodeBase64(request.body))}});
  const std::vector<std::string> parts = SplitPath(path);
  if (parts.size() == 2) binary.Set("id", Json::String(parts[1]));
  return binary;
}

bool IsBinary(std::string_view path) { return path == "Binary" || path.starts_with("Binary/"); }

/// Understands the body. An answer: it cannot be.
std::optional<FhirAnswer> ReadBody(const HttpRequest& request, FhirRequest& asked) {
  if (request.body.empty() || IsRead(asked.method)) return std::nullopt;
  const bool is_patch = asked.method == "PATCH";
  if (is_patch && !IsJsonPatch(request.content_type)) {
    return Refusal(415, "not-supported", "a patch must be application/json-patch+json");
  }
  if (!is_patch && !IsFhirJson(request.content_type)) {
    if (!IsBinary(asked.path) || Has(request.content_type, "xml")) {
      return Refusal(415, "not-supported", "body must be application/fhir+json");
    }
    asked.body = BinaryOf(request, asked.path);
    return std::nullopt;
  }
  Result<Json> body = Json::Parse(request.body);
  if (!body) return Refusal(400, "structure", body.error().detail);
  asked.body = std::move(*body);
  return std::nullopt;
}

/// A search in a form, so that its values stay out of addresses and their logs.
std::optional<FhirAnswer> TakeForm(const HttpRequest& request, FhirRequest& asked) {
  static constexpr std::string_view kSearch = "/_search";
  if (asked.method != "POST" || !asked.path.ends_with(kSearch)) return std::nullopt;
  if (!request.body.empty() && !IsForm(request.content_type)) {
    return Refusal(415, "not-supported", "a search must be application/x-www-form-urlencoded");
  }
  asked.method = "GET";
  asked.path.resize(asked.path.size() - kSearch.size());
  if (!IsType(asked.path)) return Refusal(404, "not-supported", "no such resource type");
  if (!asked.query.empty() && !request.body.empty()) asked.query += '&';
  asked.query += request.body;
  return std::nullopt;
}

/// A Binary as what it is. It may be a page with a script: it must not run on this origin.
std::optional<HttpResponse> RawBinary(const FhirAnswer& answer, std::string_view accept) {
  const Result<Json> binary = Json::Parse(answer.body);
  if (!binary || (*binary)["resourceType"].AsString() != "Binary") return std::nullopt;
  HttpResponse response;
  response.content_type = (*binary)["contentType"].AsString();
  const bool is_plain =
      !response.content_type.empty() &&
      std::ranges::all_of(response.content_type, [](char c) { return c >= ' ' && c <= '~'; });
  auto data = fhir::DecodeBase64((*binary)["data"].AsString());
  if (!is_plain || !data) return std::nullopt;
  if (!Accepts(accept, response.content_type)) {
    response.status = 406;
    return response;
  }
  response.body = std::move(*data);
  response.headers.emplace_back("Content-Disposition", "attachment");
  response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; sandbox");
  return response;
}

void AddHeaders(const FhirAnswer& answer, HttpResponse& response) {
  // Patients' data: no cache on the way may keep it.
  response.headers.emplace_back("Cache-Control", "no-store");
  if (!answer.etag.empty()) response.headers.emplace_back("ETag", answer.etag);
  if (!answer.location.empty()) response.headers.emplace_back("Location", answer.location);
  if (!answer.allow.empty()) response.headers.emplace_back("Allow", answer.allow);
  if (answer.last_modified) {
    response.headers.emplace_back("Last-Modified", ToHttpDate(*answer.last_modified));
  }
  if (answer.status == 415) {
    response.headers.emplace_back("Accept-Patch", "application/json-patch+json");
  }
}

HttpResponse ToHttp(FhirAnswer answer, bool pretty) {
  HttpResponse response;
  response.status = answer.status;
  AddHeaders(answer, response);
  if (answer.body.empty()) return response;
  response.content_type = kMediaType;
  response.body = std::move(answer.body);
  if (!pretty) return response;
  // What was spliced together is understood only for those who want to look at it.
  const Result<Json> json = Json::Parse(response.body);
  if (json) response.body = json->Write(true);
  return response;
}

}  // namespace

HttpResponse HandleFhir(FhirApi& api, const HttpRequest& request, const std::string& prefix,
                        const Access& access) {
  if (!IsHost(request.host)) return ToHttp(Refusal(400, "invalid", "Host is missing"), false);
  FhirRequest asked;
  asked.method = request.method;
  const auto path = DecodePath(std::string_view(request.path).substr(prefix.size()));
  if (!path) return ToHttp(Refusal(400, "invalid", "address is broken"), false);
  asked.path = path->starts_with('/') ? path->substr(1) : *path;
  asked.query = request.query;
  asked.if_match = request.if_match;
  asked.if_none_match = request.if_none_match;
  asked.if_none_exist = request.if_none_exist;
  asked.if_modified_since = request.if_modified_since;
  asked.base = (request.secure ? "https://" : "http://") + request.host + prefix;
  asked.access = access;
  ReadPreferences(request.prefer, asked);

  if (const auto refusal = TakeForm(request, asked)) return ToHttp(*refusal, false);
  const Look look = LookOf(request, asked.query);
  const bool is_raw = IsRead(asked.method) && asked.path.starts_with("Binary/") &&
                      look.wanted != Wanted::Fhir && !asked.path.ends_with("/_history");
  if (look.wanted == Wanted::Other && !is_raw) {
    return ToHttp(Refusal(406, "not-supported", "this server answers application/fhir+json"),
                  false);
  }
  if (const auto refusal = ReadBody(request, asked)) return ToHttp(*refusal, look.pretty);
  FhirAnswer answer = api.Handle(asked);
  if (is_raw && answer.status == 200) {
    if (auto raw = RawBinary(answer, request.accept)) {
      AddHeaders(answer, *raw);
      return std::move(*raw);
    }
  }
  return ToHttp(std::move(answer), look.pretty);
}

}  // namespace yizhan::server
