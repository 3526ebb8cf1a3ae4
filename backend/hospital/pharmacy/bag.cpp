#include "backend/hospital/pharmacy/bag.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/care/care_request.h"
#include "base/bytes.h"
#include "base/crypto.h"

namespace yizhan::hospital {
namespace {

using domain::PharmacyMode;
using fhir::Json;
namespace systems = fhir::systems;

struct StateWords {
  BagState state;
  std::string_view ours;
  const char* task;
};
constexpr StateWords kStates[] = {{BagState::Paid, "paid", "accepted"},
                                  {BagState::Picking, "picking", "in-progress"},
                                  {BagState::Ready, "ready", "ready"},
                                  {BagState::Dispensed, "dispensed", "completed"},
                                  {BagState::Withdrawn, "withdrawn", "cancelled"}};

Json Text(std::string_view text) { return Json::String(std::string(text)); }

Json Input(const char* code, const char* member, Json value) {
  return Json::Object(
      {{"type", fhir::Concept(systems::kBagInput, code)}, {member, std::move(value)}});
}

Json ItemInput(const BagItem& item) {
  Json reference = fhir::Reference("MedicationRequest", item.request_id);
  reference.Set("identifier", fhir::Identifier(systems::kMedicine, item.code));
  fhir::SetText(reference, "display", item.name);
  Json input = Input(item.scanned ? "scanned" : "item", "valueReference", std::move(reference));
  if (!item.amount.empty()) {
    input.Set("extension", Json::Array({Json::Object({{"url", Text(systems::kAmount)},
                                                      {"valueString", Text(item.amount)}})}));
  }
  return input;
}

Json Inputs(const Bag& bag) {
  Json inputs = Json::Array();
  const auto text = [&](const char* code, const std::string& value) {
    if (!value.empty()) inputs.Append(Input(code, "valueString", Text(value)));
  };
  const auto time = [&](const char* code, const std::optional<WallTime>& value) {
    if (value) inputs.Append(Input(code, "valueInstant", Text(ToInstant(*value))));
  };
  inputs.Append(
      Input("mode", "valueCode", Text(bag.mode == PharmacyMode::Ahead ? "ahead" : "on-arrival")));
  time("checked-in", bag.checked_in);
  time("to-pick", bag.to_pick);
  time("ready", bag.ready);
  text("picker", bag.picker);
  text("opened-at", bag.opened_at);
  text("wrong-item", bag.wrong_item);
  for (const BagItem& item : bag.items) inputs.Append(ItemInput(item));
  return inputs;
}

void ReadInput(const Json& input, Bag& bag) {
  const std::string& code = fhir::CodeOf(input["type"], systems::kBagInput);
  const std::string& text = input["valueString"].AsString();
  if (code == "mode" && input["valueCode"].AsString() == "on-arrival") {
    bag.mode = PharmacyMode::OnArrival;
  }
  const auto time = ParseInstant(input["valueInstant"].AsString());
  if (code == "checked-in") bag.checked_in = time;
  if (code == "to-pick") bag.to_pick = time;
  if (code == "ready") bag.ready = time;
  if (code == "picker") bag.picker = text;
  if (code == "opened-at") bag.opened_at = text;
  if (code == "wrong-item") bag.wrong_item = text;
  if (code != "item" && code != "scanned") return;
  const Json& reference = input["valueReference"];
  BagItem item;
  item.request_id = fhir::ReferencedId(reference, "MedicationRequest");
  item.code = reference["identifier"]["value"].AsString();
  item.name = fhir::TextOf(reference, "display");
  item.amount = input["extension"][0]["valueString"].AsString();
  item.scanned = code == "scanned";
  bag.items.push_back(std::move(item));
}

}  // namespace

const char* Name(BagState state) { return kStates[static_cast<std::size_t>(state)].ours.data(); }

bool Bag::Complete() const { return std::ranges::all_of(items, &BagItem::scanned); }

Json ToTask(const Bag& bag) {
  const StateWords& words = kStates[static_cast<std::size_t>(bag.state)];
  Json task;
  task.Set("resourceType", Text("Task"));
  task.Set("id", Text(bag.id));
  task.Set("identifier", Json::Array({fhir::Identifier(systems::kPrescription, bag.prescription)}));
  task.Set("groupIdentifier", fhir::Identifier(systems::kPharmacy, bag.pharmacy_id));
  task.Set("status", Text(words.task));
  task.Set("businessStatus", fhir::Concept(systems::kBagStatus, words.ours));
  task.Set("intent", Text("order"));
  task.Set("code", fhir::Concept(systems::kTaskCode, "medicine-bag"));
  if (!bag.items.empty()) {
    task.Set("focus", fhir::Reference("MedicationRequest", bag.items.front().request_id));
  }
  Json patient = fhir::Reference("Patient", bag.patient_id);
  patient.Set("display", Text(bag.masked_name));
  task.Set("for", std::move(patient));
  if (bag.dispensed) {
    task.Set("executionPeriod", Json::Object({{"start", Text(ToInstant(bag.paid))},
                                              {"end", Text(ToInstant(*bag.dispensed))}}));
  }
  task.Set("authoredOn", Text(ToInstant(bag.paid)));
  task.Set("owner", fhir::Reference("HealthcareService", bag.pharmacy_id));
  if (!bag.window_id.empty()) task.Set("location", fhir::Reference("Location", bag.window_id));
  task.Set("input", Inputs(bag));
  return task;
}

std::optional<Bag> BagFromTask(const Json& task) {
  if (fhir::CodeOf(task["code"], systems::kTaskCode) != "medicine-bag") return std::nullopt;
  Bag bag;
  bag.id = task["id"].AsString();
  bag.version = std::strtoll(task["meta"]["versionId"].AsString().c_str(), nullptr, 10);
  bag.prescription = fhir::IdentifierValue(task, systems::kPrescription);
  const std::string_view state = fhir::CodeOf(task["businessStatus"], systems::kBagStatus);
  const auto* words = std::ranges::find(kStates, state, &StateWords::ours);
  if (words == std::ranges::end(kStates)) return std::nullopt;
  bag.state = words->state;
  bag.patient_id = fhir::ReferencedId(task["for"], "Patient");
  bag.masked_name = task["for"]["display"].AsString();
  bag.pharmacy_id = fhir::ReferencedId(task["owner"], "HealthcareService");
  bag.window_id = fhir::ReferencedId(task["location"], "Location");
  bag.paid = ParseInstant(task["authoredOn"].AsString()).value_or(WallTime{});
  bag.dispensed = ParseInstant(task["executionPeriod"]["end"].AsString());
  for (const Json& input : task["input"].Items()) ReadInput(input, bag);
  if (bag.patient_id.empty() || bag.pharmacy_id.empty()) return std::nullopt;
  return bag;
}

std::string BagIdOf(const std::string& prescription) {
  std::string id = "bag-" + prescription;
  if (fhir::IsId(id)) return id;
  return "bag-" + ToHex(Sha256(AsBytes(prescription))).substr(0, 40);
}

Result<Bag> ReadBag(store::ReadView& view, const std::string& id) {
  const Result<Json> task = ReadBody(view, "Task", id);
  if (!task) return Failed(task);
  std::optional<Bag> bag = BagFromTask(*task);
  if (!bag) return Fail(ErrorCode::NotFound, "no such bag");
  return std::move(*bag);
}

Result<std::vector<Bag>> OpenBags(store::ReadView& view, const std::string& pharmacy_id,
                                  const std::string& patient_id, TimeZone zone) {
  store::SearchParameters search = {
      {"group-identifier", std::string(systems::kPharmacy) + '|' + pharmacy_id},
      {"status", "accepted,in-progress,ready"}};
  if (!patient_id.empty()) search.emplace_back("patient", "Patient/" + patient_id);
  const auto tasks = FindBodies(view, "Task", search, zone, 5000);
  if (!tasks) return Failed(tasks);
  std::vector<Bag> bags;
  for (const Json& task : *tasks) {
    std::optional<Bag> bag = BagFromTask(task);
    if (bag && bag->Open()) bags.push_back(std::move(*bag));
  }
  std::ranges::sort(bags, {}, [](const Bag& bag) {
    return std::tuple(bag.to_pick.value_or(bag.paid), bag.paid, bag.id);
  });
  return bags;
}

}  // namespace yizhan::hospital
