// The pharmacy: what is to be picked, the window, and the screen in front of it (F33-F35, F10).
#include "backend/hospital/pharmacy/pharmacy.h"

#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/hospital/care/care_request.h"
#include "backend/server/staff_api/care_parts.h"
#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {
namespace {

using domain::PharmacyMode;
using fhir::Json;
using hospital::Bag;
using hospital::BagState;
using security::Ability;

constexpr std::size_t kScreenRows = 24;

/// Every open bag; empty when there is no pharmacy.
std::vector<Bag> Open(StaffContext& context, const std::string& service_id) {
  auto bags = hospital::OpenBags(context.store, service_id, "", context.hospital.Options().zone);
  return bags ? std::move(*bags) : std::vector<Bag>();
}

Json ItemsView(const Bag& bag) {
  Json items = Json::Array();
  for (const hospital::BagItem& item : bag.items) {
    items.Append(Json::Object({{"name", LocalView(item.name)},
                               {"amount", TextView(item.amount)},
                               {"code", TextView(item.code)},
                               {"scanned", Json::Boolean(item.scanned)}}));
  }
  return items;
}

Json BagView(StaffContext& context, const Bag& bag) {
  const TimeZone zone = context.hospital.Options().zone;
  Json view =
      Json::Object({{"id", TextView(bag.id)},
                    {"prescription", TextView(bag.prescription)},
                    {"name", TextView(bag.masked_name)},
                    {"state", TextView(hospital::Name(bag.state))},
                    {"mode", TextView(bag.mode == PharmacyMode::Ahead ? "ahead" : "on-arrival")},
                    {"window", LocalView(context.hospital.Places()->PlaceOf(bag.window_id).name)},
                    {"windowId", TextView(bag.window_id)},
                    {"paid", TextView(ToLocalHourMinute(bag.paid, zone))},
                    {"picker", TextView(bag.picker)},
                    {"items", ItemsView(bag)}});
  if (bag.checked_in) view.Set("checkedIn", TextView(ToLocalHourMinute(*bag.checked_in, zone)));
  if (!bag.wrong_item.empty()) view.Set("wrongItem", TextView(bag.wrong_item));
  return view;
}

/// ?window=ID: one window; without it the windows to choose from.
Json PharmacyView(StaffContext& context, const Query& query) {
  const std::string& window = query["window"];
  if (window.empty()) {
    return Json::Object({{"rooms", RoomsOfKind(context, hospital::QueueKind::Pharmacy)}});
  }
  const auto directory = context.hospital.Places();
  const std::string service = directory->ServiceOfRoom(window);
  if (directory->ServiceOf(service).kind != hospital::QueueKind::Pharmacy) return {};
  Json picking = Json::Array();
  Json ready = Json::Array();
  std::int64_t waits = 0;
  for (const Bag& bag : Open(context, service)) {
    if (bag.state == BagState::Paid) ++waits;
    if (bag.state == BagState::Picking) picking.Append(BagView(context, bag));
    if (bag.state == BagState::Ready) ready.Append(BagView(context, bag));
  }
  const auto state = hospital::StateOfPharmacy(context.store, service);
  const hospital::PharmacyState now = state ? *state : hospital::PharmacyState{};
  return Json::Object({{"room", LocalView(directory->PlaceOf(window).name)},
                       {"service", LocalView(directory->ServiceOf(service).name)},
                       {"mode", TextView(now.mode == PharmacyMode::Ahead ? "ahead" : "on-arrival")},
                       {"manualBy", TextView(now.manual_by)},
                       {"notArrived", Json::Integer(waits)},
                       {"picking", std::move(picking)},
                       {"ready", std::move(ready)}});
}

/// One line for each patient and window: ready when all of it is, so that nobody comes twice.
std::vector<Bag> MergedByPatient(const std::vector<Bag>& bags) {
  std::vector<Bag> merged;
  for (const Bag& bag : bags) {
    if (bag.state == BagState::Paid) continue;
    const auto same = std::ranges::find_if(merged, [&](const Bag& one) {
      return one.patient_id == bag.patient_id && one.window_id == bag.window_id;
    });
    if (same == merged.end()) {
      merged.push_back(bag);
    } else if (bag.state == BagState::Picking) {
      same->state = BagState::Picking;
    }
  }
  return merged;
}

/// For everybody: window, masked name, 配药中 or 请取药. Nothing else.
Json PharmacyScreenView(StaffContext& context, const Query&) {
  const auto settings = hospital::FindPharmacySettings(context.store);
  if (!settings) return {};
  const auto directory = context.hospital.Places();
  std::vector<Bag> bags = MergedByPatient(Open(context, settings->service_id));
  // Who can fetch something reads first; then in the order of picking.
  std::stable_partition(bags.begin(), bags.end(),
                        [](const Bag& bag) { return bag.state == BagState::Ready; });
  Json rows = Json::Array();
  for (const Bag& bag : bags) {
    if (rows.Items().size() == kScreenRows) break;
    rows.Append(Json::Object({{"window", LocalView(directory->PlaceOf(bag.window_id).name)},
                              {"name", TextView(bag.masked_name)},
                              {"state", TextView(hospital::Name(bag.state))}}));
  }
  const hospital::Service& service = directory->ServiceOf(settings->service_id);
  return Json::Object({{"hospital", LocalView(directory->hospital)},
                       {"service", LocalView(service.name)},
                       {"area", LocalView(directory->PlaceOf(service.area_id).name)},
                       {"rows", std::move(rows)}});
}

hospital::PharmacyAct ActOf(const Json& body, const security::Principal& who) {
  return {who.id,
          body["window"].AsString(),
          body["bag"].AsString(),
          body["card"].AsString(),
          body["item"].AsString(),
          body["reason"].AsString()};
}

using Step = Result<Bag> (*)(hospital::Hospital&, const hospital::PharmacyAct&);

/// {"window", "bag", "item", "reason"} -> the bag
template <Step step>
Result<Json> OnBag(StaffContext& context, const Json& body, const security::Principal& who) {
  const hospital::PharmacyAct act = ActOf(body, who);
  if (act.reason.size() > 200) return Fail(ErrorCode::BadData, "reason is too long");
  const Result<Bag> bag = step(context.hospital, act);
  if (!bag) return tl::unexpected<Error>(bag.error());
  return BagView(context, *bag);
}

/// {"window", "card"} -> exactly that patient's bags, with who it is.
Result<Json> OpenCard(StaffContext& context, const Json& body, const security::Principal& who) {
  const auto bags = hospital::OpenByCard(context.hospital, ActOf(body, who));
  if (!bags) return tl::unexpected<Error>(bags.error());
  const Result<Json> patient =
      hospital::ReadBody(context.store, "Patient", bags->front().patient_id);
  if (!patient) return tl::unexpected<Error>(patient.error());
  Json list = Json::Array();
  for (const Bag& bag : *bags) list.Append(BagView(context, bag));
  return Json::Object({{"person", PersonView(context, *patient)}, {"bags", std::move(list)}});
}

/// {"mode": "ahead" | "on-arrival" | "load", "reason"}
Result<Json> SetMode(StaffContext& context, const Json& body, const security::Principal& who) {
  const std::string& word = body["mode"].AsString();
  std::optional<PharmacyMode> mode;
  if (word == "ahead") mode = PharmacyMode::Ahead;
  if (word == "on-arrival") mode = PharmacyMode::OnArrival;
  if (!mode && word != "load") return Fail(ErrorCode::BadData, "mode is missing");
  const hospital::PharmacyAct act = ActOf(body, who);
  if (act.reason.size() > 200) return Fail(ErrorCode::BadData, "reason is too long");
  const auto state = hospital::SetPharmacyMode(context.hospital, mode, act);
  if (!state) return tl::unexpected<Error>(state.error());
  return Json::Object();
}

using OnPerson = Result<Json> (*)(StaffContext&, const std::string&, const std::string&,
                                  const Json&, const security::Principal&);

/// {"bag", "window", ...}: about the patient of a bag.
template <OnPerson act>
Result<Json> OnOwner(StaffContext& context, const Json& body, const security::Principal& who) {
  const Result<Bag> bag = hospital::ReadBag(context.store, body["bag"].AsString());
  if (!bag) return tl::unexpected<Error>(bag.error());
  return act(context, bag->patient_id, body["window"].AsString(), body, who);
}

constexpr StaffView kViews[] = {
    {"pharmacy", Ability::Dispense, PharmacyView},
    {"pharmacy-screen", Ability::SeeScreen, PharmacyScreenView},
};

constexpr StaffAct kActs[] = {
    {"pharmacy/take", Ability::Dispense, OnBag<hospital::TakeNextBag>},
    {"pharmacy/ready", Ability::Dispense, OnBag<hospital::BagIsReady>},
    {"pharmacy/open", Ability::Dispense, OpenCard},
    {"pharmacy/scan", Ability::Dispense, OnBag<hospital::ScanItem>},
    {"pharmacy/clear", Ability::Dispense, OnBag<hospital::ClearWrongItem>},
    {"pharmacy/dispense", Ability::Dispense, OnBag<hospital::Dispense>},
    {"pharmacy/mode", Ability::Dispense, SetMode},
    {"pharmacy/mismatch", Ability::Dispense, OnOwner<FlagPerson>},
    {"pharmacy/override", Ability::Dispense, OnOwner<LiftPerson>},
};

}  // namespace

std::span<const StaffView> PharmacyViews() { return kViews; }
std::span<const StaffAct> PharmacyActs() { return kActs; }

}  // namespace yizhan::server
