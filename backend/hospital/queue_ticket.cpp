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
                                        {TicketStatus::Done, "done", "completed"}};

Json Text(std::string_view text) { return Json::String(std::string(text)); }

Json Instant(WallTime time) { return Json::String(ToInstant(time)); }

Json TimeInput(std::string_view code, WallTime time) {
  return Json::Object({{"type", fhir::Concept(systems::kTicketInput, code)},
                       {"valueDecimal", Json::Integer(time.time_since_epoch().count())}});
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
  if (ticket.offline) {
    inputs.Append(Json::Object({{"type", fhir::Concept(systems::kTicketInput, "offline")},
                                {"valueBoolean", Json::Boolean(true)}}));
  }
  if (ticket.order) inputs.Append(TimeInput("order", *ticket.order));
  if (ticket.last_called) inputs.Append(TimeInput("called", *ticket.last_called));
  return inputs;
}

void ReadInputs(const Json& task, QueueTicket& ticket) {
  for (const Json& input : task["input"].Items()) {
    const std::string& code = fhir::CodeOf(input["type"], systems::kTicketInput);
    if (code == "offline") ticket.offline = input["valueBoolean"].AsBoolean();
    const std::optional<WallTime> time = TimeOf(input["valueDecimal"]);
    if (!time) continue;
    if (code == "arrival") ticket.arrived = *time;
    if (code == "order") ticket.order = time;
    if (code == "called") ticket.last_called = time;
  }
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
  const WallTime time = ticket.order.value_or(ticket.arrived);
  return {time.time_since_epoch().count(), ticket.order.has_value(), ticket.number.size(),
          ticket.number};
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
  task.Set("focus", fhir::Reference("Appointment", ticket.appointment_id));
  Json patient = fhir::Reference("Patient", ticket.patient_id);
  patient.Set("display", Text(ticket.masked_name));
  task.Set("for", std::move(patient));
  if (ticket.first_called) {
    Json period = Json::Object({{"start", Instant(*ticket.first_called)}});
    if (ticket.finished) period.Set("end", Instant(*ticket.finished));
    task.Set("executionPeriod", std::move(period));
  }
  task.Set("authoredOn", Instant(ticket.arrived));
  task.Set("requester",
           Json::Object({{"identifier", fhir::Identifier(systems::kTerminal, ticket.terminal)}}));
  task.Set("owner", fhir::Reference("HealthcareService", ticket.service_id));
  if (!ticket.room_id.empty()) task.Set("location", fhir::Reference("Location", ticket.room_id));
  task.Set("restriction",
           Json::Object({{"period", Json::Object({{"start", Instant(ticket.slot_start)},
                                                  {"end", Instant(ticket.slot_end)}})}}));
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
