// The triage desk: a whole area's queues, and the named acts that change them.
#include <algorithm>
#include <cctype>
#include <iterator>

#include "backend/fhir/resources.h"
#include "backend/hospital/day_search.h"
#include "backend/server/staff_api/booking_parts.h"
#include "backend/server/staff_api/desk_acts.h"
#include "backend/server/staff_api/late_notice.h"
#include "backend/server/staff_api/view_parts.h"
#include "domain/name.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using hospital::DeskAct;
using hospital::QueueTicket;
using hospital::TicketStatus;
using security::Ability;

/// Shorter texts are no number of a card, a document or a telephone.
constexpr std::size_t kShortestIdentifier = 6;
constexpr std::size_t kLongestQuestion = 64;
constexpr std::size_t kMostFound = 20;

Json TicketRow(const hospital::DirectorySnapshot& directory, const QueueTicket& ticket,
               TimeZone zone) {
  Json row = DeskTicket(ticket, zone);
  row.Set("status", TextView(hospital::Name(ticket.status)));
  row.Set("serviceId", TextView(ticket.service_id));
  row.Set("areaId", TextView(directory.ServiceOf(ticket.service_id).area_id));
  row.Set("roomId", TextView(ticket.room_id));
  row.Set("room", LocalView(directory.PlaceOf(ticket.room_id).name));
  row.Set("priority", TextView(ticket.priority.code));
  row.Set("atDoor", Json::Boolean(ticket.at_door));
  return row;
}

/// A room with what waits for it: its own tickets, and those that any room may call.
Json LoadView(StaffContext& context, const std::string& service_id, const std::string& room_id,
              const std::vector<QueueTicket>& waiting) {
  const auto directory = context.hospital.Places();
  const hospital::QueueBoard& board = context.hospital.Board();
  const auto own = std::ranges::count(waiting, room_id, &QueueTicket::room_id);
  const auto at_door = std::ranges::count_if(waiting, [&](const QueueTicket& ticket) {
    return ticket.room_id == room_id && ticket.at_door;
  });
  const std::optional<QueueTicket> called = board.CalledTo(room_id);
  Json load = Json::Object({{"id", TextView(room_id)},
                            {"serviceId", TextView(service_id)},
                            {"room", LocalView(directory->PlaceOf(room_id).name)},
                            {"doctor", DoctorView(directory->DoctorOfRoom(room_id))},
                            {"own", Json::Integer(own)},
                            {"atDoor", Json::Integer(at_door)},
                            {"current", called ? PublicTicket(*called) : Json()},
                            {"paused", PauseView(context.hospital, room_id)}});
  if (called && called->first_called) load.Set("sinceMs", TimeView(*called->first_called));
  return load;
}

/// 即将逾时 (F18): whose booking of this department will soon be given to others, and for whom it
/// is kept because they telephoned, the first to lapse first. Somebody looks for them or calls
/// them.
std::vector<std::pair<WallTime, Json>> LapsingOf(StaffContext& context,
                                                 const std::string& service_id) {
  const hospital::BookingRules& rules = context.hospital.Booking().Rules();
  const WallTime now = context.hospital.Now();
  const auto today = LocalDay(now, rules.zone);
  std::vector<std::pair<WallTime, Json>> lapsing;
  for (const Json& body : Found(context, "Appointment",
                                {{"actor", "HealthcareService/" + service_id},
                                 {"status", "booked"},
                                 {"date", "ge" + ToInstant(DayStart(today, rules.zone))},
                                 {"date", "le" + ToInstant(now)}})) {
    const auto record = hospital::FromAppointment(body);
    if (!record || record->booking.state != domain::BookingState::Booked) continue;
    const domain::BookingTimes times = TimesOf(rules, *record);
    const bool is_awaited = record->booking.promised_arrival.has_value();
    if ((now < times.warn_at && !is_awaited) || now > times.lapses) continue;
    Json row = BookingView(context, *record);
    row.Set("service", LocalView(context.hospital.Places()->ServiceOf(service_id).name));
    TellKept(context, *record, row);
    lapsing.emplace_back(times.lapses, std::move(row));
  }
  return lapsing;
}

/// ?area=ID: the queues of a waiting area with everybody in them.
Json TriageView(StaffContext& context, const Query& query) {
  const std::string& area_id = query["area"];
  context.hospital.TurnDay();
  const auto directory = context.hospital.Places();
  const hospital::QueueBoard& board = context.hospital.Board();
  const TimeZone zone = context.hospital.Options().zone;
  Json services = Json::Array();
  Json rooms = Json::Array();
  Json waiting = Json::Array();
  Json others = Json::Array();
  std::vector<std::pair<WallTime, Json>> lapsing;
  for (const auto& [id, service] : directory->services) {
    if (service.area_id != area_id) continue;
    std::ranges::move(LapsingOf(context, id), std::back_inserter(lapsing));
    const hospital::QueuePolicy policy = context.hospital.Queue().RulesOf(id);
    services.Append(Json::Object({{"id", TextView(id)},
                                  {"name", LocalView(service.name)},
                                  {"letter", TextView(service.queue_letter)},
                                  {"roomCapacity", Json::Integer(policy.order.room_capacity)},
                                  {"priorities", ClassesView(policy)}}));
    std::vector<QueueTicket> all = board.Of(id);
    std::vector<QueueTicket> line;
    for (QueueTicket& ticket : all) {
      if (ticket.status == TicketStatus::Waiting) line.push_back(ticket);
      if (ticket.status == TicketStatus::Passed || ticket.status == TicketStatus::Away) {
        others.Append(TicketRow(*directory, ticket, zone));
      }
    }
    std::ranges::sort(line, {}, hospital::PlaceOf);
    for (const QueueTicket& ticket : line) waiting.Append(TicketRow(*directory, ticket, zone));
    for (const std::string& room_id : service.room_ids) {
      rooms.Append(LoadView(context, id, room_id, line));
    }
  }
  if (services.Items().empty()) return {};
  std::ranges::stable_sort(lapsing, {}, &std::pair<WallTime, Json>::first);
  Json soon = Json::Array();
  for (auto& [when, row] : lapsing) soon.Append(std::move(row));
  return Json::Object({{"area", LocalView(directory->PlaceOf(area_id).name)},
                       {"lapsing", std::move(soon)},
                       {"services", std::move(services)},
                       {"rooms", std::move(rooms)},
                       {"waiting", std::move(waiting)},
                       {"others", std::move(others)},
                       {"broadcast", BroadcastView(context, area_id)}});
}

std::string Upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

/// Bookings of today that somebody with this card, document or telephone has not used yet.
Result<Json> BookingsOf(StaffContext& context, const Json& asked) {
  const TimeZone zone = context.hospital.Options().zone;
  const auto directory = context.hospital.Places();
  const auto people = FindPeople(context, asked);
  if (!people) return tl::unexpected(people.error());
  Json rows = Json::Array();
  for (const Json& patient : *people) {
    for (const Json& body :
         Found(context, "Appointment",
               hospital::OnDay({{"patient", "Patient/" + patient["id"].AsString()}}, "date",
                               context.hospital.Today(), zone))) {
      const auto record = hospital::FromAppointment(body);
      if (!record || rows.Items().size() >= kMostFound) continue;
      Json row =
          Json::Object({{"id", TextView(record->id)},
                        {"name", TextView(domain::MaskName(fhir::PersonName(patient)))},
                        {"service", LocalView(directory->ServiceOf(record->service_id).name)},
                        {"slot", TextView(Span(record->booking.start, record->booking.end, zone))},
                        {"state", TextView(hospital::Name(record->booking.state))}});
      TellKept(context, *record, row);
      rows.Append(std::move(row));
    }
  }
  return rows;
}

/// {"q"} -> {"tickets", "bookings"}: by the number on a slip, or by card, document or telephone.
/// Not a view: what is asked for must not be in an address.
Result<Json> Find(StaffContext& context, const Json& body, const security::Principal& /*who*/) {
  const std::string& asked = body["q"].AsString();
  if (asked.empty() || asked.size() > kLongestQuestion) {
    return Fail(ErrorCode::BadData, "nothing is asked for");
  }
  const auto directory = context.hospital.Places();
  const TimeZone zone = context.hospital.Options().zone;
  Json tickets = Json::Array();
  for (const auto& [id, service] : directory->services) {
    for (const QueueTicket& ticket : context.hospital.Board().Of(id)) {
      if (ticket.number != Upper(asked) && ticket.former_number != Upper(asked)) continue;
      tickets.Append(TicketRow(*directory, ticket, zone));
    }
  }
  const bool may_be_person = tickets.Items().empty() && asked.size() >= kShortestIdentifier;
  Result<Json> bookings = may_be_person ? BookingsOf(context, body) : Result<Json>(Json::Array());
  if (!bookings) return tl::unexpected(bookings.error());
  return Json::Object({{"tickets", std::move(tickets)}, {"bookings", std::move(*bookings)}});
}

/// {"appointment", "operation", "reason"}: somebody whom a terminal refused.
Result<Json> CheckIn(StaffContext& context, const Json& body, const security::Principal& who) {
  const Result<DeskAct> act = ReadDeskAct(body, who);
  if (!act) return tl::unexpected(act.error());
  return TicketAnswer(context.hospital.CheckInAtDesk(body["appointment"].AsString(), *act,
                                                     body["operation"].AsString()));
}

/// {"ticket", "class", "reason"}; "" takes it.
Result<QueueTicket> Prioritise(StaffContext& context, const DeskAct& act, const Json& body) {
  return context.hospital.Queue().SetPriority(act, body["class"].AsString());
}
/// {"ticket", "before", "reason"}; before "": to the head.
Result<QueueTicket> Forward(StaffContext& context, const DeskAct& act, const Json& body) {
  return context.hospital.Queue().MoveForward(act, body["before"].AsString());
}
/// {"ticket", "to", "consent", "reason"}
Result<QueueTicket> Assign(StaffContext& context, const DeskAct& act, const Json& body) {
  return context.hospital.Queue().AssignToRoom(act, body["to"].AsString(),
                                               body["consent"].AsBoolean());
}
/// {"ticket", "to", "reason"}
Result<QueueTicket> ToDoor(StaffContext& context, const DeskAct& act, const Json& body) {
  return context.hospital.Queue().SendToDoor(act, body["to"].AsString());
}
/// {"ticket", "reason"}
Result<QueueTicket> GiveUp(StaffContext& context, const DeskAct& act, const Json& /*body*/) {
  return context.hospital.Queue().GiveUp(act);
}
/// {"ticket", "reason"}
Result<QueueTicket> CancelCheckIn(StaffContext& context, const DeskAct& act, const Json& /*body*/) {
  return context.hospital.Queue().CancelCheckIn(act);
}

constexpr StaffView kViews[] = {{"triage", Ability::Triage, TriageView}};

constexpr StaffAct kActs[] = {
    {"triage/find", Ability::Triage, Find},
    {"triage/check-in", Ability::Triage, CheckIn},
    {"triage/priority", Ability::Triage, OnLine<Prioritise>},
    {"triage/forward", Ability::Triage, OnLine<Forward>},
    {"triage/assign", Ability::Triage, OnLine<Assign>},
    {"triage/door", Ability::Triage, OnLine<ToDoor>},
    {"triage/recall", Ability::Triage, OnLine<RecallAct>},
    {"triage/return", Ability::Triage, OnLine<ReturnAct>},
    {"triage/hold", Ability::Triage, OnLine<HoldAct>},
    {"triage/release", Ability::Triage, OnLine<ReleaseAct>},
    {"triage/transfer", Ability::Triage, OnLine<TransferAct>},
    {"triage/give-up", Ability::Triage, OnLine<GiveUp>},
    {"triage/cancel-check-in", Ability::Triage, OnLine<CancelCheckIn>},
    {"triage/pause", Ability::Triage, PauseRoom},
    {"triage/resume", Ability::Triage, ResumeRoom},
};

}  // namespace

std::span<const StaffView> TriageViews() { return kViews; }

std::span<const StaffAct> TriageActs() { return kActs; }

}  // namespace yizhan::server
