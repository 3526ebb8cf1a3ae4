#include "backend/hospital/demo/demo_hospital.h"

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/fields.h"
#include "backend/hospital/demo/demo_parts.h"
#include "base/bytes.h"
#include "base/crypto.h"

namespace yizhan::hospital {
namespace demo {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

const Department kTable[kDepartments] = {
    {"cardiology",
     "A",
     {"心血管内科", "Cardiology"},
     "site-main",
     {"门诊楼 3 层 B 区", "Outpatient Building, floor 3, area B"},
     5},
    {"gastroenterology",
     "B",
     {"消化内科", "Gastroenterology"},
     "site-main",
     {"门诊楼 3 层 A 区", "Outpatient Building, floor 3, area A"},
     1},
    {"respiratory",
     "C",
     {"呼吸内科", "Respiratory Medicine"},
     "site-main",
     {"门诊楼 4 层 A 区", "Outpatient Building, floor 4, area A"},
     1},
    {"endocrinology",
     "D",
     {"内分泌科", "Endocrinology"},
     "site-main",
     {"门诊楼 4 层 B 区", "Outpatient Building, floor 4, area B"},
     6},
    {"neurology",
     "E",
     {"神经内科", "Neurology"},
     "site-main",
     {"门诊楼 5 层 A 区", "Outpatient Building, floor 5, area A"},
     1},
    {"surgery",
     "F",
     {"普通外科", "General Surgery"},
     "site-main",
     {"门诊楼 2 层 A 区", "Outpatient Building, floor 2, area A"},
     1},
    {"orthopaedics",
     "G",
     {"骨科", "Orthopaedics"},
     "site-main",
     {"门诊楼 2 层 B 区", "Outpatient Building, floor 2, area B"},
     6},
    {"gynaecology",
     "H",
     {"妇产科", "Obstetrics and Gynaecology"},
     "site-main",
     {"门诊楼 6 层 A 区", "Outpatient Building, floor 6, area A"},
     1},
    {"paediatrics",
     "I",
     {"儿科", "Paediatrics"},
     "site-main",
     {"儿科楼 1 层", "Children's Building, floor 1"},
     1},
    {"ophthalmology",
     "J",
     {"眼科", "Ophthalmology"},
     "site-east",
     {"东院门诊楼 1 层 A 区", "East Outpatient Building, floor 1, area A"},
     1},
    {"ent",
     "K",
     {"耳鼻喉科", "Ear, Nose and Throat"},
     "site-east",
     {"东院门诊楼 1 层 B 区", "East Outpatient Building, floor 1, area B"},
     6},
    {"dermatology",
     "L",
     {"皮肤科", "Dermatology"},
     "site-east",
     {"东院门诊楼 2 层 A 区", "East Outpatient Building, floor 2, area A"},
     1},
};

const domain::LocalText kTitles[] = {{"主任医师", "Chief Physician"},
                                     {"副主任医师", "Associate Chief Physician"},
                                     {"主治医师", "Attending Physician"},
                                     {"住院医师", "Resident Physician"}};

constexpr std::size_t kDermatology = 11;
/// Each department has one chief; the others are of all ranks.
constexpr std::size_t kTitleOf[kDoctorsEach] = {0, 1, 1, 2, 3};

Json Text(std::string_view text) { return Json::String(std::string(text)); }

Json PhysicalType(const char* code) {
  return fhir::Concept("http://terminology.hl7.org/CodeSystem/location-physical-type", code);
}

void PutLocation(Builder& builder, const std::string& id, const domain::LocalText& name,
                 const char* kind, const std::string& part_of) {
  builder.Put(PlaceOf(id, name, kind, part_of));
}

void PutSite(Builder& builder, const char* id, const domain::LocalText& name,
             const domain::LocalText& way) {
  Json site = PlaceOf(id, name, "si", "");
  fhir::SetText(site, "description", way);
  site.Set(
      "telecom",
      Json::Array({Json::Object({{"system", Text("phone")}, {"value", Text("010-5550 0100")}})}));
  builder.Put(std::move(site));
}

void PutDoctor(Builder& builder, std::size_t department, std::size_t doctor) {
  const std::string id = DoctorId(department, doctor);
  std::string name = MakeDoctorName(builder.Random());
  if (department == 0 && doctor == 0) name = "王建国";
  Json practitioner = Resource("Practitioner", id);
  practitioner.Set("active", Json::Boolean(true));
  practitioner.Set("name", Json::Array({Json::Object({{"text", Text(name)}})}));
  builder.Put(std::move(practitioner));

  Json code;
  fhir::SetText(code, "text", kTitles[kTitleOf[doctor]]);
  Json role = Resource("PractitionerRole", "role-" + id);
  role.Set("active", Json::Boolean(true));
  role.Set("practitioner", fhir::Reference("Practitioner", id));
  role.Set("organization", fhir::Reference("Organization", "hospital"));
  role.Set("code", Json::Array({std::move(code)}));
  role.Set("location", Json::Array({fhir::Reference("Location", RoomId(department, doctor))}));
  role.Set("healthcareService",
           Json::Array({fhir::Reference("HealthcareService", DepartmentAt(department).id)}));
  builder.Put(std::move(role));
}

Json PatientResource(std::size_t number, const DemoPerson& person) {
  Json identifiers = Json::Array({fhir::Identifier(systems::kCardNumber, CardNumberAt(number)),
                                  fhir::Identifier(systems::kIdCardNumber, person.id_number)});
  for (const DemoPersona& persona : DemoPersonas()) {
    if (persona.card_number != CardNumberAt(number) || *persona.uid == '\0') continue;
    const Bytes uid = *FromHex(persona.uid);
    identifiers.Append(fhir::Identifier(systems::kCardUidDigest, ToHex(Sha256(uid))));
  }
  Json patient = Resource("Patient", PatientIdAt(number));
  patient.Set("identifier", std::move(identifiers));
  patient.Set("active", Json::Boolean(true));
  patient.Set("name", Json::Array({Json::Object({{"text", Text(person.name)}})}));
  patient.Set(
      "telecom",
      Json::Array({Json::Object({{"system", Text("phone")}, {"value", Text(person.phone)}})}));
  patient.Set("gender", Text(person.male ? "male" : "female"));
  patient.Set("birthDate", Text(ToDate(person.birth_date)));
  return patient;
}

}  // namespace

const Department& DepartmentAt(std::size_t index) { return kTable[index]; }

std::string Padded(std::size_t number, std::size_t width) {
  std::string text = std::to_string(number);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}
std::string AreaId(std::size_t department) {
  return std::string("area-") + DepartmentAt(department).id;
}
std::string RoomId(std::size_t department, std::size_t doctor) {
  const auto room = static_cast<std::size_t>(DepartmentAt(department).first_room) + doctor;
  return std::string("room-") + DepartmentAt(department).id + '-' + std::to_string(room);
}
std::string DoctorId(std::size_t department, std::size_t doctor) {
  return std::string("dr-") + DepartmentAt(department).id + '-' + std::to_string(doctor + 1);
}
std::string PatientIdAt(std::size_t number) { return "p-" + Padded(number, 4); }
std::string CardNumberAt(std::size_t number) { return "8801" + Padded(number, 10); }

Json Resource(const char* type, const std::string& id) {
  return Json::Object({{"resourceType", Text(type)}, {"id", Text(id)}});
}

Json PlaceOf(const std::string& id, const domain::LocalText& name, const char* kind,
             const std::string& part_of) {
  Json location = Resource("Location", id);
  location.Set("status", Text("active"));
  fhir::SetText(location, "name", name);
  location.Set("mode", Text("instance"));
  location.Set("physicalType", PhysicalType(kind));
  location.Set("managingOrganization", fhir::Reference("Organization", "hospital"));
  if (!part_of.empty()) location.Set("partOf", fhir::Reference("Location", part_of));
  return location;
}

void Builder::Put(Json resource) {
  if (!outcome_) return;
  const Result<store::StoredResource> stored = transaction_.Update(std::move(resource));
  if (!stored) outcome_ = tl::unexpected<Error>(stored.error());
}

bool Builder::Exists(const std::string& type, const std::string& id) {
  const Result<store::StoredResource> stored = transaction_.Read(type, id);
  return stored && !stored->deleted;
}

void Builder::Note(const Status& status) {
  if (outcome_ && !status) outcome_ = status;
}

void PutPlaces(Builder& builder) {
  Json hospital = Resource("Organization", "hospital");
  hospital.Set("active", Json::Boolean(true));
  fhir::SetText(hospital, "name", {"市第一人民医院", "First People's Hospital"});
  hospital.Set("alias", Json::Array({Text("First People's Hospital")}));
  builder.Put(std::move(hospital));
  PutSite(builder, "site-main", {"总院", "Main Campus"},
          {"地铁 2 号线人民医院站 B 口，步行 3 分钟", "Metro line 2, Renmin Yiyuan, exit B"});
  PutSite(builder, "site-east", {"东院区", "East Campus"},
          {"公交 12 路东院站", "Bus 12, stop Dongyuan"});
  for (std::size_t d = 0; d < kDepartments; ++d) {
    const Department& department = DepartmentAt(d);
    PutLocation(builder, AreaId(d), department.area, "area", department.site);
    for (std::size_t i = 0; i < kDoctorsEach; ++i) {
      const std::string number =
          std::to_string(static_cast<std::size_t>(department.first_room) + i);
      PutLocation(builder, RoomId(d, i), {number + " 诊室", "Room " + number}, "ro", AreaId(d));
      PutDoctor(builder, d, i);
    }
    Json service = Resource("HealthcareService", department.id);
    service.Set("identifier",
                Json::Array({fhir::Identifier(systems::kQueueLetter, department.letter)}));
    service.Set("active", Json::Boolean(true));
    service.Set("providedBy", fhir::Reference("Organization", "hospital"));
    service.Set("location", Json::Array({fhir::Reference("Location", AreaId(d))}));
    fhir::SetText(service, "name", department.name);
    // Two departments of the twelve whose name tells something, and one with a preparation.
    const bool sensitive = department.letter == std::string_view("H") || d == kDermatology;
    if (sensitive) SetExtension(service, systems::kSensitive, "valueBoolean", Json::Boolean(true));
    if (department.letter == std::string_view("B")) {
      fhir::SetText(service, "extraDetails",
                    {"请带上以前的胃镜报告。", "Please bring earlier gastroscopy reports."});
    }
    builder.Put(std::move(service));
  }
  PutOtherServices(builder);
}

void PutPatients(Builder& builder) {
  const std::chrono::local_days today = LocalDay(builder.Options().now, builder.Options().zone);
  for (std::size_t number = 1; number <= kPatients; ++number) {
    DemoPerson person = MakePerson(builder.Random(), today);
    if (number <= GoldenNames().size()) person.name = GoldenNames()[number - 1];
    builder.Put(PatientResource(number, person));
  }
}

}  // namespace demo

Status MakeDemoHospital(store::ResourceStore& store, const DemoOptions& options) {
  return store.Write([&](store::Transaction& transaction) -> Status {
    demo::Builder builder(transaction, options);
    if (!builder.Exists("Patient", demo::PatientIdAt(demo::kPatients))) {
      demo::PutPlaces(builder);
      demo::PutPatients(builder);
    }
    demo::PutDay(builder);
    demo::PutComingDays(builder);
    demo::PutPersonas(builder);
    demo::PutCare(builder);
    demo::PutCentre(builder);
    demo::PutPackages(builder);
    demo::PutBookingPersonas(builder);
    return builder.Outcome();
  });
}

}  // namespace yizhan::hospital
