#include "backend/hospital/hospital.h"

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/audit.h"

namespace yizhan::hospital {

namespace {

using fhir::Json;

tl::unexpected<Error> Failed(const Error& error) { return tl::unexpected<Error>(error); }

/// One time zone and one rule of check-in for everything.
HospitalOptions WithZone(HospitalOptions options) {
  options.booking.zone = options.zone;
  options.booking.policy.check_in = options.check_in;
  options.queues.opens_before_start = options.check_in.opens_before_start;
  return options;
}

}  // namespace

Hospital::Hospital(store::ResourceStore& store, const Clock& clock, HospitalOptions options)
    : store_(store),
      clock_(clock),
      options_(WithZone(std::move(options))),
      bookings_(store, clock, options_.booking),
      directory_(store),
      queues_(store, clock, options_.zone, {directory_, board_, bookings_}, options_.queues) {}

Hospital::~Hospital() { store_.Listen({}); }

Status Hospital::Start() {
  store_.Listen([this](const std::vector<store::StoredResource>& changes) {
    for (const store::StoredResource& change : changes) {
      if (change.type == "Invoice" || change.type == "MedicationRequest") ++payment_changes_;
      if (change.type == "Task") {
        board_.Apply(change);
      } else {
        queues_.Changed(change);
      }
    }
  });
  const std::string today = Today();
  board_.SetDay(today);
  return queues_.LoadBoard(today);
}

Status Hospital::AnswerStaffCall(const std::string& task_id, const std::string& staff) {
  return queues_.Write([&](store::Transaction& transaction) -> Status {
    const Result<store::StoredResource> stored = transaction.Read("Task", task_id);
    if (!stored) return Failed(stored.error());
    Result<Json> task = Json::Parse(stored->text);
    if (!task) return Failed(task.error());
    if (!HasTaskCode(*task, "staff-call")) return Fail(ErrorCode::NotFound, "no staff call");
    if ((*task)["status"].AsString() == "completed") return {};
    task->Set("status", Json::String("completed"));
    const Result<store::StoredResource> updated =
        transaction.Update(std::move(*task), stored->version);
    if (!updated) return Failed(updated.error());
    const AuditedAct act{.act = "answer-staff-call",
                         .who = staff,
                         .where = "",
                         .task_id = task_id,
                         .appointment_id = "",
                         .reason = "",
                         .when = clock_.Now(),
                         .who_system = fhir::systems::kAccount};
    const auto kept = transaction.Create(ToAuditEvent(act));
    return kept ? Status() : Failed(kept.error());
  });
}

}  // namespace yizhan::hospital
