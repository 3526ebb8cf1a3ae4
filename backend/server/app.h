#pragma once

#include "backend/hospital/hospital.h"
#include "backend/security/gate.h"
#include "backend/server/access_api.h"
#include "backend/server/fhir_api.h"
#include "backend/server/http.h"
#include "backend/server/view_feed.h"
#include "backend/store/resource_store.h"

namespace yizhan::server {

/// Everything below one address: /fhir, the staff pages (/desk and others), their data below /api,
/// and what is about access (see AccessApi).
///
///   GET  /api/pages                     {"pages": [name, ...]} that the asker may open
///   GET  /api/<view>[/events], POST /api/<act>: see staff_api/staff_api.h
/// Pushed: "event: view" with the view when it changed, "event: tick" with {"nowMs", "zoneMinutes"}
/// at least every ten seconds. Refusals are {"error": code, "detail": text}.
/// Thread-safe. What it is given outlives it.
class App {
 public:
  enum class Access {
    Open,  ///< Nobody is asked; only browsers that speak to this machine itself.
  };

  App(store::ResourceStore& store, hospital::Hospital& hospital, const Clock& clock, Access open);
  /// Everybody is asked: `gate` says who may do what.
  App(store::ResourceStore& store, hospital::Hospital& hospital, const Clock& clock,
      security::Gate& gate);

  [[nodiscard]] HttpResponse Handle(const HttpRequest& request);

 private:
  [[nodiscard]] HttpResponse OpenToAll(const HttpRequest& request);
  [[nodiscard]] HttpResponse Fhir(const HttpRequest& request);
  [[nodiscard]] HttpResponse Page(const HttpRequest& request);
  [[nodiscard]] HttpResponse Api(const HttpRequest& request);
  [[nodiscard]] HttpResponse View(const HttpRequest& request, std::string_view path,
                                  const security::Principal& principal);
  [[nodiscard]] HttpResponse Act(const HttpRequest& request, std::string_view path,
                                 const security::Principal& principal);
  /// Who asks; an open server takes everybody for "open".
  [[nodiscard]] security::Checked<security::Principal> Who(const HttpRequest& request);
  [[nodiscard]] HttpResponse MayNot(security::Reason reason, const HttpRequest& request,
                                    const security::Principal& principal);
  /// Whether the reader of an event stream may not read on. Keeps a copy of what it needs.
  [[nodiscard]] std::function<bool()> IsOver(const HttpRequest& request);

  store::ResourceStore& store_;
  hospital::Hospital& hospital_;
  security::Gate* const gate_;  ///< Null: open.
  std::optional<AccessApi> access_api_;
  ViewFeeds feeds_;
  FhirApi fhir_;
};

}  // namespace yizhan::server
