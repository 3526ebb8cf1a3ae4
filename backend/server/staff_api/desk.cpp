#include <algorithm>
#include <map>

#include "backend/fhir/resources.h"
#include "backend/hospital/day_search.h"
#include "backend/server/staff_api/booking_parts.h"
#include "backend/server/staff_api/desk_acts.h"
#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using hospital::DeskAct;
using hospital::QueueTicket;
using hospital::TicketStatus;
using security::Ability;

/// So many of the next patients are read about.
constexpr std::size_t kMostNotes = 20;

/// Sex and age of the called patient, to compare with the person who comes in (F10).
void AddPerson(store::ResourceStore& store, const QueueTicket& ticket, const std::string& today,
               Json& row) {
  const Result<store::StoredResource> stored = store.Read("Patient", ticket.patient_id);
  if (!stored || stored->deleted) return;
  const Result<Json> patient = Json::Parse(stored->text);
  if (!patient) return;
  row.Set("sex", (*patient)["gender"]);
  const std::optional<int> age = AgeOn(today, (*patient)["birthDate"].AsString());
  if (age) row.Set("age", Json::Integer(*age));
}

Json StaffCallsView(const hospital::QueueBoard& board, TimeZone zone) {
  Json calls = Json::Array();
  for (const hospital::StaffCallNotice& call : board.StaffCalls()) {
    calls.Append(Json::Object({{"id", TextView(call.id)},
                               {"terminal", TextView(call.terminal)},
                               {"since", TextView(ToLocalHourMinute(call.since, zone))}}));
  }
  return calls;
}

/// One calling desk: the room, who is called, who waits. Names are masked; ids are for acting.
Json DeskView(StaffContext& context, const Query& query) {
  hospital::Hospital& hospital = context.hospital;
  const std::string& room_id = query["room"];
  hospital.TurnDay();
  const auto directory = hospital.Places();
  const std::string service_id = directory->ServiceOfRoom(room_id);
  if (service_id.empty()) return {};
  const hospital::QueueBoard& board = hospital.Board();
  const TimeZone zone = hospital.Options().zone;
  Json current;
  if (const std::optional<QueueTicket> called = board.CalledTo(room_id)) {
    current = DeskTicket(*called, zone);
    AddPerson(context.store, *called, board.Day(), current);
    if (called->first_called) current.Set("calledMs", TimeView(*called->first_called));
    if (called->last_called) current.Set("lastCalledMs", TimeView(*called->last_called));
    current.Set("calls", Json::Integer(called->calls));
  }
  Json waiting = Json::Array();
  for (const QueueTicket& ticket : board.WaitingFor(service_id, room_id)) {
    waiting.Append(DeskTicket(ticket, zone));
  }
  Json passed = Json::Array();
  Json away = Json::Array();
  std::int64_t done = 0;
  for (const QueueTicket& ticket : board.Of(service_id)) {
    if (ticket.room_id != room_id) continue;
    if (ticket.status == TicketStatus::Passed) passed.Append(DeskTicket(ticket, zone));
    if (ticket.status == TicketStatus::Away) away.Append(DeskTicket(ticket, zone));
    if (ticket.status == TicketStatus::Done) ++done;
  }
  Json stats = Json::Object({{"waiting", CountView(waiting.Items().size())},
                             {"done", Json::Integer(done)},
                             {"passed", CountView(passed.Items().size())}});
  if (const auto typical = board.TypicalLength(service_id)) {
    stats.Set("typicalSeconds", Json::Integer(typical->count()));
  }
  const hospital::QueuePolicy policy = hospital.Queue().RulesOf(service_id);
  return Json::Object({{"room", LocalView(directory->PlaceOf(room_id).name)},
                       {"service", LocalView(directory->ServiceOf(service_id).name)},
                       {"serviceId", TextView(service_id)},
                       {"doctor", DoctorView(directory->DoctorOfRoom(room_id))},
                       {"paused", PauseView(hospital, room_id)},
                       {"classes", ClassesView(policy)},
                       {"callsBeforePassed", Json::Integer(policy.order.calls_before_passed)},
                       {"current", std::move(current)},
                       {"stats", std::move(stats)},
                       {"waiting", std::move(waiting)},
                       {"passed", std::move(passed)},
                       {"away", std::move(away)},
                       {"staffCalls", StaffCallsView(board, zone)}});
}

/// ?room=ID -> {"notes": [{"id", "text"}]}: what patients wrote about their illness, for who treats
/// them. Apart from the desk, which others see, too.
Json NotesView(StaffContext& context, const Query& query) {
  const std::string& room_id = query["room"];
  const auto directory = context.hospital.Places();
  const std::string service_id = directory->ServiceOfRoom(room_id);
  if (service_id.empty()) return {};
  const hospital::QueueBoard& board = context.hospital.Board();
  std::vector<QueueTicket> tickets = board.WaitingFor(service_id, room_id);
  if (auto called = board.CalledTo(room_id)) tickets.insert(tickets.begin(), std::move(*called));
  if (tickets.size() > kMostNotes) tickets.resize(kMostNotes);
  Json notes = Json::Array();
  for (const QueueTicket& ticket : tickets) {
    const std::string text =
        Body(context.store, "Appointment", ticket.appointment_id)["comment"].AsString();
    if (text.empty()) continue;
    notes.Append(Json::Object({{"id", TextView(ticket.id)}, {"text", TextView(text)}}));
  }
  Json view;
  view.Set("notes", std::move(notes));
  return view;
}

/// Booked and arrived patients of a room by half hour of today.
Json ChartView(StaffContext& context, const Query& query) {
  hospital::Hospital& hospital = context.hospital;
  const std::string& room_id = query["room"];
  const TimeZone zone = hospital.Options().zone;
  const std::string day = hospital.Today();
  const Result<store::SearchQuery> search = store::ParseSearch(
      "Appointment",
      hospital::OnDay({{"actor", "Location/" + room_id}, {"_count", "1000"}}, "date", day, zone),
      zone);
  if (!search) return {};
  const Result<store::SearchResult> found = context.store.Search(*search);
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
    list.Append(Json::Object({{"at", TextView(at)},
                              {"booked", Json::Integer(bar.booked)},
                              {"arrived", Json::Integer(bar.arrived)}}));
  }
  return Json::Object({{"halfHours", std::move(list)}});
}

using RoomAct = Result<QueueTicket> (hospital::Queues::*)(const DeskAct& act);

/// {"room", "ticket", "reason"} -> {"number", "status"}
template <RoomAct kAct>
Result<Json> AtRoom(StaffContext& context, const Json& body, const security::Principal& who) {
  const Result<DeskAct> act = ReadDeskAct(body, who);
  if (!act) return tl::unexpected(act.error());
  if (act->room_id.empty()) return Fail(ErrorCode::BadData, "room is missing");
  return TicketAnswer((context.hospital.Queue().*kAct)(*act));
}

/// {"id"} -> {}
Result<Json> AnswerStaffCall(StaffContext& context, const Json& body,
                             const security::Principal& who) {
  const Status answered = context.hospital.AnswerStaffCall(body["id"].AsString(), who.id);
  if (!answered) return tl::unexpected(answered.error());
  return Json::Object();
}

constexpr StaffView kViews[] = {
    {"desk", Ability::SeeDesk, DeskView},
    {"desk-notes", Ability::Examine, NotesView},
    {"chart", Ability::SeeDesk, ChartView},
};

using hospital::Queues;
constexpr StaffAct kActs[] = {
    {"desk/next", Ability::CallQueue, AtRoom<&Queues::Call>},
    {"desk/call", Ability::CallQueue, AtRoom<&Queues::Call>},
    {"desk/again", Ability::CallQueue, AtRoom<&Queues::CallAgain>},
    {"desk/pass", Ability::CallQueue, AtRoom<&Queues::Pass>},
    {"desk/finish", Ability::CallQueue, AtRoom<&Queues::Finish>},
    {"desk/recall", Ability::CallQueue, AtRoom<&Queues::Recall>},
    {"desk/away", Ability::CallQueue, AtRoom<&Queues::SendAway>},
    {"desk/return", Ability::CallQueue, OnLine<ReturnAct>},
    {"desk/hold", Ability::CallQueue, OnLine<HoldAct>},
    {"desk/release", Ability::CallQueue, OnLine<ReleaseAct>},
    {"desk/transfer", Ability::CallQueue, OnLine<TransferAct>},
    {"desk/pause", Ability::CallQueue, PauseRoom},
    {"desk/resume", Ability::CallQueue, ResumeRoom},
    {"staff-calls/answer", Ability::AnswerCalls, AnswerStaffCall},
};

}  // namespace

std::span<const StaffView> DeskViews() { return kViews; }

std::span<const StaffAct> DeskActs() { return kActs; }

}  // namespace yizhan::server
