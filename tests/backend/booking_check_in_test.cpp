// Check-in knows what booking promised, and bookings of other programs keep the same rules.
#include <gmock/gmock.h>

#include "backend/hospital/booking/booking_record.h"
#include "tests/backend/fhir_fixture.h"

namespace yizhan::hospital {
namespace {

using domain::BookingAct;
using fhir::Json;

class BookingCheckInTest : public test::FhirFixture {
 protected:
  BookingCheckInTest() {
    if (store == nullptr) return;
    Local("08:00:00");
    for (const char* id : {"zhang", "li"}) {
      Put(R"({"resourceType":"Patient","id":")" + std::string(id) + R"("})");
    }
    Put(R"({"resourceType":"Schedule","id":"s","active":true,"actor":[{"reference":)"
        R"("Practitioner/wang"},{"reference":"HealthcareService/cardio"},)"
        R"({"reference":"Location/room5"}],"extension":[{"url":"urn:yizhan:fee",)"
        R"("valueMoney":{"value":50.00,"currency":"CNY"}}]})");
    PutSlot("s-1", "09:00", "09:30");
    PutSlot("s-2", "09:30", "10:00");
  }
  void PutSlot(const std::string& id, const std::string& from, const std::string& until) {
    Put(R"({"resourceType":"Slot","id":")" + id +
        R"(","schedule":{"reference":"Schedule/s"},"status":"free","start":"2026-03-10T)" + from +
        R"(:00+08:00","end":"2026-03-10T)" + until + R"(:00+08:00"})");
  }
  void Local(const std::string& time) { clock.Set("2026-03-10T" + time + "+08:00"); }
  void With(const HospitalOptions& options) {
    api.reset();
    hospital.reset();
    hospital = std::make_unique<Hospital>(*store, clock, options);
    ASSERT_TRUE(hospital->Start());
    api.emplace(*store, *hospital);
  }
  std::string Book(const std::string& patient, const std::string& slot, bool prepay = false) {
    const auto answer = hospital->Booking().Book(
        {"book-" + patient + slot, "kiosk", "K3", patient, slot, prepay, ""});
    EXPECT_TRUE(answer) << answer.error().detail;
    return answer ? answer->record.id : "";
  }
  void Sweep() {
    while (hospital->Booking().Sweep().value_or(0) > 0) {
    }
  }
  Json Appointment(const std::string& id) {
    return test::Parse(store->Read("Appointment", id)->text);
  }
  std::string StateOf(const std::string& id) {
    const auto record = FromAppointment(Appointment(id));
    return record ? Name(record->booking.state) : "none";
  }
  std::string Seat(const std::string& id) {
    return test::Parse(store->Read("Slot", id)->text)["status"].AsString();
  }
  /// A booking as another program writes it.
  static std::string Plain(const std::string& id, const std::string& patient,
                           const std::string& slot, const std::string& status = "booked") {
    return R"({"resourceType":"Appointment","id":")" + id + R"(","status":")" + status +
           R"(","start":"2026-03-10T09:00:00+08:00","end":"2026-03-10T09:30:00+08:00",)" +
           (slot.empty() ? "" : R"("slot":[{"reference":"Slot/)" + slot + R"("}],)") +
           R"("participant":[{"actor":{"reference":"Patient/)" + patient +
           R"("},"status":"accepted"},{"actor":{"reference":"HealthcareService/cardio"},)" +
           R"("status":"accepted"},{"actor":{"reference":"Location/room5"},"status":"accepted"}]})";
  }
};

TEST_F(BookingCheckInTest, F18_ALateNoticeIsKnownAtCheckInUntilThePromisedMinute) {
  const std::string booking = Book("zhang", "s-1");
  ASSERT_TRUE(hospital->Booking().NoticeLate(
      {booking, "phone-agent", "phone", *ParseInstant("2026-03-10T09:28:00+08:00")}));
  Local("09:28:00");
  EXPECT_EQ(CheckIn(booking), "A001");
  EXPECT_EQ(StateOf(booking), "checked-in");
  Local("09:28:01");
  Sweep();
  EXPECT_EQ(StateOf(booking), "checked-in");
}

TEST_F(BookingCheckInTest, F18_ANoticeBeyondTheSlotIsCappedAtItsEnd) {
  const std::string booking = Book("zhang", "s-1");
  ASSERT_TRUE(hospital->Booking().NoticeLate(
      {booking, "phone-agent", "phone", *ParseInstant("2026-03-10T09:40:00+08:00")}));
  Local("09:30:01");
  EXPECT_EQ(CheckIn(booking), "422 late");
  Sweep();
  EXPECT_EQ(StateOf(booking), "no-show");
}

TEST_F(BookingCheckInTest, F18_WithoutANoticeTwentyMinutesAreTheLimitToTheSecond) {
  const std::string booking = Book("zhang", "s-1");
  Local("09:20:01");
  EXPECT_EQ(CheckIn(booking), "422 late");
  Local("09:20:00");
  EXPECT_EQ(CheckIn(booking), "A001");
}

TEST_F(BookingCheckInTest, F18_OneCutOffForTheDayCountsAtCheckInToo) {
  HospitalOptions options;
  options.booking.policy.lapses_at_time_of_day = std::chrono::minutes(11 * 60);
  With(options);
  const std::string booking = Book("zhang", "s-1");
  Local("10:59:00");
  Sweep();
  EXPECT_EQ(CheckIn(booking), "A001");
}

TEST_F(BookingCheckInTest, F18_F22_ADepartmentsOwnClocksAndPenaltyCountInTheHospitalsPlace) {
  HospitalOptions options;
  domain::BookingPolicy own;
  own.check_in.late_after_start = std::chrono::minutes(25);
  own.penalty_percent = 50;
  options.booking.by_service["cardio"] = own;
  own.penalty_percent = 90;
  options.booking.by_service["eye"] = own;
  With(options);
  const std::string punctual = Book("zhang", "s-1");
  const std::string paid = Book("li", "s-2", true);
  ASSERT_TRUE(hospital->Booking().Act({"", paid, BookingAct::Take, "K3", "", 5000}));
  Local("09:25:01");
  EXPECT_EQ(CheckIn(punctual), "422 late");
  Local("09:25:00");
  Sweep();
  EXPECT_EQ(CheckIn(punctual), "A001") << "the hospital's twenty minutes are over";
  Local("10:00:01");
  Sweep();
  EXPECT_EQ(FromAppointment(Appointment(paid))->penalty_minor, 2500);
}

TEST_F(BookingCheckInTest, F21_AGuaranteedNumberIsKeptToTheEndOfItsSlot) {
  const std::string booking = Book("zhang", "s-1", true);
  ASSERT_TRUE(hospital->Booking().Act({"", booking, BookingAct::Take, "K3", "", 5000}));
  Local("09:30:00");
  Sweep();
  // The fee's invoice is settled by whoever took the money.
  const std::string invoice = FromAppointment(Appointment(booking))->invoice_id;
  Json paid = test::Parse(store->Read("Invoice", invoice)->text);
  paid.Set("status", Json::String("balanced"));
  Put(paid.Write());
  EXPECT_EQ(CheckIn(booking), "A001");
}

TEST_F(BookingCheckInTest, F22_ThePublicProfileKeepsNothingOfAMissedBooking) {
  for (const int percent : {20, 0}) {
    HospitalOptions options;
    options.booking.policy.penalty_percent = percent;
    Local("08:00:00");
    With(options);
    const std::string slot = percent == 20 ? "s-1" : "s-2";
    const std::string booking = Book("zhang", slot, true);
    ASSERT_TRUE(hospital->Booking().Act({"", booking, BookingAct::Take, "K3", "", 5000}));
    Local("10:00:01");
    Sweep();
    const auto record = FromAppointment(Appointment(booking));
    EXPECT_EQ(record->penalty_minor, percent == 20 ? 1000 : 0);
    EXPECT_EQ(record->refund_minor, percent == 20 ? 4000 : 5000);
  }
}

TEST_F(BookingCheckInTest, F26_AnotherPersonsCardIsRefused) {
  const std::string booking = Book("zhang", "s-1");
  Local("09:00:00");
  const auto with_card = [&](const std::string& patient) {
    Json parameters = Parameters("op-" + patient, "");
    fhir::AddParameter(parameters, "patient", "valueReference",
                       fhir::Reference("Patient", patient));
    return Said(hospital->CheckIn(booking, parameters));
  };
  EXPECT_EQ(with_card("li"), "422 wrong-person");
  EXPECT_EQ(with_card("zhang"), "A001");
}

TEST_F(BookingCheckInTest, F26_ABookingNeverChangesItsPersonWhateverWritesIt) {
  const std::string booking = Book("zhang", "s-1");
  std::string text = store->Read("Appointment", booking)->text;
  text.replace(text.find("Patient/zhang"), 13, "Patient/li");
  EXPECT_EQ(Ask("PUT", "Appointment/" + booking, text).status, 422);
  const std::string in_bundle =
      R"({"resourceType":"Bundle","type":"transaction","entry":[{"resource":)" + text +
      R"(,"request":{"method":"PUT","url":"Appointment/)" + booking + R"("}}]})";
  EXPECT_EQ(Ask("POST", "", in_bundle).status, 422);
  const Json now = Appointment(booking);
  const auto& participants = now["participant"].Items();
  const auto person = std::ranges::find_if(participants, [](const Json& one) {
    return one["actor"]["reference"].AsString() == "Patient/zhang";
  });
  ASSERT_NE(person, participants.end());
  const std::string patch = R"([{"op":"replace","path":"/participant/)" +
                            std::to_string(person - participants.begin()) +
                            R"(/actor/reference","value":"Patient/li"}])";
  EXPECT_EQ(Ask("PATCH", "Appointment/" + booking, patch).status, 422);
  EXPECT_EQ(FromAppointment(Appointment(booking))->patient_id, "zhang");
}

TEST_F(BookingCheckInTest, F18_APlainAppointmentLapsesLikeEveryOther) {
  ASSERT_EQ(Ask("PUT", "Appointment/web", Plain("web", "zhang", "s-1")).status, 201);
  EXPECT_EQ(Seat("s-1"), "busy");
  const std::string bundle =
      R"({"resourceType":"Bundle","type":"transaction","entry":[{"resource":)" +
      Plain("", "li", "s-2").replace(31, 8, "") +
      R"(,"request":{"method":"POST","url":"Appointment"}}]})";
  const auto answer = Ask("POST", "", bundle);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(Seat("s-2"), "busy");
  Local("09:20:00");
  Sweep();
  EXPECT_EQ(StateOf("web"), "booked");
  Local("09:20:01");
  Sweep();
  EXPECT_EQ(StateOf("web"), "no-show");
  EXPECT_EQ(Find("Appointment", "status=noshow&patient=Patient/li").empty(), false);
}

TEST_F(BookingCheckInTest, APlainAppointmentCannotHaveASeatThatIsTaken) {
  static_cast<void>(Book("zhang", "s-1"));
  EXPECT_EQ(Ask("PUT", "Appointment/web", Plain("web", "li", "s-1")).status, 422);
  EXPECT_EQ(Ask("GET", "Appointment/web").status, 404);
}

TEST_F(BookingCheckInTest, ASeatThatAPlainCancellationFreesGoesToWhoWaits) {
  ASSERT_EQ(Ask("PUT", "Appointment/web", Plain("web", "zhang", "s-1")).status, 201);
  static_cast<void>(Book("li", "s-2"));
  Put(R"({"resourceType":"Patient","id":"qian"})");
  const auto waits = hospital->Booking().Wait({"w", "kiosk", "K3", "qian", "cardio", "",
                                               *ParseInstant("2026-03-10T08:00:00+08:00"),
                                               *ParseInstant("2026-03-10T12:00:00+08:00")});
  ASSERT_TRUE(waits);
  ASSERT_EQ(Ask("PUT", "Appointment/web", Plain("web", "zhang", "s-1", "cancelled")).status, 200);
  EXPECT_EQ(StateOf(waits->record.id), "offered");
  EXPECT_EQ(Seat("s-1"), "busy-tentative");
  Local("09:20:01");
  Sweep();
  EXPECT_EQ(StateOf("web"), "cancelled");
}

TEST_F(BookingCheckInTest, WhatWasOverWhenItWasWrittenIsLeftAlone) {
  Local("12:00:00");
  ASSERT_EQ(Ask("PUT", "Appointment/old", Plain("old", "zhang", "")).status, 201);
  Sweep();
  EXPECT_EQ(StateOf("old"), "booked");
}

}  // namespace
}  // namespace yizhan::hospital
