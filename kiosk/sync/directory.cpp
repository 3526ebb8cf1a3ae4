#include "kiosk/sync/directory.h"

#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "kiosk/sync/trim.h"

namespace yizhan::sync {
namespace {

using domain::LocalText;
using fhir::Json;

constexpr int kMostLevels = 8;  // Of Location.partOf: a circle must not hold us.

const Json& NullJson() {
  static const Json null;
  return null;
}

std::string PhysicalType(const Json& location) {
  for (const Json& coding : location["physicalType"]["coding"].Items()) {
    if (!coding["code"].AsString().empty()) return coding["code"].AsString();
  }
  return {};
}

/// "" unless it can stand on a ticket and be read out: one to three capital letters.
std::string QueueLetter(const Json& service) {
  const std::string& letter = fhir::IdentifierValue(service, fhir::systems::kQueueLetter);
  const bool fits =
      !letter.empty() && letter.size() <= 3 &&
      std::all_of(letter.begin(), letter.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  return fits ? letter : std::string();
}

bool IsActive(const Json& resource) {
  return !resource.Has("active") || resource["active"].AsBoolean();
}

/// A department, not an exam room, a ward or a pharmacy.
bool IsClinic(const Json& service) {
  for (const Json& type : service["type"].Items()) {
    for (const char* system : {fhir::systems::kResourceKind, fhir::systems::kQueueKind}) {
      const std::string& kind = fhir::CodeOf(type, system);
      if (!kind.empty() && kind != "clinic") return false;
    }
  }
  return true;
}

std::string TypeOf(const std::string& reference) {
  return reference.substr(0, reference.find('/'));
}
std::string IdOf(const std::string& reference) {
  return reference.substr(std::min(reference.size(), reference.find('/') + 1));
}

LocalText Joined(const LocalText& first, const LocalText& second) {
  if (second.zh.empty()) return first;
  if (first.zh.empty()) return second;
  LocalText both{first.zh + " · " + second.zh, ""};
  if (!first.en.empty() || !second.en.empty()) {
    both.en = first.In(domain::Language::En) + " · " + second.In(domain::Language::En);
  }
  return both;
}

}  // namespace

const std::vector<std::string>& Directory::Types() {
  static const std::vector<std::string> types = {"Location",       "HealthcareService",
                                                 "Practitioner",   "PractitionerRole",
                                                 "PlanDefinition", kTermsType};
  return types;
}

void Directory::Put(const Json& resource) {
  Json trimmed = TrimDirectory(resource);
  if (!trimmed.IsObject()) return;
  if (trimmed["resourceType"].AsString() == kTermsType) terms_ = fhir::ReadBookingTerms(trimmed);
  const std::string reference = ReferenceOf(trimmed);
  resources_.insert_or_assign(reference, std::move(trimmed));
}

void Directory::Replace(const std::string& type, const std::vector<Json>& resources) {
  std::erase_if(resources_, [&](const auto& known) { return TypeOf(known.first) == type; });
  if (type == kTermsType) terms_.reset();
  for (const Json& resource : resources) {
    if (resource["resourceType"].AsString() == type) Put(resource);
  }
}

std::vector<const Json*> Directory::All(const std::string& type) const {
  std::vector<const Json*> found;
  for (auto at = resources_.lower_bound(type + "/"); at != resources_.end(); ++at) {
    if (!at->first.starts_with(type + "/")) break;
    found.push_back(&at->second);
  }
  return found;
}

const Json& Directory::Find(const std::string& reference) const {
  const auto at = resources_.find(reference);
  return at == resources_.end() ? NullJson() : at->second;
}

LocalText Directory::NameOf(const std::string& reference) const {
  const Json& resource = Find(reference);
  if (resource["name"].IsArray()) return {fhir::PersonName(resource), ""};
  return fhir::TextOf(resource, "name");
}

std::string Directory::Climb(std::string location, const std::string& physical_type) const {
  for (int level = 0; level < kMostLevels && !location.empty(); ++level) {
    const Json& resource = Find(location);
    if (PhysicalType(resource) == physical_type) return location;
    location = LocalReference(resource["partOf"]);
  }
  return {};
}

const Json& Directory::RoleOf(const std::string& practitioner, const std::string& service) const {
  if (practitioner.empty()) return NullJson();
  const Json* any = nullptr;
  for (const Json* role : All("PractitionerRole")) {
    if (LocalReference((*role)["practitioner"]) != practitioner) continue;
    any = role;
    for (const Json& offered : (*role)["healthcareService"].Items()) {
      if (LocalReference(offered) == service) return *role;
    }
  }
  return any == nullptr ? NullJson() : *any;
}

void Directory::Describe(const Json& appointment, domain::Visit& visit) const {
  std::string service;
  std::string room;
  std::string practitioner;
  for (const Json& participant : appointment["participant"].Items()) {
    const std::string actor = LocalReference(participant["actor"]);
    const std::string type = TypeOf(actor);
    if (type == "HealthcareService") service = actor;
    if (type == "Location") room = actor;
    if (type == "Practitioner") practitioner = actor;
    if (type == "Patient") visit.patient = domain::PatientId(IdOf(actor));
    if (type == "PractitionerRole") {
      practitioner = LocalReference(Find(actor)["practitioner"]);
      if (service.empty()) service = LocalReference(Find(actor)["healthcareService"][0]);
    }
  }
  const Json& role = RoleOf(practitioner, service);
  if (room.empty()) room = LocalReference(role["location"][0]);
  std::string area = Climb(room, "area");
  if (area.empty()) area = LocalReference(Find(service)["location"][0]);
  const std::string site = Climb(area.empty() ? room : area, "si");
  visit.service_id = domain::ServiceId(IdOf(service));
  visit.service = NameOf(service);
  if (visit.service.zh.empty()) visit.service.zh = appointment["serviceType"][0]["text"].AsString();
  visit.queue_letter = QueueLetter(Find(service));
  visit.doctor = NameOf(practitioner).zh;
  visit.doctor_title = fhir::TextOf(role["code"][0], "text");
  visit.place = NameOf(area);
  visit.room = room == area ? LocalText() : NameOf(room);
  visit.site_id = domain::SiteId(IdOf(site));
  visit.site = NameOf(site);
  visit.is_check_up = KindOf(visit.service_id) == domain::ResourceKind::CheckUp &&
                      !ContentsOf(visit.service_id).empty();
}

std::optional<domain::BookingPolicy> Directory::PolicyOf(const domain::ServiceId& service) const {
  if (!terms_) return std::nullopt;
  return terms_->PolicyOf(service.Value());
}

std::optional<domain::BookingTimes> Directory::TimesOf(const domain::Booking& booking,
                                                       const domain::ServiceId& service) const {
  if (!terms_) return std::nullopt;
  return domain::TimesOf(booking, zone_, terms_->PolicyOf(service.Value()));
}

domain::VisitPlace Directory::PlaceOf(const domain::Visit& visit) const {
  const Json& site = Find("Location/" + visit.site_id.Value());
  const Json& service = Find("HealthcareService/" + visit.service_id.Value());
  domain::VisitPlace place;
  place.site = visit.site;
  place.area = visit.place;
  place.room = visit.room;
  place.way = fhir::TextOf(site, "description");
  place.phone = site["telecom"][0]["value"].AsString();
  place.preparation = fhir::TextOf(service, "extraDetails");
  place.sensitive = service["extension"][0]["valueBoolean"].AsBoolean();
  return place;
}

domain::ResourceKind Directory::KindOf(const domain::ServiceId& service) const {
  for (const Json& type : Find("HealthcareService/" + service.Value())["type"].Items()) {
    const std::string& kind = fhir::CodeOf(type, fhir::systems::kResourceKind);
    if (kind == "exam") return domain::ResourceKind::Exam;
    if (kind == "check-up") return domain::ResourceKind::CheckUp;
    if (kind == "bed") return domain::ResourceKind::Bed;
  }
  return domain::ResourceKind::Clinic;
}

std::vector<LocalText> Directory::ContentsOf(const domain::ServiceId& service) const {
  const std::string wanted = "HealthcareService/" + service.Value();
  const Json* only = nullptr;
  for (const Json* plan : All("PlanDefinition")) {
    if ((*plan)["status"].AsString() != "active") continue;
    const bool fits = std::ranges::any_of((*plan)["useContext"].Items(), [&](const Json& context) {
      return LocalReference(context["valueReference"]) == wanted;
    });
    if (!fits) continue;
    if (only != nullptr) return {};
    only = plan;
  }
  std::vector<LocalText> contents;
  if (only == nullptr) return contents;
  for (const Json& action : (*only)["action"].Items()) {
    LocalText title = fhir::TextOf(action, "title");
    if (!title.zh.empty()) contents.push_back(std::move(title));
  }
  return contents;
}

PublicLists Directory::Lists(
    const std::optional<std::map<std::string, int>>& waiting_by_service) const {
  PublicLists lists;
  std::vector<std::pair<std::string, PublicRow>> departments;
  for (const Json* service : All("HealthcareService")) {
    if (!IsActive(*service) || !IsClinic(*service)) continue;
    PublicRow row{fhir::TextOf(*service, "name"), NameOf(LocalReference((*service)["location"][0])),
                  std::nullopt};
    if (waiting_by_service) {
      const auto waiting = waiting_by_service->find(ReferenceOf(*service));
      row.waiting = waiting == waiting_by_service->end() ? 0 : waiting->second;
    }
    departments.emplace_back(QueueLetter(*service), std::move(row));
  }
  std::stable_sort(departments.begin(), departments.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [letter, row] : departments) lists.departments.push_back(std::move(row));
  for (const Json* role : All("PractitionerRole")) {
    const std::string practitioner = LocalReference((*role)["practitioner"]);
    if (!IsActive(*role) || !IsActive(Find(practitioner))) continue;
    const LocalText name = NameOf(practitioner);
    const std::string works_for = LocalReference((*role)["healthcareService"][0]);
    if (name.zh.empty() || !IsClinic(Find(works_for))) continue;
    const LocalText title = fhir::TextOf((*role)["code"][0], "text");
    const LocalText service = NameOf(works_for);
    lists.doctors.push_back({name, Joined(title, service), std::nullopt});
  }
  std::stable_sort(
      lists.doctors.begin(), lists.doctors.end(),
      [](const PublicRow& a, const PublicRow& b) { return a.detail.zh < b.detail.zh; });
  return lists;
}

}  // namespace yizhan::sync
