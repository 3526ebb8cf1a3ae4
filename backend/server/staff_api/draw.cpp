// The draw window (F10, F30): who is here, which tubes, scanned back one by one.
#include "backend/hospital/lab/draw.h"

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/lab/lab_answer.h"
#include "backend/hospital/lab/test_catalogue.h"
#include "backend/server/staff_api/care_parts.h"
#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using hospital::LabTube;
using security::Ability;

const char* StateName(hospital::TubeState state) {
  switch (state) {
    case hospital::TubeState::Labelled: return "labelled";
    case hospital::TubeState::Drawn: return "drawn";
    case hospital::TubeState::Failed: break;
  }
  return "failed";
}

Json TubeView(const LabTube& tube, TimeZone zone) {
  Json tests = Json::Array();
  for (const std::string& name : tube.short_names) tests.Append(TextView(name));
  Json view = Json::Object({{"barcode", TextView(tube.barcode)},
                            {"tests", std::move(tests)},
                            {"kind", TextView(hospital::Name(tube.kind))},
                            {"tube", LocalView(hospital::ColourOf(tube.kind))},
                            {"volumeUl", Json::Integer(tube.volume_ul)},
                            {"state", TextView(StateName(tube.state))},
                            {"urgent", Json::Boolean(tube.urgent)},
                            {"place", Json::Integer(tube.place)},
                            {"count", Json::Integer(tube.count)},
                            {"reprints", Json::Integer(tube.reprints)},
                            {"minutesAfterFirst", Json::Integer(tube.minutes_after_first)},
                            {"department", TextView(tube.department)}});
  if (tube.drawn) view.Set("drawn", TextView(ToLocalHourMinute(*tube.drawn, zone)));
  return view;
}

/// ?room=ID: one window; without it the windows to choose from.
Json DrawView(StaffContext& context, const Query& query) {
  const std::string& room = query["room"];
  if (room.empty()) {
    return Json::Object({{"rooms", RoomsOfKind(context, hospital::QueueKind::Draw)}});
  }
  context.hospital.TurnDay();
  const auto directory = context.hospital.Places();
  const std::string service = directory->ServiceOfRoom(room);
  if (directory->ServiceOf(service).kind != hospital::QueueKind::Draw) return {};
  const TimeZone zone = context.hospital.Options().zone;
  Json current;
  const auto work = hospital::DrawWorkAt(context.hospital, context.store, room);
  if (work) {
    current = DeskTicket(work->ticket, zone);
    current.Set("person", PersonView(context, work->patient));
    const auto today = CalendarDay(context.hospital.Now(), zone);
    current.Set("outpatient", TextView(hospital::PersonOf(work->patient, today).number));
    current.Set("identified", Json::Boolean(work->identified));
    Json tubes = Json::Array();
    for (const LabTube& tube : work->tubes) tubes.Append(TubeView(tube, zone));
    current.Set("tubes", std::move(tubes));
  }
  return Json::Object({{"room", LocalView(directory->PlaceOf(room).name)},
                       {"service", LocalView(directory->ServiceOf(service).name)},
                       {"current", std::move(current)},
                       {"waiting", WaitingAt(context, room)},
                       {"passed", PassedAt(context, room)}});
}

using Step = Result<LabTube> (*)(hospital::Hospital&, const hospital::DrawAct&);

/// {"room", "card", "barcode", "nameAsked", "reason"} -> the tube
template <Step step>
Result<Json> OnTube(StaffContext& context, const Json& body, const security::Principal& who) {
  const hospital::DrawAct act{body["room"].AsString(),       who.id,
                              body["card"].AsString(),       body["barcode"].AsString(),
                              body["nameAsked"].AsBoolean(), body["reason"].AsString()};
  if (act.room_id.empty()) return Fail(ErrorCode::BadData, "room is missing");
  if (act.reason.size() > 200) return Fail(ErrorCode::BadData, "reason is too long");
  const Result<LabTube> tube = step(context.hospital, act);
  if (!tube) return tl::unexpected<Error>(tube.error());
  return TubeView(*tube, context.hospital.Options().zone);
}

constexpr StaffView kViews[] = {{"draw", Ability::Draw, DrawView}};

constexpr StaffAct kActs[] = {
    {"draw/identify", Ability::Draw, OnTube<hospital::IdentifyForDraw>},
    {"draw/drawn", Ability::Draw, OnTube<hospital::ScanBack>},
    {"draw/failed", Ability::Draw, OnTube<hospital::FailDraw>},
    {"draw/mismatch", Ability::Draw, OnCalled<FlagPerson>},
    {"draw/override", Ability::Draw, OnCalled<LiftPerson>},
};

}  // namespace

std::span<const StaffView> DrawViews() { return kViews; }
std::span<const StaffAct> DrawActs() { return kActs; }

}  // namespace yizhan::server
