#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/fields.h"
#include "backend/server/staff_api/staff_api.h"
#include "backend/server/staff_api/view_parts.h"
#include "domain/name.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using hospital::DirectorySnapshot;
using hospital::QueueTicket;
using hospital::TicketStatus;

/// Who waits, in one room's row of an area's screen and at its door.
constexpr std::size_t kAreaRows = 2;
constexpr std::size_t kDoorRows = 4;
/// A call is announced by screens that hear of it within this time.
constexpr std::chrono::minutes kFreshCall{2};
constexpr std::size_t kMostPassed = 8;
/// So long a screen tells those who waited that their session was stopped.
constexpr std::chrono::minutes kTellStopped{30};
constexpr std::size_t kMostStopped = 12;
/// Base64 of a photo; a portrait of 600 pixels has a tenth of it.
constexpr std::size_t kLargestPhoto = 1024 * 1024;
/// Who is younger is called 小朋友.
constexpr int kAdultYears = 14;

/// What a public screen shows of one service: it never tells more than the clinic allows.
struct Shown {
  const DirectorySnapshot& directory;
  store::ResourceStore& store;
  std::string day;
  bool number_only = false;
  hospital::QueueKind kind = hospital::QueueKind::Clinic;
};

bool IsNumberOnly(store::ResourceStore& store, const std::string& service_id) {
  const Result<store::StoredResource> stored = store.Read("HealthcareService", service_id);
  // A clinic that cannot be read may be one of those: say less.
  if (!stored || stored->deleted) return true;
  const Result<Json> service = Json::Parse(stored->text);
  if (!service) return true;
  return hospital::ExtensionOf(*service, fhir::systems::kSensitive)["valueBoolean"].AsBoolean();
}

Json TicketOnScreen(const Shown& shown, const QueueTicket& ticket) {
  Json row = PublicTicket(ticket);
  if (shown.number_only) row.Set("name", TextView(""));
  return row;
}

/// "张女士"; "" where only the number is to be spoken.
std::string SpokenName(const Shown& shown, const QueueTicket& ticket) {
  if (shown.number_only) return "";
  const Result<store::StoredResource> stored = shown.store.Read("Patient", ticket.patient_id);
  if (!stored || stored->deleted) return "";
  const Result<Json> patient = Json::Parse(stored->text);
  if (!patient) return "";
  const std::string surname = domain::SurnameOf(fhir::PersonName(*patient));
  if (surname.empty()) return "";
  const std::optional<int> age = AgeOn(shown.day, (*patient)["birthDate"].AsString());
  if (age && *age < kAdultYears) return surname + "小朋友";
  const std::string& sex = (*patient)["gender"].AsString();
  if (sex == "male") return surname + "先生";
  return sex == "female" ? surname + "女士" : "";
}

Json CallView(const Shown& shown, const QueueTicket& ticket) {
  Json call = TicketOnScreen(shown, ticket);
  call.Set("room", LocalView(shown.directory.PlaceOf(ticket.room_id).name));
  call.Set("doctor", DoctorView(shown.directory.DoctorOfRoom(ticket.room_id)));
  call.Set("calledMs", TimeView(ticket.last_called.value_or(WallTime{})));
  call.Set("kind", KindView(shown.kind));
  call.Set("spoken", TextView(SpokenName(shown, ticket)));
  return call;
}

Json RoomView(const Shown& shown, hospital::Hospital& hospital, const std::string& service_id,
              const std::string& room_id, std::size_t rows) {
  const hospital::QueueBoard& board = hospital.Board();
  const std::vector<QueueTicket> waiting = board.WaitingFor(service_id, room_id);
  const std::optional<QueueTicket> called = board.CalledTo(room_id);
  Json next = Json::Array();
  for (std::size_t i = 0; i < std::min(rows, waiting.size()); ++i) {
    next.Append(TicketOnScreen(shown, waiting[i]));
  }
  return Json::Object({{"room", LocalView(shown.directory.PlaceOf(room_id).name)},
                       {"doctor", DoctorView(shown.directory.DoctorOfRoom(room_id))},
                       {"waiting", CountView(waiting.size())},
                       {"paused", Json::Boolean(!PauseView(hospital, room_id).IsNull())},
                       {"current", called ? TicketOnScreen(shown, *called) : Json()},
                       {"next", std::move(next)}});
}

/// A public screen of one waiting area: numbers, masked names, rooms and nothing else.
Json ScreenView(StaffContext& context, const Query& query) {
  const std::string& area_id = query["area"];
  context.hospital.TurnDay();
  const auto directory = context.hospital.Places();
  const hospital::QueueBoard& board = context.hospital.Board();
  const WallTime now = context.hospital.Now();
  Json services = Json::Array();
  Json rooms = Json::Array();
  Json passed = Json::Array();
  Json stopped = Json::Array();
  Json classes = Json::Array();
  /// When, and what the screen shows of it.
  std::vector<std::pair<WallTime, Json>> calls;
  for (const auto& [id, service] : directory->services) {
    if (service.area_id != area_id) continue;
    services.Append(LocalView(service.name));
    const Json own = ClassesView(context.hospital.Queue().RulesOf(id));
    for (const Json& one : own.Items()) classes.Append(one);
    const Shown shown{*directory, context.store, board.Day(), IsNumberOnly(context.store, id),
                      service.kind};
    for (const std::string& room_id : service.room_ids) {
      rooms.Append(RoomView(shown, context.hospital, id, room_id, kAreaRows));
    }
    for (const QueueTicket& ticket : board.Of(id)) {
      const bool is_passed = ticket.status == TicketStatus::Passed;
      if (is_passed && passed.Items().size() < kMostPassed) passed.Append(TextView(ticket.number));
      const bool was_stopped = ticket.status == TicketStatus::Stopped && ticket.finished &&
                               now - *ticket.finished <= kTellStopped;
      if (was_stopped && stopped.Items().size() < kMostStopped) {
        stopped.Append(TextView(ticket.number));
      }
      if (ticket.status == TicketStatus::Called && ticket.last_called) {
        calls.emplace_back(*ticket.last_called, CallView(shown, ticket));
      }
    }
  }
  if (services.Items().empty()) return {};
  std::ranges::stable_sort(calls, {}, &std::pair<WallTime, Json>::first);
  Json fresh = Json::Array();
  for (const auto& [when, call] : calls) {
    if (now - when <= kFreshCall) fresh.Append(call);
  }
  return Json::Object({{"hospital", LocalView(directory->hospital)},
                       {"area", LocalView(directory->PlaceOf(area_id).name)},
                       {"services", std::move(services)},
                       {"call", calls.empty() ? Json() : calls.back().second},
                       {"calls", std::move(fresh)},
                       {"passed", std::move(passed)},
                       {"stopped", std::move(stopped)},
                       {"classes", std::move(classes)},
                       {"broadcast", BroadcastView(context, area_id)},
                       {"rooms", std::move(rooms)}});
}

/// The screen beside one room's door.
Json DoorView(StaffContext& context, const Query& query) {
  const std::string& room_id = query["room"];
  context.hospital.TurnDay();
  const auto directory = context.hospital.Places();
  for (const auto& [id, service] : directory->services) {
    if (std::ranges::find(service.room_ids, room_id) == service.room_ids.end()) continue;
    const hospital::QueueBoard& board = context.hospital.Board();
    const Shown shown{*directory, context.store, board.Day(), IsNumberOnly(context.store, id),
                      service.kind};
    Json view = RoomView(shown, context.hospital, id, room_id, kDoorRows);
    view.Set("hospital", LocalView(directory->hospital));
    view.Set("service", LocalView(service.name));
    view.Set("classes", ClassesView(context.hospital.Queue().RulesOf(id)));
    const auto doctor = directory->doctor_of_room.find(room_id);
    view.Set("doctorId", TextView(doctor == directory->doctor_of_room.end() ? "" : doctor->second));
    const std::optional<QueueTicket> called = board.CalledTo(room_id);
    if (called) view.Set("calledMs", TimeView(called->last_called.value_or(WallTime{})));
    return view;
  }
  return {};
}

/// An image of Attachment.data, or of the Binary that Attachment.url names; null: none that a
/// screen shows.
Json ImageOf(store::ResourceStore& store, const Json& attachment) {
  std::string type = attachment["contentType"].AsString();
  std::string data = attachment["data"].AsString();
  const auto target = fhir::ParseReference(attachment["url"].AsString());
  if (data.empty() && target && target->type == "Binary") {
    const Result<store::StoredResource> stored = store.Read("Binary", target->id);
    const Result<Json> binary =
        stored && !stored->deleted ? Json::Parse(stored->text) : Result<Json>(Json());
    if (!binary) return {};
    type = (*binary)["contentType"].AsString();
    data = (*binary)["data"].AsString();
  }
  const bool shows = type == "image/jpeg" || type == "image/png" || type == "image/webp";
  if (!shows || data.empty() || data.size() > kLargestPhoto) return {};
  return Json::Object({{"type", TextView(type)}, {"data", TextView(data)}});
}

/// ?doctor=ID -> {"type", "data"}: the photo beside the door, asked for once a doctor. Null: there
/// is none.
Json PhotoView(StaffContext& context, const Query& query) {
  const auto directory = context.hospital.Places();
  // Only of somebody who works at a door: this is no way to look people up.
  const auto at_door = [&](const auto& one) { return one.second == query["doctor"]; };
  if (std::ranges::none_of(directory->doctor_of_room, at_door)) return {};
  const Result<store::StoredResource> stored = context.store.Read("Practitioner", query["doctor"]);
  if (!stored || stored->deleted) return {};
  const Result<Json> doctor = Json::Parse(stored->text);
  Json view = Json::Object();
  if (!doctor) return view;
  for (const Json& attachment : (*doctor)["photo"].Items()) {
    Json image = ImageOf(context.store, attachment);
    if (!image.IsNull()) return image;
  }
  return view;
}

constexpr StaffView kViews[] = {
    {"screen", security::Ability::SeeScreen, ScreenView},
    {"door", security::Ability::SeeScreen, DoorView},
    {"door-photo", security::Ability::SeeScreen, PhotoView},
};

}  // namespace

std::span<const StaffView> ScreenViews() { return kViews; }

}  // namespace yizhan::server
