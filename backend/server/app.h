#pragma once

#include "backend/hospital/hospital.h"
#include "backend/server/fhir_api.h"
#include "backend/server/http.h"
#include "backend/server/view_feed.h"
#include "backend/store/resource_store.h"

namespace yizhan::server {

/// Everything below one address: /fhir, the staff pages /desk and /screen, their data below /api.
///
///   GET  /api/places                    rooms and areas to choose from
///   GET  /api/desk?room=ID              DeskView;   /api/desk/events   the same, pushed
///   GET  /api/chart?room=ID             ChartView
///   GET  /api/screen?area=ID            ScreenView; /api/screen/events the same, pushed
///   POST /api/desk/next|call|again|pass|finish|recall  {"room", "ticket", "reason"}
///   POST /api/staff-calls/answer        {"id"}
/// Pushed: "event: view" with the view when it changed, "event: tick" with {"nowMs", "zoneMinutes"}
/// at least every ten seconds. Refusals are {"error": code, "detail": text}.
/// Thread-safe. What it is given outlives it.
class App {
 public:
  enum class Access {
    Open,         ///< Nobody is asked; only browsers that speak to this machine itself.
    Certificate,  ///< The connection has proved a client certificate.
  };

  App(store::ResourceStore& store, hospital::Hospital& hospital, const Clock& clock, Access access)
      : store_(store),
        hospital_(hospital),
        access_(access),
        feeds_(hospital, clock),
        fhir_(store, hospital) {}

  [[nodiscard]] HttpResponse Handle(const HttpRequest& request);

 private:
  [[nodiscard]] HttpResponse Api(const HttpRequest& request);
  [[nodiscard]] HttpResponse View(const HttpRequest& request, const std::string& path);
  [[nodiscard]] HttpResponse Act(const HttpRequest& request, const std::string& path);

  store::ResourceStore& store_;
  hospital::Hospital& hospital_;
  const Access access_;
  ViewFeeds feeds_;
  FhirApi fhir_;
};

}  // namespace yizhan::server
