// The inpatient service centre of the demonstration (domain.md F67).
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/demo/demo_parts.h"

namespace yizhan::hospital::demo {
namespace {

using domain::LocalText;
using fhir::Json;
namespace systems = fhir::systems;

constexpr const char* kCentre = "service-centre";
constexpr const char* kArea = "area-service-centre";

Json Text(std::string_view text) { return Json::String(std::string(text)); }

struct Item {
  const char* id;
  LocalText name;
};
const Item kItems[] = {
    {"centre-advice", {"住院咨询", "Advice on Admission"}},
    {"centre-approval", {"特殊项目审核登记", "Approval of Special Items"}},
    {"centre-nursing", {"护理评估", "Nursing Assessment"}},
    {"centre-nutrition", {"营养评估", "Nutrition Assessment"}},
    {"centre-expert", {"专家约诊", "Appointment with an Expert"}},
    {"centre-follow-up", {"出院患者随访", "Follow-up after Discharge"}},
    {"centre-online", {"互联网医院预约检查", "Examinations Booked Online"}},
};

/// What is done at a desk.
struct Desk {
  const char* number;
  const char* person;
  std::vector<const char*> items;
};
const Desk kDesks[] = {
    {"1", "周敏", {"centre-advice", "centre-approval", "centre-expert"}},
    {"2", "吴静", {"centre-nursing", "centre-nutrition"}},
    {"3", "郑芳", {"centre-follow-up", "centre-online"}},
};

void PutService(Builder& builder, const char* id, const LocalText& name, const char* letter) {
  Json service = Resource("HealthcareService", id);
  if (*letter != '\0') {
    service.Set("identifier", Json::Array({fhir::Identifier(systems::kQueueLetter, letter)}));
  }
  service.Set("active", Json::Boolean(true));
  service.Set("providedBy", fhir::Reference("Organization", "hospital"));
  service.Set("type", Json::Array({fhir::Concept(systems::kQueueKind, "service-centre")}));
  service.Set("location", Json::Array({fhir::Reference("Location", kArea)}));
  fhir::SetText(service, "name", name);
  builder.Put(std::move(service));
}

void PutDesk(Builder& builder, const Desk& desk) {
  const std::string number = desk.number;
  const std::string place = "desk-service-centre-" + number;
  const std::string person = "at-service-centre-" + number;
  builder.Put(PlaceOf(place, {number + " 号窗口", "Desk " + number}, "ro", kArea));
  Json practitioner = Resource("Practitioner", person);
  practitioner.Set("active", Json::Boolean(true));
  practitioner.Set("name", Json::Array({Json::Object({{"text", Text(desk.person)}})}));
  builder.Put(std::move(practitioner));
  Json services = Json::Array({fhir::Reference("HealthcareService", kCentre)});
  for (const char* item : desk.items) services.Append(fhir::Reference("HealthcareService", item));
  Json role = Resource("PractitionerRole", "role-" + person);
  role.Set("active", Json::Boolean(true));
  role.Set("practitioner", fhir::Reference("Practitioner", person));
  role.Set("organization", fhir::Reference("Organization", "hospital"));
  role.Set("location", Json::Array({fhir::Reference("Location", place)}));
  role.Set("healthcareService", std::move(services));
  builder.Put(std::move(role));
}

}  // namespace

void PutCentre(Builder& builder) {
  if (builder.Exists("HealthcareService", kCentre)) return;
  builder.Put(PlaceOf(kArea,
                      {"住院楼 1 层 入院服务中心", "Inpatient Building, floor 1, Service Centre"},
                      "area", "site-main"));
  PutService(builder, kCentre, {"入院服务中心", "Inpatient Service Centre"}, "S");
  for (const Item& item : kItems) PutService(builder, item.id, item.name, "");
  for (const Desk& desk : kDesks) PutDesk(builder, desk);
}

}  // namespace yizhan::hospital::demo
