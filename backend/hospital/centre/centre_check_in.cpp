#include "backend/hospital/centre/centre_check_in.h"

#include <algorithm>

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/hospital/care/care_request.h"
#include "backend/hospital/care/enter_line.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;

/// What somebody wants at the centre, in the order in which it was said.
std::vector<std::string> ServicesOf(const Json& parameters) {
  std::vector<std::string> services;
  for (const Json& parameter : parameters["parameter"].Items()) {
    if (parameter["name"].AsString() != "service") continue;
    std::string id = fhir::ReferencedId(parameter["valueReference"], "HealthcareService");
    if (std::ranges::find(services, id) == services.end()) services.push_back(std::move(id));
  }
  return services;
}

/// The one centre where all of this is done; "" when there is none.
std::string CentreFor(const DirectorySnapshot& directory, const std::vector<std::string>& wanted) {
  for (const auto& [id, service] : directory.services) {
    if (service.kind != QueueKind::ServiceCentre || service.queue_letter.empty()) continue;
    const auto& items = service.item_ids;
    const bool all = std::ranges::all_of(wanted, [&items](const std::string& one) {
      return std::ranges::find(items, one) != items.end();
    });
    if (all) return id;
  }
  return {};
}

/// One check-in inside the store's transaction.
class CentreCheckInJob {
 public:
  CentreCheckInJob(const QueueContext& context, std::string patient_id, CareRequest request,
                   std::vector<std::string> services)
      : context_(context),
        patient_id_(std::move(patient_id)),
        request_(std::move(request)),
        services_(std::move(services)) {}

  /// A refusal rolls back (nothing was done) and is left in Answer().
  Status Run(store::Transaction& transaction) {
    answer_ = {};  // The store may run a job again.
    const Result<Json> patient = ReadBody(transaction, "Patient", patient_id_);
    if (!patient && patient.error().code == ErrorCode::NotFound) {
      return Refuse(CareRefusal("unknown-patient"));
    }
    if (!patient) return Failed(patient);
    const std::string centre = CentreFor(*context_.directory, services_);
    if (services_.empty() || centre.empty()) return Refuse(CareRefusal("nothing-to-do"));
    if (Status open = RefuseSecond(transaction, centre); !open) return open;
    Entrant entrant;
    entrant.operation_id = request_.operation_id;
    entrant.terminal = request_.terminal;
    entrant.patient_id = patient_id_;
    entrant.service_id = centre;
    entrant.arrived = request_.arrived;
    entrant.serial = request_.serial;
    entrant.stops = services_;
    const Result<QueueTicket> ticket = Enter(transaction, entrant, context_);
    if (!ticket) return Failed(ticket);
    return Compose(transaction, *ticket);
  }

  [[nodiscard]] OperationAnswer Answer() { return std::move(answer_); }
  [[nodiscard]] bool Refused() const { return answer_.status != 200; }

 private:
  Status Refuse(OperationAnswer refusal) {
    answer_ = std::move(refusal);
    return Fail(ErrorCode::Refused, "centre check-in refused");
  }

  /// One number at a time: a second one would let a person stand in the line twice. The same
  /// operation again gets its own ticket from Enter().
  Status RefuseSecond(store::Transaction& transaction, const std::string& centre) {
    auto open = OpenTicketOf(transaction, patient_id_, centre, context_.Today(), context_.zone);
    if (!open) return Failed(open);
    if (!*open) return {};
    const auto ticket = FromTask(**open);
    if (ticket && ticket->operation_id == request_.operation_id) return {};
    OperationAnswer refusal = CareRefusal("already-checked-in");
    refusal.body.Set("contained", Json::Array({std::move(**open)}));
    return Refuse(std::move(refusal));
  }

  Status Compose(store::Transaction& transaction, const QueueTicket& ticket) {
    const Result<Json> task = ReadBody(transaction, "Task", ticket.id);
    if (!task) return Failed(task);
    const int ahead = context_.board.Ahead(ticket);
    Json& body = answer_.body;
    body.Set("resourceType", Json::String("Parameters"));
    fhir::AddParameter(body, "ticket", "resource", *task);
    fhir::AddParameter(body, "ahead", "valueInteger", Json::Integer(ahead));
    const auto wait = context_.board.Estimate(ticket.service_id, ticket.room_id, ahead);
    if (!wait) return {};
    fhir::AddParameter(body, "wait-low", "valueInteger", Json::Integer(wait->first.count()));
    fhir::AddParameter(body, "wait-high", "valueInteger", Json::Integer(wait->last.count()));
    return {};
  }

  const QueueContext& context_;
  const std::string patient_id_;
  const CareRequest request_;
  const std::vector<std::string> services_;
  OperationAnswer answer_;
};

}  // namespace

OperationAnswer CentreCheckIn(Hospital& hospital, const std::string& patient_id,
                              const Json& parameters) {
  Result<CareRequest> request = ReadCareRequest(parameters, hospital.Now());
  if (!request) return CareFailure(request.error());
  hospital.TurnDay();
  const QueueContext context = hospital.Queue().Context();
  CentreCheckInJob job(context, patient_id, std::move(*request), ServicesOf(parameters));
  const Status status =
      hospital.Queue().Write([&](store::Transaction& transaction) { return job.Run(transaction); });
  if (status || job.Refused()) return job.Answer();
  return CareFailure(status.error());
}

}  // namespace yizhan::hospital
