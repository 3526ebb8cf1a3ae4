#include <algorithm>
#include <utility>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/hospital.h"
#include "backend/hospital/visit_of.h"
#include "base/log.h"
#include "base/metrics.h"
#include "domain/money.h"
#include "domain/name.h"
#include "domain/ticket.h"

namespace yizhan::hospital {
namespace {

using domain::CheckInOutcome;
using fhir::Json;
namespace systems = fhir::systems;

/// A terminal's clock may be ahead of ours by this much.
constexpr std::chrono::minutes kClockTolerance{5};
/// Of a service that was given none; terminals know it, too.
constexpr const char* kNoLetter = "Z";
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
};

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

/// "A-K3-07" for the queue's letter and this terminal.
bool IsProvisionalOf(const std::string& number, const std::string& letter,
                     const std::string& terminal) {
  const std::string prefix = letter + '-' + terminal + '-';
  const std::string_view digits =
      std::string_view(number).substr(std::min(prefix.size(), number.size()));
  return number.starts_with(prefix) && digits.size() >= 2 && digits.size() <= 6 &&
         std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
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

/// The ticket somebody made for this appointment before; null if there is none.
Json ExistingTicket(store::Transaction& transaction, const std::string& appointment_id) {
  const Result<store::SearchQuery> query =
      store::ParseSearch("Task",
                         {{"focus", "Appointment/" + appointment_id},
                          {"code", std::string(systems::kTaskCode) + "|queue-ticket"}},
                         TimeZone{});
  if (!query) return {};
  const Result<store::SearchResult> found = transaction.Search(*query);
  if (!found || found->matches.empty()) return {};
  return Json::Parse(found->matches.back().text).value_or(Json());
}

}  // namespace

/// One check-in inside the store's transaction.
class Hospital::CheckInJob {
 public:
  CheckInJob(Hospital& hospital, std::string appointment_id, CheckInRequest request)
      : hospital_(hospital),
        directory_(hospital.directory_.Now()),
        appointment_id_(std::move(appointment_id)),
        request_(std::move(request)) {}

  /// A refusal rolls back (nothing was done) and is left in Answer().
  Status Run(store::Transaction& transaction) {
    answer_ = {};  // The store may run a job again.
    const Result<std::optional<store::Record>> done =
        transaction.FindRecord(kOperationRecord, request_.operation_id);
    if (!done) return tl::unexpected<Error>(done.error());
    if (*done) return Repeat(transaction, (*done)->text);
    Result<Json> appointment = ReadBody(transaction, "Appointment", appointment_id_);
    if (!appointment) return tl::unexpected<Error>(appointment.error());
    domain::Visit visit = VisitOf(*appointment, *directory_);
    visit.kept_until = hospital_.bookings_.KeptUntil(*appointment);
    // A booking is its own person's and nobody else's (F26).
    if (!request_.patient_id.empty() && request_.patient_id != visit.patient.Value()) {
      answer_ = Refusal(422, "wrong-person");
      return Fail(ErrorCode::Refused, "check-in refused");
    }
    if (Status due = AddDue(transaction, *appointment, visit); !due) return due;
    const domain::CheckInVerdict verdict =
        Decide(visit, domain::SiteId(request_.site_id), request_.arrived);
    if (verdict.outcome != CheckInOutcome::Ready) {
      answer_ = Refusal(422, RefusalCode(verdict.outcome), verdict.at);
      if (verdict.outcome == CheckInOutcome::AlreadyCheckedIn) {
        Json ticket = ExistingTicket(transaction, appointment_id_);
        if (!ticket.IsNull()) answer_.body.Set("contained", Json::Array({std::move(ticket)}));
      }
      return Fail(ErrorCode::Refused, "check-in refused");
    }
    return Admit(transaction, std::move(*appointment), visit);
  }

  [[nodiscard]] OperationAnswer Answer() { return std::move(answer_); }
  [[nodiscard]] bool Refused() const { return answer_.status != 200; }

 private:
  domain::CheckInVerdict Decide(const domain::Visit& visit, const domain::SiteId& here,
                                WallTime arrived) const {
    const TimeZone zone = hospital_.options_.zone;
    // An arrival of another day than today came too late to get into today's queue.
    if (LocalDay(arrived, zone) != LocalDay(hospital_.clock_.Now(), zone)) {
      return {CheckInOutcome::WrongDay, visit.start};
    }
    return domain::DecideCheckIn(visit, here, arrived, zone, hospital_.options_.check_in);
  }

  Status AddDue(store::Transaction& transaction, const Json& appointment,
                domain::Visit& visit) const {
    for (const std::string& id : InvoicesOf(appointment)) {
      const Result<Json> invoice = ReadBody(transaction, "Invoice", id);
      if (!invoice && invoice.error().code != ErrorCode::NotFound) {
        return tl::unexpected<Error>(invoice.error());
      }
      if (!invoice || (*invoice)["status"].AsString() != "issued") continue;
      const auto amount = domain::ParseYuan((*invoice)["totalNet"]["value"].AsNumberText());
      // An open invoice whose amount cannot be read is still open.
      visit.due_minor += std::max<std::int64_t>(1, amount.value_or(1));
    }
    return {};
  }

  Result<std::string> Number(store::Transaction& transaction, const domain::Visit& visit,
                             const std::string& queue_day) const {
    const std::string letter = visit.queue_letter.empty() ? kNoLetter : visit.queue_letter;
    if (!request_.provisional_number.empty()) return ClaimNumber(transaction, letter, queue_day);
    const Result<std::int64_t> number = transaction.NextNumber("ticket|" + queue_day);
    if (!number) return tl::unexpected<Error>(number.error());
    return domain::TicketNumber(letter, static_cast<int>(*number));
  }

  /// The terminal's own number, when it may have it.
  Result<std::string> ClaimNumber(store::Transaction& transaction, const std::string& letter,
                                  const std::string& queue_day) const {
    if (!IsProvisionalOf(request_.provisional_number, letter, request_.terminal)) {
      return Fail(ErrorCode::BadData, "provisional number is not this terminal's");
    }
    const Result<store::SearchQuery> query = store::ParseSearch(
        "Task",
        {{"identifier", std::string(systems::kTicketNumber) + '|' + request_.provisional_number},
         {"group-identifier", std::string(systems::kQueueDay) + "|" + EscapeBar(queue_day)}},
        hospital_.options_.zone);
    if (!query) return tl::unexpected<Error>(query.error());
    const Result<store::SearchResult> used = transaction.Search(*query);
    if (!used) return tl::unexpected<Error>(used.error());
    if (!used->matches.empty()) {
      return Fail(ErrorCode::Conflict, "provisional number was used by another check-in");
    }
    return request_.provisional_number;
  }

  static std::string EscapeBar(std::string text) {
    for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
      text.insert(at, 1, '\\');
    }
    return text;
  }

  Status Admit(store::Transaction& transaction, Json appointment, const domain::Visit& visit) {
    QueueTicket ticket;
    ticket.day = ToLocalDate(request_.arrived, hospital_.options_.zone);
    ticket.service_id = visit.service_id.Value();
    Result<std::string> number = Number(transaction, visit, ticket.service_id + '|' + ticket.day);
    if (!number) return tl::unexpected<Error>(number.error());
    ticket.number = std::move(*number);
    ticket.operation_id = request_.operation_id;
    ticket.serial = request_.serial;
    ticket.room_id = RoomOf(appointment);
    ticket.patient_id = visit.patient.Value();
    const Result<Json> patient = ReadBody(transaction, "Patient", ticket.patient_id);
    ticket.masked_name = domain::MaskName(patient ? fhir::PersonName(*patient) : "");
    ticket.appointment_id = appointment_id_;
    ticket.terminal = request_.terminal;
    ticket.offline = !request_.provisional_number.empty();
    ticket.arrived = request_.arrived;
    ticket.slot_start = visit.start;
    ticket.slot_end = visit.end;

    Result<store::StoredResource> new_appointment =
        hospital_.bookings_.CheckIn(transaction, std::move(appointment));
    if (!new_appointment) return tl::unexpected<Error>(new_appointment.error());
    Result<store::StoredResource> task = transaction.Create(ToTask(ticket));
    if (!task) return tl::unexpected<Error>(task.error());
    ticket.id = task->id;
    ticket.version = task->version;
    return Record(transaction, ticket, *task, *new_appointment);
  }

  static std::string RoomOf(const Json& appointment) {
    for (const Json& participant : appointment["participant"].Items()) {
      std::string id = fhir::ReferencedId(participant["actor"], "Location");
      if (!id.empty()) return id;
    }
    return "";
  }

  Status Record(store::Transaction& transaction, const QueueTicket& ticket,
                const store::StoredResource& task, const store::StoredResource& appointment) {
    AuditedAct act{.act = "check-in",
                   .who = request_.terminal,
                   .where = request_.site_id,
                   .task_id = ticket.id,
                   .appointment_id = appointment_id_,
                   .reason = "",
                   .when = hospital_.clock_.Now()};
    if (auto audited = transaction.Create(ToAuditEvent(act)); !audited) {
      return tl::unexpected<Error>(audited.error());
    }
    const int ahead = hospital_.board_.Ahead(ticket);
    const std::optional<domain::WaitEstimate> wait =
        hospital_.board_.Estimate(ticket.service_id, ticket.room_id, ahead);
    Json memory = Json::Object({{"appointment", Json::String(appointment_id_)},
                                {"version", Json::Integer(appointment.version)},
                                {"task", Json::String(task.id)},
                                {"ahead", Json::Integer(ahead)}});
    if (wait) {
      memory.Set("low", Json::Integer(wait->first.count()));
      memory.Set("high", Json::Integer(wait->last.count()));
    }
    const store::Record record{kOperationRecord, request_.operation_id, memory.Write(),
                               hospital_.clock_.Now() + store::kOperationMemory};
    if (Status kept = transaction.AddRecord(record); !kept) return kept;
    Compose(memory, task.text, appointment.text);
    hospital_.ShowDraft(transaction, ticket);
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
    Compose(*memory, *task, *appointment);
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
    const auto service = directory_->services.find(ticket->service_id);
    const bool lettered =
        service != directory_->services.end() && !service->second.queue_letter.empty();
    const Result<std::string> number =
        ClaimNumber(transaction, lettered ? service->second.queue_letter : kNoLetter,
                    ticket->service_id + '|' + ticket->day);
    if (!number) return tl::unexpected<Error>(number.error());
    ticket->former_number = std::exchange(ticket->number, *number);
    ticket->offline = true;
    AuditedAct act{.act = "renumber",
                   .who = request_.terminal,
                   .where = request_.site_id,
                   .task_id = id,
                   .appointment_id = appointment_id_,
                   .reason = "answer lost, number on paper counts",
                   .when = hospital_.clock_.Now()};
    if (auto audited = transaction.Create(ToAuditEvent(act)); !audited) {
      return tl::unexpected<Error>(audited.error());
    }
    const Result<store::StoredResource> stored = transaction.Update(ToTask(*ticket));
    if (!stored) return tl::unexpected<Error>(stored.error());
    ticket->version = stored->version;
    hospital_.ShowDraft(transaction, *ticket);
    return stored->text;
  }

  void Compose(const Json& memory, const std::string& task, const std::string& appointment) {
    Json& body = answer_.body;
    fhir::AddParameter(body, "ticket", "resource", Json::Parse(task).value_or(Json()));
    fhir::AddParameter(body, "appointment", "resource", Json::Parse(appointment).value_or(Json()));
    fhir::AddParameter(body, "ahead", "valueInteger", memory["ahead"]);
    if (memory.Has("low")) {
      fhir::AddParameter(body, "wait-low", "valueInteger", memory["low"]);
      fhir::AddParameter(body, "wait-high", "valueInteger", memory["high"]);
    }
  }

  Hospital& hospital_;
  const std::shared_ptr<const DirectorySnapshot> directory_;
  const std::string appointment_id_;
  const CheckInRequest request_;
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
  TurnDay();
  CheckInJob job(*this, appointment_id, std::move(*request));
  const Status status =
      Write([&](store::Transaction& transaction) { return job.Run(transaction); });
  const char* const failed = job.Refused() ? "refused" : "failed";
  Count(status ? "done" : failed);
  if (status || job.Refused()) return job.Answer();
  return Failure(status.error());
}

}  // namespace yizhan::hospital
