// The guide desk: who is stuck, and what somebody has to do next (导诊单, F36).
#include "backend/fhir/resources.h"
#include "backend/hospital/guide/guide_sheet.h"
#include "backend/server/staff_api/staff_api.h"
#include "backend/server/staff_api/view_parts.h"
#include "domain/name.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using security::Ability;

constexpr std::int64_t kUsualMinutes = 30;
constexpr std::int64_t kMostMinutes = 24 * 60;
constexpr std::size_t kShortestIdentifier = 6;
constexpr std::size_t kLongestQuestion = 64;

hospital::GuideContext ContextOf(StaffContext& context,
                                 const hospital::DirectorySnapshot& directory) {
  return {context.store, context.hospital.Board(), directory, context.hospital.Options().zone,
          context.hospital.Now()};
}

/// ?minutes=30: who paid and did not go on for so long (0: at all), the longest first.
Json GuideView(StaffContext& context, const Query& query) {
  const std::string& asked = query["minutes"];
  std::int64_t minutes = asked.empty() ? kUsualMinutes : 0;
  for (const char c : asked) {
    if (c < '0' || c > '9' || minutes > kMostMinutes) return {};
    minutes = minutes * 10 + (c - '0');
  }
  if (minutes > kMostMinutes) return {};
  const auto directory = context.hospital.Places();
  const auto stuck =
      hospital::StuckPatients(ContextOf(context, *directory), std::chrono::minutes(minutes));
  if (!stuck) return {};
  Json rows = Json::Array();
  for (const hospital::StuckPatient& one : *stuck) {
    rows.Append(Json::Object({{"patient", TextView(one.patient_id)},
                              {"name", TextView(one.masked_name)},
                              {"what", LocalView(one.what)},
                              {"where", LocalView(one.where)},
                              {"sinceMs", TimeView(one.since)}}));
  }
  return Json::Object({{"minutes", Json::Integer(minutes)}, {"stuck", std::move(rows)}});
}

const char* KindWord(domain::GuideKind kind) {
  switch (kind) {
    case domain::GuideKind::Visit: return "visit";
    case domain::GuideKind::Pay: return "pay";
    case domain::GuideKind::Draw: return "draw";
    case domain::GuideKind::Exam: return "exam";
    case domain::GuideKind::Meal: return "meal";
    case domain::GuideKind::Report: return "report";
    case domain::GuideKind::Return: return "return";
    case domain::GuideKind::Pharmacy: return "pharmacy";
  }
  return "visit";
}

const char* StateWord(domain::GuideState state) {
  switch (state) {
    case domain::GuideState::Done: return "done";
    case domain::GuideState::Waiting: return "waiting";
    case domain::GuideState::Next: return "next";
    case domain::GuideState::Later: return "later";
  }
  return "later";
}

/// {"patient"} -> {"name", "lines"}
Result<Json> Sheet(StaffContext& context, const Json& body, const security::Principal& /*who*/) {
  const std::string& id = body["patient"].AsString();
  const Result<store::StoredResource> stored = context.store.Read("Patient", id);
  if (!stored) return tl::unexpected(stored.error());
  const Result<Json> patient = Json::Parse(stored->text);
  if (!patient) return tl::unexpected(patient.error());
  const auto directory = context.hospital.Places();
  const auto lines = hospital::GuideSheetOf(ContextOf(context, *directory), id);
  if (!lines) return tl::unexpected(lines.error());
  Json rows = Json::Array();
  for (const hospital::GuideLine& line : *lines) {
    Json row = Json::Object({{"kind", TextView(KindWord(line.step.kind))},
                             {"state", TextView(StateWord(line.step.state))},
                             {"what", LocalView(line.what)},
                             {"where", LocalView(line.where)},
                             {"note", LocalView(line.note)}});
    if (line.ahead) row.Set("ahead", Json::Integer(*line.ahead));
    rows.Append(std::move(row));
  }
  return Json::Object({{"name", TextView(domain::MaskName(fhir::PersonName(*patient)))},
                       {"lines", std::move(rows)}});
}

/// {"q"} -> {"patients": [{"patient", "name"}]}: by card, document or telephone. Not a view: what
/// is asked for must not be in an address.
Result<Json> Find(StaffContext& context, const Json& body, const security::Principal& /*who*/) {
  const std::string& asked = body["q"].AsString();
  if (asked.size() < kShortestIdentifier || asked.size() > kLongestQuestion) {
    return Fail(ErrorCode::BadData, "q");
  }
  Json patients = Json::Array();
  for (const char* by : {"identifier", "phone"}) {
    const auto query = store::ParseSearch("Patient", {{by, asked}, {"_count", "5"}},
                                          context.hospital.Options().zone);
    if (!query) continue;
    const Result<store::SearchResult> found = context.store.Search(*query);
    if (!found) return tl::unexpected(found.error());
    for (const store::StoredResource& one : found->matches) {
      const Result<Json> patient = Json::Parse(one.text);
      if (!patient) continue;
      patients.Append(
          Json::Object({{"patient", TextView(one.id)},
                        {"name", TextView(domain::MaskName(fhir::PersonName(*patient)))}}));
    }
    if (!patients.Items().empty()) break;
  }
  return Json::Object({{"patients", std::move(patients)}});
}

constexpr StaffView kViews[] = {{"guide", Ability::Guide, GuideView}};

constexpr StaffAct kActs[] = {
    {"guide/find", Ability::Guide, Find},
    {"guide/sheet", Ability::Guide, Sheet},
};

}  // namespace

std::span<const StaffView> GuideDeskViews() { return kViews; }

std::span<const StaffAct> GuideDeskActs() { return kActs; }

}  // namespace yizhan::server
