#include <algorithm>
#include <utility>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/hospital.h"
#include "backend/hospital/packages/package_orders.h"
#include "backend/hospital/parked_acts.h"
#include "backend/hospital/queues/booked.h"
#include "backend/hospital/queues/enter.h"
#include "backend/hospital/visit_of.h"
#include "base/log.h"
#include "base/metrics.h"

namespace yizhan::hospital {
namespace {

using domain::CheckInOutcome;
using fhir::Json;
namespace systems = fhir::systems;

/// A terminal's clock may be ahead of ours by this much.
constexpr std::chrono::minutes kClockTolerance{5};
/// Kind of the records that remember answers, by operation id.
constexpr const char* kOperationRecord = "operation";

struct CheckInRequest {
  std::string operation_id;
  std::string terminal;
  std::string site_id;
  WallTime arrived{};
  std::string provisional_number;
  std::string serial;
  std::string patient_id;  ///< Whose card it is; "" when the terminal does not say.
  std::string staff;       ///< Of a check-in at a desk; "": at a terminal.
  std::string reason;
};

constexpr std::chrono::hours kNoon{12};
/// The terminal of tickets that a person made.
constexpr const char* kDesk = "desk";

bool IsTerminalName(std::string_view text) {
  return !text.empty() && text.size() <= 16 && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

/// "20260310-K3-000127" of this terminal.
bool IsSerialOf(std::string_view serial, const std::string& terminal) {
  const auto digits = [](std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  };
  const std::string middle = '-' + terminal + '-';
  const std::size_t least = 8 + middle.size() + 6;
  return serial.size() >= least && serial.size() <= least + 3 && digits(serial.substr(0, 8)) &&
         serial.substr(8, middle.size()) == middle && digits(serial.substr(8 + middle.size()));
}

Result<CheckInRequest> ReadRequest(const Json& parameters, WallTime now) {
  CheckInRequest request;
  const auto text = [&](std::string_view name) -> const std::string& {
    return fhir::ParameterOf(parameters, name).AsString();
  };
  request.operation_id = text("operation-id");
  request.terminal = text("terminal");
  request.provisional_number = text("provisional-number");
  request.serial = text("serial");
  request.site_id = fhir::ReferencedId(fhir::ParameterOf(parameters, "site"), "Location");
  request.patient_id = fhir::ReferencedId(fhir::ParameterOf(parameters, "patient"), "Patient");
  if (parameters["resourceType"].AsString() != "Parameters") {
    return Fail(ErrorCode::BadData, "check-in needs Parameters");
  }
  if (!fhir::IsId(request.operation_id)) return Fail(ErrorCode::BadData, "operation-id is missing");
  if (!IsTerminalName(request.terminal)) return Fail(ErrorCode::BadData, "terminal is missing");
  if (request.site_id.empty()) return Fail(ErrorCode::BadData, "site is missing");
  if (!request.serial.empty() && !IsSerialOf(request.serial, request.terminal)) {
    return Fail(ErrorCode::BadData, "serial is not this terminal's");
  }
  request.arrived = now;
  if (const Json& arrived = fhir::ParameterOf(parameters, "arrived"); !arrived.IsNull()) {
    const std::optional<WallTime> time = ParseInstant(arrived.AsString());
    if (!time) return Fail(ErrorCode::BadData, "arrived is no instant");
    request.arrived = *time;
  }
  if (request.arrived > now + kClockTolerance) {
    return Fail(ErrorCode::BadData, "arrived lies in the future");
  }
  return request;
}

const char* RefusalCode(CheckInOutcome outcome) {
  switch (outcome) {
    case CheckInOutcome::TooEarly: return "too-early";
    case CheckInOutcome::Late: return "late";
    case CheckInOutcome::WrongDay: return "wrong-day";
    case CheckInOutcome::WrongSite: return "wrong-site";
    case CheckInOutcome::AlreadyCheckedIn: return "already-checked-in";
    case CheckInOutcome::PaymentDue: return "payment-due";
    case CheckInOutcome::NotBooked:
    case CheckInOutcome::Ready: break;
  }
  return "not-booked";
}

OperationAnswer Refusal(int status, std::string_view code, WallTime at = {}) {
  Json outcome = fhir::Outcome("business-rule", at == WallTime{} ? "" : ToInstant(at));
  outcome.At("issue").MutableItems().front().Set("details",
                                                 fhir::Concept(systems::kCheckInRefusal, code));
  return {status, std::move(outcome)};
}

OperationAnswer Failure(const Error& error) {
  switch (error.code) {
    case ErrorCode::BadData: return {400, fhir::Outcome("invalid", error.detail)};
    case ErrorCode::NotFound: return Refusal(404, "unknown-appointment");
    case ErrorCode::Conflict: return {409, fhir::Outcome("conflict", error.detail)};
    case ErrorCode::Busy:
    case ErrorCode::Unreachable:
    case ErrorCode::Timeout:
    case ErrorCode::Cancelled: return {503, fhir::Outcome("throttled", error.detail)};
    case ErrorCode::StoreFull: return {507, fhir::Outcome("no-store", error.detail)};
    default: return {500, fhir::Outcome("exception", error.detail)};
  }
}

Result<Json> ReadBody(store::Transaction& transaction, const std::string& type,
                      const std::string& id) {
  const Result<store::StoredResource> stored = transaction.Read(type, id);
  if (!stored) return tl::unexpected<Error>(stored.error());
  if (stored->deleted) return Fail(ErrorCode::NotFound, type + " was deleted");
  return Json::Parse(stored->text);
}

}  // namespace

/// One check-in inside the store's transaction.
class Hospital::CheckInJob {
 public:
  CheckInJob(Hospital& hospital, std::string appointment_id, CheckInRequest request)
      : hospital_(hospital),
        context_(hospital.queues_.Context()),
        appointment_id_(std::move(appointment_id)),
        request_(std::move(request)) {}

  /// A refusal rolls back (nothing was done) and is left in Answer().
  Status Run(store::Transaction& transaction) {
    answer_ = {};  // The store may run a job again.
    done_ = {};
    const Result<std::optional<store::Record>> done =
        transaction.FindRecord(kOperationRecord, request_.operation_id);
    if (!done) return tl::unexpected<Error>(done.error());
    if (*done) return Repeat(transaction, (*done)->text);
    Result<Json> appointment = ReadBody(transaction, "Appointment", appointment_id_);
    if (!appointment) return tl::unexpected<Error>(appointment.error());
    domain::Visit visit = VisitOf(*appointment, *context_.directory);
    visit.kept_until = hospital_.bookings_.KeptUntil(*appointment);
    // A booking is its own person's and nobody else's (F26).
    if (!request_.patient_id.empty() && request_.patient_id != visit.patient.Value()) {
      answer_ = Refusal(422, "wrong-person");
      return Fail(ErrorCode::Refused, "check-in refused");
    }
    const Result<std::int64_t> due = DueOf(transaction, *appointment);
    if (!due) return tl::unexpected<Error>(due.error());
    visit.due_minor = *due;
    const domain::CheckInVerdict verdict = AtDesk() ? DecideAtDesk(visit) : Decide(visit);
    if (verdict.outcome != CheckInOutcome::Ready) {
      answer_ = Refusal(422, RefusalCode(verdict.outcome), verdict.at);
      if (verdict.outcome == CheckInOutcome::AlreadyCheckedIn) {
        Result<Json> ticket = TaskOfAppointment(transaction, appointment_id_);
        if (!ticket) return tl::unexpected<Error>(ticket.error());
        if (!ticket->IsNull()) answer_.body.Set("contained", Json::Array({std::move(*ticket)}));
      }
      return Fail(ErrorCode::Refused, "check-in refused");
    }
    return Admit(transaction, std::move(*appointment), visit);
  }

  /// After the write, so that the writer need not wait while the answer is put together.
  [[nodiscard]] OperationAnswer Answer() {
    if (!Refused()) Compose();
    return std::move(answer_);
  }
  [[nodiscard]] bool Refused() const { return answer_.status != 200; }

 private:
  [[nodiscard]] bool AtDesk() const { return !request_.staff.empty(); }

  [[nodiscard]] domain::CheckInPolicy PolicyOf(const domain::Visit& visit) const {
    return context_.PolicyOf(visit.service_id.Value()).CheckIn(hospital_.options_.check_in);
  }

  [[nodiscard]] domain::CheckInVerdict Decide(const domain::Visit& visit) const {
    const TimeZone zone = hospital_.options_.zone;
    const auto day = LocalDay(request_.arrived, zone);
    // An arrival of another day than today came too late to get into today's queue.
    if (day != LocalDay(hospital_.clock_.Now(), zone)) {
      return {CheckInOutcome::WrongDay, visit.start};
    }
    const domain::CheckInVerdict verdict = domain::DecideCheckIn(
        visit, domain::SiteId(request_.site_id), request_.arrived, zone, PolicyOf(visit));
    // A morning's number in the afternoon is for a person to decide, whatever the queue allows.
    const WallTime noon = AtLocal(day, kNoon, zone);
    const bool of_morning =
        visit.start < noon && request_.arrived >= noon && request_.arrived > visit.end;
    if (verdict.outcome == CheckInOutcome::Ready && of_morning) return {CheckInOutcome::Late, noon};
    return verdict;
  }

  /// A person may admit whoever is booked for today and has paid: the hour is theirs to judge.
  [[nodiscard]] domain::CheckInVerdict DecideAtDesk(domain::Visit visit) const {
    const TimeZone zone = hospital_.options_.zone;
    if (visit.state == domain::VisitState::NoShow) visit.state = domain::VisitState::Booked;
    domain::CheckInPolicy policy = PolicyOf(visit);
    policy.opens_before_start = std::chrono::hours(24);
    visit.kept_until = visit.start + std::chrono::hours(24);
    return domain::DecideCheckIn(visit, visit.site_id, request_.arrived, zone, policy);
  }

  Status Admit(store::Transaction& transaction, Json appointment, const domain::Visit& visit) {
    Result<Entrant> booked = BookedEntrant(transaction, context_, appointment, visit);
    if (!booked) return tl::unexpected<Error>(booked.error());
    Entrant& entrant = *booked;
    entrant.operation_id = request_.operation_id;
    entrant.terminal = request_.terminal;
    entrant.arrived = request_.arrived;
    entrant.serial = request_.serial;
    entrant.provisional_number = request_.provisional_number;
    const bool after_slot = request_.arrived > visit.end;
    const bool lapsed = visit.kept_until && request_.arrived > *visit.kept_until;
    if (after_slot || lapsed) entrant.way = domain::QueueWay::Late;

    const auto ordered =
        OrderPackage(transaction, context_, appointment, visit, ActOf("order-package", "", ""));
    if (!ordered) return tl::unexpected<Error>(ordered.error());
    if (*ordered == PackageOrders::Made) entrant.hold = kCheckUpHold;

    Result<store::StoredResource> new_appointment =
        hospital_.bookings_.CheckIn(transaction, std::move(appointment));
    if (!new_appointment) return tl::unexpected<Error>(new_appointment.error());
    const Result<QueueTicket> ticket = hospital::Admit(transaction, entrant, context_);
    if (!ticket) return tl::unexpected<Error>(ticket.error());
    return Record(transaction, *ticket, *new_appointment);
  }

  [[nodiscard]] AuditedAct ActOf(std::string_view name, const std::string& task_id,
                                 const std::string& reason) const {
    return {.act = name,
            .who = AtDesk() ? request_.staff : request_.terminal,
            .where = request_.site_id,
            .task_id = task_id,
            .appointment_id = appointment_id_,
            .reason = reason,
            .when = hospital_.clock_.Now(),
            .who_system = AtDesk() ? systems::kAccount : systems::kTerminal};
  }

  Status Record(store::Transaction& transaction, const QueueTicket& ticket,
                const store::StoredResource& appointment) {
    const AuditedAct act = ActOf("check-in", ticket.id, request_.reason);
    if (auto audited = transaction.Create(ToAuditEvent(act)); !audited) {
      return tl::unexpected<Error>(audited.error());
    }
    // What a terminal had given up and a person let it try again (see parked_acts.h).
    if (!request_.provisional_number.empty()) {
      const Status settled = SettleParked(transaction, request_.operation_id);
      if (!settled) return settled;
    }
    const int ahead = hospital_.board_.Ahead(ticket);
    const std::optional<domain::WaitEstimate> wait =
        hospital_.board_.Estimate(ticket.service_id, ticket.room_id, ahead);
    Json memory = Json::Object({{"appointment", Json::String(appointment_id_)},
                                {"version", Json::Integer(appointment.version)},
                                {"task", Json::String(ticket.id)},
                                {"ahead", Json::Integer(ahead)}});
    if (wait) {
      memory.Set("low", Json::Integer(wait->first.count()));
      memory.Set("high", Json::Integer(wait->last.count()));
    }
    const store::Record record{kOperationRecord, request_.operation_id, memory.Write(),
                               hospital_.clock_.Now() + store::kOperationMemory};
    if (Status kept = transaction.AddRecord(record); !kept) return kept;
    // As it was stored: with the id and the version.
    const Result<store::StoredResource> task = transaction.Read("Task", ticket.id);
    if (!task) return tl::unexpected<Error>(task.error());
    done_ = {std::move(memory), task->text, appointment.text};
    return {};
  }

  /// The same answer as the first time, from the versions it spoke of.
  Status Repeat(store::Transaction& transaction, const std::string& remembered) {
    const Result<Json> memory = Json::Parse(remembered);
    if (!memory) return tl::unexpected<Error>(memory.error());
    if ((*memory)["appointment"].AsString() != appointment_id_) {
      return Fail(ErrorCode::Conflict, "operation-id belongs to another check-in");
    }
    const auto version = [&](const std::string& type, const std::string& id,
                             std::int64_t number) -> Result<std::string> {
      const Result<store::StoredResource> then = transaction.ReadVersion(type, id, number);
      if (!then) return tl::unexpected<Error>(then.error());
      return then->text;
    };
    const std::string& task_id = (*memory)["task"].AsString();
    Result<std::string> task = NumberedAsOnPaper(transaction, task_id);
    if (task && task->empty()) task = version("Task", task_id, 1);
    const Result<std::string> appointment =
        version("Appointment", appointment_id_, (*memory)["version"].AsInteger().value_or(1));
    if (!task) return tl::unexpected<Error>(task.error());
    if (!appointment) return tl::unexpected<Error>(appointment.error());
    done_ = {*memory, *task, *appointment};
    return {};
  }

  /// The first answer was lost and the terminal gave out a number of its own: the ticket is called
  /// by that number from now on, because the paper says so (see backend/fhir/systems.h). Empty
  /// text: there is nothing to change, nor ever was.
  Result<std::string> NumberedAsOnPaper(store::Transaction& transaction, const std::string& id) {
    if (request_.provisional_number.empty()) return std::string();
    const Result<store::StoredResource> task = transaction.Read("Task", id);
    if (!task) return tl::unexpected<Error>(task.error());
    const Result<Json> body = Json::Parse(task->text);
    if (!body) return tl::unexpected<Error>(body.error());
    std::optional<QueueTicket> ticket = FromTask(*body);
    if (!ticket) return Fail(ErrorCode::Conflict, "the ticket of this operation was changed");
    if (ticket->number == request_.provisional_number) {
      return ticket->former_number.empty() ? std::string() : task->text;
    }
    const Result<std::string> number =
        ClaimNumber(transaction, context_, ticket->service_id, ticket->day, request_.terminal,
                    request_.provisional_number);
    if (!number) return tl::unexpected<Error>(number.error());
    ticket->former_number = std::exchange(ticket->number, *number);
    ticket->offline = true;
    const AuditedAct act = ActOf("renumber", id, "answer lost, number on paper counts");
    if (auto audited = transaction.Create(ToAuditEvent(act)); !audited) {
      return tl::unexpected<Error>(audited.error());
    }
    const Result<store::StoredResource> stored = transaction.Update(ToTask(*ticket));
    if (!stored) return tl::unexpected<Error>(stored.error());
    ticket->version = stored->version;
    ShowDraft(transaction, context_, *ticket);
    return stored->text;
  }

  void Compose() {
    Json& body = answer_.body;
    const auto parsed = [](const std::string& text) { return Json::Parse(text).value_or(Json()); };
    fhir::AddParameter(body, "ticket", "resource", parsed(done_.task));
    fhir::AddParameter(body, "appointment", "resource", parsed(done_.appointment));
    fhir::AddParameter(body, "ahead", "valueInteger", done_.memory["ahead"]);
    if (done_.memory.Has("low")) {
      fhir::AddParameter(body, "wait-low", "valueInteger", done_.memory["low"]);
      fhir::AddParameter(body, "wait-high", "valueInteger", done_.memory["high"]);
    }
  }

  /// What was stored, as text, and what is remembered of it.
  struct Done {
    Json memory;
    std::string task;
    std::string appointment;
  };

  Hospital& hospital_;
  const QueueContext context_;
  const std::string appointment_id_;
  const CheckInRequest request_;
  Done done_;
  OperationAnswer answer_;
};

namespace {

void Count(const char* outcome) {
  ProcessMetrics()
      .CounterOf("yizhan_check_ins_total", "Check-ins asked for.",
                 {{"outcome", LogWord::OfProgram(outcome)}})
      .Add();
}

}  // namespace

OperationAnswer Hospital::CheckIn(const std::string& appointment_id, const Json& parameters) {
  Result<CheckInRequest> request = ReadRequest(parameters, clock_.Now());
  if (!request) return Failure(request.error());
  CheckInJob job(*this, appointment_id, std::move(*request));
  const Status status =
      queues_.Write([&](store::Transaction& transaction) { return job.Run(transaction); });
  const char* const failed = job.Refused() ? "refused" : "failed";
  Count(status ? "done" : failed);
  if (status || job.Refused()) return job.Answer();
  return Failure(status.error());
}

Result<QueueTicket> Hospital::CheckInAtDesk(const std::string& appointment_id, const DeskAct& act,
                                            const std::string& operation_id) {
  if (!fhir::IsId(operation_id)) return Fail(ErrorCode::BadData, "operation-id is missing");
  if (act.staff.empty()) return Fail(ErrorCode::BadData, "nobody acts");
  if (act.reason.empty()) return Fail(ErrorCode::Refused, "reason");
  CheckInRequest request;
  request.operation_id = operation_id;
  request.terminal = kDesk;
  request.arrived = clock_.Now();
  request.staff = act.staff;
  request.reason = act.reason;
  CheckInJob job(*this, appointment_id, std::move(request));
  const Status status =
      queues_.Write([&](store::Transaction& transaction) { return job.Run(transaction); });
  const OperationAnswer answer = job.Answer();
  if (!status && answer.status == 422) {
    return Fail(ErrorCode::Refused,
                fhir::CodeOf(answer.body["issue"][0]["details"], systems::kCheckInRefusal));
  }
  if (!status) return tl::unexpected<Error>(status.error());
  std::optional<QueueTicket> ticket = FromTask(fhir::ParameterOf(answer.body, "ticket"));
  if (!ticket) return Fail(ErrorCode::Internal, "the ticket cannot be read");
  return std::move(*ticket);
}

}  // namespace yizhan::hospital
