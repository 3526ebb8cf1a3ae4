#include "backend/hospital/pharmacy/pharmacy_job.h"

#include <algorithm>
#include <map>

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/care/care_request.h"
#include "backend/hospital/care/identity_check.h"
#include "domain/name.h"

namespace yizhan::hospital {
namespace {

using domain::PharmacyMode;
using fhir::Json;
namespace systems = fhir::systems;

constexpr const char* kModes = "pharmacy-mode";

Json Text(std::string_view text) { return Json::String(std::string(text)); }

const char* WordOf(PharmacyMode mode) {
  return mode == PharmacyMode::Ahead ? "ahead" : "on-arrival";
}

/// "2 盒" of dispenseRequest.quantity.
std::string AmountOf(const Json& request) {
  const Json& quantity = request["dispenseRequest"]["quantity"];
  const std::string& value = quantity["value"].AsNumberText();
  return value.empty() ? "" : value + ' ' + quantity["unit"].AsString();
}

}  // namespace

bool IsSigned(const Json& request) {
  const bool names_doctor = !request["requester"]["reference"].AsString().empty() ||
                            !request["requester"]["identifier"]["value"].AsString().empty();
  return request["status"].AsString() != "draft" && names_doctor;
}

std::string ChooseWindow(std::span<const std::string> windows, std::span<const Bag> open,
                         const std::string& patient_id) {
  std::map<std::string, int> load;
  for (const Bag& bag : open) {
    const bool here = std::ranges::find(windows, bag.window_id) != windows.end();
    if (here && bag.patient_id == patient_id) return bag.window_id;
    ++load[bag.window_id];
  }
  const auto least = std::ranges::min_element(
      windows, {}, [&](const std::string& window) { return load[window]; });
  return least == windows.end() ? "" : *least;
}

Result<PharmacyState> StateOfPharmacy(store::ReadView& view, const std::string& service_id) {
  const auto record = view.FindRecord(kModes, service_id);
  if (!record) return Failed(record);
  if (!*record) return PharmacyState{};
  const Result<Json> text = Json::Parse((*record)->text);
  if (!text) return Failed(text);
  PharmacyState state;
  if ((*text)["mode"].AsString() == "on-arrival") state.mode = PharmacyMode::OnArrival;
  state.since = ParseInstant((*text)["since"].AsString()).value_or(WallTime{});
  state.manual_by = (*text)["manualBy"].AsString();
  return state;
}

Status PharmacyJob::Begin() {
  Result<PharmacySettings> settings = FindPharmacySettings(transaction_);
  if (!settings) return Failed(settings);
  settings_ = std::move(*settings);
  return {};
}

Status PharmacyJob::Audit(std::string_view name, const std::string& task_id,
                          const std::string& reason) {
  const AuditedAct audited{.act = name,
                           .who = act_.staff,
                           .where = act_.window_id,
                           .task_id = task_id,
                           .appointment_id = "",
                           .reason = reason,
                           .when = now_,
                           .who_system = systems::kAccount};
  const auto kept = transaction_.Create(ToAuditEvent(audited));
  return kept ? Status() : Failed(kept);
}

Result<Bag> PharmacyJob::Save(Bag bag) {
  // Only the version that was looked at; a new one is looked up before.
  const std::optional<std::int64_t> expected =
      bag.version == 0 ? std::nullopt : std::optional(bag.version);
  const auto stored = transaction_.Update(ToTask(bag), expected);
  if (!stored) return Failed(stored);
  bag.version = stored->version;
  return bag;
}

Result<Bag> PharmacyJob::SaveAs(Bag bag, std::string_view act, const std::string& reason) {
  Result<Bag> saved = Save(std::move(bag));
  if (!saved) return saved;
  if (Status audited = Audit(act, saved->id, reason); !audited) return Failed(audited);
  return saved;
}

Result<std::vector<Bag>> PharmacyJob::AllOpen(const std::string& patient_id) {
  return OpenBags(transaction_, settings_.service_id, patient_id, context_.zone);
}

Result<Bag> PharmacyJob::ThisBag() {
  Result<Bag> bag = ReadBag(transaction_, act_.bag_id);
  if (bag && bag->pharmacy_id != settings_.service_id) {
    return Fail(ErrorCode::NotFound, "no such bag");
  }
  return bag;
}

Status PharmacyJob::GiveWindow(Bag& bag) {
  const auto open = AllOpen();
  if (!open) return Failed(open);
  bag.window_id = ChooseWindow(context_.directory->ServiceOf(settings_.service_id).room_ids, *open,
                               bag.patient_id);
  return {};
}

Status PharmacyJob::Keep(const PharmacyState& state) {
  const Json text = Json::Object({{"mode", Text(WordOf(state.mode))},
                                  {"since", Text(ToInstant(state.since))},
                                  {"manualBy", Text(state.manual_by)}});
  return transaction_.PutRecord({kModes, settings_.service_id, text.Write(), std::nullopt});
}

Result<PharmacyState> PharmacyJob::FollowLoad() {
  Result<PharmacyState> state = StateOfPharmacy(transaction_, settings_.service_id);
  if (!state || !state->manual_by.empty()) return state;
  const auto open = AllOpen();
  if (!open) return Failed(open);
  domain::PharmacyLoad load;
  for (const Bag& bag : *open) ++(bag.state == BagState::Ready ? load.ready : load.paid);
  const PharmacyMode next =
      domain::NextMode(state->mode, state->since, load, now_, settings_.policy);
  if (next == state->mode) return state;
  state->mode = next;
  state->since = now_;
  if (Status kept = Keep(*state); !kept) return Failed(kept);
  if (Status audited = Audit("pharmacy-mode", "", WordOf(next)); !audited) return Failed(audited);
  return state;
}

Result<PharmacyState> PharmacyJob::SetMode(const std::optional<PharmacyMode>& mode) {
  if (act_.reason.empty()) return Fail(ErrorCode::Refused, "reason");
  Result<PharmacyState> state = StateOfPharmacy(transaction_, settings_.service_id);
  if (!state) return state;
  state->manual_by = mode ? act_.staff : "";
  if (mode && *mode != state->mode) {
    state->mode = *mode;
    state->since = now_;
  }
  if (Status kept = Keep(*state); !kept) return Failed(kept);
  if (Status audited = Audit("pharmacy-mode", "", act_.reason); !audited) return Failed(audited);
  return mode ? state : FollowLoad();
}

Result<std::optional<Bag>> PharmacyJob::MakeBag(const std::string& prescription) {
  Bag bag;
  bag.id = BagIdOf(prescription);
  const auto known = transaction_.Read("Task", bag.id);
  if (known && !known->deleted) return std::optional<Bag>();
  if (!known && known.error().code != ErrorCode::NotFound) return Failed(known);
  const auto lines =
      FindBodies(transaction_, "MedicationRequest",
                 {{"identifier", std::string(systems::kPrescription) + '|' + prescription},
                  {"status", "active,draft"},
                  {"_sort", "_id"}},
                 context_.zone);
  if (!lines) return Failed(lines);
  bag.prescription = prescription;
  bag.pharmacy_id = settings_.service_id;
  bag.paid = now_;
  for (const Json& line : *lines) {
    if (!IsSigned(line)) return std::optional<Bag>();
    const Result<OrderPayment> payment = PaymentOf(transaction_, line);
    if (!payment) return Failed(payment);
    const std::string patient = fhir::ReferencedId(line["subject"], "Patient");
    // Two patients never share a bag, whatever a prescription's number says.
    const bool others = !bag.patient_id.empty() && bag.patient_id != patient;
    if (!payment->paid || others) return std::optional<Bag>();
    bag.patient_id = patient;
    const Json& medicine = line["medicationCodeableConcept"];
    bag.items.push_back({line["id"].AsString(), fhir::CodeOf(medicine, systems::kMedicine),
                         fhir::TextOf(medicine, "text"), AmountOf(line), false});
  }
  if (bag.items.empty()) return std::optional<Bag>();
  const Result<Json> patient = ReadBody(transaction_, "Patient", bag.patient_id);
  bag.masked_name = domain::MaskName(patient ? fhir::PersonName(*patient) : "");
  const Result<PharmacyState> state = FollowLoad();
  if (!state) return Failed(state);
  bag.mode = state->mode;
  if (Status given = GiveWindow(bag); !given) return Failed(given);
  if (bag.mode == PharmacyMode::Ahead) {
    bag.state = BagState::Picking;
    bag.to_pick = bag.paid;
  }
  Result<Bag> saved = SaveAs(std::move(bag), "bag");
  if (!saved) return Failed(saved);
  return std::optional(std::move(*saved));
}

Result<bool> PharmacyJob::HasUnsigned(const std::string& patient_id) {
  const auto lines =
      FindBodies(transaction_, "MedicationRequest",
                 {{"subject", "Patient/" + patient_id}, {"status", "active,draft"}}, context_.zone);
  if (!lines) return Failed(lines);
  return std::ranges::any_of(*lines, [](const Json& line) { return !IsSigned(line); });
}

Status PharmacyJob::TakeBackOld() {
  const auto open = AllOpen();
  if (!open) return Failed(open);
  for (Bag bag : *open) {
    if (now_ - bag.paid < std::chrono::days(settings_.valid_days)) continue;
    bag.state = BagState::Withdrawn;
    if (auto saved = SaveAs(std::move(bag), "bag-withdrawn"); !saved) return Failed(saved);
  }
  return {};
}

Result<std::vector<Bag>> PharmacyJob::CheckIn(const std::string& patient_id, WallTime arrived) {
  auto bags = AllOpen(patient_id);
  if (!bags) return bags;
  for (Bag& bag : *bags) {
    if (bag.checked_in) continue;
    bag.checked_in = arrived;
    if (bag.state == BagState::Paid) {
      bag.state = BagState::Picking;
      bag.to_pick = arrived;
    }
    Result<Bag> saved = SaveAs(bag, "pharmacy-check-in");
    if (!saved) return Failed(saved);
    bag = std::move(*saved);
  }
  return bags;
}

Result<Bag> PharmacyJob::TakeNext() {
  const auto open = AllOpen();
  if (!open) return Failed(open);
  const auto to_pick = [](const Bag& bag) {
    return bag.state == BagState::Picking && bag.picker.empty();
  };
  // One patient's prescriptions are fetched in one go, by one person.
  const auto in_hand = [&](const Bag& bag) {
    return to_pick(bag) && std::ranges::any_of(*open, [&](const Bag& other) {
             return other.state == BagState::Picking && other.picker == act_.staff &&
                    other.patient_id == bag.patient_id;
           });
  };
  auto next = std::ranges::find_if(*open, in_hand);
  if (next == open->end()) next = std::ranges::find_if(*open, to_pick);
  if (next == open->end()) return Fail(ErrorCode::NotFound, "nothing is to be picked");
  Bag bag = *next;
  bag.picker = act_.staff;
  return SaveAs(std::move(bag), "bag-taken");
}

Result<Bag> PharmacyJob::Ready() {
  Result<Bag> bag = ThisBag();
  if (!bag) return bag;
  if (bag->state != BagState::Picking) return Fail(ErrorCode::Refused, "state");
  bag->state = BagState::Ready;
  bag->ready = now_;
  if (bag->picker.empty()) bag->picker = act_.staff;
  Result<Bag> saved = SaveAs(std::move(*bag), "bag-ready");
  if (!saved) return saved;
  if (const auto followed = FollowLoad(); !followed) return Failed(followed);
  return saved;
}

Result<std::vector<Bag>> PharmacyJob::Open() {
  if (act_.card_number.empty()) return Fail(ErrorCode::BadData, "card is missing");
  const auto owners =
      FindBodies(transaction_, "Patient",
                 {{"identifier", std::string(systems::kCardNumber) + '|' + act_.card_number}},
                 context_.zone, 2);
  if (!owners) return Failed(owners);
  if (owners->size() != 1) return Fail(ErrorCode::NotFound, "unknown-card");
  auto bags = CheckIn(owners->front()["id"].AsString(), now_);
  if (!bags) return bags;
  if (bags->empty()) return Fail(ErrorCode::NotFound, "no-bag");
  for (Bag& bag : *bags) {
    if (bag.state != BagState::Ready || bag.opened_at == act_.window_id) continue;
    bag.opened_at = act_.window_id;
    Result<Bag> saved = SaveAs(bag, "bag-opened");
    if (!saved) return Failed(saved);
    bag = std::move(*saved);
  }
  return bags;
}

Result<Bag> PharmacyJob::OpenedHere() {
  Result<Bag> bag = ThisBag();
  if (!bag) return bag;
  if (bag->state != BagState::Ready) return Fail(ErrorCode::Refused, "state");
  if (bag->opened_at.empty() || bag->opened_at != act_.window_id) {
    return Fail(ErrorCode::Refused, "not-opened");
  }
  if (Status may = MayCarryOut(transaction_, bag->patient_id); !may) return Failed(may);
  return bag;
}

Result<Bag> PharmacyJob::Scan() {
  Result<Bag> bag = OpenedHere();
  if (!bag) return bag;
  if (!bag->wrong_item.empty()) return Fail(ErrorCode::Refused, "blocked");
  if (act_.item_code.empty()) return Fail(ErrorCode::BadData, "item is missing");
  // The same package twice in a prescription: the line that is not scanned yet.
  const auto fits = [&](const BagItem& item) { return item.code == act_.item_code; };
  auto item = std::ranges::find_if(bag->items,
                                   [&](const BagItem& one) { return fits(one) && !one.scanned; });
  if (item == bag->items.end()) item = std::ranges::find_if(bag->items, fits);
  if (item == bag->items.end()) {
    bag->wrong_item = act_.item_code;
    return SaveAs(std::move(*bag), "wrong-item");
  }
  item->scanned = true;
  return Save(std::move(*bag));
}

Result<Bag> PharmacyJob::Clear() {
  Result<Bag> bag = OpenedHere();
  if (!bag) return bag;
  if (act_.reason.empty()) return Fail(ErrorCode::Refused, "reason");
  bag->wrong_item.clear();
  return SaveAs(std::move(*bag), "wrong-item-cleared", act_.reason);
}

Status PharmacyJob::HandOver(const Bag& bag, const BagItem& item) {
  Result<Json> request = ReadBody(transaction_, "MedicationRequest", item.request_id);
  if (!request) return Failed(request);
  Json dispense = Json::Object(
      {{"resourceType", Text("MedicationDispense")},
       {"status", Text("completed")},
       {"medicationCodeableConcept", (*request)["medicationCodeableConcept"]},
       {"subject", fhir::Reference("Patient", bag.patient_id)},
       {"performer",
        Json::Array({Json::Object(
            {{"actor",
              Json::Object({{"identifier", fhir::Identifier(systems::kAccount, act_.staff)}})}})})},
       {"location", fhir::Reference("Location", act_.window_id)},
       {"authorizingPrescription",
        Json::Array({fhir::Reference("MedicationRequest", item.request_id)})}});
  if (const Json& quantity = (*request)["dispenseRequest"]["quantity"]; !quantity.IsNull()) {
    dispense.Set("quantity", quantity);
  }
  dispense.Set("whenHandedOver", Text(ToInstant(now_)));
  if (auto kept = transaction_.Create(std::move(dispense)); !kept) return Failed(kept);
  request->Set("status", Text("completed"));
  const auto updated = transaction_.Update(std::move(*request));
  return updated ? Status() : Failed(updated);
}

Result<Bag> PharmacyJob::Dispense() {
  Result<Bag> bag = OpenedHere();
  if (!bag) return bag;
  if (!bag->wrong_item.empty()) return Fail(ErrorCode::Refused, "blocked");
  if (!bag->Complete()) return Fail(ErrorCode::Refused, "incomplete");
  for (const BagItem& item : bag->items) {
    if (Status handed = HandOver(*bag, item); !handed) return Failed(handed);
  }
  bag->state = BagState::Dispensed;
  bag->dispensed = now_;
  Result<Bag> saved = SaveAs(std::move(*bag), "dispense");
  if (!saved) return saved;
  if (const auto followed = FollowLoad(); !followed) return Failed(followed);
  return saved;
}

}  // namespace yizhan::hospital
