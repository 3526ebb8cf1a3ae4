// What the check-up packages of the demonstration contain, and a unit whose member comes today.
#include <span>

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/hospital/booking/booking_record.h"
#include "backend/hospital/booking/contracts.h"
#include "backend/hospital/demo/demo_parts.h"

namespace yizhan::hospital::demo {
namespace {

using domain::LocalText;
using fhir::Json;
using std::chrono::days;
using std::chrono::minutes;

constexpr minutes kSlot{30};

Json Text(std::string_view text) { return Json::String(std::string(text)); }

struct Item {
  const char* code;  ///< "": done at the check-up centre.
  LocalText title;
};
const Item kBasic[] = {
    {"", {"内科检查", "Physical examination"}},
    {"CBC", {"血常规", "Complete blood count"}},
    {"GLU", {"空腹血糖", "Fasting glucose"}},
    {"LIVER", {"肝功能", "Liver function"}},
    {"ECG", {"心电图", "Electrocardiogram"}},
    {"US-ABDOMEN", {"腹部彩超", "Abdominal ultrasound"}},
};
const Item kSenior[] = {
    {"", {"内科检查", "Physical examination"}},
    {"CBC", {"血常规", "Complete blood count"}},
    {"GLU", {"空腹血糖", "Fasting glucose"}},
    {"HBA1C", {"糖化血红蛋白", "Haemoglobin A1c"}},
    {"LIVER", {"肝功能", "Liver function"}},
    {"RENAL", {"肾功能", "Renal function"}},
    {"LIPID", {"血脂", "Lipids"}},
    {"THYROID", {"甲状腺功能五项", "Thyroid function"}},
    {"ECG", {"心电图", "Electrocardiogram"}},
    {"US-ABDOMEN", {"腹部彩超", "Abdominal ultrasound"}},
    {"US-BLADDER", {"泌尿系彩超", "Urinary ultrasound"}},
};

void PutPlan(Builder& builder, const std::string& service_id, const LocalText& title,
             std::span<const Item> items) {
  Json plan = Resource("PlanDefinition", "plan-" + service_id);
  plan.Set("url", Text("urn:yizhan:package:" + service_id));
  fhir::SetText(plan, "title", title);
  plan.Set("type", fhir::Concept("http://terminology.hl7.org/CodeSystem/plan-definition-type",
                                 "order-set"));
  plan.Set("status", Text("active"));
  plan.Set("useContext",
           Json::Array({Json::Object(
               {{"code",
                 Json::Object(
                     {{"system", Text("http://terminology.hl7.org/CodeSystem/usage-context-type")},
                      {"code", Text("program")}})},
                {"valueReference", fhir::Reference("HealthcareService", service_id)}})}));
  Json actions = Json::Array();
  for (const Item& item : items) {
    Json action = Json::Object();
    fhir::SetText(action, "title", item.title);
    if (*item.code != '\0') {
      action.Set("code", Json::Array({fhir::Concept(fhir::systems::kCatalogueCode, item.code)}));
    }
    actions.Append(std::move(action));
  }
  plan.Set("action", std::move(actions));
  builder.Put(std::move(plan));
}

/// The contract of a unit, and its member's number of today.
void PutMember(Builder& builder) {
  const DemoOptions& options = builder.Options();
  const auto today = LocalDay(options.now, options.zone);
  Contract contract;
  contract.id = kUnitContract;
  contract.organisation = {"宏达电子有限公司", "Hongda Electronics"};
  contract.quota = 100;
  contract.service_id = kUnitPackage;
  contract.from = ToDate(today);
  contract.until = ToDate(today + days(30));
  builder.Note(PutContract(builder.Store(), contract, "demo", options.now));
  BookingRecord record;
  record.id = "a-persona-" + std::to_string(kCheckUpPersona);
  record.booking.kind = domain::BookingKind::Confirmed;
  record.booking.state = domain::BookingState::Booked;
  record.booking.made_at = options.now - days(3);
  record.booking.start = PersonaTime(options, minutes(10));
  record.booking.end = record.booking.start + kSlot;
  record.patient_id = PatientIdAt(kCheckUpPersona);
  record.service_id = contract.service_id;
  record.session = "am";
  record.channel = "unit-contract";
  record.quota = contract.id;
  record.payer = contract.organisation;
  builder.Put(ToAppointment(record));
}

}  // namespace

void PutPackages(Builder& builder) {
  if (!builder.Exists("PlanDefinition", "plan-checkup-basic")) {
    PutPlan(builder, kUnitPackage, {"基础体检套餐", "Basic check-up"}, kBasic);
    PutPlan(builder, "checkup-senior", {"老年体检套餐", "Senior check-up"}, kSenior);
  }
  PutMember(builder);
}

}  // namespace yizhan::hospital::demo
