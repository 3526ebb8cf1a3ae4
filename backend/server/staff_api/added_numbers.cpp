// 加号: numbers beyond capacity, for named patients only and few of them.
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/fields.h"
#include "backend/server/staff_api/booking_parts.h"
#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {
namespace {

using domain::BookingState;
using fhir::Json;
using hospital::BookingRecord;
using security::Ability;

/// ?id=SCHEDULE: the session, how many may be added, and who was.
Json AddedView(StaffContext& context, const Query& query) {
  const Json schedule = Body(context.store, "Schedule", query["id"]);
  if (schedule.IsNull()) return {};
  Json rows = Json::Array();
  std::int64_t standing = 0;
  for (const Json& slot : Found(context, "Slot", {{"schedule", "Schedule/" + query["id"]}})) {
    const bool is_added =
        hospital::ExtensionOf(slot, fhir::systems::kAddedNumber)["valueBoolean"].AsBoolean();
    if (!is_added) continue;
    for (const Json& body :
         Found(context, "Appointment", {{"slot", "Slot/" + slot["id"].AsString()}})) {
      const auto record = hospital::FromAppointment(body);
      if (!record) continue;
      const bool stands = domain::HoldsSeat(record->booking.state);
      standing += stands ? 1 : 0;
      Json row = BookingView(context, *record);
      row.Set("stands", Json::Boolean(stands && record->booking.state != BookingState::CheckedIn));
      rows.Append(std::move(row));
    }
  }
  Json view = SessionView(context, schedule);
  view.Set("most", Json::Integer(context.hospital.Booking().Rules().most_added_per_session));
  view.Set("standing", Json::Integer(standing));
  view.Set("added", std::move(rows));
  return view;
}

/// {"q"} -> {"people": [...]}
Result<Json> FindPerson(StaffContext& context, const Json& body,
                        const security::Principal& /*who*/) {
  const auto people = FindPeople(context, body);
  if (!people) return tl::unexpected(people.error());
  Json rows = Json::Array();
  for (const Json& patient : *people) rows.Append(PersonRow(context, patient));
  return Json::Object({{"people", std::move(rows)}});
}

/// {"session", "patient", "operation"} -> the booking. The same operation again: the same one.
Result<Json> Add(StaffContext& context, const Json& body, const security::Principal& who) {
  const std::string& operation = body["operation"].AsString();
  if (!fhir::IsId(operation)) return Fail(ErrorCode::BadData, "operation is missing");
  hospital::AddRequest request;
  request.operation_id = operation;
  request.channel = "desk";
  request.who = who.id;
  request.schedule_id = body["session"].AsString();
  request.patient_id = body["patient"].AsString();
  const auto answer = context.hospital.Booking().AddNumber(request);
  if (!answer) return tl::unexpected(answer.error());
  return BookingView(context, answer->record);
}

/// {"id", "operation", "reason"}
Result<Json> Cancel(StaffContext& context, const Json& body, const security::Principal& who) {
  const Result<std::string> reason = ReasonOf(body);
  if (!reason) return tl::unexpected(reason.error());
  const auto answer =
      context.hospital.Booking().Act({body["operation"].AsString(), body["id"].AsString(),
                                      domain::BookingAct::Cancel, who.id, *reason, 0});
  if (!answer) return tl::unexpected(answer.error());
  return BookingView(context, answer->record);
}

constexpr StaffView kViews[] = {{"added", Ability::ManageBooking, AddedView}};

constexpr StaffAct kActs[] = {
    {"added/find", Ability::ManageBooking, FindPerson},
    {"added/add", Ability::ManageBooking, Add},
    {"added/cancel", Ability::ManageBooking, Cancel},
};

}  // namespace

std::span<const StaffView> AddedNumbersViews() { return kViews; }

std::span<const StaffAct> AddedNumbersActs() { return kActs; }

}  // namespace yizhan::server
