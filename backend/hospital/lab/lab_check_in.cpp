#include "backend/hospital/lab/lab_check_in.h"

#include <algorithm>
#include <map>
#include <set>

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/care/care_request.h"
#include "backend/hospital/care/enter_line.h"
#include "backend/hospital/care/identity_check.h"
#include "backend/hospital/lab/lab_answer.h"
#include "domain/money.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

constexpr const char* kOperations = "lab-operation";

bool IsUrgent(const Json& order) {
  const std::string& priority = order["priority"].AsString();
  return priority == "stat" || priority == "asap" || priority == "urgent";
}

/// The paid orders of a patient, with what the catalogue says of them.
struct LabWork {
  std::vector<Json> orders;
  std::map<std::string, LabTest> tests;    ///< By order id.
  std::vector<std::string> open_invoices;  ///< Of what is not paid; each once.
  int unknown = 0;                         ///< Paid, but not in the catalogue.
  int labelled = 0;                        ///< Have their tubes already.
  int unpaid = 0;
};

/// One lab check-in inside the store's transaction.
class LabCheckInJob {
 public:
  LabCheckInJob(const QueueContext& context, std::string patient_id, CareRequest request)
      : context_(context),
        zone_(context.zone),
        patient_id_(std::move(patient_id)),
        request_(std::move(request)) {}

  /// A refusal rolls back (nothing was done) and is left in Answer().
  Status Run(store::Transaction& transaction) {
    answer_ = {};  // The store may run a job again.
    const auto done = transaction.FindRecord(kOperations, request_.operation_id);
    if (!done) return Failed(done);
    if (*done) return Repeat(transaction, (*done)->text);
    const Result<LabSettings> settings = FindLabSettings(transaction);
    if (!settings) return Failed(settings);
    const Result<Json> patient = ReadBody(transaction, "Patient", patient_id_);
    if (!patient && patient.error().code == ErrorCode::NotFound) return Refuse("unknown-patient");
    if (!patient) return Failed(patient);
    Result<LabWork> work = Gather(transaction);
    if (!work) return Failed(work);
    if (work->tests.empty()) return NothingToDraw(transaction, *work, *settings);
    return CheckIn(transaction, *work, *settings);
  }

  [[nodiscard]] OperationAnswer Answer() { return std::move(answer_); }
  [[nodiscard]] bool Refused() const { return answer_.status != 200; }

 private:
  Status Refuse(std::string_view code) { return Refuse(CareRefusal(code)); }
  Status Refuse(OperationAnswer refusal) {
    answer_ = std::move(refusal);
    return Fail(ErrorCode::Refused, "lab check-in refused");
  }

  Result<LabWork> Gather(store::Transaction& transaction) const {
    LabWork work;
    auto orders = FindBodies(transaction, "ServiceRequest",
                             {{"patient", "Patient/" + patient_id_},
                              {"status", "active"},
                              {"category", "laboratory"},
                              {"_sort", "authored,_id"}},
                             zone_);
    if (!orders) return Failed(orders);
    for (Json& order : *orders) {
      if (!order["specimen"].Items().empty()) {
        ++work.labelled;
        continue;
      }
      const Result<OrderPayment> payment = PaymentOf(transaction, order);
      if (!payment) return Failed(payment);
      if (!payment->paid) {
        ++work.unpaid;
        for (const std::string& id : payment->open_invoices) {
          if (std::ranges::find(work.open_invoices, id) == work.open_invoices.end()) {
            work.open_invoices.push_back(id);
          }
        }
        continue;
      }
      auto test = FindLabTest(transaction, fhir::CodeOf(order["code"], systems::kCatalogueCode));
      if (!test) return Failed(test);
      if (!*test) {
        ++work.unknown;
        continue;
      }
      work.tests.emplace(order["id"].AsString(), std::move(**test));
      work.orders.push_back(std::move(order));
    }
    return work;
  }

  /// Why there is no tube: what the patient can do about it counts first.
  Status NothingToDraw(store::Transaction& transaction, const LabWork& work,
                       const LabSettings& settings) {
    if (work.unpaid > 0) {
      const Result<std::int64_t> due = SumOf(transaction, work.open_invoices);
      if (!due) return Failed(due);
      return Refuse(PaymentDue(*due, settings.pay_at));
    }
    if (work.unknown > 0) return Refuse("ask-staff");
    if (work.labelled > 0) {
      Result<std::optional<Json>> ticket =
          OpenTicketOf(transaction, patient_id_, settings.draw_service, context_.Today(), zone_);
      if (!ticket) return Failed(ticket);
      if (*ticket) {
        OperationAnswer refusal = CareRefusal("already-checked-in");
        refusal.body.Set("contained", Json::Array({std::move(**ticket)}));
        return Refuse(std::move(refusal));
      }
    }
    return Refuse("nothing-to-do");
  }

  /// One TestOrder for each tube that the order needs.
  static std::vector<domain::TestOrder> TestOrders(const LabWork& work) {
    std::vector<domain::TestOrder> all;
    for (const Json& order : work.orders) {
      const std::string& id = order["id"].AsString();
      const LabTest& test = work.tests.at(id);
      domain::TestOrder one{.order_id = id,
                            .short_name = test.short_name,
                            .tube = test.tube,
                            .section = test.section,
                            .volume_ul = test.volume_ul,
                            .urgent = IsUrgent(order),
                            .own_tube = test.own_tube,
                            .minutes_after_first = 0};
      const std::vector<int> at_once = {0};
      for (const int minutes : test.series.empty() ? at_once : test.series) {
        one.minutes_after_first = minutes;
        if (!test.series.empty()) one.short_name = test.short_name + std::to_string(minutes) + "'";
        all.push_back(one);
      }
    }
    return all;
  }

  std::string DepartmentOf(const Json& order) const {
    const std::string doctor = fhir::ReferencedId(order["requester"], "Practitioner");
    const auto found = context_.directory->doctors.find(doctor);
    return found == context_.directory->doctors.end()
               ? ""
               : context_.directory->ServiceOf(found->second.service_id).name.zh;
  }

  WallTime DueOf(const LabTest& test, const LabSettings& settings, int minutes_after_first) const {
    // What is drawn when cannot be known yet: about now, by the order of the queue.
    return domain::ReportDue(test.turn_around,
                             context_.clock.Now() + std::chrono::minutes(minutes_after_first),
                             zone_, settings.holidays);
  }

  Result<std::vector<LabTube>> StoreTubes(store::Transaction& transaction, const LabWork& work,
                                          const LabSettings& settings) const {
    const std::vector<domain::TestOrder> orders = TestOrders(work);
    const std::vector<domain::Tube> tubes = domain::GroupTubes(orders, settings.limits);
    std::vector<LabTube> stored;
    std::map<std::string, const Json*> order_of;
    for (const Json& order : work.orders) order_of[order["id"].AsString()] = &order;
    for (const domain::Tube& tube : tubes) {
      LabTube one;
      Result<std::string> barcode = NextBarcode(transaction, context_.clock.Now(), zone_);
      if (!barcode) return Failed(barcode);
      one.barcode = std::move(*barcode);
      one.patient_id = patient_id_;
      one.order_ids = tube.order_ids;
      one.short_names = tube.short_names;
      one.kind = tube.kind;
      one.section = tube.section;
      one.department = DepartmentOf(*order_of.at(tube.order_ids.front()));
      one.volume_ul = tube.volume_ul;
      one.urgent = tube.urgent;
      one.minutes_after_first = tube.minutes_after_first;
      one.place = static_cast<int>(stored.size()) + 1;
      one.count = static_cast<int>(tubes.size());
      for (const std::string& id : tube.order_ids) {
        one.report_due =
            std::max(one.report_due, DueOf(work.tests.at(id), settings, tube.minutes_after_first));
      }
      const auto specimen = transaction.Create(ToSpecimen(one));
      if (!specimen) return Failed(specimen);
      one.id = specimen->id;
      one.version = specimen->version;
      stored.push_back(std::move(one));
    }
    return stored;
  }

  /// From now on no other check-in makes tubes for these orders.
  Status PointToTubes(store::Transaction& transaction, const LabWork& work,
                      const std::vector<LabTube>& tubes) const {
    for (Json order : work.orders) {
      Json specimens = Json::Array();
      for (const LabTube& tube : tubes) {
        if (std::ranges::find(tube.order_ids, order["id"].AsString()) == tube.order_ids.end()) {
          continue;
        }
        specimens.Append(fhir::Reference("Specimen", tube.id));
      }
      order.Set("specimen", std::move(specimens));
      const std::int64_t version =
          std::strtoll(order["meta"]["versionId"].AsString().c_str(), nullptr, 10);
      // Only the version that was looked at: another check-in at the same time loses.
      const auto updated = transaction.Update(std::move(order), version);
      if (!updated) return Failed(updated);
    }
    return {};
  }

  Status CheckIn(store::Transaction& transaction, const LabWork& work,
                 const LabSettings& settings) {
    const Result<std::vector<LabTube>> tubes = StoreTubes(transaction, work, settings);
    if (!tubes) return Failed(tubes);
    const std::string first_order = work.orders.front()["id"].AsString();
    if (Status pointed = PointToTubes(transaction, work, *tubes); !pointed) return pointed;
    const Result<LineTicket> ticket = EnterLine(transaction, context_,
                                                {.request = request_,
                                                 .patient_id = patient_id_,
                                                 .service_id = settings.draw_service,
                                                 .focus = "ServiceRequest/" + first_order});
    if (!ticket) return Failed(ticket);
    AuditedAct act{.act = "lab-check-in",
                   .who = request_.terminal,
                   .where = "",
                   .task_id = ticket->ticket.id,
                   .appointment_id = "",
                   .reason = "",
                   .when = context_.clock.Now()};
    if (auto audited = transaction.Create(ToAuditEvent(act)); !audited) return Failed(audited);
    Json memory = Remembered(*ticket, *tubes, work, settings);
    const Result<std::int64_t> due = SumOf(transaction, work.open_invoices);
    if (!due) return Failed(due);
    if (work.unpaid > 0) {
      memory.Set("unpaid", Json::Integer(*due));
      memory.Set("payAt", Json::String(settings.pay_at.zh));
      memory.Set("payAtEn", Json::String(settings.pay_at.en));
    }
    const store::Record record{kOperations, request_.operation_id, memory.Write(),
                               context_.clock.Now() + store::kOperationMemory};
    if (Status kept = transaction.AddRecord(record); !kept) return kept;
    return Compose(transaction, memory, ticket->task_text);
  }

  Json Remembered(const LineTicket& ticket, const std::vector<LabTube>& tubes, const LabWork& work,
                  const LabSettings& settings) const {
    Json memory = Json::Object({{"patient", Json::String(patient_id_)},
                                {"task", Json::String(ticket.ticket.id)},
                                {"version", Json::Integer(ticket.ticket.version)},
                                {"ahead", Json::Integer(ticket.ahead)}});
    if (ticket.wait) {
      memory.Set("low", Json::Integer(ticket.wait->first.count()));
      memory.Set("high", Json::Integer(ticket.wait->last.count()));
    }
    Json specimens = Json::Array();
    for (const LabTube& tube : tubes) specimens.Append(Json::String(tube.id));
    memory.Set("specimens", std::move(specimens));
    Json tests = Json::Array();
    for (const Json& order : work.orders) {
      const LabTest& test = work.tests.at(order["id"].AsString());
      const int last = test.series.empty() ? 0 : test.series.back();
      tests.Append(Json::Object({{"code", Json::String(test.code)},
                                 {"due", Json::String(ToInstant(DueOf(test, settings, last)))}}));
    }
    memory.Set("tests", std::move(tests));
    return memory;
  }

  /// The same answer as the first time, from the versions it spoke of.
  Status Repeat(store::Transaction& transaction, const std::string& remembered) {
    const Result<Json> memory = Json::Parse(remembered);
    if (!memory) return Failed(memory);
    if ((*memory)["patient"].AsString() != patient_id_) {
      return Fail(ErrorCode::Conflict, "operation-id belongs to another check-in");
    }
    const auto task = transaction.ReadVersion("Task", (*memory)["task"].AsString(),
                                              (*memory)["version"].AsInteger().value_or(1));
    if (!task) return Failed(task);
    return Compose(transaction, *memory, task->text);
  }

  Status Compose(store::Transaction& transaction, const Json& memory, const std::string& task) {
    Json& body = answer_.body;
    fhir::AddParameter(body, "ticket", "resource", Json::Parse(task).value_or(Json()));
    fhir::AddParameter(body, "ahead", "valueInteger", memory["ahead"]);
    if (memory.Has("low")) {
      fhir::AddParameter(body, "wait-low", "valueInteger", memory["low"]);
      fhir::AddParameter(body, "wait-high", "valueInteger", memory["high"]);
    }
    const Result<Json> patient = ReadBody(transaction, "Patient", patient_id_);
    if (!patient) return Failed(patient);
    const LabelPerson person = PersonOf(*patient, CalendarDay(context_.clock.Now(), zone_));
    std::vector<LabTube> tubes;
    for (const Json& id : memory["specimens"].Items()) {
      const auto stored = transaction.ReadVersion("Specimen", id.AsString(), 1);
      if (!stored) return Failed(stored);
      Result<Json> specimen = Json::Parse(stored->text);
      if (!specimen) return Failed(specimen);
      if (auto tube = FromSpecimen(*specimen)) tubes.push_back(std::move(*tube));
      fhir::AddParameter(body, "specimen", "resource", std::move(*specimen));
    }
    for (const LabTube& tube : tubes) AddLabel(body, tube, person);
    for (const Json& one : memory["tests"].Items()) {
      const auto test = FindLabTest(transaction, one["code"].AsString());
      if (!test) return Failed(test);
      const auto due = ParseInstant(one["due"].AsString());
      if (*test && due) AddTest(body, **test, *due);
    }
    if (memory.Has("unpaid")) {
      fhir::AddParameter(body, "unpaid", "valueMoney",
                         Money(memory["unpaid"].AsInteger().value_or(0)));
      fhir::AddParameter(body, "pay-at", "valueString", memory["payAt"]);
      if (!memory["payAtEn"].AsString().empty()) {
        fhir::AddParameter(body, "pay-at-en", "valueString", memory["payAtEn"]);
      }
    }
    return {};
  }

  const QueueContext& context_;
  const TimeZone zone_;
  const std::string patient_id_;
  const CareRequest request_;
  OperationAnswer answer_;
};

}  // namespace

OperationAnswer LabCheckIn(Hospital& hospital, const std::string& patient_id,
                           const Json& parameters) {
  Result<CareRequest> request = ReadCareRequest(parameters, hospital.Now());
  if (!request) return CareFailure(request.error());
  hospital.TurnDay();
  const QueueContext context = hospital.Queue().Context();
  LabCheckInJob job(context, patient_id, std::move(*request));
  const Status status =
      hospital.Queue().Write([&](store::Transaction& transaction) { return job.Run(transaction); });
  if (status || job.Refused()) return job.Answer();
  return CareFailure(status.error());
}

}  // namespace yizhan::hospital
