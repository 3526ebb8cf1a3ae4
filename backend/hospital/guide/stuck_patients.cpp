// Who paid and did not go on: the guide desk looks for them (F36).
#include <algorithm>
#include <map>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/booking_record.h"
#include "backend/hospital/guide/guide_sheet.h"
#include "domain/name.h"

namespace yizhan::hospital {
namespace {

using domain::GuideKind;
using domain::GuideState;
using fhir::Json;

constexpr std::size_t kPage = 500;

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

/// Patients who paid today, with the time of their last payment.
Result<std::map<std::string, WallTime>> PaidToday(const GuideContext& context) {
  const WallTime begun = DayStart(LocalDay(context.now, context.zone), context.zone);
  auto query = store::ParseSearch(
      "Invoice", {{"status", "balanced"}, {"_lastUpdated", "ge" + ToInstant(begun)}}, context.zone);
  if (!query) return Failed(query);
  query->count = kPage;
  std::map<std::string, WallTime> paid;
  do {
    const auto page = context.view.Search(*query);
    if (!page) return Failed(page);
    for (const store::StoredResource& one : page->matches) {
      const Result<Json> invoice = Json::Parse(one.text);
      if (!invoice) return Failed(invoice);
      const std::string patient = fhir::ReferencedId((*invoice)["subject"], "Patient");
      if (patient.empty()) continue;
      WallTime& last = paid[patient];
      last = std::max(last, one.updated);
    }
    query->cursor = page->next_cursor;
  } while (!query->cursor.empty());
  return paid;
}

/// The first thing that waits for the patient, who is in no queue at all.
const GuideLine* StandsStill(const std::vector<GuideLine>& lines) {
  for (const GuideLine& line : lines) {
    if (line.step.state == GuideState::Waiting) return nullptr;
    if (line.step.state != GuideState::Next) continue;
    const bool is_place = line.step.kind == GuideKind::Draw || line.step.kind == GuideKind::Exam ||
                          line.step.kind == GuideKind::Visit ||
                          line.step.kind == GuideKind::Pharmacy;
    return is_place ? &line : nullptr;
  }
  return nullptr;
}

}  // namespace

Result<std::vector<StuckPatient>> StuckPatients(const GuideContext& context,
                                                std::chrono::minutes longer_than) {
  const auto paid = PaidToday(context);
  if (!paid) return Failed(paid);
  std::vector<StuckPatient> stuck;
  for (const auto& [patient_id, since] : *paid) {
    if (context.now - since <= longer_than) continue;
    const auto lines = GuideSheetOf(context, patient_id);
    if (!lines && lines.error().code == ErrorCode::NotFound) continue;
    if (!lines) return Failed(lines);
    const GuideLine* const line = StandsStill(*lines);
    if (line == nullptr) continue;
    const auto patient = context.view.Read("Patient", patient_id);
    const Result<Json> body = patient ? Json::Parse(patient->text) : Result<Json>(Json());
    if (!body) return Failed(body);
    stuck.push_back(
        {patient_id, domain::MaskName(fhir::PersonName(*body)), line->what, line->where, since});
  }
  std::ranges::stable_sort(stuck, {}, &StuckPatient::since);
  return stuck;
}

}  // namespace yizhan::hospital
