#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "kiosk/sync/hospital.h"

namespace yizhan::sync {
namespace {

using domain::CheckInOutcome;
using domain::CheckInVerdict;
using fhir::Concept;
using fhir::EncodeQuery;
using fhir::Identifier;
using fhir::Json;
using fhir::ParameterOf;
using fhir::Reference;
using fhir::Request;
using fhir::Response;
namespace systems = fhir::systems;

constexpr int kMostConflicts = 5;

/// The hospital's refusal code; the time that belongs to it is worked out as the hospital does.
/// Empty when it is a refusal of another kind.
std::optional<CheckInVerdict> ReadRefusal(const Json& outcome, const domain::Visit& visit,
                                          const domain::CheckInPolicy& policy) {
  const std::string& code = fhir::CodeOf(outcome["issue"][0]["details"], systems::kCheckInRefusal);
  const bool guaranteed = visit.kind == domain::BookingKind::Guaranteed;
  if (code == "too-early") {
    return CheckInVerdict{CheckInOutcome::TooEarly,
                          visit.opens_at.value_or(visit.start - policy.opens_before_start)};
  }
  if (code == "late") {
    const WallTime by_policy = guaranteed ? visit.end : visit.start + policy.late_after_start;
    return CheckInVerdict{CheckInOutcome::Late, visit.kept_until.value_or(by_policy)};
  }
  if (code == "wrong-day") return CheckInVerdict{CheckInOutcome::WrongDay, visit.start};
  if (code == "wrong-site") return CheckInVerdict{CheckInOutcome::WrongSite, {}};
  if (code == "payment-due") return CheckInVerdict{CheckInOutcome::PaymentDue, {}};
  if (code == "already-checked-in") return CheckInVerdict{CheckInOutcome::AlreadyCheckedIn, {}};
  if (code.empty()) return std::nullopt;
  return CheckInVerdict{CheckInOutcome::NotBooked, {}};
}

const Json& ContainedTask(const Json& outcome) {
  static const Json null;
  for (const Json& contained : outcome["contained"].Items()) {
    if (contained["resourceType"].AsString() == "Task") return contained;
  }
  return null;
}

std::optional<domain::WaitEstimate> ReadWait(const Json& parameters) {
  const auto low = ParameterOf(parameters, "wait-low").AsInteger();
  const auto high = ParameterOf(parameters, "wait-high").AsInteger();
  if (!low || !high || *low < 0 || *high < *low) return std::nullopt;
  return domain::WaitEstimate{std::chrono::minutes(*low), std::chrono::minutes(*high)};
}

/// The live statuses of a ticket: a cancelled one does not stand in the way of a new one.
bool IsLive(const std::string& status) {
  return status == "ready" || status == "in-progress" || status == "on-hold" ||
         status == "completed";
}
constexpr const char* kLiveStatuses = "&status=ready,in-progress,on-hold,completed";

bool IsOurs(const Json& identifier) {
  const std::string& system = identifier["system"].AsString();
  return system == systems::kOperationId || system == systems::kTicketNumber;
}

/// Puts `number` first; the one it was called by before stays readable with use "old".
void Renumber(Json& task, const std::string& number) {
  std::vector<Json> identifiers = {Identifier(systems::kTicketNumber, number)};
  for (Json identifier : task["identifier"].Items()) {
    if (identifier["system"].AsString() == systems::kTicketNumber) {
      if (identifier["value"].AsString() == number) continue;
      identifier.Set("use", Json::String("old"));
    }
    identifiers.push_back(std::move(identifier));
  }
  task.Set("identifier", Json::Array(std::move(identifiers)));
}

}  // namespace

/// What the appointment itself says about its check-in. It is written in the same compare-and-set
/// that makes the appointment arrived, the only atomic step that all servers have. So two terminals
/// agree on operation, number and arrival whoever makes the ticket from it, and however often.
struct Hospital::Claim {
  std::string operation;
  std::string number;
  WallTime at{};

  static Claim Of(const Arrival& arrival) {
    return {arrival.operation.Value(), arrival.number, arrival.at};
  }
  static std::optional<Claim> Read(const Json& appointment) {
    Claim claim;
    claim.operation = fhir::IdentifierValue(appointment, systems::kOperationId);
    for (const Json& identifier : appointment["identifier"].Items()) {
      if (identifier["system"].AsString() != systems::kTicketNumber) continue;
      claim.number = identifier["value"].AsString();
      claim.at = ParseInstant(identifier["period"]["start"].AsString()).value_or(WallTime{});
    }
    if (claim.operation.empty() || claim.number.empty()) return std::nullopt;
    return claim;
  }
  void Write(Json& appointment) const {
    std::vector<Json> identifiers = appointment["identifier"].Items();
    std::erase_if(identifiers, IsOurs);
    Json numbered = Identifier(systems::kTicketNumber, number);
    numbered.Set("period", Json::Object({{"start", Json::String(ToInstant(at))}}));
    identifiers.push_back(Identifier(systems::kOperationId, operation));
    identifiers.push_back(std::move(numbered));
    appointment.Set("identifier", Json::Array(std::move(identifiers)));
  }

  [[nodiscard]] Json Task(const Arrival& arrival, const domain::Visit& visit,
                          const Station& station) const {
    Json task;
    task.Set("resourceType", Json::String("Task"))
        .Set("identifier", Json::Array({Identifier(systems::kTicketNumber, number),
                                        Identifier(systems::kOperationId, operation)}))
        .Set("status", Json::String("ready"))
        .Set("businessStatus", Concept(systems::kTicketStatus, "waiting"))
        .Set("intent", Json::String("order"))
        .Set("code", Concept(systems::kTaskCode, "queue-ticket"))
        .Set("focus", Reference("Appointment", visit.id.Value()))
        .Set("authoredOn", Json::String(ToInstant(at)))
        .Set("requester", Json::Object({{"identifier", Identifier(systems::kTerminal,
                                                                  station.terminal.Value())}}));
    if (!visit.patient.Empty()) task.Set("for", Reference("Patient", visit.patient.Value()));
    if (!visit.service_id.Empty()) {
      const std::string day = ToDate(LocalDay(at, station.zone));
      task.Set("owner", Reference("HealthcareService", visit.service_id.Value()))
          .Set("groupIdentifier",
               Identifier(systems::kQueueDay, visit.service_id.Value() + "|" + day));
    }
    if (!arrival.serial.empty() && operation == arrival.operation.Value()) {
      task.At("identifier").Append(Identifier(systems::kSerialNumber, arrival.serial));
    }
    if (arrival.provisional) {
      Json input;
      input.Set("type", Concept(systems::kTicketInput, "offline"))
          .Set("valueBoolean", Json::Boolean(true));
      task.Set("input", Json::Array({std::move(input)}));
    }
    return task;
  }
};

Result<CheckInAnswer> Hospital::CheckIn(const Arrival& arrival, const domain::Visit& visit,
                                        const Abilities& abilities) {
  return abilities.check_in_operation ? CheckInByOperation(arrival, visit)
                                      : CheckInByStandard(arrival, visit);
}

Result<CheckInAnswer> Hospital::CheckInByOperation(const Arrival& arrival,
                                                   const domain::Visit& visit) {
  Json parameters = Json::Object({{"resourceType", Json::String("Parameters")}});
  const auto add = [&](const char* name, const char* type, Json value) {
    fhir::AddParameter(parameters, name, type, std::move(value));
  };
  add("operation-id", "valueString", Json::String(arrival.operation.Value()));
  add("terminal", "valueString", Json::String(station_.terminal.Value()));
  add("site", "valueReference", Reference("Location", station_.site.Value()));
  add("arrived", "valueInstant", Json::String(ToInstant(arrival.at)));
  // The hospital refuses a card that is not the booking's.
  if (!visit.patient.Empty()) {
    add("patient", "valueReference", Reference("Patient", visit.patient.Value()));
  }
  if (arrival.provisional) add("provisional-number", "valueString", Json::String(arrival.number));
  if (!arrival.serial.empty()) add("serial", "valueString", Json::String(arrival.serial));
  Request request;
  request.method = "POST";
  request.path = "Appointment/" + visit.id.Value() + "/$" + systems::kCheckInOperation;
  request.body = std::move(parameters);
  for (int attempt = 0; attempt < kMostConflicts; ++attempt) {
    const Result<Response> response = Send(request);
    if (!response) return tl::unexpected<Error>(response.error());
    if (response->status == 409 || response->status == 412) continue;
    return ReadOperation(*response, arrival, visit);
  }
  return Fail(ErrorCode::Conflict, "conflicts without end");
}

Result<CheckInAnswer> Hospital::ReadOperation(const Response& response, const Arrival& arrival,
                                              const domain::Visit& visit) {
  if (response.status == 200) {
    CheckedIn done{ToTicket(ParameterOf(response.body, "ticket"), visit), false};
    if (done.ticket.number.empty()) return Fail(ErrorCode::BadData, "ticket without a number");
    const auto ahead = ParameterOf(response.body, "ahead").AsInteger();
    if (ahead && *ahead >= 0 && *ahead <= INT32_MAX) done.ticket.ahead = static_cast<int>(*ahead);
    done.ticket.wait = ReadWait(response.body);
    return CheckInAnswer(std::move(done));
  }
  if (response.status == 404 || response.status == 410) return CheckInAnswer(CheckInVerdict{});
  const auto verdict =
      response.status == 422 ? ReadRefusal(response.body, visit, station_.check_in) : std::nullopt;
  if (!verdict) return Fail(ErrorCode::Refused, "status " + std::to_string(response.status));
  if (verdict->outcome != CheckInOutcome::AlreadyCheckedIn) return CheckInAnswer(*verdict);
  CheckedIn done{ToTicket(ContainedTask(response.body), visit), true};
  // A number on paper besides another ticket is for a person to sort out.
  const bool other = done.ticket.operation != arrival.operation;
  if (done.ticket.number.empty() || (arrival.provisional && other)) return CheckInAnswer(*verdict);
  CountAheadOf(visit, done.ticket);
  return CheckInAnswer(std::move(done));
}

Result<CheckInAnswer> Hospital::CheckInByStandard(const Arrival& arrival,
                                                  const domain::Visit& visit) {
  Request read;
  read.path = "Appointment/" + visit.id.Value();
  for (int attempt = 0; attempt < kMostConflicts; ++attempt) {
    const Result<Response> current = Send(read);
    if (!current) return tl::unexpected<Error>(current.error());
    if (current->status == 404 || current->status == 410) return CheckInAnswer(CheckInVerdict{});
    if (current->status != 200) {
      return Fail(ErrorCode::Refused, "status " + std::to_string(current->status));
    }
    const std::string& status = current->body["status"].AsString();
    const bool arrived = status == "arrived" || status == "checked-in";
    if (!arrived && status != "booked") return CheckInAnswer(CheckInVerdict{});
    const auto claimed = arrived ? Claim::Read(current->body) : std::nullopt;
    const bool mine = claimed && claimed->operation == arrival.operation.Value();
    // After a lost answer the paper may say another number than the one that was claimed.
    const bool renumber = mine && arrival.provisional && claimed->number != arrival.number;
    if (claimed && !renumber) return TicketOf(*claimed, arrival, visit);
    const Claim claim = Claim::Of(arrival);
    Json appointment = current->body;
    if (!arrived) appointment.Set("status", Json::String("arrived"));
    claim.Write(appointment);
    Request update;
    update.method = "PUT";
    update.path = read.path;
    update.if_match = VersionOf(*current);
    update.body = std::move(appointment);
    const Result<Response> updated = Send(update);
    if (!updated) return tl::unexpected<Error>(updated.error());
    if (updated->status == 409 || updated->status == 412) continue;
    if (updated->status != 200 && updated->status != 201) {
      return Fail(ErrorCode::Refused, "status " + std::to_string(updated->status));
    }
    return TicketOf(claim, arrival, visit);
  }
  return Fail(ErrorCode::Conflict, "conflicts without end");
}

Result<CheckInAnswer> Hospital::TicketOf(const Claim& claim, const Arrival& arrival,
                                         const domain::Visit& visit) {
  const std::string same =
      "code=" + EncodeQuery(std::string(systems::kTaskCode) + "|queue-ticket") +
      "&focus=" + EncodeQuery("Appointment/" + visit.id.Value()) + kLiveStatuses;
  Request create;
  create.method = "POST";
  create.path = "Task";
  create.if_none_exist = same;
  create.body = claim.Task(arrival, visit, station_);
  const Result<Response> made = Send(create);
  if (!made) return tl::unexpected<Error>(made.error());
  // 412: there are several already, because this server's conditional creates race.
  if (made->status != 200 && made->status != 201 && made->status != 412) {
    return Fail(ErrorCode::Refused, "status " + std::to_string(made->status));
  }
  const Result<Page> found = SearchPage("Task?" + same);
  if (!found) return tl::unexpected<Error>(found.error());
  const Json* chosen = nullptr;
  for (const Json& task : found->resources) {
    if (ToTicket(task, visit).number.empty() || !IsLive(task["status"].AsString())) continue;
    const bool claimed = fhir::IdentifierValue(task, systems::kOperationId) == claim.operation;
    if (chosen == nullptr || claimed) chosen = &task;
  }
  if (chosen == nullptr) return Fail(ErrorCode::BadData, "a ticket just made is not found");
  CheckedIn done{ToTicket(*chosen, visit), false};
  if (done.ticket.operation.Value() == claim.operation && done.ticket.number != claim.number) {
    if (Status called = CallTicketBy(claim.number, *chosen); !called) {
      return tl::unexpected<Error>(called.error());
    }
    done.ticket.number = claim.number;
  }
  done.already = done.ticket.operation != arrival.operation;
  if (done.already && arrival.provisional) {
    return CheckInAnswer(CheckInVerdict{CheckInOutcome::AlreadyCheckedIn, {}});
  }
  CountAheadOf(visit, done.ticket);
  return CheckInAnswer(std::move(done));
}

Status Hospital::CallTicketBy(const std::string& number, const Json& task) {
  Request read;
  read.path = ReferenceOf(task);
  const Result<Response> current = Send(read);
  if (!current) return tl::unexpected<Error>(current.error());
  if (current->status != 200) return Fail(ErrorCode::Conflict, "ticket went away");
  Request update;
  update.method = "PUT";
  update.path = read.path;
  update.if_match = VersionOf(*current);
  update.body = current->body;
  Renumber(*update.body, number);
  const Result<Response> updated = Send(update);
  if (!updated) return tl::unexpected<Error>(updated.error());
  if (updated->status != 200 && updated->status != 201) {
    return Fail(ErrorCode::Conflict, "ticket changed meanwhile");
  }
  return {};
}

Result<Response> Hospital::TellArrival(const char* operation, const CareArrival& arrival,
                                       const std::vector<Json>& more) {
  Json parameters = Json::Object({{"resourceType", Json::String("Parameters")}});
  const auto add = [&](const char* name, const char* type, const std::string& value) {
    fhir::AddParameter(parameters, name, type, Json::String(value));
  };
  add("operation-id", "valueString", arrival.operation.Value());
  add("terminal", "valueString", station_.terminal.Value());
  add("arrived", "valueInstant", ToInstant(arrival.at));
  if (!arrival.serial.empty()) add("serial", "valueString", arrival.serial);
  for (const Json& one : more) parameters.At("parameter").Append(one);
  Request request;
  request.method = "POST";
  request.path = "Patient/" + arrival.patient.Value() + "/$" + operation;
  request.body = std::move(parameters);
  for (int attempt = 0; attempt < kMostConflicts; ++attempt) {
    Result<Response> response = Send(request);
    if (!response) return response;
    if (response->status == 409 || response->status == 412) continue;
    if (response->status == 200 || response->status == 422) return response;
    return Fail(ErrorCode::Refused, "status " + std::to_string(response->status));
  }
  return Fail(ErrorCode::Busy, "conflicts without end");
}

Result<LabAnswer> Hospital::CheckInLab(const CareArrival& arrival) {
  const Result<Response> response = TellArrival(systems::kLabCheckInOperation, arrival);
  if (!response) return tl::unexpected<Error>(response.error());
  if (response->status == 422) return ReadLabRefusal(response->body);
  Result<domain::LabCheckIn> lab = ReadLabCheckIn(response->body);
  if (!lab) return tl::unexpected<Error>(lab.error());
  return LabAnswer(std::move(*lab));
}

}  // namespace yizhan::sync
