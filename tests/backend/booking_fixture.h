#pragma once

#include <string>
#include <vector>

#include "backend/hospital/booking/bookings.h"
#include "tests/backend/seats.h"
#include "tests/backend/store_fixture.h"

namespace yizhan::test {

/// Cardiology on 2026-03-10 with doctor wang in room 5: seats s-1 (09:00) to s-4 (10:30), 50 yuan
/// each, and four patients; now it is 06:00 there.
class BookingFixture : public StoreFixture {
 protected:
  BookingFixture() {
    if (store == nullptr) return;
    Put(R"({"resourceType":"Location","id":"main","name":"本院","physicalType":{"coding":)"
        R"([{"code":"si"}]},"description":"地铁2号线A口"})");
    Put(R"({"resourceType":"Location","id":"area","name":"3层B区","description":"乘东侧扶梯到3层",)"
        R"("partOf":{"reference":"Location/main"}})");
    Put(R"({"resourceType":"Location","id":"room5","name":"5诊室","partOf":)"
        R"({"reference":"Location/area"}})");
    Put(R"({"resourceType":"HealthcareService","id":"cardio","name":"心血管内科",)"
        R"("location":[{"reference":"Location/area"}]})");
    Sell("s", "2026-03-10", "wang");
    for (const char* id : {"zhang", "li", "zhao", "qian"}) AddPatient(id);
    clock.Set("2026-03-10T06:00:00+08:00");
  }

  void AddPatient(const std::string& id, const std::string& phone = "") {
    const std::string telecom =
        phone.empty() ? "" : R"(,"telecom":[{"system":"phone","value":")" + phone + "\"}]";
    Put(R"({"resourceType":"Patient","id":")" + id + R"(","name":[{"text":"张小三"}])" + telecom +
        "}");
  }
  void AddDoctor(const std::string& doctor, const std::string& title = "主任医师") {
    Put(R"({"resourceType":"Practitioner","id":")" + doctor + R"(","name":[{"text":"王建国"}]})");
    Put(R"({"resourceType":"PractitionerRole","id":"role-)" + doctor +
        R"(","practitioner":{"reference":"Practitioner/)" + doctor +
        R"("},"healthcareService":[{"reference":"HealthcareService/cardio"}],"code":[{"text":")" +
        title + R"("}],"location":[{"reference":"Location/room5"}]})");
  }
  /// A morning with four seats.
  void Sell(const std::string& id, const std::string& day, const std::string& doctor,
            const std::string& more = "") {
    AddDoctor(doctor);
    Put(test::MorningText(id, doctor, more));
    const char* times[] = {"09:00", "09:30", "10:00", "10:30", "11:00"};
    for (int i = 0; i < 4; ++i) {
      PutSlot(id + "-" + std::to_string(i + 1), id, day + "T" + times[i], day + "T" + times[i + 1]);
    }
  }
  void PutSlot(const std::string& id, const std::string& schedule, const std::string& from,
               const std::string& to, const std::string& more = "") {
    Put(test::SeatText(id, schedule, from, to, more));
  }
  Result<hospital::BookingAnswer> TryBook(const std::string& patient, const std::string& slot,
                                          bool prepay = false, const std::string& quota = "",
                                          const std::string& channel = "kiosk") {
    hospital::BookRequest request;
    request.operation_id = "op" + std::to_string(++operations);
    request.channel = channel;
    request.who = "K3";
    request.patient_id = patient;
    request.slot_id = slot;
    request.prepay = prepay;
    request.quota = quota;
    return desk->Book(request);
  }
  /// The new state, or the refusal; `last` is the booking.
  std::string Book(const std::string& patient, const std::string& slot, bool prepay = false) {
    const auto answer = TryBook(patient, slot, prepay);
    if (answer) last = answer->record.id;
    return Said(answer);
  }
  static std::string Said(const Result<hospital::BookingAnswer>& answer) {
    return answer ? hospital::Name(answer->record.booking.state) : answer.error().detail;
  }
  std::string Act(const std::string& id, domain::BookingAct act, std::int64_t paid = 0) {
    return Said(desk->Act({"", id, act, "K3", "", paid}));
  }
  void Local(const std::string& time) { clock.Set("2026-03-10T" + time + "+08:00"); }
  hospital::BookingRecord Record(const std::string& id) {
    return *hospital::FromAppointment(Parse(store->Read("Appointment", id)->text));
  }
  std::string StateOf(const std::string& id) { return hospital::Name(Record(id).booking.state); }
  std::string Seat(const std::string& id) {
    return Parse(store->Read("Slot", id)->text)["status"].AsString();
  }
  void Sweep() {
    while (desk->Sweep().value_or(0) > 0) {
    }
  }
  void With(const hospital::BookingRules& rules) {
    desk = std::make_unique<hospital::Bookings>(*store, clock, rules);
  }

  std::unique_ptr<hospital::Bookings> desk =
      store == nullptr
          ? nullptr
          : std::make_unique<hospital::Bookings>(*store, clock, hospital::BookingRules{});
  int operations = 0;
  std::string last;
};

}  // namespace yizhan::test
