#include "backend/hospital/directory.h"

#include <algorithm>
#include <functional>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;

constexpr std::string_view kTypes[] = {"HealthcareService", "Location",     "Organization",
                                       "PlanDefinition",    "Practitioner", "PractitionerRole"};
constexpr const char* kPlanTypes = "http://terminology.hl7.org/CodeSystem/plan-definition-type";
/// Places lie in places; a loop in the data must not become a loop here.
constexpr int kMaxNesting = 8;

/// Calls `each` with the id and body of every resource of a type.
Status EachResource(store::ResourceStore& store, const std::string& type,
                    const std::function<void(const std::string&, const Json&)>& each) {
  store::SearchQuery query;
  query.type = type;
  query.count = 1000;
  while (true) {
    const Result<store::SearchResult> page = store.Search(query);
    if (!page) return tl::unexpected<Error>(page.error());
    for (const store::StoredResource& stored : page->matches) {
      const Result<Json> body = Json::Parse(stored.text);
      if (body) each(stored.id, *body);
    }
    if (page->next_cursor.empty()) return {};
    query.cursor = page->next_cursor;
  }
}

bool HasPhysicalType(const Json& location, std::string_view code) {
  return std::ranges::any_of(location["physicalType"]["coding"].Items(),
                             [&](const Json& coding) { return coding["code"].AsString() == code; });
}

QueueKind KindOf(const Json& service) {
  constexpr std::pair<std::string_view, QueueKind> kKinds[] = {
      {"draw", QueueKind::Draw},
      {"exam", QueueKind::Exam},
      {"pharmacy", QueueKind::Pharmacy},
      {"service-centre", QueueKind::ServiceCentre},
      {"triage", QueueKind::Triage}};
  for (const Json& type : service["type"].Items()) {
    const std::string& code = fhir::CodeOf(type, fhir::systems::kQueueKind);
    for (const auto& [word, kind] : kKinds) {
      if (code == word) return kind;
    }
  }
  return QueueKind::Clinic;
}

/// What a desk does, and for which queue. The first service is the queue, further ones are what of
/// a centre is done there.
void AddDesk(const Json& role, const std::string& room, DirectorySnapshot& out) {
  std::string queue;
  for (const Json& reference : role["healthcareService"].Items()) {
    std::string id = fhir::ReferencedId(reference, "HealthcareService");
    const auto service = out.services.find(queue.empty() ? id : queue);
    if (service == out.services.end()) return;
    if (queue.empty()) {
      queue = std::move(id);
      service->second.room_ids.push_back(room);
      out.service_of_room[room] = queue;
      continue;
    }
    std::vector<std::string>& all = service->second.item_ids;
    if (std::ranges::find(all, id) == all.end()) all.push_back(id);
    out.items_of_room[room].push_back(std::move(id));
  }
}

/// The services whose contents a plan tells, if it is in use and lists orders.
void AddPlan(const std::string& id, const Json& plan, DirectorySnapshot& out) {
  const bool counts = plan["status"].AsString() == "active" &&
                      fhir::CodeOf(plan["type"], kPlanTypes) == "order-set";
  if (!counts) return;
  for (const Json& context : plan["useContext"].Items()) {
    const auto service =
        out.services.find(fhir::ReferencedId(context["valueReference"], "HealthcareService"));
    if (service == out.services.end()) continue;
    std::vector<std::string>& ids = service->second.plan_ids;
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  }
}

/// "2 诊室" before "10 诊室".
bool ByRoomName(const std::string& a, const std::string& b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

Status Load(store::ResourceStore& store, DirectorySnapshot& out) {
  Status status = EachResource(store, "Location", [&](const std::string& id, const Json& body) {
    out.places[id] =
        Place{fhir::TextOf(body, "name"), fhir::ReferencedId(body["partOf"], "Location"),
              HasPhysicalType(body, "si"), HasPhysicalType(body, "ro")};
  });
  if (!status) return status;
  status = EachResource(store, "HealthcareService", [&](const std::string& id, const Json& body) {
    Service& service = out.services[id];
    service.name = fhir::TextOf(body, "name");
    service.queue_letter = fhir::IdentifierValue(body, fhir::systems::kQueueLetter);
    service.area_id = fhir::ReferencedId(body["location"], "Location");
    service.kind = KindOf(body);
    for (const Json& location : body["location"].Items()) {
      std::string room = fhir::ReferencedId(location, "Location");
      if (!out.PlaceOf(room).is_room) continue;
      out.service_of_room[room] = id;
      service.room_ids.push_back(std::move(room));
    }
  });
  if (!status) return status;
  status = EachResource(store, "PlanDefinition",
                        [&](const std::string& id, const Json& body) { AddPlan(id, body, out); });
  if (!status) return status;
  status = EachResource(store, "Practitioner", [&](const std::string& id, const Json& body) {
    out.doctors[id].name = fhir::PersonName(body);
  });
  if (!status) return status;
  status = EachResource(store, "PractitionerRole", [&](const std::string&, const Json& body) {
    const std::string id = fhir::ReferencedId(body["practitioner"], "Practitioner");
    if (id.empty() || !out.doctors.contains(id)) return;
    Doctor& doctor = out.doctors[id];
    doctor.title = fhir::TextOf(body["code"][0], "text");
    doctor.service_id = fhir::ReferencedId(body["healthcareService"], "HealthcareService");
    doctor.room_id = fhir::ReferencedId(body["location"], "Location");
    if (doctor.room_id.empty()) return;
    out.doctor_of_room[doctor.room_id] = id;
    AddDesk(body, doctor.room_id, out);
  });
  if (!status) return status;
  status = EachResource(store, "Organization", [&](const std::string&, const Json& body) {
    if (out.hospital.zh.empty()) out.hospital = fhir::TextOf(body, "name");
  });
  if (!status) return status;
  for (auto& [id, service] : out.services) {
    std::ranges::sort(service.room_ids, ByRoomName,
                      [&](const std::string& room) { return out.PlaceOf(room).name.zh; });
    service.room_ids.erase(std::unique(service.room_ids.begin(), service.room_ids.end()),
                           service.room_ids.end());
  }
  return {};
}

}  // namespace

std::string DirectorySnapshot::SiteOf(std::string place_id) const {
  for (int i = 0; i < kMaxNesting; ++i) {
    const auto place = places.find(place_id);
    if (place == places.end()) return "";
    if (place->second.is_site) return place_id;
    place_id = place->second.part_of;
  }
  return "";
}

const Place& DirectorySnapshot::PlaceOf(const std::string& id) const {
  static const Place unknown;
  const auto found = places.find(id);
  return found == places.end() ? unknown : found->second;
}

const Service& DirectorySnapshot::ServiceOf(const std::string& id) const {
  static const Service unknown;
  const auto found = services.find(id);
  return found == services.end() ? unknown : found->second;
}

const Doctor* DirectorySnapshot::DoctorOfRoom(const std::string& room_id) const {
  const auto id = doctor_of_room.find(room_id);
  if (id == doctor_of_room.end()) return nullptr;
  const auto doctor = doctors.find(id->second);
  return doctor == doctors.end() ? nullptr : &doctor->second;
}

std::string DirectorySnapshot::ServiceOfRoom(const std::string& room_id) const {
  const auto found = service_of_room.find(room_id);
  return found == service_of_room.end() ? "" : found->second;
}

std::shared_ptr<const DirectorySnapshot> Directory::Now() {
  // Who comes while another loads waits for the new snapshot: the old one may be the empty one of
  // the start, by which everybody would be at the wrong site.
  MutexLock lock(mutex_);
  if (stale_.exchange(false)) {
    auto fresh = std::make_shared<DirectorySnapshot>();
    if (Load(store_, *fresh)) {
      current_ = std::move(fresh);
    } else {
      stale_ = true;
    }
  }
  return current_;
}

void Directory::Changed(std::string_view type) {
  if (std::ranges::find(kTypes, type) != std::end(kTypes)) stale_ = true;
}

}  // namespace yizhan::hospital
