// Who works when: weekly sessions, holidays over them, and the days that are opened for booking.
#include "backend/hospital/booking/session_templates.h"
#include "backend/server/staff_api/booking_parts.h"
#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using hospital::SessionTemplate;
using security::Ability;

constexpr std::size_t kLongestName = 60;
/// So many days may be opened at once.
constexpr std::chrono::days kMostDays{60};

hospital::Editor By(StaffContext& context, const security::Principal& who) {
  return {who.id, context.hospital.Now()};
}

Json Choices(const hospital::DirectorySnapshot& directory) {
  Json doctors = Json::Array();
  for (const auto& [id, doctor] : directory.doctors) {
    Json row = DoctorView(&doctor);
    row.Set("id", TextView(id));
    row.Set("service", TextView(doctor.service_id));
    row.Set("room", TextView(doctor.room_id));
    doctors.Append(std::move(row));
  }
  Json rooms = Json::Array();
  for (const auto& [id, place] : directory.places) {
    if (!place.is_room) continue;
    rooms.Append(Json::Object({{"id", TextView(id)}, {"name", LocalView(place.name)}}));
  }
  return Json::Object({{"doctors", std::move(doctors)}, {"rooms", std::move(rooms)}});
}

Json TemplatesView(StaffContext& context, const Query& /*query*/) {
  const auto templates = hospital::Templates(context.store);
  const auto holidays = hospital::Holidays(context.store);
  if (!templates || !holidays) return {};
  const auto directory = context.hospital.Places();
  Json rows = Json::Array();
  for (const SessionTemplate& one : *templates) {
    Json row = hospital::ToJson(one);
    row.Set("id", TextView(one.id));
    row.Set("serviceName", LocalView(directory->ServiceOf(one.service_id).name));
    row.Set("doctorName", DoctorOf(*directory, one.doctor_id));
    row.Set("roomName", LocalView(directory->PlaceOf(one.room_id).name));
    rows.Append(std::move(row));
  }
  Json days = Json::Array();
  for (const hospital::Holiday& one : *holidays) {
    days.Append(Json::Object({{"date", TextView(one.date)},
                              {"name", TextView(one.name)},
                              {"worksAs", Json::Integer(one.works_as)}}));
  }
  Json view = Choices(*directory);
  view.Set("templates", std::move(rows));
  view.Set("holidays", std::move(days));
  view.Set("dayBegins", Json::Integer(context.hospital.Options().zone.day_begins.count()));
  return view;
}

/// A template with its id; BadData: the detail names the member.
Result<Json> Put(StaffContext& context, const Json& body, const security::Principal& who) {
  const SessionTemplate one = hospital::ReadTemplate(body["id"].AsString(), body);
  const auto directory = context.hospital.Places();
  if (!directory->services.contains(one.service_id)) return Fail(ErrorCode::BadData, "service");
  const bool known = one.doctor_id.empty() || directory->doctors.contains(one.doctor_id);
  if (!known) return Fail(ErrorCode::BadData, "doctor");
  const Status done =
      hospital::PutTemplate(context.store, one, context.hospital.Options().zone, By(context, who));
  if (!done) return tl::unexpected(done.error());
  return Json::Object();
}

/// {"id"}
Result<Json> Remove(StaffContext& context, const Json& body, const security::Principal& who) {
  const Status done =
      hospital::RemoveTemplate(context.store, body["id"].AsString(), By(context, who));
  if (!done) return tl::unexpected(done.error());
  return Json::Object();
}

/// {"date", "name", "worksAs"}
Result<Json> PutDay(StaffContext& context, const Json& body, const security::Principal& who) {
  hospital::Holiday one;
  one.date = body["date"].AsString();
  one.name = body["name"].AsString();
  one.works_as = static_cast<int>(body["worksAs"].AsInteger().value_or(0));
  if (one.name.empty() || one.name.size() > kLongestName) return Fail(ErrorCode::BadData, "name");
  const Status done = hospital::PutHoliday(context.store, one, By(context, who));
  if (!done) return tl::unexpected(done.error());
  return Json::Object();
}

/// {"date"}
Result<Json> RemoveDay(StaffContext& context, const Json& body, const security::Principal& who) {
  const Status done =
      hospital::RemoveHoliday(context.store, body["date"].AsString(), By(context, who));
  if (!done) return tl::unexpected(done.error());
  return Json::Object();
}

/// {"from", "until"} -> {"made", "seats", "closed", "toStop": [SessionView]}: what templates and
/// holidays say about these days, as far as it is not there yet.
Result<Json> OpenDays(StaffContext& context, const Json& body, const security::Principal& /*who*/) {
  const auto from = ParseDate(body["from"].AsString());
  const auto until = ParseDate(body["until"].AsString());
  if (!from) return Fail(ErrorCode::BadData, "from");
  if (!until || *until < *from || *until - *from > kMostDays) {
    return Fail(ErrorCode::BadData, "until");
  }
  const auto made =
      hospital::GenerateSessions(context.store, *from, *until, context.hospital.Options().zone);
  if (!made) return tl::unexpected(made.error());
  Json to_stop = Json::Array();
  for (const std::string& id : made->to_stop) {
    const Json schedule = Body(context.store, "Schedule", id);
    if (!schedule.IsNull()) to_stop.Append(SessionView(context, schedule));
  }
  return Json::Object({{"made", Json::Integer(made->made)},
                       {"seats", Json::Integer(made->seats)},
                       {"closed", Json::Integer(made->closed)},
                       {"toStop", std::move(to_stop)}});
}

constexpr StaffView kViews[] = {{"templates", Ability::ManageBooking, TemplatesView}};

constexpr StaffAct kActs[] = {
    {"templates/put", Ability::ManageBooking, Put},
    {"templates/remove", Ability::ManageBooking, Remove},
    {"templates/put-day", Ability::ManageBooking, PutDay},
    {"templates/remove-day", Ability::ManageBooking, RemoveDay},
    {"templates/open-days", Ability::ManageBooking, OpenDays},
};

}  // namespace

std::span<const StaffView> TemplatesViews() { return kViews; }

std::span<const StaffAct> TemplatesActs() { return kActs; }

}  // namespace yizhan::server
