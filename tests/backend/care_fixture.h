#pragma once

#include <string>

#include "backend/fhir/care_systems.h"
#include "backend/hospital/lab/test_catalogue.h"
#include "backend/hospital/pharmacy/pharmacy.h"
#include "tests/backend/hospital_fixture.h"

namespace yizhan::test {

/// The small hospital with a draw room of two windows (queue X), a pharmacy of two windows, an
/// ultrasound room (queue U) and an ECG room (queue V), on 2026-03-10, a Tuesday, at 08:00.
class CareFixture : public HospitalFixture {
 protected:
  explicit CareFixture(Engine which = ChosenEngine()) : HospitalFixture(which) {
    if (store == nullptr) return;
    clock.Set("2026-03-10T08:00:00+08:00");
    Queue("draw", "X", "draw", {"draw1", "draw2"});
    Queue("pharmacy", "Y", "pharmacy", {"window1", "window2"});
    Queue("ultrasound", "U", "exam", {"us1"});
    Queue("ecg", "V", "exam", {"ecg1"});
    Record(
        hospital::kLabSettings, "hospital",
        R"({"drawService":"draw","payAt":"收费处","payAtEn":"Cashier","holidays":["2026-03-12"]})");
    Record(hospital::kPharmacySettings, "hospital", R"({"service":"pharmacy"})");
    Test("CBC", R"("tube":"edta","section":"haematology","volumeUl":2000,"afterMinutes":45)");
    Test("ESR", R"("tube":"citrate-esr","section":"haematology","volumeUl":1600)");
    Test("COAG", R"("tube":"citrate","section":"coagulation","volumeUl":2700)");
    Test("LIVER",
         R"("tube":"serum","section":"chemistry","volumeUl":1500,"fastingHours":8,)"
         R"("batches":[{"until":"08:30","ready":"10:30"},{"until":"09:30","ready":"11:40"}])");
    Test("GLU", R"("tube":"fluoride","section":"chemistry","volumeUl":2000,"fastingHours":8)");
    Test("TSH",
         R"("tube":"serum","section":"immunology","volumeUl":3000,"workingDays":2,"at":"10:00")");
    Test("OGTT", R"("tube":"fluoride","section":"chemistry","volumeUl":2000,"series":[0,30,60])");
    Person("zhang", "张小三", "C1");
    Person("li", "李四", "C2");
    Restart();
  }

  void Queue(const std::string& id, const std::string& letter, const std::string& kind,
             const std::vector<std::string>& rooms) {
    Put(Location("area-" + id, "area", "main"));
    std::string locations = R"({"reference":"Location/area-)" + id + "\"}";
    for (const std::string& room : rooms) {
      Put(Location(room, "ro", "area-" + id));
      locations += R"(,{"reference":"Location/)" + room + "\"}";
    }
    Put(R"({"resourceType":"HealthcareService","id":")" + id + R"(","name":")" + id +
        R"(","identifier":[{"system":"urn:yizhan:queue-letter","value":")" + letter +
        R"("}],"type":[{"coding":[{"system":"urn:yizhan:queue-kind","code":")" + kind +
        R"("}]}],"location":[)" + locations + "]}");
  }
  void Record(const std::string& kind, const std::string& key, const std::string& text) {
    const Status kept = store->Write([&](store::Transaction& transaction) {
      return transaction.PutRecord({kind, key, text, std::nullopt});
    });
    ASSERT_TRUE(kept) << kept.error().detail;
  }
  void Test(const std::string& code, const std::string& more) {
    Record(hospital::kLabTests, code,
           R"({"code":")" + code + R"(","name":"项目)" + code + R"(","short":")" + code + "\"," +
               more + "}");
  }
  void Person(const std::string& id, const std::string& name, const std::string& card) {
    Put(R"({"resourceType":"Patient","id":")" + id +
        R"(","gender":"male","birthDate":"1980-05-01",)" + R"("name":[{"text":")" + name +
        R"("}],"identifier":[{"system":"urn:yizhan:card-number","value":")" + card + "\"}]}");
  }
  void Bill(const std::string& id, const std::string& status, const std::string& yuan = "28.00") {
    Put(R"({"resourceType":"Invoice","id":")" + id + R"(","status":")" + status +
        R"(","totalNet":{"value":)" + yuan + R"(,"currency":"CNY"}})");
  }
  /// An order of the laboratory (or with `exam`: performed by that service); `bill` "": free.
  void Order(const std::string& id, const std::string& patient, const std::string& code,
             const std::string& bill = "", const std::string& more = "",
             const std::string& exam = "") {
    const std::string category = exam.empty() ? "laboratory" : "imaging";
    Put(R"({"resourceType":"ServiceRequest","id":")" + id +
        R"(","status":"active","intent":"order","category":[{"coding":[{"code":")" + category +
        R"("}]}],"code":{"coding":[{"system":"urn:yizhan:catalogue","code":")" + code +
        R"("}]},"subject":{"reference":"Patient/)" + patient + "\"}" +
        (bill.empty() ? "" : R"(,"supportingInfo":[{"reference":"Invoice/)" + bill + "\"}]") +
        (exam.empty() ? "" : R"(,"performer":[{"reference":"HealthcareService/)" + exam + "\"}]") +
        more + R"(,"authoredOn":"2026-03-10T07:30:00+08:00"})");
  }
  /// A prescription of one patient with those packages.
  void Prescribe(
      const std::string& number, const std::string& patient, const std::string& bill,
      const std::vector<std::string>& packages, const std::string& authored = "",
      const std::string& signature = R"("requester":{"reference":"Practitioner/wang"},)") {
    int nth = 0;
    for (const std::string& package : packages) {
      Put(R"({"resourceType":"MedicationRequest","id":")" + number + '-' + std::to_string(++nth) +
          R"(",)" + signature + R"("status":"active","intent":"order","identifier":[)" +
          R"({"system":"urn:yizhan:prescription","value":")" + number +
          R"("}],"medicationCodeableConcept":{"text":"药)" + package +
          R"(","coding":[{"system":"urn:yizhan:medicine","code":")" + package +
          R"("}]},"subject":{"reference":"Patient/)" + patient +
          R"("},"supportingInformation":[{"reference":"Invoice/)" + bill + R"("}],"authoredOn":")" +
          (authored.empty() ? "2026-03-10T07:30:00+08:00" : authored) +
          R"(","dispenseRequest":{"quantity":{"value":2,"unit":"盒"}}})");
    }
  }
  static fhir::Json Asked(const std::string& operation_id, const std::string& terminal = "L1") {
    fhir::Json parameters;
    fhir::AddParameter(parameters, "operation-id", "valueString", fhir::Json::String(operation_id));
    fhir::AddParameter(parameters, "terminal", "valueString", fhir::Json::String(terminal));
    return parameters;
  }
  /// Code of a refusal, "" when it was none.
  static std::string RefusedWith(const hospital::OperationAnswer& answer) {
    if (answer.status == 200) return "";
    return fhir::CodeOf(answer.body["issue"][0]["details"], fhir::systems::kCareRefusal);
  }
  /// Every parameter of that name.
  static std::vector<fhir::Json> All(const fhir::Json& parameters, std::string_view name) {
    std::vector<fhir::Json> found;
    for (const fhir::Json& one : parameters["parameter"].Items()) {
      if (one["name"].AsString() == name) found.push_back(one);
    }
    return found;
  }
  /// Value of a part, as text.
  static std::string Part(const fhir::Json& parameter, std::string_view name) {
    std::string text;
    for (const fhir::Json& part : parameter["part"].Items()) {
      if (part["name"].AsString() != name) continue;
      const fhir::Json& value = part.Members().back().second;
      if (!text.empty()) text += ',';
      text += value.IsString()               ? value.AsString()
              : value.AsNumberText().empty() ? (value.AsBoolean() ? "true" : "false")
                                             : value.AsNumberText();
    }
    return text;
  }
  /// How many AuditEvents tell of an act.
  int Audited(const std::string& act) {
    int count = 0;
    SearchAll("AuditEvent", [&](const fhir::Json& event) {
      if (event["subtype"][0]["code"].AsString() == act) ++count;
    });
    return count;
  }
};

}  // namespace yizhan::test
