// The laboratory's catalogue: which tube, how much, how long fasting, when the result is ready.
#include "backend/hospital/lab/test_catalogue.h"
#include "backend/server/staff_api/staff_api.h"
#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using security::Ability;

/// Every kind of tube, in the order of the draw.
constexpr domain::TubeKind kTubes[] = {domain::TubeKind::BloodCulture, domain::TubeKind::Citrate,
                                       domain::TubeKind::CitrateEsr,   domain::TubeKind::Serum,
                                       domain::TubeKind::Heparin,      domain::TubeKind::Edta,
                                       domain::TubeKind::Fluoride};

Json TestsView(StaffContext& context, const Query& /*query*/) {
  auto tests = hospital::LabTests(context.store);
  if (!tests) return {};
  Json tubes = Json::Array();
  for (const domain::TubeKind kind : kTubes) {
    tubes.Append(Json::Object({{"name", TextView(hospital::Name(kind))},
                               {"colour", LocalView(hospital::ColourOf(kind))}}));
  }
  return Json::Object({{"tests", Json::Array(std::move(*tests))}, {"tubes", std::move(tubes)}});
}

/// The form of a test (lab/test_catalogue.h); BadData: the detail names the member.
Result<Json> Put(StaffContext& context, const Json& body, const security::Principal& who) {
  const Status done = hospital::PutLabTest(context.store, body, {who.id, context.hospital.Now()});
  if (!done) return tl::unexpected(done.error());
  return Json::Object();
}

/// {"code"}
Result<Json> Remove(StaffContext& context, const Json& body, const security::Principal& who) {
  const Status done = hospital::RemoveLabTest(context.store, body["code"].AsString(),
                                              {who.id, context.hospital.Now()});
  if (!done) return tl::unexpected(done.error());
  return Json::Object();
}

constexpr StaffView kViews[] = {{"lab-tests", Ability::EditRules, TestsView}};

constexpr StaffAct kActs[] = {
    {"lab-tests/put", Ability::EditRules, Put},
    {"lab-tests/remove", Ability::EditRules, Remove},
};

}  // namespace

std::span<const StaffView> LabTestsViews() { return kViews; }

std::span<const StaffAct> LabTestsActs() { return kActs; }

}  // namespace yizhan::server
