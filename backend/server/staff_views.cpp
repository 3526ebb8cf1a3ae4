#include "backend/server/staff_views.h"

#include <algorithm>
#include <map>

#include "backend/fhir/resources.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using hospital::DirectorySnapshot;
using hospital::QueueTicket;
using hospital::TicketStatus;

/// Rows of one room on a public screen.
constexpr std::size_t kScreenRows = 4;

Json Text(std::string_view text) { return Json::String(std::string(text)); }

Json Local(const domain::LocalText& text) {
  return Json::Object({{"zh", Text(text.zh)}, {"en", Text(text.In(domain::Language::En))}});
}

Json Milliseconds(WallTime time) { return Json::Integer(time.time_since_epoch().count()); }

Json Marks(const QueueTicket& ticket) {
  Json marks = Json::Array();
  if (ticket.offline) marks.Append(Text("offline"));
  if (ticket.order || ticket.status == TicketStatus::Passed) marks.Append(Text("passed"));
  return marks;
}

/// What may be seen by everybody.
Json PublicTicket(const QueueTicket& ticket) {
  return Json::Object({{"number", Text(ticket.number)},
                       {"name", Text(ticket.masked_name)},
                       {"marks", Marks(ticket)}});
}

Json DeskTicket(const QueueTicket& ticket, TimeZone zone) {
  Json row = PublicTicket(ticket);
  row.Set("id", Text(ticket.id));
  row.Set("slot", Text(ToLocalHourMinute(ticket.slot_start, zone) + "–" +
                       ToLocalHourMinute(ticket.slot_end, zone)));
  row.Set("arrived", Text(ToLocalHourMinute(ticket.arrived, zone)));
  row.Set("arrivedMs", Milliseconds(ticket.arrived));
  row.Set("terminal", Text(ticket.terminal));
  return row;
}

Json DoctorView(const hospital::Doctor* doctor) {
  if (doctor == nullptr) return {};
  return Json::Object({{"name", Text(doctor->name)}, {"title", Local(doctor->title)}});
}

/// Sex and age of the called patient, to compare with the person who comes in (F10).
void AddPerson(store::ResourceStore& store, const QueueTicket& ticket, const std::string& today,
               Json& row) {
  const Result<store::StoredResource> stored = store.Read("Patient", ticket.patient_id);
  if (!stored || stored->deleted) return;
  const Result<Json> patient = Json::Parse(stored->text);
  if (!patient) return;
  row.Set("sex", (*patient)["gender"]);
  const std::string& birth = (*patient)["birthDate"].AsString();
  const auto born = ParseDate(birth);
  const auto now = ParseDate(today);
  if (!born || !now) return;
  const std::chrono::year_month_day from(*born);
  const std::chrono::year_month_day to(*now);
  int age = static_cast<int>(to.year()) - static_cast<int>(from.year());
  if (to.month() < from.month() || (to.month() == from.month() && to.day() < from.day())) --age;
  row.Set("age", Json::Integer(std::max(0, age)));
}

}  // namespace

Json PlacesView(hospital::Hospital& hospital) {
  const auto directory = hospital.Places();
  Json services = Json::Array();
  for (const auto& [id, service] : directory->services) {
    Json rooms = Json::Array();
    for (const std::string& room_id : service.room_ids) {
      rooms.Append(Json::Object({{"id", Text(room_id)},
                                 {"name", Local(directory->PlaceOf(room_id).name)},
                                 {"doctor", DoctorView(directory->DoctorOfRoom(room_id))}}));
    }
    services.Append(Json::Object(
        {{"id", Text(id)},
         {"name", Local(service.name)},
         {"letter", Text(service.queue_letter)},
         {"area", Json::Object({{"id", Text(service.area_id)},
                                {"name", Local(directory->PlaceOf(service.area_id).name)}})},
         {"rooms", std::move(rooms)}}));
  }
  std::vector<Json> sorted = services.Items();
  std::ranges::sort(sorted, {}, [](const Json& service) { return service["letter"].AsString(); });
  return Json::Object(
      {{"hospital", Local(directory->hospital)}, {"services", Json::Array(std::move(sorted))}});
}

Json DeskView(hospital::Hospital& hospital, store::ResourceStore& store,
              const std::string& room_id) {
  hospital.TurnDay();
  const auto directory = hospital.Places();
  const hospital::Doctor* doctor = directory->DoctorOfRoom(room_id);
  if (doctor == nullptr) return {};
  const hospital::QueueBoard& board = hospital.Board();
  const TimeZone zone = hospital.Options().zone;
  Json current;
  if (const std::optional<QueueTicket> called = board.CalledTo(room_id)) {
    current = DeskTicket(*called, zone);
    AddPerson(store, *called, board.Day(), current);
    if (called->first_called) current.Set("calledMs", Milliseconds(*called->first_called));
    if (called->last_called) current.Set("lastCalledMs", Milliseconds(*called->last_called));
  }
  Json waiting = Json::Array();
  for (const QueueTicket& ticket : board.WaitingFor(doctor->service_id, room_id)) {
    waiting.Append(DeskTicket(ticket, zone));
  }
  Json passed = Json::Array();
  std::int64_t done = 0;
  for (const QueueTicket& ticket : board.Of(doctor->service_id)) {
    if (ticket.room_id != room_id) continue;
    if (ticket.status == TicketStatus::Passed) passed.Append(DeskTicket(ticket, zone));
    if (ticket.status == TicketStatus::Done) ++done;
  }
  Json stats =
      Json::Object({{"waiting", Json::Integer(static_cast<std::int64_t>(waiting.Items().size()))},
                    {"done", Json::Integer(done)},
                    {"passed", Json::Integer(static_cast<std::int64_t>(passed.Items().size()))}});
  if (const auto typical = board.TypicalLength(doctor->service_id)) {
    stats.Set("typicalSeconds", Json::Integer(typical->count()));
  }
  Json calls = Json::Array();
  for (const hospital::StaffCallNotice& call : board.StaffCalls()) {
    calls.Append(Json::Object({{"id", Text(call.id)},
                               {"terminal", Text(call.terminal)},
                               {"since", Text(ToLocalHourMinute(call.since, zone))}}));
  }
  return Json::Object({{"room", Local(directory->PlaceOf(room_id).name)},
                       {"service", Local(directory->ServiceOf(doctor->service_id).name)},
                       {"doctor", DoctorView(doctor)},
                       {"current", std::move(current)},
                       {"stats", std::move(stats)},
                       {"waiting", std::move(waiting)},
                       {"passed", std::move(passed)},
                       {"staffCalls", std::move(calls)}});
}

Json ScreenView(hospital::Hospital& hospital, const std::string& area_id) {
  hospital.TurnDay();
  const auto directory = hospital.Places();
  const hospital::QueueBoard& board = hospital.Board();
  Json services = Json::Array();
  Json rooms = Json::Array();
  std::optional<QueueTicket> latest;
  for (const auto& [id, service] : directory->services) {
    if (service.area_id != area_id) continue;
    services.Append(Local(service.name));
    for (const std::string& room_id : service.room_ids) {
      const std::vector<QueueTicket> waiting = board.WaitingFor(id, room_id);
      const std::optional<QueueTicket> called = board.CalledTo(room_id);
      if (called && (!latest || latest->last_called < called->last_called)) latest = called;
      Json next = Json::Array();
      for (std::size_t i = 0; i < std::min(kScreenRows, waiting.size()); ++i) {
        next.Append(PublicTicket(waiting[i]));
      }
      rooms.Append(
          Json::Object({{"room", Local(directory->PlaceOf(room_id).name)},
                        {"doctor", DoctorView(directory->DoctorOfRoom(room_id))},
                        {"waiting", Json::Integer(static_cast<std::int64_t>(waiting.size()))},
                        {"current", called ? PublicTicket(*called) : Json()},
                        {"next", std::move(next)}}));
    }
  }
  if (services.Items().empty()) return {};
  Json call;
  if (latest) {
    call = PublicTicket(*latest);
    call.Set("room", Local(directory->PlaceOf(latest->room_id).name));
    call.Set("doctor", DoctorView(directory->DoctorOfRoom(latest->room_id)));
    call.Set("calledMs", Milliseconds(latest->last_called.value_or(WallTime{})));
  }
  return Json::Object({{"hospital", Local(directory->hospital)},
                       {"area", Local(directory->PlaceOf(area_id).name)},
                       {"services", std::move(services)},
                       {"call", std::move(call)},
                       {"rooms", std::move(rooms)}});
}

Json ChartView(hospital::Hospital& hospital, store::ResourceStore& store,
               const std::string& room_id) {
  const TimeZone zone = hospital.Options().zone;
  const std::string day = hospital.Today();
  const Result<store::SearchQuery> query = store::ParseSearch(
      "Appointment", {{"actor", "Location/" + room_id}, {"date", day}, {"_count", "1000"}}, zone);
  if (!query) return {};
  const Result<store::SearchResult> found = store.Search(*query);
  if (!found) return {};
  struct Bar {
    std::int64_t booked = 0;
    std::int64_t arrived = 0;
  };
  std::map<std::string, Bar> bars;
  for (const store::StoredResource& stored : found->matches) {
    const Result<Json> appointment = Json::Parse(stored.text);
    if (!appointment) continue;
    const std::string& status = (*appointment)["status"].AsString();
    const auto start = ParseInstant((*appointment)["start"].AsString());
    if (!start || status == "cancelled" || status == "entered-in-error") continue;
    std::string at = ToLocalHourMinute(*start, zone);
    at.replace(3, 2, at[3] < '3' ? "00" : "30");
    ++bars[at].booked;
    if (status == "arrived" || status == "checked-in" || status == "fulfilled") ++bars[at].arrived;
  }
  Json list = Json::Array();
  for (const auto& [at, bar] : bars) {
    list.Append(Json::Object({{"at", Text(at)},
                              {"booked", Json::Integer(bar.booked)},
                              {"arrived", Json::Integer(bar.arrived)}}));
  }
  return Json::Object({{"halfHours", std::move(list)}});
}

}  // namespace yizhan::server
