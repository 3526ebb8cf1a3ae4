#pragma once

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/backend/hospital_fixture.h"

namespace yizhan::test {

/// The small hospital with further queues: ECG (E) and ultrasound (U) with one room each, the
/// pharmacy (P), a centre (Z) with three desks and four services. 2026-03-10, 09:00.
class QueueFixture : public HospitalFixture {
 protected:
  using QueueTicket = hospital::QueueTicket;

  explicit QueueFixture(Engine which = ChosenEngine()) : HospitalFixture(which) {
    if (store == nullptr) return;
    for (const char* room : {"ecg1", "us1", "window1", "desk1", "desk2", "desk3"}) {
      Put(Location(room, "ro", "area"));
    }
    Put(Queue("ecg", "E", "exam", "ecg1"));
    Put(Queue("us", "U", "exam", "us1"));
    Put(Queue("pharmacy", "P", "pharmacy", "window1"));
    Put(Queue("centre", "Z", "service-centre", ""));
    for (const char* item : {"advice", "approval", "nursing", "nutrition"}) {
      Put(Queue(item, "", "service-centre", ""));
    }
    AddDesk("desk1", {"centre", "advice", "approval"});
    AddDesk("desk2", {"centre", "nursing", "nutrition"});
    AddDesk("desk3", {"centre"});
  }

  static std::string Queue(const std::string& id, const std::string& letter,
                           const std::string& kind, const std::string& room) {
    const std::string lettered =
        letter.empty()
            ? ""
            : R"("identifier":[{"system":"urn:yizhan:queue-letter","value":")" + letter + "\"}],";
    const std::string further = room.empty() ? "" : R"(,{"reference":"Location/)" + room + "\"}";
    return R"({"resourceType":"HealthcareService","id":")" + id + R"(","name":")" + id + "\"," +
           lettered + R"("type":[{"coding":[{"system":"urn:yizhan:queue-kind","code":")" + kind +
           R"("}]}],"location":[{"reference":"Location/area"})" + further + "]}";
  }
  void AddDesk(const std::string& room, const std::vector<std::string>& services) {
    std::string list;
    for (const std::string& id : services) {
      list += (list.empty() ? "" : ",") + (R"({"reference":"HealthcareService/)" + id + "\"}");
    }
    Put(R"({"resourceType":"Practitioner","id":"at-)" + room + R"(","name":[{"text":"李静"}]})");
    Put(R"({"resourceType":"PractitionerRole","id":"r-)" + room +
        R"(","practitioner":{"reference":"Practitioner/at-)" + room +
        R"("},"healthcareService":[)" + list + R"(],"location":[{"reference":"Location/)" + room +
        "\"}]}");
  }
  void AddPatient(const std::string& id, const std::string& name = "张小三") {
    Put(R"({"resourceType":"Patient","id":")" + id + R"(","name":[{"text":")" + name + "\"}]}");
  }
  /// An appointment with a slot of its own, "09:00" to "09:30".
  void BookSlot(const std::string& id, const std::string& from, const std::string& to) {
    AddPatient(id);
    Put(R"({"resourceType":"Appointment","id":")" + id + R"(","status":"booked","start":")" +
        At(from) + R"(","end":")" + At(to) + R"(","participant":[{"actor":{"reference":"Patient/)" +
        id + R"("}},{"actor":{"reference":"HealthcareService/cardio"}}]})");
  }
  static std::string At(const std::string& time) {
    return "2026-03-10T" + time + (time.size() == 5 ? ":00" : "") + "+08:00";
  }
  void Local(const std::string& time) { clock.Set(At(time)); }

  /// As Restart(), with other options.
  void OpenWith(hospital::HospitalOptions options) {
    hospital.reset();
    hospital = std::make_unique<hospital::Hospital>(*store, clock, std::move(options));
    ASSERT_TRUE(hospital->Start());
  }
  /// Somebody enters a queue now. The ticket; an empty one with a failure when refused.
  Result<QueueTicket> TryEnter(const hospital::Entrant& entrant) {
    const hospital::QueueContext context = hospital->Queue().Context();
    Result<QueueTicket> entered = Fail(ErrorCode::Internal, "not run");
    const Status done = hospital->Queue().Write([&](store::Transaction& transaction) -> Status {
      entered = hospital::Enter(transaction, entrant, context);
      return entered ? Status() : tl::unexpected<Error>(entered.error());
    });
    if (!done) return tl::unexpected<Error>(done.error());
    return entered;
  }
  hospital::Entrant Entrant(const std::string& patient, const std::string& service) {
    hospital::Entrant entrant;
    entrant.operation_id = "op" + std::to_string(++operations);
    entrant.terminal = "K3";
    entrant.patient_id = patient;
    entrant.service_id = service;
    entrant.arrived = clock.Now();
    return entrant;
  }
  /// Enters and returns the number.
  std::string Enter(const std::string& patient, const std::string& service,
                    const std::string& room = "") {
    hospital::Entrant entrant = Entrant(patient, service);
    entrant.room_id = room;
    return Number(TryEnter(entrant));
  }

  static std::string Number(const Result<QueueTicket>& ticket) {
    if (ticket) return ticket->number;
    return std::string(Name(ticket.error().code)) + ' ' + ticket.error().detail;
  }
  static std::string Said(const Status& status) {
    return status ? "ok" : std::string(Name(status.error().code)) + ' ' + status.error().detail;
  }
  QueueTicket Ticket(const std::string& number) {
    const auto places = hospital->Places();
    for (const auto& [id, service] : places->services) {
      for (const QueueTicket& ticket : hospital->Board().Of(id)) {
        if (ticket.number == number) return ticket;
      }
    }
    return {};
  }
  hospital::DeskAct On(const std::string& number, const std::string& reason = "",
                       const std::string& room = "") {
    return {room, "nurse.li", Ticket(number).id, reason};
  }
  std::string Call(const std::string& room) {
    return Number(hospital->Call({room, "wang.jg", "", ""}));
  }
  std::string Waiting(const std::string& service = "cardio", const std::string& room = "") {
    std::string text;
    for (const QueueTicket& ticket : hospital->Board().WaitingFor(service, room)) {
      text += (text.empty() ? "" : " ") + ticket.number;
    }
    return text;
  }
  std::string Marks(const std::string& number) {
    std::string text;
    for (const std::string& mark : hospital::MarksOf(Ticket(number))) text += mark;
    return text;
  }
  std::string AuditOf(const std::string& act, const std::string& number) {
    return Find("AuditEvent", "subtype=" + act + "&entity=Task/" + Ticket(number).id);
  }
  std::string SetRules(const std::string& key, const hospital::QueuePolicy& policy) {
    return Said(hospital->Queue().SetRules(key, policy, "admin", "trial"));
  }

  int operations = 0;
};

}  // namespace yizhan::test
