// The laboratory, the pharmacy and the examination rooms of the demonstration: places, catalogue,
// and what some personas are ordered.
#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/demo/demo_parts.h"
#include "backend/hospital/exam/exam_check_in.h"
#include "backend/hospital/lab/test_catalogue.h"
#include "backend/hospital/pharmacy/bag.h"
#include "backend/hospital/pharmacy/pharmacy.h"

namespace yizhan::hospital::demo {
namespace {

using domain::LocalText;
using fhir::Json;
namespace systems = fhir::systems;

Json Text(std::string_view text) { return Json::String(std::string(text)); }

struct CareService {
  const char* id;
  const char* letter;
  const char* kind;
  LocalText name;
  LocalText area;
  LocalText window;  ///< Behind its number.
  int windows;
};
const CareService kServices[] = {
    {"lab-draw",
     "X",
     "draw",
     {"采血室", "Blood Draw"},
     {"门诊楼 1 层 采血室", "Outpatient Building, floor 1, Draw Room"},
     {"号采血窗口", "Draw Window"},
     3},
    {"pharmacy",
     "Y",
     "pharmacy",
     {"门诊药房", "Pharmacy"},
     {"门诊楼 1 层 药房", "Outpatient Building, floor 1, Pharmacy"},
     {"号取药窗口", "Pharmacy Window"},
     3},
    {"ultrasound",
     "U",
     "exam",
     {"超声科", "Ultrasound"},
     {"医技楼 2 层 超声科", "Diagnostics Building, floor 2, Ultrasound"},
     {"号超声室", "Ultrasound Room"},
     2},
    {"ecg",
     "V",
     "exam",
     {"心电图室", "Electrocardiography"},
     {"医技楼 2 层 心电图室", "Diagnostics Building, floor 2, ECG"},
     {"号心电图室", "ECG Room"},
     1},
};

// As the laboratory edits it; ReadLabTest tells the members.
constexpr const char* kTests[] = {
    R"({"code":"CBC","name":"血常规","nameEn":"Complete blood count","short":"血常规","tube":"edta",
        "section":"haematology","volumeUl":2000,"afterMinutes":45,
        "place":"自助机或检验科窗口","placeEn":"Kiosk or laboratory window"})",
    R"({"code":"HBA1C","name":"糖化血红蛋白","nameEn":"Haemoglobin A1c","short":"糖化","tube":"edta",
        "section":"chemistry","volumeUl":2000,"workingDays":1,"at":"15:00",
        "place":"自助机或检验科窗口","placeEn":"Kiosk or laboratory window"})",
    R"({"code":"ESR","name":"血沉","nameEn":"Erythrocyte sedimentation rate","short":"血沉",
        "tube":"citrate-esr","section":"haematology","volumeUl":1600,"afterMinutes":120,
        "place":"自助机或检验科窗口","placeEn":"Kiosk or laboratory window"})",
    R"({"code":"COAG","name":"凝血四项","nameEn":"Coagulation","short":"凝血","tube":"citrate",
        "section":"coagulation","volumeUl":2700,"afterMinutes":180,
        "place":"自助机或检验科窗口","placeEn":"Kiosk or laboratory window"})",
    R"({"code":"LIVER","name":"肝功能","nameEn":"Liver function","short":"肝功","tube":"serum",
        "section":"chemistry","volumeUl":1500,"fastingHours":8,
        "batches":[{"until":"08:30","ready":"10:30"},{"until":"09:30","ready":"11:40"},
                   {"until":"12:00","ready":"14:00"},{"until":"16:00","ready":"17:30"}],
        "place":"自助机或检验科窗口","placeEn":"Kiosk or laboratory window"})",
    R"({"code":"RENAL","name":"肾功能","nameEn":"Renal function","short":"肾功","tube":"serum",
        "section":"chemistry","volumeUl":1000,"fastingHours":8,
        "batches":[{"until":"08:30","ready":"10:30"},{"until":"09:30","ready":"11:40"},
                   {"until":"12:00","ready":"14:00"},{"until":"16:00","ready":"17:30"}],
        "place":"自助机或检验科窗口","placeEn":"Kiosk or laboratory window"})",
    R"({"code":"LIPID","name":"血脂","nameEn":"Lipids","short":"血脂","tube":"serum",
        "section":"chemistry","volumeUl":1000,"fastingHours":12,
        "batches":[{"until":"08:30","ready":"10:30"},{"until":"09:30","ready":"11:40"},
                   {"until":"12:00","ready":"14:00"},{"until":"16:00","ready":"17:30"}],
        "place":"自助机或检验科窗口","placeEn":"Kiosk or laboratory window"})",
    R"({"code":"THYROID","name":"甲状腺功能五项","nameEn":"Thyroid function","short":"甲功",
        "tube":"serum","section":"immunology","volumeUl":3000,"workingDays":2,"at":"10:00",
        "place":"免疫检验窗口","placeEn":"Immunology window"})",
    R"({"code":"GLU","name":"空腹血糖","nameEn":"Fasting glucose","short":"血糖","tube":"fluoride",
        "section":"chemistry","volumeUl":2000,"fastingHours":8,"afterMinutes":60,
        "place":"自助机或检验科窗口","placeEn":"Kiosk or laboratory window"})",
    R"({"code":"OGTT","name":"糖耐量试验","nameEn":"Glucose tolerance test","short":"糖耐量",
        "tube":"fluoride","section":"chemistry","volumeUl":2000,"fastingHours":8,
        "series":[0,30,60,120],"afterMinutes":60,
        "place":"自助机或检验科窗口","placeEn":"Kiosk or laboratory window"})",
    R"({"code":"CROSS","name":"交叉配血","nameEn":"Cross-match","short":"配血","tube":"edta",
        "section":"blood-bank","volumeUl":2000,"ownTube":true,"afterMinutes":90,
        "place":"输血科","placeEn":"Blood bank"})",
};

constexpr const char* kExamRecords[][2] = {
    {"US-ABDOMEN",
     R"({"name":"腹部彩超","nameEn":"Abdominal ultrasound","preparation":"fasting","service":"ultrasound",
         "hint":"请保持空腹 8 小时，检查前不要喝水。",
         "hintEn":"Stay fasting for 8 hours and do not drink before the examination."})"},
    {"US-BLADDER",
     R"({"name":"泌尿系彩超","nameEn":"Urinary ultrasound","preparation":"full-bladder","service":"ultrasound",
         "hint":"请喝水憋尿，有尿意后告诉超声室。",
         "hintEn":"Drink water and tell the ultrasound room when your bladder is full."})"},
    {"ECG", R"({"name":"心电图","nameEn":"Electrocardiogram","service":"ecg"})"},
};

void PutRecord(Builder& builder, const char* kind, const std::string& key, std::string_view text) {
  builder.Note(builder.Store().PutRecord({kind, key, std::string(text), std::nullopt}));
}

void PutPlace(Builder& builder, const std::string& id, const LocalText& name, const char* kind,
              const std::string& part_of) {
  Json location = Resource("Location", id);
  location.Set("status", Text("active"));
  fhir::SetText(location, "name", name);
  location.Set("mode", Text("instance"));
  location.Set("physicalType",
               fhir::Concept("http://terminology.hl7.org/CodeSystem/location-physical-type", kind));
  location.Set("managingOrganization", fhir::Reference("Organization", "hospital"));
  location.Set("partOf", fhir::Reference("Location", part_of));
  builder.Put(std::move(location));
}

void PutService(Builder& builder, const CareService& service) {
  const std::string area = std::string("area-") + service.id;
  PutPlace(builder, area, service.area, "area", "site-main");
  Json locations = Json::Array({fhir::Reference("Location", area)});
  for (int i = 1; i <= service.windows; ++i) {
    const std::string number = std::to_string(i);
    const std::string window = std::string("window-") + service.id + '-' + number;
    PutPlace(builder, window, {number + ' ' + service.window.zh, service.window.en + ' ' + number},
             "ro", area);
    locations.Append(fhir::Reference("Location", window));
  }
  Json resource = Resource("HealthcareService", service.id);
  resource.Set("identifier",
               Json::Array({fhir::Identifier(systems::kQueueLetter, service.letter)}));
  resource.Set("active", Json::Boolean(true));
  resource.Set("providedBy", fhir::Reference("Organization", "hospital"));
  resource.Set("type", Json::Array({fhir::Concept(systems::kQueueKind, service.kind)}));
  resource.Set("location", std::move(locations));
  fhir::SetText(resource, "name", service.name);
  builder.Put(std::move(resource));
}

/// Takes away what the last demonstration left of a persona.
void Forget(Builder& builder, const char* type, const store::SearchParameters& search) {
  const auto query = store::ParseSearch(type, search, TimeZone{});
  if (!query) return;
  const auto found = builder.Store().Search(*query);
  if (!found) return;
  for (const store::StoredResource& one : found->matches) {
    if (const auto deleted = builder.Store().Delete(type, one.id); !deleted) {
      builder.Note(tl::unexpected<Error>(deleted.error()));
    }
  }
}

void ForgetPersona(Builder& builder, std::size_t patient) {
  const std::string whose = "Patient/" + PatientIdAt(patient);
  for (const char* type : {"Task", "Specimen", "MedicationDispense"}) {
    Forget(builder, type, {{"patient", whose}, {"_count", "100"}});
  }
  builder.Note(builder.Store().RemoveRecord("identity-doubt", PatientIdAt(patient)));
}

enum class Payment { Done, Open };

/// Registers what is to be paid for an order, and returns the reference to it.
Json PutBill(Builder& builder, const std::string& id, std::size_t patient, const LocalText& what,
             const char* yuan, Payment payment) {
  const Json amount = Json::Object({{"value", Json::Number(yuan)}, {"currency", Text("CNY")}});
  Json item = Json::Object();
  fhir::SetText(item, "text", what);
  Json invoice = Resource("Invoice", id);
  invoice.Set("status", Text(payment == Payment::Done ? "balanced" : "issued"));
  invoice.Set("type", item);
  invoice.Set("subject", fhir::Reference("Patient", PatientIdAt(patient)));
  invoice.Set("date", Text(ToInstant(builder.Options().now - std::chrono::hours(1))));
  invoice.Set("lineItem",
              Json::Array({Json::Object(
                  {{"chargeItemCodeableConcept", item},
                   {"priceComponent",
                    Json::Array({Json::Object({{"type", Text("base")}, {"amount", amount}})})}})}));
  invoice.Set("totalNet", amount);
  invoice.Set("totalGross", amount);
  builder.Put(std::move(invoice));
  return Json::Array({fhir::Reference("Invoice", id)});
}

struct Order {
  const char* code;
  const char* digits;  ///< At the end of its number.
  LocalText name;
  const char* yuan;
  const char* service = "";  ///< Of an examination.
};
const Order kCbc{"CBC", "01", {"血常规", "Complete blood count"}, "28.00"};
const Order kEsr{"ESR", "02", {"血沉", "Erythrocyte sedimentation rate"}, "12.00"};
const Order kCoagulation{"COAG", "03", {"凝血四项", "Coagulation"}, "60.00"};
const Order kLiver{"LIVER", "04", {"肝功能", "Liver function"}, "75.00"};
const Order kGlucose{"GLU", "05", {"空腹血糖", "Fasting glucose"}, "8.00"};
const Order kLipids{"LIPID", "06", {"血脂", "Lipids"}, "40.50"};
const Order kOgtt{"OGTT", "07", {"糖耐量试验", "Glucose tolerance test"}, "48.00"};
const Order kBladder{
    "US-BLADDER", "08", {"泌尿系彩超", "Urinary ultrasound"}, "120.00", "ultrasound"};
const Order kEcg{"ECG", "09", {"心电图", "Electrocardiogram"}, "30.00", "ecg"};

/// "260310003708": the day, the patient, the test.
std::string OrderNumber(const Builder& builder, std::size_t patient, const Order& order) {
  std::string day = ToLocalDate(builder.Options().now, builder.Options().zone).substr(2);
  std::erase(day, '-');
  return day + Padded(patient, 4) + order.digits;
}

void PutOrder(Builder& builder, std::size_t patient, const Order& order, Payment payment) {
  const bool exam = *order.service != '\0';
  const std::string id = "o-care-" + std::to_string(patient) + '-' + order.code;
  Json category = exam ? fhir::Concept("http://snomed.info/sct", "363679005")
                       : fhir::Concept("http://snomed.info/sct", "108252007");
  category.At("coding").Append(
      Json::Object({{"system", Text("http://terminology.hl7.org/CodeSystem/observation-category")},
                    {"code", Text(exam ? "imaging" : "laboratory")}}));
  category.Set("text", Text(exam ? "imaging" : "laboratory"));
  Json code = fhir::Concept(systems::kCatalogueCode, order.code);
  fhir::SetText(code, "text", order.name);
  Json request = Resource("ServiceRequest", id);
  request.Set(
      "identifier",
      Json::Array({fhir::Identifier(systems::kOrderNumber, OrderNumber(builder, patient, order))}));
  request.Set("status", Text("active"));
  request.Set("intent", Text("order"));
  request.Set("category", Json::Array({std::move(category)}));
  request.Set("code", std::move(code));
  request.Set("subject", fhir::Reference("Patient", PatientIdAt(patient)));
  request.Set("authoredOn", Text(ToInstant(builder.Options().now - std::chrono::hours(1))));
  request.Set("requester", fhir::Reference("Practitioner", DoctorId(0, 0)));
  if (exam) {
    request.Set("performer", Json::Array({fhir::Reference("HealthcareService", order.service)}));
  }
  request.Set("supportingInfo",
              PutBill(builder, "i-" + id, patient, order.name, order.yuan, payment));
  builder.Put(std::move(request));
}

struct Medicine {
  const char* code;  ///< EAN on the package.
  LocalText name;
  int boxes;
};
const Medicine kMedicines[] = {
    {"6901234500017", {"阿司匹林肠溶片 100mg×30", "Aspirin 100 mg x 30"}, 2},
    {"6901234500024", {"阿托伐他汀钙片 20mg×7", "Atorvastatin 20 mg x 7"}, 3},
    {"6901234500031", {"美托洛尔缓释片 47.5mg×7", "Metoprolol 47.5 mg x 7"}, 4},
};

void PutPrescription(Builder& builder, std::size_t patient, Payment payment) {
  const std::string number =
      "RX" + Padded(patient, 4) + ToLocalDate(builder.Options().now, builder.Options().zone);
  const Json bill = PutBill(builder, "i-rx-" + std::to_string(patient), patient,
                            {"处方药费", "Medicines"}, "136.80", payment);
  int nth = 0;
  for (const Medicine& medicine : kMedicines) {
    Json concept_value = fhir::Concept(systems::kMedicine, medicine.code);
    fhir::SetText(concept_value, "text", medicine.name);
    Json line = Resource("MedicationRequest",
                         "rx-" + std::to_string(patient) + '-' + std::to_string(++nth));
    line.Set("identifier", Json::Array({fhir::Identifier(systems::kPrescription, number)}));
    line.Set("groupIdentifier", fhir::Identifier(systems::kPrescription, number));
    line.Set("status", Text("active"));
    line.Set("intent", Text("order"));
    line.Set("medicationCodeableConcept", std::move(concept_value));
    line.Set("subject", fhir::Reference("Patient", PatientIdAt(patient)));
    line.Set("authoredOn", Text(ToInstant(builder.Options().now - std::chrono::hours(1))));
    line.Set("requester", fhir::Reference("Practitioner", DoctorId(0, 0)));
    line.Set("supportingInformation", bill);
    line.Set("dispenseRequest",
             Json::Object({{"quantity", Json::Object({{"value", Json::Integer(medicine.boxes)},
                                                      {"unit", Text("盒")}})}}));
    builder.Put(std::move(line));
  }
}

constexpr std::size_t kLabPaid = 41;
constexpr std::size_t kLabUnpaid = 42;
constexpr std::size_t kLabPart = 43;
constexpr std::size_t kLabSeries = 44;
constexpr std::size_t kPrescription = 45;
constexpr std::size_t kPrescriptionUnpaid = 46;
constexpr std::size_t kExamsPaid = 47;
constexpr std::size_t kLastPersona = 47;

}  // namespace

void PutCare(Builder& builder) {
  if (!builder.Exists("HealthcareService", kServices[0].id)) {
    for (const CareService& service : kServices) PutService(builder, service);
    for (const char* text : kTests) {
      const Result<Json> test = Json::Parse(text);
      if (!test) return builder.Note(tl::unexpected<Error>(test.error()));
      const Result<LabTest> read = ReadLabTest(*test);
      if (!read) return builder.Note(tl::unexpected<Error>(read.error()));
      PutRecord(builder, kLabTests, read->code, test->Write());
    }
    for (const auto& [code, text] : kExamRecords) PutRecord(builder, kExams, code, text);
    PutRecord(builder, kLabSettings, "hospital",
              R"({"drawService":"lab-draw","payAt":"门诊楼 1 层 收费处，或任一自助机",
                  "payAtEn":"the cashier on floor 1, or any kiosk"})");
    PutRecord(builder, kPharmacySettings, "hospital", R"({"service":"pharmacy"})");
  }
  for (std::size_t patient = kLabPaid; patient <= kLastPersona; ++patient) {
    ForgetPersona(builder, patient);
  }
  ForgetPersona(builder, kCheckUpPersona);
  Forget(builder, "ServiceRequest",
         {{"patient", "Patient/" + PatientIdAt(kCheckUpPersona)}, {"_count", "100"}});
  ForgetPersona(builder, kWholeDayPersona);
  for (const Order* order : {&kCbc, &kGlucose, &kBladder, &kEcg}) {
    PutOrder(builder, kWholeDayPersona, *order, Payment::Done);
  }
  PutPrescription(builder, kWholeDayPersona, Payment::Done);
  for (const Order* order : {&kCbc, &kEsr, &kCoagulation, &kLiver, &kGlucose}) {
    PutOrder(builder, kLabPaid, *order, Payment::Done);
  }
  PutOrder(builder, kLabUnpaid, kCbc, Payment::Open);
  PutOrder(builder, kLabUnpaid, kLiver, Payment::Open);
  PutOrder(builder, kLabPart, kCbc, Payment::Done);
  PutOrder(builder, kLabPart, kLipids, Payment::Open);
  PutOrder(builder, kLabSeries, kOgtt, Payment::Done);
  PutPrescription(builder, kPrescription, Payment::Done);
  PutPrescription(builder, kPrescriptionUnpaid, Payment::Open);
  PutOrder(builder, kExamsPaid, kBladder, Payment::Done);
  PutOrder(builder, kExamsPaid, kEcg, Payment::Done);
}

}  // namespace yizhan::hospital::demo
