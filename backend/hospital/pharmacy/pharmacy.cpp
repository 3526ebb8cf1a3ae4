#include "backend/hospital/pharmacy/pharmacy.h"

#include <algorithm>
#include <set>

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/care/care_request.h"
#include "backend/hospital/pharmacy/pharmacy_job.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

constexpr const char* kOperations = "pharmacy-operation";
constexpr std::size_t kMostAtOnce = 2000;

/// Runs one act in one transaction.
template <typename T, typename Step>
Result<T> InPharmacy(Hospital& hospital, const PharmacyAct& act, const Step& step) {
  const QueueContext context = hospital.Queue().Context();
  Result<T> answer = Fail(ErrorCode::Internal, "did not run");
  const Status status = hospital.Queue().Write([&](store::Transaction& transaction) -> Status {
    PharmacyJob job(context, transaction, act);
    if (Status begun = job.Begin(); !begun) return begun;
    answer = step(job);
    return answer ? Status() : tl::unexpected<Error>(answer.error());
  });
  if (!status) return tl::unexpected<Error>(status.error());
  return answer;
}

Result<int> NumberOr(const Json& text, std::string_view member, int otherwise) {
  if (!text.Has(member)) return otherwise;
  const auto number = text[member].AsInteger();
  if (!number || *number < 0 || *number > 100'000) {
    return Fail(ErrorCode::BadData, std::string(member) + " is wrong");
  }
  return static_cast<int>(*number);
}

/// The numbers of recent prescriptions that nobody has dispensed.
Result<std::set<std::string>> OpenPrescriptions(store::ResourceStore& store, WallTime now,
                                                int valid_days, TimeZone zone) {
  const std::string since = ToLocalDate(now - std::chrono::days(valid_days), zone);
  const auto lines =
      FindBodies(store, "MedicationRequest", {{"status", "active"}, {"authoredon", "ge" + since}},
                 zone, kMostAtOnce);
  if (!lines) return Failed(lines);
  std::set<std::string> prescriptions;
  for (const Json& line : *lines) {
    const std::string& number = fhir::IdentifierValue(line, systems::kPrescription);
    if (!number.empty()) prescriptions.insert(number);
  }
  return prescriptions;
}

/// One check-in at a terminal; the answer of a repetition is made anew from the bags.
Status CheckInOnce(PharmacyJob& job, store::Transaction& transaction, const CareRequest& request,
                   const std::string& patient_id, WallTime now, std::vector<Bag>& bags) {
  const auto known = transaction.FindRecord(kOperations, request.operation_id);
  if (!known) return Failed(known);
  if (*known && (*known)->text != patient_id) {
    return Fail(ErrorCode::Conflict, "operation-id belongs to another check-in");
  }
  auto found = job.CheckIn(patient_id, request.arrived);
  if (!found) return Failed(found);
  bags = std::move(*found);
  if (*known || bags.empty()) return {};
  return transaction.AddRecord(
      {kOperations, request.operation_id, patient_id, now + store::kOperationMemory});
}

}  // namespace

Result<PharmacySettings> ReadPharmacySettings(const Json& text) {
  PharmacySettings settings;
  settings.service_id = text["service"].AsString();
  if (settings.service_id.empty()) return Fail(ErrorCode::BadData, "service is missing");
  const auto ready = NumberOr(text, "enterReady", settings.policy.enter_ready);
  const auto paid = NumberOr(text, "enterPaid", settings.policy.enter_paid);
  const auto leave = NumberOr(text, "leave", settings.policy.leave);
  const auto dwell =
      NumberOr(text, "dwellMinutes", static_cast<int>(settings.policy.dwell.count()));
  const auto days = NumberOr(text, "validDays", settings.valid_days);
  for (const auto* one : {&ready, &paid, &leave, &dwell, &days}) {
    if (!*one) return Failed(*one);
  }
  // Entering below where it leaves would flap.
  if (*leave >= *ready || *leave >= *paid) return Fail(ErrorCode::BadData, "leave is too high");
  settings.policy = {*ready, *paid, *leave, std::chrono::minutes(*dwell)};
  settings.valid_days = std::max(1, *days);
  return settings;
}

Result<PharmacySettings> FindPharmacySettings(store::ReadView& view) {
  const auto record = view.FindRecord(kPharmacySettings, "hospital");
  if (!record) return Failed(record);
  if (!*record) return Fail(ErrorCode::NotFound, "the pharmacy is not set up");
  const Result<Json> text = Json::Parse((*record)->text);
  if (!text) return Failed(text);
  return ReadPharmacySettings(*text);
}

Result<int> SweepPharmacy(Hospital& hospital, store::ResourceStore& store) {
  const auto settings = FindPharmacySettings(store);
  if (!settings && settings.error().code == ErrorCode::NotFound) return 0;
  if (!settings) return Failed(settings);
  const auto prescriptions =
      OpenPrescriptions(store, hospital.Now(), settings->valid_days, hospital.Options().zone);
  if (!prescriptions) return Failed(prescriptions);
  const PharmacyAct act{.staff = "pharmacy",
                        .window_id = "",
                        .bag_id = "",
                        .card_number = "",
                        .item_code = "",
                        .reason = ""};
  int made = 0;
  for (const std::string& prescription : *prescriptions) {
    const auto known = store.Read("Task", BagIdOf(prescription));
    if (known && !known->deleted) continue;
    if (!known && known.error().code != ErrorCode::NotFound) return Failed(known);
    const auto bag = InPharmacy<std::optional<Bag>>(
        hospital, act, [&](PharmacyJob& job) { return job.MakeBag(prescription); });
    // Lost against another process, which does the same.
    if (!bag && bag.error().code == ErrorCode::Conflict) continue;
    if (!bag) return Failed(bag);
    if (*bag) ++made;
  }
  const auto followed = InPharmacy<bool>(hospital, act, [&](PharmacyJob& job) -> Result<bool> {
    if (Status taken = job.TakeBackOld(); !taken) return Failed(taken);
    const auto state = job.FollowLoad();
    if (!state) return Failed(state);
    return true;
  });
  if (!followed && followed.error().code != ErrorCode::Conflict) return Failed(followed);
  return made;
}

OperationAnswer PharmacyCheckIn(Hospital& hospital, const std::string& patient_id,
                                const Json& parameters) {
  const Result<CareRequest> request = ReadCareRequest(parameters, hospital.Now());
  if (!request) return CareFailure(request.error());
  const PharmacyAct act{.staff = request->terminal,
                        .window_id = "",
                        .bag_id = "",
                        .card_number = "",
                        .item_code = "",
                        .reason = ""};
  const QueueContext context = hospital.Queue().Context();
  std::vector<Bag> bags;
  bool has_unsigned = false;
  const Status status = hospital.Queue().Write([&](store::Transaction& transaction) -> Status {
    bags.clear();
    has_unsigned = false;
    PharmacyJob job(context, transaction, act);
    if (Status begun = job.Begin(); !begun) return begun;
    const Status done = CheckInOnce(job, transaction, *request, patient_id, hospital.Now(), bags);
    if (!done || !bags.empty()) return done;
    const Result<bool> found = job.HasUnsigned(patient_id);
    if (!found) return Failed(found);
    has_unsigned = *found;
    return {};
  });
  if (!status) return CareFailure(status.error());
  if (bags.empty()) return CareRefusal(has_unsigned ? "not-signed" : "nothing-to-do");
  OperationAnswer answer;
  answer.body.Set("resourceType", Json::String("Parameters"));
  for (const Bag& bag : bags) fhir::AddParameter(answer.body, "bag", "resource", ToTask(bag));
  const domain::LocalText& window = context.directory->PlaceOf(bags.front().window_id).name;
  if (!window.zh.empty()) {
    fhir::AddParameter(answer.body, "window", "valueString", Json::String(window.zh));
  }
  if (!window.en.empty()) {
    fhir::AddParameter(answer.body, "window-en", "valueString", Json::String(window.en));
  }
  return answer;
}

Result<Bag> TakeNextBag(Hospital& hospital, const PharmacyAct& act) {
  return InPharmacy<Bag>(hospital, act, [](PharmacyJob& job) { return job.TakeNext(); });
}
Result<Bag> BagIsReady(Hospital& hospital, const PharmacyAct& act) {
  return InPharmacy<Bag>(hospital, act, [](PharmacyJob& job) { return job.Ready(); });
}
Result<std::vector<Bag>> OpenByCard(Hospital& hospital, const PharmacyAct& act) {
  return InPharmacy<std::vector<Bag>>(hospital, act, [](PharmacyJob& job) { return job.Open(); });
}
Result<Bag> ScanItem(Hospital& hospital, const PharmacyAct& act) {
  return InPharmacy<Bag>(hospital, act, [](PharmacyJob& job) { return job.Scan(); });
}
Result<Bag> ClearWrongItem(Hospital& hospital, const PharmacyAct& act) {
  return InPharmacy<Bag>(hospital, act, [](PharmacyJob& job) { return job.Clear(); });
}
Result<Bag> Dispense(Hospital& hospital, const PharmacyAct& act) {
  return InPharmacy<Bag>(hospital, act, [](PharmacyJob& job) { return job.Dispense(); });
}
Result<PharmacyState> SetPharmacyMode(Hospital& hospital,
                                      const std::optional<domain::PharmacyMode>& mode,
                                      const PharmacyAct& act) {
  return InPharmacy<PharmacyState>(hospital, act,
                                   [&](PharmacyJob& job) { return job.SetMode(mode); });
}

}  // namespace yizhan::hospital
