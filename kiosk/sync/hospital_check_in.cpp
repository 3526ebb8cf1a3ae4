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
CheckInVerdict ReadRefusal(const Json& outcome, const domain::Visit& visit,
                           const domain::CheckInPolicy& policy) {
  const std::string& code = fhir::CodeOf(outcome["issue"][0]["details"], systems::kCheckInRefusal);
  const bool guaranteed = visit.kind == domain::BookingKind::Guaranteed;
  if (code == "too-early") {
    return {CheckInOutcome::TooEarly, visit.start - policy.opens_before_start};
  }
  if (code == "late") {
    return {CheckInOutcome::Late, guaranteed ? visit.end : visit.start + policy.late_after_start};
  }
  if (code == "wrong-day") return {CheckInOutcome::WrongDay, visit.start};
  if (code == "wrong-site") return {CheckInOutcome::WrongSite, {}};
  if (code == "payment-due") return {CheckInOutcome::PaymentDue, {}};
  if (code == "already-checked-in") return {CheckInOutcome::AlreadyCheckedIn, {}};
  return {CheckInOutcome::NotBooked, {}};
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

Json QueueTask(const Arrival& arrival, const domain::Visit& visit, const Station& station) {
  const std::string queue_day =
      visit.service_id.Value() + "|" + ToLocalDate(arrival.at, station.zone);
  Json task;
  task.Set("resourceType", Json::String("Task"))
      .Set("identifier",
           Json::Array({Identifier(systems::kTicketNumber, arrival.number),
                        Identifier(systems::kOperationId, arrival.operation.Value())}))
      .Set("groupIdentifier", Identifier(systems::kQueueDay, queue_day))
      .Set("status", Json::String("ready"))
      .Set("businessStatus", Concept(systems::kTicketStatus, "waiting"))
      .Set("intent", Json::String("order"))
      .Set("code", Concept(systems::kTaskCode, "queue-ticket"))
      .Set("focus", Reference("Appointment", visit.id.Value()))
      .Set("for", Reference("Patient", visit.patient.Value()))
      .Set("authoredOn", Json::String(ToInstant(arrival.at)))
      .Set("requester",
           Json::Object({{"identifier", Identifier(systems::kTerminal, station.terminal.Value())}}))
      .Set("owner", Reference("HealthcareService", visit.service_id.Value()));
  return task;
}

}  // namespace

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
  if (arrival.provisional) add("provisional-number", "valueString", Json::String(arrival.number));
  Request request;
  request.method = "POST";
  request.path = "Appointment/" + visit.id.Value() + "/$" + systems::kCheckInOperation;
  request.body = std::move(parameters);
  for (int attempt = 0; attempt < kMostConflicts; ++attempt) {
    const Result<Response> response = Send(request);
    if (!response) return tl::unexpected<Error>(response.error());
    if (response->status == 409 || response->status == 412) continue;
    if (response->status == 200) {
      CheckedIn done;
      done.ticket = ToTicket(ParameterOf(response->body, "ticket"), visit);
      if (done.ticket.number.empty()) return Fail(ErrorCode::BadData, "ticket without a number");
      const auto ahead = ParameterOf(response->body, "ahead").AsInteger();
      if (ahead) done.ticket.ahead = static_cast<int>(*ahead);
      done.ticket.wait = ReadWait(response->body);
      return CheckInAnswer(std::move(done));
    }
    if (response->status == 404) return CheckInAnswer(CheckInVerdict{});
    if (response->status != 422) {
      return Fail(ErrorCode::Refused, "status " + std::to_string(response->status));
    }
    const Json& task = ContainedTask(response->body);
    const CheckInVerdict verdict = ReadRefusal(response->body, visit, station_.check_in);
    const bool already = verdict.outcome == CheckInOutcome::AlreadyCheckedIn && task.IsObject();
    if (!already || arrival.provisional) return CheckInAnswer(verdict);
    CheckedIn done{ToTicket(task, visit), true};
    const Result<int> count = CountAhead(visit, done.ticket.arrived_at);
    if (count) done.ticket.ahead = *count;
    return CheckInAnswer(std::move(done));
  }
  return Fail(ErrorCode::Timeout, "conflicts without end");
}

Result<CheckInAnswer> Hospital::TicketOf(const Arrival& arrival, const domain::Visit& visit) {
  // At most one ticket of an appointment, whoever asks and however often.
  const std::string same =
      "code=" + EncodeQuery(std::string(systems::kTaskCode) + "|queue-ticket") +
      "&focus=" + EncodeQuery("Appointment/" + visit.id.Value());
  Request create;
  create.method = "POST";
  create.path = "Task";
  create.if_none_exist = same;
  create.body = QueueTask(arrival, visit, station_);
  const Result<Response> made = Send(create);
  if (!made) return tl::unexpected<Error>(made.error());
  if (made->status != 200 && made->status != 201) {
    return Fail(ErrorCode::Refused, "status " + std::to_string(made->status));
  }
  Request read;
  read.path = "Task?" + same;
  const Result<Response> found = Send(read);
  if (!found) return tl::unexpected<Error>(found.error());
  const Json& task = found->body["entry"][0]["resource"];
  if (found->status != 200 || !task.IsObject()) {
    return Fail(ErrorCode::BadData, "a ticket just made is not found");
  }
  CheckedIn done{ToTicket(task, visit), false};
  done.already = done.ticket.operation != arrival.operation;
  const Result<int> ahead = CountAhead(visit, done.ticket.arrived_at);
  if (ahead) done.ticket.ahead = *ahead;
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
    // The change of the appointment decides, by If-Match on that one resource; a crash between it
    // and the ticket is mended by the repetition, which finds it arrived and makes the ticket.
    const std::string& status = current->body["status"].AsString();
    if (status == "arrived" || status == "checked-in") return TicketOf(arrival, visit);
    if (status != "booked") return CheckInAnswer(CheckInVerdict{});
    Json appointment = current->body;
    appointment.Set("status", Json::String("arrived"));
    Request update;
    update.method = "PUT";
    update.path = read.path;
    update.if_match = current->etag;
    update.body = std::move(appointment);
    const Result<Response> updated = Send(update);
    if (!updated) return tl::unexpected<Error>(updated.error());
    if (updated->status == 409 || updated->status == 412) continue;
    if (updated->status != 200 && updated->status != 201) {
      return Fail(ErrorCode::Refused, "status " + std::to_string(updated->status));
    }
    return TicketOf(arrival, visit);
  }
  return Fail(ErrorCode::Timeout, "conflicts without end");
}

}  // namespace yizhan::sync
