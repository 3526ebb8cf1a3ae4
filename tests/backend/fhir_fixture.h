#pragma once

#include <optional>
#include <string>

#include "backend/server/fhir_api.h"
#include "tests/backend/hospital_fixture.h"

namespace yizhan::test {

/// The FHIR API over a small hospital, asked without a network. Without PostgreSQL, tests with that
/// engine do not run.
class FhirFixture : public HospitalFixture {
 protected:
  explicit FhirFixture(Engine which = ChosenEngine()) : HospitalFixture(which) {
    if (store != nullptr) api.emplace(*store, *hospital);
  }

  using Tune = std::function<void(server::FhirRequest&)>;

  server::FhirAnswer Ask(const std::string& method, const std::string& url,
                         const std::string& body = "", const Tune& tune = {}) {
    server::FhirRequest request;
    request.method = method;
    const std::size_t question = url.find('?');
    request.path = url.substr(0, question);
    if (question != std::string::npos) request.query = url.substr(question + 1);
    if (!body.empty()) request.body = Parse(body);
    request.base = kBase;
    request.access = access;
    if (tune) tune(request);
    return api->Handle(request);
  }
  /// With an If-Match header.
  server::FhirAnswer AskIf(const std::string& etag, const std::string& method,
                           const std::string& url, const std::string& body = "") {
    return Ask(method, url, body, [&](server::FhirRequest& r) { r.if_match = etag; });
  }
  /// A create with an If-None-Exist header.
  server::FhirAnswer CreateUnless(const std::string& condition, const std::string& url,
                                  const std::string& body) {
    return Ask("POST", url, body, [&](server::FhirRequest& r) { r.if_none_exist = condition; });
  }
  server::HttpResponse Http(server::HttpRequest request) {
    if (request.host.empty()) request.host = "127.0.0.1";
    if (request.method.empty()) request.method = "GET";
    return server::HandleFhir(*api, request, "/fhir", access);
  }
  static std::string HeaderOf(const server::HttpResponse& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return "";
  }
  /// The ids of a Bundle's entries, joined by spaces.
  static std::string IdsOf(const std::string& bundle) {
    std::string ids;
    const fhir::Json parsed = Parse(bundle);
    for (const fhir::Json& entry : parsed["entry"].Items()) {
      ids += (ids.empty() ? "" : " ") + entry["resource"]["id"].AsString();
    }
    return ids;
  }
  static std::string LinkOf(const fhir::Json& bundle, std::string_view relation) {
    for (const fhir::Json& link : bundle["link"].Items()) {
      if (link["relation"].AsString() == relation) return link["url"].AsString();
    }
    return "";
  }
  /// A link of ours as what follows the base.
  static std::string Below(const std::string& url) {
    const std::string prefix = std::string(kBase) + '/';
    return url.starts_with(prefix) ? url.substr(prefix.size()) : "(not ours) " + url;
  }

  static constexpr const char* kBase = "http://h/fhir";
  std::optional<server::FhirApi> api;
  server::Access access;
};

}  // namespace yizhan::test
