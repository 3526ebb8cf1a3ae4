// A follow-up that says "come again", and the booking that answers it (F27).
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/booking_job.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
using State = domain::BookingState;
namespace systems = fhir::systems;

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

bool IsFollowUp(const Json& task) {
  return task["resourceType"].AsString() == "Task" &&
         fhir::CodeOf(task["code"], systems::kTaskCode) == "follow-up";
}

/// 建议复诊, 已预约, 已复诊.
const char* WordOf(State state) {
  if (state == State::Done) return "visited";
  return domain::HoldsSeat(state) ? "booked" : "suggested";
}

/// What a person reads: "已预约 2026-03-17".
std::string TextOf(std::string_view word, WallTime start, TimeZone zone) {
  if (word == "visited") return "已复诊";
  return word == "booked" ? "已预约 " + ToLocalDate(start, zone) : "建议复诊";
}

}  // namespace

Result<SuggestedVisit> Bookings::SuggestedBy(const std::string& task_id) {
  const Result<store::StoredResource> stored = store_.Read("Task", task_id);
  if (!stored) return Failed(stored);
  const Result<Json> task = Json::Parse(stored->deleted ? "null" : stored->text);
  if (!task || !IsFollowUp(*task)) return Fail(ErrorCode::NotFound, "no such follow-up");
  SuggestedVisit visit;
  visit.task_id = task_id;
  visit.patient_id = fhir::ReferencedId((*task)["for"], "Patient");
  visit.doctor_id = fhir::ReferencedId((*task)["owner"], "Practitioner");
  visit.status = fhir::CodeOf((*task)["businessStatus"], systems::kFollowUpStatus);
  for (const Json& input : (*task)["input"].Items()) {
    if (fhir::CodeOf(input["type"], systems::kFollowUpInput) != "service") continue;
    visit.service_id = fhir::ReferencedId(input["valueReference"], "HealthcareService");
  }
  const Json& period = (*task)["restriction"]["period"];
  const WallTime now = clock_.Now();
  AlternativesRequest request;
  request.service_id = visit.service_id;
  request.doctor_id = visit.doctor_id;
  request.from = std::max(now, ParseInstant(period["start"].AsString()).value_or(now));
  request.until =
      ParseInstant(period["end"].AsString()).value_or(request.from + rules_.rebook_within);
  request.near = request.from;
  auto seats = Alternatives(request);
  if (!seats) return Failed(seats);
  visit.seats = std::move(*seats);
  return visit;
}

Status FollowSuggestion(store::Transaction& transaction, const BookingRecord& record,
                        TimeZone zone) {
  if (record.follow_up_id.empty()) return {};
  const Result<store::StoredResource> stored = transaction.Read("Task", record.follow_up_id);
  if (!stored) return stored.error().code == ErrorCode::NotFound ? Status() : Failed(stored);
  Result<Json> task = Json::Parse(stored->deleted ? "null" : stored->text);
  if (!task || !IsFollowUp(*task)) return {};
  const std::string word = WordOf(record.booking.state);
  const std::string before = fhir::CodeOf((*task)["businessStatus"], systems::kFollowUpStatus);
  const std::string text = TextOf(word, record.booking.start, zone);
  const bool is_known = before == word && (*task)["businessStatus"]["text"].AsString() == text;
  // A visit that took place stays one.
  if (is_known || before == "visited") return {};
  Json status = fhir::Concept(systems::kFollowUpStatus, word);
  status.Set("text", Json::String(text));
  task->Set("businessStatus", std::move(status));
  if (word == "visited") task->Set("status", Json::String("completed"));
  const auto kept = transaction.Update(std::move(*task), stored->version);
  return kept ? Status() : Failed(kept);
}

}  // namespace yizhan::hospital
