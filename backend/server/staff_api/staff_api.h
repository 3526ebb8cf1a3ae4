/// \file
/// What the staff pages ask and do below /api: one file for each page's part, listed once in
/// staff_api.cpp. Looking an address up is all that the server has to know of them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "backend/fhir/json.h"
#include "backend/hospital/hospital.h"
#include "backend/security/principal.h"
#include "backend/store/resource_store.h"

namespace yizhan::security {
class Gate;
}

namespace yizhan::server {

/// What views and acts work on. Borrowed for the call.
struct StaffContext {
  hospital::Hospital& hospital;
  store::ResourceStore& store;
  security::Gate* gate = nullptr;  ///< Null: the server asks nobody, and has no accounts.
};

/// The parameters of an address, by name. Immutable.
class Query {
 public:
  /// Text behind the '?'. One that cannot be read has no parameters.
  explicit Query(std::string_view text);
  /// The first one of that name; "" when it is missing.
  [[nodiscard]] const std::string& operator[](std::string_view name) const;

 private:
  store::SearchParameters parameters_;
};

/// GET /api/<path>, and the same pushed at /api/<path>/events whenever the board has changed.
/// `view` is a pure read, safe on any thread. Null: there is no such thing (404).
struct StaffView {
  std::string_view path;
  security::Ability needs;
  fhir::Json (*view)(StaffContext& context, const Query& query);
};

/// POST /api/<path>, JSON in and out. BadData: the body (400). NotFound, Refused, Conflict: 404,
/// 422, 409, with the error's detail. Safe on any thread.
struct StaffAct {
  std::string_view path;
  security::Ability needs;
  Result<fhir::Json> (*act)(StaffContext& context, const fhir::Json& body,
                            const security::Principal& who);
};

/// A page of backend/web and what its reader must be allowed to do. The server hides nothing by
/// it (pages have no data): it is for the navigation and for where a log-in leads.
struct StaffPage {
  std::string_view name;  ///< "desk", at /desk
  security::Ability needs;
};

/// Null: there is none.
[[nodiscard]] const StaffView* FindView(std::string_view path);
[[nodiscard]] const StaffAct* FindAct(std::string_view path);
[[nodiscard]] const StaffPage* FindPage(std::string_view name);
/// All pages, in the order of the navigation.
[[nodiscard]] std::span<const StaffPage> Pages();

// The parts. A new one is a file beside, a line here and one in staff_api.cpp.

[[nodiscard]] std::span<const StaffView> PlacesViews();
[[nodiscard]] std::span<const StaffView> DeskViews();
[[nodiscard]] std::span<const StaffAct> DeskActs();
[[nodiscard]] std::span<const StaffView> ScreenViews();
[[nodiscard]] std::span<const StaffView> TriageViews();
[[nodiscard]] std::span<const StaffAct> TriageActs();
[[nodiscard]] std::span<const StaffAct> BroadcastActs();
[[nodiscard]] std::span<const StaffAct> LateNoticeActs();
[[nodiscard]] std::span<const StaffView> GuideDeskViews();
[[nodiscard]] std::span<const StaffAct> GuideDeskActs();
[[nodiscard]] std::span<const StaffView> RulesViews();
[[nodiscard]] std::span<const StaffAct> RulesActs();
[[nodiscard]] std::span<const StaffView> BookingDeskViews();
[[nodiscard]] std::span<const StaffAct> BookingDeskActs();
[[nodiscard]] std::span<const StaffView> QuotasViews();
[[nodiscard]] std::span<const StaffAct> QuotasActs();
[[nodiscard]] std::span<const StaffView> AccountsViews();
[[nodiscard]] std::span<const StaffAct> AccountsActs();
[[nodiscard]] std::span<const StaffView> DrawViews();
[[nodiscard]] std::span<const StaffAct> DrawActs();
[[nodiscard]] std::span<const StaffView> ExamViews();
[[nodiscard]] std::span<const StaffAct> ExamActs();
[[nodiscard]] std::span<const StaffView> PharmacyViews();
[[nodiscard]] std::span<const StaffAct> PharmacyActs();

[[nodiscard]] std::span<const StaffView> AddedNumbersViews();
[[nodiscard]] std::span<const StaffAct> AddedNumbersActs();
[[nodiscard]] std::span<const StaffView> WaiversViews();
[[nodiscard]] std::span<const StaffAct> WaiversActs();
[[nodiscard]] std::span<const StaffView> TemplatesViews();
[[nodiscard]] std::span<const StaffAct> TemplatesActs();
[[nodiscard]] std::span<const StaffView> ReportsViews();
[[nodiscard]] std::span<const StaffView> LabTestsViews();
[[nodiscard]] std::span<const StaffAct> LabTestsActs();
[[nodiscard]] std::span<const StaffView> ParkedViews();
[[nodiscard]] std::span<const StaffAct> ParkedActs();

/// What is said to everybody in an area now: {"text", "sinceMs"}; null: nothing.
[[nodiscard]] fhir::Json BroadcastView(StaffContext& context, const std::string& area_id);

}  // namespace yizhan::server
