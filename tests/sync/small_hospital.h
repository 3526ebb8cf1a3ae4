/// \file
/// A hospital of one site, one service, one room, one doctor and one patient, for the tests of
/// kiosk/sync.
#pragma once

#include <string>
#include <vector>

#include "backend/fhir/json.h"
#include "kiosk/sync/answers.h"
#include "kiosk/sync/directory.h"

namespace yizhan::sync::test {

inline fhir::Json Parse(const std::string& text) { return fhir::Json::Parse(text).value(); }

inline const Station kStation{domain::TerminalId("K3"), domain::SiteId("east"), TimeZone{}, {}};

/// 2026-03-10 08:45 in the hospital; the visit begins at 09:00.
inline WallTime Now() { return ParseInstant("2026-03-10T08:45:00+08:00").value(); }
inline std::chrono::local_days Today() { return LocalDay(Now(), kStation.zone); }

inline domain::PresentedCard Card(const std::string& number = "8801000011113321") {
  domain::CardToken token;
  token.number = domain::CardNumber(number);
  return token;
}

inline std::vector<fhir::Json> DirectoryResources() {
  return {
      Parse(R"({"resourceType":"Location","id":"east","name":"东院区","physicalType":
            {"coding":[{"code":"si"}]}})"),
      Parse(R"({"resourceType":"Location","id":"b3","name":"门诊楼 3 层 B 区","physicalType":
            {"coding":[{"code":"area"}]},"partOf":{"reference":"Location/east"}})"),
      Parse(R"({"resourceType":"Location","id":"r5","name":"5 诊室","physicalType":
            {"coding":[{"code":"ro"}]},"partOf":{"reference":"Location/b3"}})"),
      Parse(R"({"resourceType":"HealthcareService","id":"cardio","name":"心血管内科",
            "_name":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/translation",
              "extension":[{"url":"lang","valueCode":"en"},
                           {"url":"content","valueString":"Cardiology"}]}]},
            "identifier":[{"system":"urn:yizhan:queue-letter","value":"A"}],
            "location":[{"reference":"Location/b3"}]})"),
      Parse(R"({"resourceType":"Practitioner","id":"wang","name":[{"text":"王建国"}],
            "telecom":[{"value":"13800000000"}]})"),
      Parse(R"({"resourceType":"PractitionerRole","id":"wang-cardio",
            "practitioner":{"reference":"Practitioner/wang"},
            "healthcareService":[{"reference":"HealthcareService/cardio"}],
            "location":[{"reference":"Location/r5"}],"code":[{"text":"主任医师"}]})"),
  };
}

/// An answer of $booking-terms: check-in opens 40 minutes before, advised are 10; cardiology keeps
/// a number for 35 minutes, and cancelling is free until the evening before at 20:00.
inline fhir::Json Terms() {
  return Parse(R"({"resourceType":"Parameters","id":"booking-terms","parameter":[
      {"name":"hospital","part":[{"name":"check-in-opens-before-minutes","valueInteger":40},
        {"name":"arrive-before-minutes","valueInteger":10},
        {"name":"rebook-within-days","valueInteger":60}]},
      {"name":"department","part":[
        {"name":"service","valueReference":{"reference":"HealthcareService/cardio"}},
        {"name":"late-after-minutes","valueInteger":35},
        {"name":"temporary-within-days","valueInteger":3},
        {"name":"cancel-day-before-minute","valueInteger":1200}]}]})");
}

inline Directory SmallDirectory() {
  Directory directory;
  for (const fhir::Json& resource : DirectoryResources()) directory.Put(resource);
  return directory;
}

inline fhir::Json Patient(const std::string& id = "zhang",
                          const std::string& card = "8801000011113321") {
  return Parse(R"({"resourceType":"Patient","id":")" + id +
               R"(","name":[{"text":"张小三"}],"birthDate":"1980-02-29",
      "telecom":[{"value":"13900001111"}],
      "identifier":[{"system":"urn:yizhan:card-number","value":")" +
               card + R"("}]})");
}

inline fhir::Json Appointment(const std::string& id = "a1", const std::string& status = "booked",
                              const std::string& patient = "zhang") {
  return Parse(R"({"resourceType":"Appointment","id":")" + id + R"(","status":")" + status +
               R"(","start":"2026-03-10T09:00:00+08:00","end":"2026-03-10T09:30:00+08:00",
      "meta":{"lastUpdated":"2026-03-10T00:10:00Z","versionId":"1"},
      "comment":"血压偏高","participant":[
        {"actor":{"reference":"Patient/)" +
               patient + R"(","display":"张小三"},"status":"accepted"},
        {"actor":{"reference":"HealthcareService/cardio"},"status":"accepted"},
        {"actor":{"reference":"Practitioner/wang"},"status":"accepted"}],
      "supportingInformation":[{"reference":"Invoice/i1"}]})");
}

inline fhir::Json Invoice(const std::string& status = "issued", const std::string& id = "i1",
                          const std::string& amount = "25.50") {
  return Parse(R"({"resourceType":"Invoice","id":")" + id + R"(","status":")" + status +
               R"(","subject":{"reference":"Patient/zhang"},"totalNet":{"value":)" + amount +
               R"(,"currency":"CNY"},"note":[{"text":"挂号费"}]})");
}

inline fhir::Json Ticket(const std::string& number = "A012", const std::string& operation = "op-1",
                         const std::string& appointment = "a1") {
  return Parse(R"({"resourceType":"Task","id":"t1","status":"ready","intent":"order",
      "identifier":[{"system":"urn:yizhan:ticket-number","value":")" +
               number + R"("},{"system":"urn:yizhan:operation-id","value":")" + operation +
               R"("}],"focus":{"reference":"Appointment/)" + appointment +
               R"("},"authoredOn":"2026-03-10T08:40:00+08:00",
      "owner":{"reference":"HealthcareService/cardio"}})");
}

/// A searchset of these; `next` as its next link.
inline std::string Bundle(const std::vector<fhir::Json>& resources, const std::string& next = "") {
  fhir::Json bundle = Parse(R"({"resourceType":"Bundle","type":"searchset","entry":[]})");
  for (const fhir::Json& resource : resources) {
    bundle.At("entry").Append(fhir::Json::Object({{"resource", resource}}));
  }
  if (!next.empty()) {
    bundle.Set("link", Parse(R"([{"relation":"next","url":")" + next + R"("}])"));
  }
  return bundle.Write();
}

}  // namespace yizhan::sync::test
