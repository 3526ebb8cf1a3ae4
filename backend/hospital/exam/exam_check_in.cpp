#include "backend/hospital/exam/exam_check_in.h"

#include <algorithm>

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/care/care_request.h"
#include "backend/hospital/care/enter_line.h"
#include "backend/hospital/care/identity_check.h"
#include "backend/hospital/exam/scanned_order.h"
#include "backend/hospital/lab/test_catalogue.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

constexpr const char* kOperations = "exam-operation";

/// One examination that can be checked in for.
struct ExamOrder {
  Json body;
  std::string service_id;
};

/// One check-in for examinations inside the store's transaction.
class ExamCheckInJob {
 public:
  ExamCheckInJob(const QueueContext& context, std::string patient_id, CareRequest request)
      : context_(context), patient_id_(std::move(patient_id)), request_(std::move(request)) {}

  /// A refusal rolls back (nothing was done) and is left in Answer().
  Status Run(store::Transaction& transaction) {
    answer_ = {};  // The store may run a job again.
    open_invoices_.clear();
    const auto done = transaction.FindRecord(kOperations, request_.operation_id);
    if (!done) return Failed(done);
    if (*done) return Repeat(transaction, (*done)->text);
    const Result<Json> patient = ReadBody(transaction, "Patient", patient_id_);
    if (!patient && patient.error().code == ErrorCode::NotFound) {
      return Refuse(CareRefusal("unknown-patient"));
    }
    if (!patient) return Failed(patient);
    Result<std::vector<ExamOrder>> orders = Gather(transaction);
    if (!orders) return Failed(orders);
    if (orders->empty()) return Nothing(transaction);
    return CheckIn(transaction, *orders);
  }

  [[nodiscard]] OperationAnswer Answer() { return std::move(answer_); }
  [[nodiscard]] bool Refused() const { return answer_.status != 200; }

 private:
  Status Refuse(OperationAnswer refusal) {
    answer_ = std::move(refusal);
    return Fail(ErrorCode::Refused, "exam check-in refused");
  }

  Result<std::vector<ExamOrder>> Gather(store::Transaction& transaction) {
    auto bodies = FindBodies(transaction, "ServiceRequest",
                             {{"patient", "Patient/" + patient_id_},
                              {"status", "active"},
                              {"category", "imaging"},
                              {"_sort", "authored,_id"}},
                             context_.zone);
    if (!bodies) return Failed(bodies);
    std::vector<ExamOrder> orders;
    waiting_.clear();
    for (Json& body : *bodies) {
      const std::string service = fhir::ReferencedId(body["performer"], "HealthcareService");
      if (!context_.directory->services.contains(service)) continue;
      const Result<OrderPayment> payment = PaymentOf(transaction, body);
      if (!payment) return Failed(payment);
      if (!payment->paid) {
        open_invoices_.insert(open_invoices_.end(), payment->open_invoices.begin(),
                              payment->open_invoices.end());
        continue;
      }
      auto ticket =
          TicketOfOrder(transaction, body["id"].AsString(), context_.Today(), context_.zone);
      if (!ticket) return Failed(ticket);
      if (*ticket) {
        waiting_.push_back(std::move(**ticket));
        continue;
      }
      orders.push_back({std::move(body), service});
    }
    std::ranges::sort(open_invoices_);
    open_invoices_.erase(std::unique(open_invoices_.begin(), open_invoices_.end()),
                         open_invoices_.end());
    return orders;
  }

  Status Nothing(store::Transaction& transaction) {
    if (open_invoices_.empty()) {
      if (waiting_.empty()) return Refuse(CareRefusal("nothing-to-do"));
      OperationAnswer refusal = CareRefusal("already-checked-in");
      refusal.body.Set("contained", Json::Array(std::move(waiting_)));
      return Refuse(std::move(refusal));
    }
    const Result<std::int64_t> due = SumOf(transaction, open_invoices_);
    if (!due) return Failed(due);
    // Where to pay is the hospital's, and the laboratory's settings say it.
    const auto settings = FindLabSettings(transaction);
    return Refuse(PaymentDue(*due, settings ? settings->pay_at : domain::LocalText{}));
  }

  Status CheckIn(store::Transaction& transaction, const std::vector<ExamOrder>& orders) {
    Json memory = Json::Object({{"patient", Json::String(patient_id_)}});
    Json tickets = Json::Array();
    int nth = 0;
    for (const ExamOrder& order : orders) {
      const std::string& id = order.body["id"].AsString();
      const auto exam =
          FindExam(transaction, fhir::CodeOf(order.body["code"], systems::kCatalogueCode));
      if (!exam) return Failed(exam);
      const Result<LineTicket> ticket =
          EnterLine(transaction, context_,
                    {.request = request_,
                     .patient_id = patient_id_,
                     .service_id = order.service_id,
                     .focus = "ServiceRequest/" + id,
                     .operation_id = request_.operation_id + '.' + std::to_string(++nth),
                     .hold = *exam ? (*exam)->preparation : ""});
      if (!ticket) return Failed(ticket);
      if (Status audited = Audit(transaction, ticket->ticket.id); !audited) return audited;
      Json one = Json::Object({{"task", Json::String(ticket->ticket.id)},
                               {"version", Json::Integer(ticket->ticket.version)}});
      if (*exam && !(*exam)->preparation.empty()) {
        one.Set("hold", Json::String((*exam)->preparation));
        one.Set("hint", Json::String((*exam)->hint.zh));
        one.Set("hintEn", Json::String((*exam)->hint.en));
      }
      tickets.Append(std::move(one));
    }
    memory.Set("tickets", std::move(tickets));
    const store::Record record{kOperations, request_.operation_id, memory.Write(),
                               context_.clock.Now() + store::kOperationMemory};
    if (Status kept = transaction.AddRecord(record); !kept) return kept;
    return Compose(transaction, memory);
  }

  Status Audit(store::Transaction& transaction, const std::string& task_id) const {
    const AuditedAct act{.act = "exam-check-in",
                         .who = request_.terminal,
                         .where = "",
                         .task_id = task_id,
                         .appointment_id = "",
                         .reason = "",
                         .when = context_.clock.Now()};
    const auto kept = transaction.Create(ToAuditEvent(act));
    return kept ? Status() : Failed(kept);
  }

  /// The same answer as the first time, from the versions it spoke of.
  Status Repeat(store::Transaction& transaction, const std::string& remembered) {
    const Result<Json> memory = Json::Parse(remembered);
    if (!memory) return Failed(memory);
    if ((*memory)["patient"].AsString() != patient_id_) {
      return Fail(ErrorCode::Conflict, "operation-id belongs to another check-in");
    }
    return Compose(transaction, *memory);
  }

  Status Compose(store::Transaction& transaction, const Json& memory) {
    Json& body = answer_.body;
    for (const Json& one : memory["tickets"].Items()) {
      const auto task = transaction.ReadVersion("Task", one["task"].AsString(),
                                                one["version"].AsInteger().value_or(1));
      if (!task) return Failed(task);
      fhir::AddParameter(body, "ticket", "resource", Json::Parse(task->text).value_or(Json()));
      if (!one.Has("hold")) continue;
      Json parts = Json::Array();
      const auto part = [&](const char* name, const char* member, Json value) {
        if (value.AsString().empty()) return;
        parts.Append(Json::Object({{"name", Json::String(name)}, {member, std::move(value)}}));
      };
      part("task", "valueString", Json::String("Task/" + one["task"].AsString()));
      part("preparation", "valueCode", one["hold"]);
      part("hint", "valueString", one["hint"]);
      part("hint-en", "valueString", one["hintEn"]);
      body.At("parameter")
          .Append(Json::Object({{"name", Json::String("hold")}, {"part", std::move(parts)}}));
    }
    return {};
  }

  const QueueContext& context_;
  const std::string patient_id_;
  const CareRequest request_;
  std::vector<std::string> open_invoices_;
  std::vector<Json> waiting_;  ///< Tickets of what is checked in already.
  OperationAnswer answer_;
};

}  // namespace

Result<std::optional<Exam>> FindExam(store::ReadView& view, const std::string& code) {
  if (code.empty()) return std::optional<Exam>();
  const auto record = view.FindRecord(kExams, code);
  if (!record) return Failed(record);
  if (!*record) return std::optional<Exam>();
  const Result<Json> text = Json::Parse((*record)->text);
  if (!text) return Failed(text);
  Exam exam;
  exam.name = {(*text)["name"].AsString(), (*text)["nameEn"].AsString()};
  exam.preparation = (*text)["preparation"].AsString();
  exam.hint = {(*text)["hint"].AsString(), (*text)["hintEn"].AsString()};
  exam.service_id = (*text)["service"].AsString();
  return std::optional(std::move(exam));
}

OperationAnswer ExamCheckIn(Hospital& hospital, const std::string& patient_id,
                            const Json& parameters) {
  Result<CareRequest> request = ReadCareRequest(parameters, hospital.Now());
  if (!request) return CareFailure(request.error());
  hospital.TurnDay();
  const QueueContext context = hospital.Queue().Context();
  ExamCheckInJob job(context, patient_id, std::move(*request));
  const Status status =
      hospital.Queue().Write([&](store::Transaction& transaction) { return job.Run(transaction); });
  if (status || job.Refused()) return job.Answer();
  return CareFailure(status.error());
}

Result<QueueTicket> FinishExam(Hospital& hospital, store::ResourceStore& store,
                               const DeskAct& act) {
  hospital.TurnDay();
  const auto called = hospital.Board().CalledTo(act.room_id);
  if (!called) return Fail(ErrorCode::NotFound, "nobody is called");
  if (!act.ticket_id.empty() && called->id != act.ticket_id) {
    return Fail(ErrorCode::Refused, "not-inside");
  }
  if (Status may = MayCarryOut(store, called->patient_id); !may) return Failed(may);
  const std::string prefix = "ServiceRequest/";
  if (!called->focus.starts_with(prefix)) return hospital.Finish(act);
  // The order first: if the second step fails, doing both again changes nothing twice.
  const Status status = store.Write([&](store::Transaction& transaction) -> Status {
    Result<Json> order =
        ReadBody(transaction, "ServiceRequest", called->focus.substr(prefix.size()));
    if (!order) return Failed(order);
    if ((*order)["status"].AsString() != "active") return {};
    order->Set("status", Json::String("completed"));
    const auto updated = transaction.Update(std::move(*order));
    return updated ? Status() : Failed(updated);
  });
  if (!status) return Failed(status);
  return hospital.Finish(act);
}

}  // namespace yizhan::hospital
