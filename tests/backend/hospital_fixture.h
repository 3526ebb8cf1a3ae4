#pragma once

#include <string>

#include "backend/fhir/systems.h"
#include "backend/hospital/hospital.h"
#include "tests/backend/store_fixture.h"

namespace yizhan::test {

/// A small hospital on 2026-03-10: two sites, cardiology (letter A, rooms 5 and 6) and one more
/// department (B); 09:00-09:30 appointments are made by Book().
class HospitalFixture : public StoreFixture {
 protected:
  explicit HospitalFixture(Engine which = ChosenEngine()) : StoreFixture(which) {
    if (store == nullptr) return;
    clock.Set("2026-03-10T01:00:00Z");  // 09:00 in the hospital.
    Put(Location("main", "si", ""));
    Put(Location("east", "si", ""));
    Put(Location("area", "area", "main"));
    Put(Location("room5", "ro", "area"));
    Put(Location("room6", "ro", "area"));
    Put(Service("cardio", "A"));
    Put(Service("eye", "B"));
    AddDoctor("wang", "room5");
    AddDoctor("chen", "room6");
    Restart();
  }

  /// As after the program was stopped and started.
  void Restart() {
    hospital.reset();
    Reopen();
    hospital = std::make_unique<hospital::Hospital>(*store, clock, hospital::HospitalOptions{});
    ASSERT_TRUE(hospital->Start());
  }

  static std::string Location(const std::string& id, const std::string& kind,
                              const std::string& part_of) {
    const std::string lies_in =
        part_of.empty() ? "" : R"(,"partOf":{"reference":"Location/)" + part_of + "\"}";
    return R"({"resourceType":"Location","id":")" + id + R"(","name":")" + id +
           R"(","physicalType":{"coding":[{"code":")" + kind + "\"}]}" + lies_in + "}";
  }
  static std::string Service(const std::string& id, const std::string& letter) {
    return R"({"resourceType":"HealthcareService","id":")" + id + R"(","name":")" + id +
           R"(","identifier":[{"system":"urn:yizhan:queue-letter","value":")" + letter +
           R"("}],"location":[{"reference":"Location/area"}]})";
  }
  void AddDoctor(const std::string& id, const std::string& room) {
    Put(R"({"resourceType":"Practitioner","id":")" + id + R"(","name":[{"text":"王建国"}]})");
    Put(R"({"resourceType":"PractitionerRole","id":"r-)" + id +
        R"(","practitioner":{"reference":"Practitioner/)" + id +
        R"("},"healthcareService":[{"reference":"HealthcareService/cardio"}],"location":[)" +
        R"({"reference":"Location/)" + room + "\"}]}");
  }
  /// A patient and an appointment 09:00-09:30 with the same id. `more` is further JSON members.
  void Book(const std::string& id, const std::string& service = "cardio",
            const std::string& more = "", const std::string& name = "张小三") {
    Put(R"({"resourceType":"Patient","id":")" + id + R"(","name":[{"text":")" + name + "\"}]}");
    Put(R"({"resourceType":"Appointment","id":")" + id +
        R"(","status":"booked","start":"2026-03-10T09:00:00+08:00",)"
        R"("end":"2026-03-10T09:30:00+08:00","participant":[{"actor":{"reference":"Patient/)" +
        id + R"("}},{"actor":{"reference":"HealthcareService/)" + service + "\"}}]" + more + "}");
  }
  static fhir::Json Parameters(const std::string& operation_id, const std::string& arrived,
                               const std::string& number = "", const std::string& site = "main",
                               const std::string& terminal = "K3") {
    fhir::Json parameters;
    const auto text = [&](const char* name, const std::string& value) {
      fhir::AddParameter(parameters, name, "valueString", fhir::Json::String(value));
    };
    text("operation-id", operation_id);
    text("terminal", terminal);
    fhir::AddParameter(parameters, "site", "valueReference", fhir::Reference("Location", site));
    if (!arrived.empty()) {
      fhir::AddParameter(parameters, "arrived", "valueInstant", fhir::Json::String(arrived));
    }
    if (!number.empty()) text("provisional-number", number);
    return parameters;
  }
  /// The ticket's number, or the refusal's code.
  std::string CheckIn(const std::string& id, const std::string& arrived = "",
                      const std::string& number = "") {
    return Said(hospital->CheckIn(id, Parameters("op-" + id, arrived, number)));
  }
  static std::string Said(const hospital::OperationAnswer& answer) {
    if (answer.status == 200) {
      return fhir::IdentifierValue(fhir::ParameterOf(answer.body, "ticket"),
                                   fhir::systems::kTicketNumber);
    }
    const fhir::Json& issue = answer.body["issue"][0];
    const std::string& code = fhir::CodeOf(issue["details"], fhir::systems::kCheckInRefusal);
    return std::to_string(answer.status) + ' ' +
           (code.empty() ? issue["diagnostics"].AsString() : code);
  }

  std::unique_ptr<hospital::Hospital> hospital;
};

}  // namespace yizhan::test
