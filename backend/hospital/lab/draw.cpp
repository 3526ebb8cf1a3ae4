#include "backend/hospital/lab/draw.h"

#include <algorithm>
#include <tuple>

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/care/care_request.h"
#include "backend/hospital/care/identity_check.h"
#include "backend/hospital/lab/test_catalogue.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

/// Key: ticket. Who made sure that the person is the one of the ticket.
constexpr const char* kIdentified = "draw-identity";
constexpr std::chrono::days kKept{2};

Status Refuse(const char* why) { return Fail(ErrorCode::Refused, why); }

/// One act at a window inside the store's transaction.
class DrawJob {
 public:
  DrawJob(const QueueContext& context, store::Transaction& transaction, const DrawAct& act)
      : context_(context), transaction_(transaction), act_(act) {}

  /// The patient who is called to the window, as the store says.
  Status Begin() {
    const std::string service = context_.directory->ServiceOfRoom(act_.room_id);
    auto called = TicketsOf(transaction_, context_, service, context_.Today(), "in-progress");
    if (!called) return Failed(called);
    const auto here = std::ranges::find(*called, act_.room_id,
                                        [](const QueueTicket& one) { return one.room_id; });
    if (here == called->end()) return Fail(ErrorCode::NotFound, "nobody is called");
    ticket_ = *here;
    return {};
  }

  /// Refuses a tube of somebody else, and everything while there is doubt about the person.
  Result<LabTube> Tube() {
    Result<LabTube> tube = FindTube(transaction_, act_.barcode, context_.zone);
    if (!tube) return tube;
    if (tube->patient_id != ticket_.patient_id) return Fail(ErrorCode::Refused, "wrong-patient");
    if (Status may = MayCarryOut(transaction_, ticket_.patient_id); !may) return Failed(may);
    if (tube->state == TubeState::Drawn) return Fail(ErrorCode::Refused, "drawn");
    if (tube->state == TubeState::Failed) return Fail(ErrorCode::Refused, "failed");
    return tube;
  }

  Result<LabTube> Identify() {
    if (!act_.name_asked) return Failed(Refuse("name-not-asked"));
    const Result<LabTube> tube = Tube();
    if (!tube) return tube;
    const Result<Json> patient = ReadBody(transaction_, "Patient", ticket_.patient_id);
    if (!patient) return Failed(patient);
    const bool is_card =
        std::ranges::any_of((*patient)["identifier"].Items(), [&](const Json& identifier) {
          return identifier["system"].AsString() == systems::kCardNumber &&
                 !act_.card_number.empty() && identifier["value"].AsString() == act_.card_number;
        });
    if (!is_card) return Fail(ErrorCode::Refused, "wrong-patient");
    const WallTime now = context_.clock.Now();
    const Json text =
        Json::Object({{"by", Json::String(act_.staff)}, {"at", Json::String(ToInstant(now))}});
    const Status kept =
        transaction_.PutRecord({kIdentified, ticket_.id, text.Write(), now + kKept});
    if (!kept) return Failed(kept);
    if (Status audited = Audit("identify", ""); !audited) return Failed(audited);
    return tube;
  }

  Result<LabTube> Draw() {
    Result<LabTube> tube = Tube();
    if (!tube) return tube;
    if (Status identified = MustBeIdentified(); !identified) return Failed(identified);
    tube->state = TubeState::Drawn;
    tube->drawn = context_.clock.Now();
    tube->drawn_by = act_.staff;
    const auto stored = transaction_.Update(ToSpecimen(*tube), tube->version);
    if (!stored) return Failed(stored);
    tube->version = stored->version;
    if (Status audited = Audit("draw", "", tube->id); !audited) return Failed(audited);
    return tube;
  }

  Result<LabTube> Replace() {
    if (act_.reason.empty()) return Failed(Refuse("reason"));
    Result<LabTube> old = Tube();
    if (!old) return old;
    LabTube next = *old;
    old->state = TubeState::Failed;
    const auto stored = transaction_.Update(ToSpecimen(*old), old->version);
    if (!stored) return Failed(stored);
    Result<std::string> barcode = NextBarcode(transaction_, context_.clock.Now(), context_.zone);
    if (!barcode) return Failed(barcode);
    next.id.clear();
    next.barcode = std::move(*barcode);
    ++next.reprints;
    const auto created = transaction_.Create(ToSpecimen(next));
    if (!created) return Failed(created);
    next.id = created->id;
    next.version = created->version;
    if (Status pointed = PointTo(old->id, next); !pointed) return Failed(pointed);
    if (Status audited = Audit("draw-failed", act_.reason, old->id); !audited) {
      return Failed(audited);
    }
    return next;
  }

  Status Audit(std::string_view name, const std::string& reason,
               const std::string& specimen_id = "") {
    const AuditedAct audited{.act = name,
                             .who = act_.staff,
                             .where = act_.room_id,
                             .task_id = ticket_.id,
                             .appointment_id = "",
                             .reason = reason,
                             .when = context_.clock.Now(),
                             .who_system = systems::kAccount};
    Json event = ToAuditEvent(audited);
    if (!specimen_id.empty()) {
      event.At("entity").Append(Json::Object({{"what", fhir::Reference("Specimen", specimen_id)}}));
    }
    const auto kept = transaction_.Create(std::move(event));
    return kept ? Status() : Failed(kept);
  }

 private:
  Status MustBeIdentified() {
    const auto record = transaction_.FindRecord(kIdentified, ticket_.id);
    if (!record) return Failed(record);
    return *record ? Status() : Refuse("not-identified");
  }

  /// The orders of a tube name the one that took its place.
  Status PointTo(const std::string& old_id, const LabTube& next) {
    for (const std::string& id : next.order_ids) {
      Result<Json> order = ReadBody(transaction_, "ServiceRequest", id);
      if (!order) return Failed(order);
      Json specimens = Json::Array();
      for (const Json& reference : (*order)["specimen"].Items()) {
        if (fhir::ReferencedId(reference, "Specimen") != old_id) specimens.Append(reference);
      }
      specimens.Append(fhir::Reference("Specimen", next.id));
      order->Set("specimen", std::move(specimens));
      const auto updated = transaction_.Update(std::move(*order));
      if (!updated) return Failed(updated);
    }
    return {};
  }

  const QueueContext& context_;
  store::Transaction& transaction_;
  const DrawAct& act_;
  QueueTicket ticket_;
};

/// Runs one step at a window. A wrong patient is remembered although nothing else is done.
Result<LabTube> AtWindow(Hospital& hospital, const DrawAct& act,
                         Result<LabTube> (DrawJob::*step)()) {
  hospital.TurnDay();
  const QueueContext context = hospital.Queue().Context();
  Result<LabTube> answer = Fail(ErrorCode::Internal, "did not run");
  const Status status = hospital.Queue().Write([&](store::Transaction& transaction) -> Status {
    DrawJob job(context, transaction, act);
    if (Status begun = job.Begin(); !begun) return begun;
    answer = (job.*step)();
    if (answer) return {};
    if (answer.error().detail == "wrong-patient") return job.Audit("wrong-patient", "");
    return tl::unexpected<Error>(answer.error());
  });
  if (!status) return Failed(status);
  return answer;
}

}  // namespace

Result<DrawWork> DrawWorkAt(Hospital& hospital, store::ReadView& view, const std::string& room_id) {
  const auto called = hospital.Board().CalledTo(room_id);
  if (!called) return Fail(ErrorCode::NotFound, "nobody is called");
  DrawWork work;
  work.ticket = *called;
  Result<Json> patient = ReadBody(view, "Patient", work.ticket.patient_id);
  if (!patient) return Failed(patient);
  work.patient = std::move(*patient);
  const auto record = view.FindRecord(kIdentified, work.ticket.id);
  if (!record) return Failed(record);
  work.identified = record->has_value();
  const TimeZone zone = hospital.Options().zone;
  const auto specimens = FindBodies(
      view, "Specimen",
      {{"patient", "Patient/" + work.ticket.patient_id}, {"_sort", "-_lastUpdated"}}, zone, 200);
  if (!specimens) return Failed(specimens);
  for (const Json& specimen : *specimens) {
    std::optional<LabTube> tube = FromSpecimen(specimen);
    if (!tube) continue;
    // What was over on another day is not the window's any more.
    const auto updated = ParseInstant(specimen["meta"]["lastUpdated"].AsString());
    const bool today = updated && ToDate(LocalDay(*updated, zone)) == hospital.Today();
    if (today || tube->state == TubeState::Labelled) work.tubes.push_back(std::move(*tube));
  }
  std::ranges::sort(work.tubes, {}, [](const LabTube& tube) {
    return std::tuple(tube.minutes_after_first, tube.place, tube.reprints, tube.barcode);
  });
  return work;
}

Result<LabTube> IdentifyForDraw(Hospital& hospital, const DrawAct& act) {
  return AtWindow(hospital, act, &DrawJob::Identify);
}
Result<LabTube> ScanBack(Hospital& hospital, const DrawAct& act) {
  return AtWindow(hospital, act, &DrawJob::Draw);
}
Result<LabTube> FailDraw(Hospital& hospital, const DrawAct& act) {
  return AtWindow(hospital, act, &DrawJob::Replace);
}

}  // namespace yizhan::hospital
