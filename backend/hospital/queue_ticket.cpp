#include "backend/hospital/queue_ticket.h"

#include <utility>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

struct StatusWords {
  TicketStatus status;
  const char* business;
  const char* task;
};
constexpr StatusWords kStatusWords[] = {{TicketStatus::Waiting, "waiting", "ready"},
                                        {TicketStatus::Called, "called", "in-progress"},
                                        {TicketStatus::Passed, "passed", "on-hold"},
                                        {TicketStatus::Done, "done", "completed"},
                                        {TicketStatus::Away, "away", "on-hold"},
                                        {TicketStatus::Abandoned, "abandoned", "cancelled"},
                                        {TicketStatus::Transferred, "transferred", "cancelled"},
                                        {TicketStatus::Withdrawn, "withdrawn", "cancelled"},
                                        {TicketStatus::Stopped, "stopped", "cancelled"}};

struct WayWord {
  domain::QueueWay way;
  const char* code;
  const char* mark;
};
constexpr WayWord kWays[] = {{domain::QueueWay::Late, "late", "迟"},
                             {domain::QueueWay::Recalled, "recalled", "召"},
                             {domain::QueueWay::Returned, "returned", "回"}};
struct ChoiceWord {
  RoomChoice choice;
  const char* code;
};
constexpr ChoiceWord kChoices[] = {{RoomChoice::Rule, "rule"}, {RoomChoice::Staff, "staff"}};

/// Where a ticket without a place stands: by its arrival, in no class.
constexpr int kNormalRank = 1000;
/// Ranks below this are levels of priority classes (domain/queue_order).
constexpr int kPriorityRanks = 900;

Json Text(std::string_view text) { return Json::String(std::string(text)); }

Json Instant(WallTime time) { return Json::String(ToInstant(time)); }

Json Input(std::string_view code, const char* member, Json value) {
  return Json::Object(
      {{"type", fhir::Concept(systems::kTicketInput, code)}, {member, std::move(value)}});
}

Json TimeInput(std::string_view code, WallTime time) {
  return Input(code, "valueDecimal", Json::Integer(time.time_since_epoch().count()));
}

std::optional<WallTime> TimeOf(const Json& value) {
  const std::optional<std::int64_t> ms = [&]() -> std::optional<std::int64_t> {
    Result<Json> number = Json::Parse(value.AsNumberText());
    return number ? number->AsInteger() : std::nullopt;
  }();
  if (!ms) return std::nullopt;
  return WallTime(std::chrono::milliseconds(*ms));
}

Json Inputs(const QueueTicket& ticket) {
  Json inputs = Json::Array({TimeInput("arrival", ticket.arrived)});
  const auto add = [&](std::string_view code, const char* member, Json value) {
    inputs.Append(Input(code, member, std::move(value)));
  };
  const auto flag = [&](std::string_view code, bool set) {
    if (set) add(code, "valueBoolean", Json::Boolean(true));
  };
  flag("offline", ticket.offline);
  if (ticket.place) add("place", "valueString", Text(domain::ToText(*ticket.place)));
  if (ticket.entered) inputs.Append(TimeInput("entered", *ticket.entered));
  for (const WayWord& word : kWays) {
    if (word.way == ticket.way) add("way", "valueCode", Text(word.code));
  }
  if (!ticket.priority.code.empty()) {
    Json coding = Json::Object(
        {{"system", Text(systems::kPriorityClass)}, {"code", Text(ticket.priority.code)}});
    if (!ticket.priority.mark.empty()) coding.Set("display", Text(ticket.priority.mark));
    add("priority", "valueCoding", std::move(coding));
  }
  flag("moved", ticket.moved);
  flag("added", ticket.added);
  flag("booked", ticket.booked);
  flag("registered", ticket.registered);
  flag("substituted", ticket.substituted);
  if (ticket.sequence > 0) add("sequence", "valueInteger", Json::Integer(ticket.sequence));
  if (!ticket.hold.empty()) add("hold", "valueCode", Text(ticket.hold));
  for (const ChoiceWord& word : kChoices) {
    if (word.choice == ticket.room_by) add("room-by", "valueCode", Text(word.code));
  }
  flag("room-list", ticket.at_door);
  if (ticket.last_called) inputs.Append(TimeInput("called", *ticket.last_called));
  if (ticket.calls > 0) add("calls", "valueInteger", Json::Integer(ticket.calls));
  for (const std::string& id : ticket.stops) {
    add("stop", "valueReference", fhir::Reference("HealthcareService", id));
  }
  for (const std::string& id : ticket.visited) {
    add("visited", "valueReference", fhir::Reference("HealthcareService", id));
  }
  if (!ticket.transferred_from.empty()) {
    add("transferred-from", "valueReference", fhir::Reference("Task", ticket.transferred_from));
  }
  return inputs;
}

void ReadTime(const std::string& code, WallTime time, QueueTicket& ticket) {
  if (code == "arrival") ticket.arrived = time;
  if (code == "called") ticket.last_called = time;
  if (code == "entered") ticket.entered = time;
  if (code != "order") return;
  ticket.place = domain::QueuePlace{0, kNormalRank, time.time_since_epoch().count(), 1};
  ticket.way = domain::QueueWay::Recalled;
}

void ReadWords(const std::string& code, const Json& input, QueueTicket& ticket) {
  const std::string& word = input["valueCode"].AsString();
  if (code == "place") ticket.place = domain::ParseQueuePlace(input["valueString"].AsString());
  if (code == "hold") ticket.hold = word;
  if (code == "way") {
    for (const WayWord& known : kWays) {
      if (word == known.code) ticket.way = known.way;
    }
  }
  if (code == "room-by") {
    for (const ChoiceWord& known : kChoices) {
      if (word == known.code) ticket.room_by = known.choice;
    }
  }
  if (code == "priority") {
    ticket.priority.code = input["valueCoding"]["code"].AsString();
    ticket.priority.mark = input["valueCoding"]["display"].AsString();
  }
  const Json& reference = input["valueReference"];
  if (code == "stop") ticket.stops.push_back(fhir::ReferencedId(reference, "HealthcareService"));
  if (code == "visited")
    ticket.visited.push_back(fhir::ReferencedId(reference, "HealthcareService"));
  if (code == "transferred-from") ticket.transferred_from = fhir::ReferencedId(reference, "Task");
}

void ReadInputs(const Json& task, QueueTicket& ticket) {
  for (const Json& input : task["input"].Items()) {
    const std::string& code = fhir::CodeOf(input["type"], systems::kTicketInput);
    const bool flag = input["valueBoolean"].AsBoolean();
    if (code == "offline") ticket.offline = flag;
    if (code == "moved") ticket.moved = flag;
    if (code == "added") ticket.added = flag;
    if (code == "booked") ticket.booked = flag;
    if (code == "registered") ticket.registered = flag;
    if (code == "substituted") ticket.substituted = flag;
    if (code == "room-list") ticket.at_door = flag;
    const std::int64_t number = input["valueInteger"].AsInteger().value_or(0);
    if (code == "calls") ticket.calls = static_cast<int>(number);
    if (code == "sequence") ticket.sequence = static_cast<int>(number);
    if (const auto time = TimeOf(input["valueDecimal"])) ReadTime(code, *time, ticket);
    ReadWords(code, input, ticket);
  }
  const bool has_level = !ticket.priority.code.empty() && ticket.place;
  if (has_level && ticket.place->rank < kPriorityRanks) ticket.priority.level = ticket.place->rank;
}

bool ReadStatus(const Json& task, TicketStatus& status) {
  const std::string& code = fhir::CodeOf(task["businessStatus"], systems::kTicketStatus);
  if (code == "serving") {
    status = TicketStatus::Called;
    return true;
  }
  for (const StatusWords& words : kStatusWords) {
    if (code != words.business) continue;
    status = words.status;
    return true;
  }
  return false;
}

}  // namespace

const char* Name(TicketStatus status) {
  for (const StatusWords& words : kStatusWords) {
    if (words.status == status) return words.business;
  }
  return "";
}

PlaceInQueue PlaceOf(const QueueTicket& ticket) {
  const domain::QueuePlace own{0, kNormalRank, ticket.arrived.time_since_epoch().count(), 0};
  return {ticket.place.value_or(own), ticket.number.size(), ticket.number};
}

domain::QueueEntry EntryOf(const QueueTicket& ticket) {
  domain::QueueEntry entry;
  entry.number = ticket.number;
  entry.sequence = ticket.sequence;
  entry.arrived = ticket.arrived;
  entry.entered = ticket.entered.value_or(ticket.arrived);
  entry.booked = ticket.booked;
  entry.slot_start = ticket.slot_start;
  entry.priority = ticket.priority.level;
  entry.way = ticket.way;
  entry.place = PlaceOf(ticket).place;
  return entry;
}

std::vector<std::string> MarksOf(const QueueTicket& ticket) {
  std::vector<std::string> marks;
  if (!ticket.priority.mark.empty()) marks.push_back(ticket.priority.mark);
  if (ticket.added) marks.emplace_back("加");
  if (ticket.substituted) marks.emplace_back("替");
  for (const WayWord& word : kWays) {
    if (word.way == ticket.way) marks.emplace_back(word.mark);
  }
  if (ticket.moved) marks.emplace_back("调");
  if (!ticket.hold.empty()) marks.emplace_back("备");
  return marks;
}

bool HasLeft(TicketStatus status) {
  return status == TicketStatus::Done || status == TicketStatus::Abandoned ||
         status == TicketStatus::Transferred || status == TicketStatus::Withdrawn ||
         status == TicketStatus::Stopped;
}

Json ToTask(const QueueTicket& ticket) {
  const StatusWords& words = kStatusWords[static_cast<std::size_t>(ticket.status)];
  Json task;
  task.Set("resourceType", Text("Task"));
  if (!ticket.id.empty()) task.Set("id", Text(ticket.id));
  Json identifiers = Json::Array({fhir::Identifier(systems::kTicketNumber, ticket.number),
                                  fhir::Identifier(systems::kOperationId, ticket.operation_id)});
  if (!ticket.serial.empty()) {
    identifiers.Append(fhir::Identifier(systems::kSerialNumber, ticket.serial));
  }
  if (!ticket.former_number.empty()) {
    identifiers.Append(fhir::Identifier(systems::kTicketNumber, ticket.former_number));
  }
  task.Set("identifier", std::move(identifiers));
  task.Set("groupIdentifier",
           fhir::Identifier(systems::kQueueDay, ticket.service_id + '|' + ticket.day));
  task.Set("status", Text(words.task));
  task.Set("businessStatus", fhir::Concept(systems::kTicketStatus, words.business));
  task.Set("intent", Text("order"));
  task.Set("priority", Text("routine"));
  task.Set("code", fhir::Concept(systems::kTaskCode, "queue-ticket"));
  if (!ticket.appointment_id.empty()) {
    task.Set("focus", fhir::Reference("Appointment", ticket.appointment_id));
  } else if (!ticket.focus.empty()) {
    task.Set("focus", Json::Object({{"reference", Text(ticket.focus)}}));
  }
  Json patient = fhir::Reference("Patient", ticket.patient_id);
  patient.Set("display", Text(ticket.masked_name));
  task.Set("for", std::move(patient));
  if (ticket.first_called || ticket.finished) {
    Json period;
    if (ticket.first_called) period.Set("start", Instant(*ticket.first_called));
    if (ticket.finished) period.Set("end", Instant(*ticket.finished));
    task.Set("executionPeriod", std::move(period));
  }
  task.Set("authoredOn", Instant(ticket.arrived));
  task.Set("requester",
           Json::Object({{"identifier", fhir::Identifier(systems::kTerminal, ticket.terminal)}}));
  task.Set("owner", fhir::Reference("HealthcareService", ticket.service_id));
  if (!ticket.room_id.empty()) task.Set("location", fhir::Reference("Location", ticket.room_id));
  if (ticket.slot_start != WallTime{}) {
    task.Set("restriction",
             Json::Object({{"period", Json::Object({{"start", Instant(ticket.slot_start)},
                                                    {"end", Instant(ticket.slot_end)}})}}));
  }
  task.Set("input", Inputs(ticket));
  return task;
}

bool HasTaskCode(const Json& task, std::string_view code) {
  return fhir::CodeOf(task["code"], systems::kTaskCode) == code;
}

std::optional<QueueTicket> FromTask(const Json& task) {
  if (!HasTaskCode(task, "queue-ticket")) return std::nullopt;
  QueueTicket ticket;
  ticket.id = task["id"].AsString();
  ticket.version = std::strtoll(task["meta"]["versionId"].AsString().c_str(), nullptr, 10);
  ticket.number = fhir::IdentifierValue(task, systems::kTicketNumber);
  for (const Json& identifier : task["identifier"].Items()) {
    const bool numbers = identifier["system"].AsString() == systems::kTicketNumber;
    const std::string& value = identifier["value"].AsString();
    if (numbers && value != ticket.number) ticket.former_number = value;
  }
  ticket.operation_id = fhir::IdentifierValue(task, systems::kOperationId);
  ticket.serial = fhir::IdentifierValue(task, systems::kSerialNumber);
  ticket.service_id = fhir::ReferencedId(task["owner"], "HealthcareService");
  const std::string& group = task["groupIdentifier"]["value"].AsString();
  const std::size_t bar = group.rfind('|');
  if (bar != std::string::npos) ticket.day = group.substr(bar + 1);
  ticket.room_id = fhir::ReferencedId(task["location"], "Location");
  ticket.patient_id = fhir::ReferencedId(task["for"], "Patient");
  ticket.masked_name = task["for"]["display"].AsString();
  ticket.appointment_id = fhir::ReferencedId(task["focus"], "Appointment");
  if (ticket.appointment_id.empty()) ticket.focus = task["focus"]["reference"].AsString();
  ticket.terminal = task["requester"]["identifier"]["value"].AsString();
  ticket.arrived = ParseInstant(task["authoredOn"].AsString()).value_or(WallTime{});
  const Json& slot = task["restriction"]["period"];
  ticket.slot_start = ParseInstant(slot["start"].AsString()).value_or(WallTime{});
  ticket.slot_end = ParseInstant(slot["end"].AsString()).value_or(WallTime{});
  ticket.first_called = ParseInstant(task["executionPeriod"]["start"].AsString());
  ticket.finished = ParseInstant(task["executionPeriod"]["end"].AsString());
  ReadInputs(task, ticket);
  const bool usable = ReadStatus(task, ticket.status) && !ticket.number.empty() &&
                      !ticket.service_id.empty() && !ticket.day.empty();
  if (!usable) return std::nullopt;
  return ticket;
}

}  // namespace yizhan::hospital
