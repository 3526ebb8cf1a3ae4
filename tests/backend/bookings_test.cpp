#include "backend/hospital/booking/bookings.h"

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <thread>
#include <tuple>

#include "backend/fhir/systems.h"
#include "backend/hospital/booking/booking_api.h"
#include "backend/r4/validate.h"
#include "tests/backend/seats.h"
#include "tests/backend/store_fixture.h"

namespace yizhan::hospital {
namespace {

using domain::BookingAct;
using fhir::Json;
using test::Parse;
using State = domain::BookingState;

class BookingsTest : public test::StoreFixture {
 protected:
  BookingsTest() {
    Sell("s", "2026-03-10", "wang");
    for (const char* id : {"zhang", "li", "zhao", "qian"}) AddPatient(id);
    clock.Set("2026-03-10T06:00:00+08:00");
  }

  void AddPatient(const std::string& id) {
    Put(R"({"resourceType":"Patient","id":")" + id + R"(","name":[{"text":"张小三"}]})");
  }
  /// A morning of cardiology with four seats s-1 (09:00) to s-4 (10:30), 50 yuan each.
  void Sell(const std::string& id, const std::string& day, const std::string& doctor,
            const std::string& more = "") {
    Put(R"({"resourceType":"Practitioner","id":")" + doctor + R"(","name":[{"text":"王建国"}]})");
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
  Result<BookingAnswer> TryBook(const std::string& patient, const std::string& slot,
                                bool prepay = false, const std::string& channel = "kiosk",
                                const std::string& quota = "") {
    return desk.Book(
        {"op" + std::to_string(++operations), channel, "K3", patient, slot, prepay, quota});
  }
  static std::string Said(const Result<BookingAnswer>& answer) {
    return answer ? Name(answer->record.booking.state) : answer.error().detail;
  }
  std::string Book(const std::string& patient, const std::string& slot, bool prepay = false) {
    const auto answer = TryBook(patient, slot, prepay);
    if (answer) last = answer->record.id;
    return Said(answer);
  }
  std::string Act(const std::string& id, BookingAct act, std::int64_t paid = 0) {
    return Said(desk.Act({"", id, act, "K3", "", paid}));
  }
  std::string Wait(const std::string& patient, const std::string& doctor = "") {
    const auto answer = desk.Wait({"w" + std::to_string(++operations), "kiosk", "K3", patient,
                                   "cardio", doctor, *ParseInstant("2026-03-10T08:00:00+08:00"),
                                   *ParseInstant("2026-03-10T12:00:00+08:00")});
    if (answer) last = answer->record.id;
    return Said(answer);
  }
  void Local(const std::string& time) { clock.Set("2026-03-10T" + time + "+08:00"); }
  std::string StateOf(const std::string& id) {
    const auto stored = store->Read("Appointment", id);
    const auto record = stored ? FromAppointment(Parse(stored->text)) : std::nullopt;
    return record ? Name(record->booking.state) : "none";
  }
  BookingRecord Record(const std::string& id) {
    return *FromAppointment(Parse(store->Read("Appointment", id)->text));
  }
  std::string Seat(const std::string& id) {
    return Parse(store->Read("Slot", id)->text)["status"].AsString();
  }
  void Sweep() {
    while (desk.Sweep().value_or(0) > 0) {
    }
  }

  BookingRules rules = [] {
    BookingRules some;
    some.zone = TimeZone{};
    return some;
  }();
  Bookings desk{*store, clock, rules};
  int operations = 0;
  std::string last;
};

TEST_F(BookingsTest, F17_ASameDayBookingAtTheKioskIsConfirmedAtOnce) {
  const auto answer = TryBook("zhang", "s-1");
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->record.booking.kind, domain::BookingKind::Temporary);
  EXPECT_EQ(Said(answer), "booked");
  EXPECT_EQ(Seat("s-1"), "busy");
  EXPECT_EQ(answer->fee_minor, 5000);
  EXPECT_EQ(ToInstant(answer->times.advised_arrival), "2026-03-10T00:45:00.000Z");
  EXPECT_EQ(Find("Appointment", "patient=Patient/zhang&status=booked&slot=Slot/s-1"),
            answer->record.id);
}

TEST_F(BookingsTest, F13_EightChannelsRaceForOneSeatAndOneWins) {
  const char* names[] = {"phone-agent", "ivr",   "desk",        "web",
                         "wechat",      "kiosk", "doctor-room", "group-hospital"};
  std::vector<std::thread> channels;
  std::vector<std::string> said(8);
  for (int i = 0; i < 8; ++i) AddPatient("p" + std::to_string(i));
  for (std::size_t i = 0; i < 8; ++i) {
    channels.emplace_back([&, i] {
      said[i] = Said(desk.Book(
          {"race" + std::to_string(i), names[i], "c", "p" + std::to_string(i), "s-1", false, ""}));
    });
  }
  for (std::thread& channel : channels) channel.join();
  EXPECT_EQ(std::count(said.begin(), said.end(), "booked"), 1);
  EXPECT_EQ(std::count(said.begin(), said.end(), "full"), 7);
  store::SearchResult found;
  Find("Appointment", "slot=Slot/s-1", &found);
  ASSERT_EQ(found.matches.size(), 1U);
  const auto winner =
      static_cast<std::size_t>(std::find(said.begin(), said.end(), "booked") - said.begin());
  EXPECT_EQ(Record(found.matches[0].id).channel, names[winner]);
}

TEST_F(BookingsTest, TheSameOperationTwiceIsOneBooking) {
  const BookRequest request{"same", "kiosk", "K3", "zhang", "s-1", false, ""};
  const auto first = desk.Book(request);
  const auto again = desk.Book(request);
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->record.id, again->record.id);
  EXPECT_EQ(Seat("s-2"), "free");
}

TEST_F(BookingsTest, WhatIsNotForSaleIsRefusedWithItsReason) {
  EXPECT_EQ(TryBook("zhang", "nothing").error().code, ErrorCode::NotFound);
  EXPECT_EQ(Book("nobody", "s-1"), "unknown-patient");
  Put(R"({"resourceType":"Patient","id":"gone","active":false})");
  EXPECT_EQ(Book("gone", "s-1"), "unknown-patient");
  Sell("later", "2026-03-20", "wang",
       R"(,{"url":"urn:yizhan:release-at","valueInstant":"2026-03-13T07:00:00+08:00"})");
  EXPECT_EQ(Book("zhang", "later-1"), "not-released");
  PutSlot("unit", "s", "2026-03-10T09:00", "2026-03-10T09:30",
          R"(,"extension":[{"url":"urn:yizhan:quota","valueString":"unit:acme"}])");
  EXPECT_EQ(Book("zhang", "unit"), "no-quota");
  EXPECT_EQ(Said(TryBook("zhang", "unit", false, "unit_contract", "unit:acme")), "booked");
  Local("11:00:00");
  EXPECT_EQ(Book("li", "s-4"), "closed");
}

TEST_F(BookingsTest, F18_ANoShowFreesTheSeatForTheFirstWhoWaits) {
  ASSERT_EQ(Book("zhang", "s-1"), "booked");
  const std::string booking = last;
  for (const char* seat : {"s-2", "s-3", "s-4"}) {
    AddPatient(std::string("x") + seat);
    ASSERT_EQ(Book(std::string("x") + seat, seat), "booked");
  }
  ASSERT_EQ(Wait("li"), "waiting");
  const std::string waits = last;
  Local("09:20:00");
  Sweep();
  EXPECT_EQ(StateOf(booking), "booked");
  Local("09:20:01");
  Sweep();
  EXPECT_EQ(StateOf(booking), "no-show");
  EXPECT_EQ(Parse(store->Read("Appointment", booking)->text)["status"].AsString(), "noshow");
  EXPECT_NE(Find("AuditEvent", "subtype=no-show&entity=Appointment/" + booking), "")
      << "the hospital's own act, on record";
  EXPECT_EQ(StateOf(waits), "offered");
  EXPECT_EQ(Act(waits, BookingAct::Accept), "booked");
  Local("09:30:00");
  Sweep();
  EXPECT_EQ(StateOf(waits), "booked");
}

TEST_F(BookingsTest, F18_WhoCalledIsWaitedFor) {
  ASSERT_EQ(Book("zhang", "s-1"), "booked");
  ASSERT_TRUE(
      desk.NoticeLate({last, "phone-agent", "phone", *ParseInstant("2026-03-10T09:28:00+08:00")}));
  Local("09:28:00");
  Sweep();
  EXPECT_EQ(StateOf(last), "booked");
  Local("09:28:01");
  Sweep();
  EXPECT_EQ(StateOf(last), "no-show");
}

TEST_F(BookingsTest, F19_AConfirmationBookingExpiresUnconfirmedAndCountsAgainstNobody) {
  clock.Set("2026-03-07T10:00:00+08:00");
  ASSERT_EQ(Book("zhang", "s-1"), "pending-confirm");
  const std::string forgotten = last;
  ASSERT_EQ(Book("li", "s-2"), "pending-confirm");
  const std::string confirmed = last;
  EXPECT_EQ(Act(confirmed, BookingAct::Confirm), "booked");
  EXPECT_EQ(Act(confirmed, BookingAct::Confirm), "booked");
  clock.Set("2026-03-09T09:00:00+08:00");
  Sweep();
  EXPECT_EQ(StateOf(forgotten), "pending-confirm");
  clock.Set("2026-03-09T09:00:01+08:00");
  Sweep();
  EXPECT_EQ(StateOf(forgotten), "unconfirmed");
  EXPECT_EQ(Seat("s-1"), "busy-unavailable");
  EXPECT_EQ(Act(forgotten, BookingAct::Confirm), "wrong-state");
  EXPECT_EQ(StateOf(confirmed), "booked");
  EXPECT_EQ(Find("Appointment", "status=noshow"), "") << "it counts against nobody";
  clock.Set("2026-03-09T11:00:02+08:00");
  Sweep();
  EXPECT_EQ(Seat("s-1"), "free") << "released, for whoever wants it";
}

TEST_F(BookingsTest, F19_EachOfTheThreeWaysConfirmsOnceAndOnlyOnce) {
  clock.Set("2026-03-07T10:00:00+08:00");
  const std::tuple<const char*, const char*, const char*> ways[] = {
      {"phone-agent", "zhang", "s-1"}, {"web", "li", "s-2"}, {"kiosk", "zhao", "s-3"}};
  for (const auto& [channel, patient, seat] : ways) {
    ASSERT_EQ(Book(patient, seat), "pending-confirm") << channel;
    const std::string booking = last;
    const auto confirm = [&](const std::string& operation) {
      Json parameters;
      const auto add = [&](const char* name, const char* type, const std::string& value) {
        fhir::AddParameter(parameters, name, type, Json::String(value));
      };
      add("operation-id", "valueString", operation);
      add("terminal", "valueString", "T1");
      add("channel", "valueCode", channel);
      return ActOperation(desk, BookingAct::Confirm, booking, parameters);
    };
    const auto first = confirm(std::string("first-") + seat);
    ASSERT_EQ(first.status, 200) << first.body.Write();
    EXPECT_EQ(StateOf(booking), "booked") << channel;
    const auto version = store->Read("Appointment", booking)->version;
    EXPECT_EQ(confirm(std::string("second-") + seat).status, 200);
    EXPECT_EQ(store->Read("Appointment", booking)->version, version) << "a no-op";
  }
}

TEST_F(BookingsTest, F21_F22_AGuaranteedBookingIsPaidHeldAndSettled) {
  ASSERT_EQ(Book("zhang", "s-1", true), "locked");
  const std::string unpaid = last;
  EXPECT_EQ(Seat("s-1"), "busy-tentative");
  EXPECT_EQ(Act(unpaid, BookingAct::Take), "not-paid");
  Local("06:10:01");
  Sweep();
  EXPECT_EQ(StateOf(unpaid), "lock-expired");
  EXPECT_NE(Seat("s-1"), "busy-tentative") << "released";
  EXPECT_EQ(Record(unpaid).booking.prepaid_minor, 0);
  EXPECT_EQ(Record(unpaid).refund_minor, 0);
  ASSERT_EQ(Book("zhang", "s-2", true), "locked");
  const std::string paid = last;
  EXPECT_EQ(Act(paid, BookingAct::Take, 5000), "booked");
  Local("09:59:59");
  Sweep();
  EXPECT_EQ(StateOf(paid), "booked");
  Local("10:00:01");
  Sweep();
  EXPECT_EQ(StateOf(paid), "no-show");
  EXPECT_EQ(Record(paid).penalty_minor, 1000);
  EXPECT_EQ(Record(paid).refund_minor, 4000);
  EXPECT_EQ(Said(desk.Waive(paid, "admin", "")), "wrong-state");
  ASSERT_TRUE(desk.Waive(paid, "admin", "地铁停运"));
  EXPECT_EQ(Record(paid).refund_minor, 5000);
}

TEST_F(BookingsTest, F22_CancellingInTimeGivesEverythingBack) {
  ASSERT_EQ(Book("zhang", "s-1", true), "locked");
  ASSERT_EQ(Act(last, BookingAct::Take, 5000), "booked");
  EXPECT_EQ(Act(last, BookingAct::Cancel), "cancelled");
  EXPECT_EQ(Record(last).refund_minor, 5000);
  EXPECT_EQ(Record(last).penalty_minor, 0);
}

TEST_F(BookingsTest, F23_AnOfferPassesFromTheFirstToTheSecondAndTheThirdStays) {
  std::vector<std::string> booked;
  for (int i = 1; i <= 4; ++i) {
    AddPatient("b" + std::to_string(i));
    ASSERT_EQ(Book("b" + std::to_string(i), "s-" + std::to_string(i)), "booked");
    booked.push_back(last);
  }
  std::vector<std::string> waiting;
  for (const char* id : {"zhang", "li", "zhao"}) {
    ASSERT_EQ(Wait(id), "waiting");
    waiting.push_back(last);
    Local("06:00:0" + std::to_string(waiting.size()));
  }
  EXPECT_EQ(Wait("zhang"), "already-waiting");
  EXPECT_EQ(Act(booked[3], BookingAct::Cancel), "cancelled");
  EXPECT_EQ(StateOf(waiting[0]), "offered");
  EXPECT_EQ(Seat("s-4"), "busy-tentative");
  EXPECT_EQ(Book("qian", "s-4"), "full");
  Local("06:05:04");
  Sweep();
  EXPECT_EQ(StateOf(waiting[0]), "waiting");
  EXPECT_EQ(StateOf(waiting[1]), "offered");
  EXPECT_EQ(Act(waiting[1], BookingAct::Accept), "booked");
  EXPECT_EQ(Record(waiting[1]).slot_id, "s-4");
  EXPECT_EQ(ToInstant(Record(waiting[1]).booking.start), "2026-03-10T02:30:00.000Z");
  EXPECT_EQ(StateOf(waiting[2]), "waiting");
  EXPECT_EQ(Seat("s-4"), "busy");
  // One that declines is not offered the same seat again; the others are, in turn.
  EXPECT_EQ(Act(booked[2], BookingAct::Cancel), "cancelled");
  EXPECT_EQ(StateOf(waiting[2]), "offered");
  EXPECT_EQ(Act(waiting[2], BookingAct::Decline), "waiting");
  EXPECT_EQ(StateOf(waiting[0]), "offered");
  Local("12:00:01");
  Sweep();
  EXPECT_EQ(StateOf(waiting[0]), "withdrawn");
  EXPECT_EQ(StateOf(waiting[2]), "withdrawn");
}

TEST_F(BookingsTest, WhatIsGivenBackIsSoldAgainLaterUnlessTimeIsShort) {
  clock.Set("2026-03-09T08:00:00+08:00");
  ASSERT_EQ(Book("zhang", "s-1"), "pending-confirm");
  ASSERT_EQ(Act(last, BookingAct::Cancel), "cancelled");
  EXPECT_EQ(Seat("s-1"), "busy-unavailable");
  clock.Set("2026-03-09T08:59:59+08:00");
  Sweep();
  EXPECT_EQ(Seat("s-1"), "busy-unavailable");
  clock.Set("2026-03-09T10:00:01+08:00");
  Sweep();
  EXPECT_EQ(Seat("s-1"), "free");
  Local("07:30:00");
  ASSERT_EQ(Book("li", "s-1"), "booked");
  ASSERT_EQ(Act(last, BookingAct::Cancel), "cancelled");
  EXPECT_EQ(Seat("s-1"), "free");
}

TEST_F(BookingsTest, F20_AStoppedClinicTellsEverybodyAndReturnsEverything) {
  ASSERT_EQ(Book("zhang", "s-1", true), "locked");
  ASSERT_EQ(Act(last, BookingAct::Take, 5000), "booked");
  ASSERT_EQ(Book("li", "s-2"), "booked");
  const auto stopped = desk.StopSchedule({"s", "admin", "医生急诊手术"});
  ASSERT_TRUE(stopped) << stopped.error().detail;
  ASSERT_EQ(stopped->size(), 2U);
  std::int64_t refunds = 0;
  for (const BookingRecord& one : *stopped) {
    EXPECT_EQ(StateOf(one.id), "stopped");
    EXPECT_EQ(one.penalty_minor, 0);
    refunds += one.refund_minor;
  }
  EXPECT_EQ(refunds, 5000);
  for (const char* seat : {"s-1", "s-2", "s-3", "s-4"}) EXPECT_EQ(Seat(seat), "busy-unavailable");
  EXPECT_EQ(Book("zhao", "s-3"), "stopped");
}

TEST_F(BookingsTest, F26_LimitsHoldAlsoWhenTenRequestsComeAtOnce) {
  Sell("t", "2026-03-10", "chen");
  std::vector<std::thread> requests;
  std::atomic<int> kept = 0;
  for (int i = 0; i < 10; ++i) {
    requests.emplace_back([&, i] {
      const std::string slot = "s-" + std::to_string(1 + i % 4);
      if (desk.Book({"ten" + std::to_string(i), "web", "c", "zhang", slot, false, ""})) ++kept;
    });
  }
  for (std::thread& request : requests) request.join();
  EXPECT_EQ(kept, 1);
  EXPECT_EQ(Book("zhang", "t-1"), "booked");
  EXPECT_EQ(Book("zhang", "t-2"), "limit-doctor");
}

TEST_F(BookingsTest, NoShowsBarFromBookingAheadButNeverFromRegisteringOnSite) {
  for (int i = 1; i <= 3; ++i) {
    Put(R"({"resourceType":"Appointment","status":"noshow","start":"2026-03-0)" +
        std::to_string(i) +
        R"(T09:00:00+08:00","end":"2026-03-01T09:30:00+08:00","participant":[{"actor":)" +
        R"({"reference":"Patient/zhang"},"status":"accepted"}]})");
  }
  Sell("next", "2026-03-12", "wang");
  EXPECT_EQ(Book("zhang", "next-1"), "barred");
  EXPECT_EQ(Book("li", "next-1"), "pending-confirm");
  EXPECT_EQ(Said(TryBook("zhang", "s-1", false, "web")), "barred");
  EXPECT_EQ(Book("zhang", "s-1"), "booked");
}

TEST_F(BookingsTest, WhatIsStoredAndAnsweredIsValidFhir) {
  ASSERT_EQ(Book("zhang", "s-1", true), "locked");
  ASSERT_EQ(Act(last, BookingAct::Take, 5000), "booked");
  ASSERT_EQ(Wait("li"), "waiting");
  ASSERT_EQ(Act(last, BookingAct::Withdraw), "withdrawn");
  ASSERT_EQ(Book("zhao", "s-2"), "booked");
  ASSERT_EQ(Act(last, BookingAct::Cancel), "cancelled");
  Local("09:30:01");
  Sweep();
  for (const char* type : {"Appointment", "Slot", "Invoice", "AuditEvent"}) {
    SearchAll(type, [&](const Json& resource) {
      const auto issues = r4::Validate(resource, {});
      EXPECT_FALSE(r4::HasErrors(issues))
          << type << ": " << issues.front().expression << " " << issues.front().diagnostics;
    });
  }
}

TEST_F(BookingsTest, TheOperationBooksAndRefusesInTheWordsOfTheWire) {
  const auto call = [&](const std::string& operation, const std::string& slot,
                        const std::string& channel = "kiosk") {
    Json parameters;
    const auto add = [&](const char* name, const char* type, Json value) {
      fhir::AddParameter(parameters, name, type, std::move(value));
    };
    add("operation-id", "valueString", Json::String(operation));
    add("terminal", "valueString", Json::String("K3"));
    add("channel", "valueCode", Json::String(channel));
    add("patient", "valueReference", fhir::Reference("Patient", "zhang"));
    add("slot", "valueReference", fhir::Reference("Slot", slot));
    return BookOperation(desk, parameters);
  };
  EXPECT_EQ(BookOperation(desk, Json()).status, 400);
  EXPECT_EQ(call("o p", "s-1").status, 400);
  EXPECT_EQ(call("op-a", "s-1", "telepathy").status, 400);
  const OperationAnswer done = call("op-a", "s-1");
  ASSERT_EQ(done.status, 200);
  EXPECT_EQ(fhir::ParameterOf(done.body, "appointment")["status"].AsString(), "booked");
  EXPECT_EQ(fhir::ParameterOf(done.body, "lapses").AsString(), "2026-03-10T01:20:00.000Z");
  EXPECT_EQ(fhir::ParameterOf(done.body, "fee")["value"].AsNumberText(), "50.00");
  EXPECT_FALSE(r4::HasErrors(r4::Validate(done.body, {})));
  const OperationAnswer full = call("op-b", "s-1");
  EXPECT_EQ(full.status, 422);
  EXPECT_EQ(fhir::CodeOf(full.body["issue"][0]["details"], fhir::systems::kBookingRefusal), "full");
}

TEST_F(BookingsTest, NothingIsSoldTwiceWhateverEightChannelsDo) {
  constexpr int kPerChannel = 150;
  for (int i = 0; i < 40; ++i) AddPatient("r" + std::to_string(i));
  Sell("t", "2026-03-10", "chen");
  std::vector<std::string> seats;
  for (const char* schedule : {"s", "t"}) {
    for (int i = 1; i <= 4; ++i) seats.push_back(schedule + std::string("-") + std::to_string(i));
  }
  std::vector<std::thread> channels;
  for (unsigned channel = 0; channel < 8; ++channel) {
    channels.emplace_back([&, channel] {
      std::mt19937 random(channel);
      std::vector<std::string> mine;
      for (int i = 0; i < kPerChannel; ++i) {
        const std::string operation = std::to_string(channel) + "-" + std::to_string(i);
        const std::string patient = "r" + std::to_string(random() % 40);
        if (random() % 3 != 0 || mine.empty()) {
          const bool waits = random() % 6 == 0;
          const auto answer =
              waits ? desk.Wait({operation, "web", "c", patient, "cardio", "",
                                 *ParseInstant("2026-03-10T08:00:00+08:00"),
                                 *ParseInstant("2026-03-10T12:00:00+08:00")})
                    : desk.Book({operation, "web", "c", patient, seats[random() % seats.size()],
                                 random() % 4 == 0, ""});
          if (answer) mine.push_back(answer->record.id);
        } else {
          const std::string id = mine[random() % mine.size()];
          const BookingAct acts[] = {BookingAct::Cancel, BookingAct::Accept, BookingAct::Decline,
                                     BookingAct::Take, BookingAct::Withdraw};
          static_cast<void>(desk.Act({"", id, acts[random() % 5], "c", "", 5000}));
        }
      }
    });
  }
  for (std::thread& channel : channels) channel.join();
  std::map<std::string, int> holders;
  SearchAll("Appointment", [&](const Json& appointment) {
    const auto record = FromAppointment(appointment);
    ASSERT_TRUE(record);
    if (!domain::HoldsSeat(record->booking.state)) return;
    ASSERT_FALSE(record->slot_id.empty());
    ++holders[record->slot_id];
  });
  for (const std::string& seat : seats) {
    const std::string status = Seat(seat);
    EXPECT_EQ(holders[seat], status == "busy" || status == "busy-tentative" ? 1 : 0)
        << seat << " " << status;
  }
}

}  // namespace
}  // namespace yizhan::hospital
