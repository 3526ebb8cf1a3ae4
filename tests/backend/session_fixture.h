#pragma once

#include <set>

#include "backend/hospital/messages/message_sender.h"
#include "backend/r4/validate.h"
#include "tests/backend/queue_fixture.h"

namespace yizhan::test {

/// The hospital of queues with sessions that are sold: doctor wang in room 5 and chen in room 6,
/// both 主任医师 of cardiology, seats "<session>-1" at 09:00 to "<session>-6" at 11:30. It is
/// 08:00 on 2026-03-10.
class SessionFixture : public QueueFixture {
 protected:
  SessionFixture() {
    if (store == nullptr) return;
    Local("08:00");
    SetTitle("wang", "room5");
    SetTitle("chen", "room6");
    Sell("s", "wang", "room5");
  }

  void SetTitle(const std::string& doctor, const std::string& room) {
    Put(R"({"resourceType":"PractitionerRole","id":"r-)" + doctor +
        R"(","practitioner":{"reference":"Practitioner/)" + doctor +
        R"("},"healthcareService":[{"reference":"HealthcareService/cardio"}],)"
        R"("code":[{"text":"主任医师"}],"location":[{"reference":"Location/)" +
        room + "\"}]}");
  }
  void Sell(const std::string& id, const std::string& doctor, const std::string& room) {
    Put(R"({"resourceType":"Schedule","id":")" + id +
        R"(","active":true,"actor":[{"reference":"Practitioner/)" + doctor +
        R"("},{"reference":"HealthcareService/cardio"},{"reference":"Location/)" + room +
        R"("}],"extension":[{"url":"urn:yizhan:session","valueCode":"am"},)"
        R"({"url":"urn:yizhan:fee","valueMoney":{"value":50.00,"currency":"CNY"}}]})");
    const char* times[] = {"09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00"};
    for (int i = 0; i < 6; ++i) {
      Put(R"({"resourceType":"Slot","id":")" + id + "-" + std::to_string(i + 1) +
          R"(","schedule":{"reference":"Schedule/)" + id + R"("},"status":"free","start":")" +
          At(times[i]) + R"(","end":")" + At(times[i + 1]) + "\"}");
    }
  }
  /// A new patient books a seat. The appointment.
  std::string Book(const std::string& patient, const std::string& seat, bool prepay = false) {
    AddPatient(patient);
    const auto answer =
        hospital->Booking().Book({"book-" + patient, "kiosk", "K3", patient, seat, prepay, ""});
    EXPECT_TRUE(answer) << answer.error().detail;
    return answer ? answer->record.id : "";
  }
  hospital::BookingRecord Record(const std::string& id) {
    return *hospital::FromAppointment(Parse(store->Read("Appointment", id)->text));
  }
  std::string StateOf(const std::string& id) { return hospital::Name(Record(id).booking.state); }
  std::string StatusOf(const std::string& number) { return hospital::Name(Ticket(number).status); }
  void SweepBookings() {
    while (hospital->Booking().Sweep().value_or(0) > 0) {
    }
  }
  /// Sends what is due, and tells whom it reached with a message of that kind.
  std::string Told(const std::string& kind) {
    hospital::MessageSender sender(*store, clock, hospital->Booking(), nullptr);
    while (sender.Work().value_or(0) > 0) {
    }
    std::set<std::string> patients;
    SearchAll("Communication", [&](const fhir::Json& message) {
      if (fhir::CodeOf(message["category"][0], fhir::systems::kMessageKind) != kind) return;
      patients.insert(fhir::ReferencedId(message["subject"], "Patient"));
    });
    std::string all;
    for (const std::string& id : patients) all += (all.empty() ? "" : " ") + id;
    return all;
  }
  void ExpectValid() {
    for (const char* type : {"Appointment", "Task", "Slot", "Schedule", "AuditEvent"}) {
      SearchAll(type, [&](const fhir::Json& resource) {
        // What the fixtures write themselves says less than R4 wants.
        if (!resource["identifier"].Items().empty() || std::string_view(type) == "AuditEvent") {
          const auto issues = r4::Validate(resource, {});
          EXPECT_FALSE(r4::HasErrors(issues))
              << type << ": " << issues.front().expression << " " << issues.front().diagnostics;
        }
      });
    }
  }
};

}  // namespace yizhan::test
