// A night clinic from 22:00 to 02:00 stays on its business date (domain.md F25, part 7): bookings,
// limits, check-in, numbers and the line go on over midnight, and end when the hospital's day does.
#include "backend/hospital/booking/session_templates.h"
#include "tests/backend/session_fixture.h"

namespace yizhan::hospital {
namespace {

using domain::BookingAct;
using std::chrono::hours;
using std::chrono::minutes;
using testing::IsEmpty;

/// Until 04:00 it is still the day before.
const TimeZone kNight{minutes(480), hours(4)};

class NightClinicTest : public test::SessionFixture {
 protected:
  NightClinicTest() {
    if (store == nullptr) return;
    Open();
  }
  void Open() {
    HospitalOptions options;
    options.zone = kNight;
    options.booking.limits.per_day = 1;
    OpenWith(std::move(options));
  }
  SessionTemplate Night() const {
    SessionTemplate night;
    night.id = "night";
    night.service_id = "cardio";
    night.doctor_id = "wang";
    night.room_id = "room5";
    night.session = "night";
    night.level = "chief";
    night.weekdays = {1, 2, 3, 4, 5, 6, 7};
    night.from = hours(22);
    night.until = hours(26);
    return night;
  }
  static std::chrono::local_days Day(const char* date) { return *ParseDate(date); }
  void Now(const std::string& instant) { clock.Set(instant + "+08:00"); }
  /// Books, confirms if that is asked for, and says the appointment.
  std::string Booked(const std::string& patient, const std::string& seat) {
    std::string id = Book(patient, seat);
    if (StateOf(id) == "pending-confirm") {
      EXPECT_TRUE(hospital->Booking().Act({"", id, BookingAct::Confirm, "K3", "", 0}));
    }
    return id;
  }
  std::string CheckIn(const std::string& appointment) {
    return HospitalFixture::Said(
        hospital->CheckIn(appointment, Parameters("op-" + appointment, "")));
  }
};

TEST_F(NightClinicTest, F25_ANightSessionIsOneSessionOfItsBusinessDate) {
  SessionTemplate night = Night();
  ASSERT_TRUE(PutTemplate(*store, night, kNight));
  night.until = hours(28) + minutes(30);
  EXPECT_EQ(PutTemplate(*store, night, kNight).error().detail, "until") << "the next day begins";
  night.from = hours(2);
  night.until = hours(8);
  EXPECT_EQ(PutTemplate(*store, night, kNight).error().detail, "from") << "that is 26:00 of before";
  night.from = hours(22);
  night.until = hours(26);
  EXPECT_EQ(PutTemplate(*store, night, TimeZone{}).error().detail, "until")
      << "where the day begins at midnight";
  const auto made = GenerateSessions(*store, Day("2026-03-10"), Day("2026-03-10"), kNight);
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_EQ(made->seats, 8);
  const fhir::Json last = test::Parse(store->Read("Slot", "night-20260310-8")->text);
  EXPECT_EQ(last["start"].AsString(), "2026-03-10T17:30:00.000Z") << "01:30 of the next morning";
  EXPECT_EQ(GenerateSessions(*store, Day("2026-03-10"), Day("2026-03-10"), kNight)->made, 0);
}

TEST_F(NightClinicTest, F25_ALeapDayHasItsSessionAndItsNight) {
  ASSERT_TRUE(PutTemplate(*store, Night(), kNight));
  const auto made = GenerateSessions(*store, Day("2028-02-28"), Day("2028-03-01"), kNight);
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_EQ(made->made, 3);
  const fhir::Json last = test::Parse(store->Read("Slot", "night-20280229-8")->text);
  EXPECT_EQ(last["end"].AsString(), "2028-02-29T18:00:00.000Z") << "02:00 on 1 March";
}

TEST_F(NightClinicTest, F25_NumbersLineAndCheckInGoOnOverMidnight) {
  ASSERT_TRUE(PutTemplate(*store, Night(), kNight));
  ASSERT_TRUE(GenerateSessions(*store, Day("2026-03-10"), Day("2026-03-11"), kNight));
  Now("2026-03-10T20:00:00");
  const std::string early = Booked("a", "night-20260310-2");  // 22:30
  const std::string late = Booked("b", "night-20260310-6");   // 00:30
  const std::string last = Booked("d", "night-20260310-7");   // 01:00
  const std::string other = Booked("c", "night-20260311-1");  // 22:00 of the next day
  Now("2026-03-10T22:20:00");
  EXPECT_EQ(CheckIn(early), "A001");
  Now("2026-03-11T00:10:00");
  EXPECT_EQ(CheckIn(late), "A002") << "the same day's numbers go on";
  EXPECT_EQ(Waiting("cardio", "room5"), "A001 A002") << "nobody dropped out at midnight";
  EXPECT_EQ(CheckIn(other), "422 wrong-day");
  Restart();
  Open();
  EXPECT_EQ(Waiting("cardio", "room5"), "A001 A002");
  EXPECT_EQ(Call("room5"), "A001");
  ASSERT_TRUE(hospital->Finish({"room5", "wang.jg", "", ""}));
  EXPECT_EQ(Call("room5"), "A002");
  Now("2026-03-11T00:40:00");
  EXPECT_EQ(CheckIn(last), "A003");
  Now("2026-03-11T04:00:00");
  hospital->TurnDay();
  EXPECT_EQ(Waiting("cardio", "room5"), "");
  EXPECT_EQ(hospital->Today(), "2026-03-11");
  Open();
  EXPECT_EQ(Waiting("cardio", "room5"), "") << "the night's are not this day's";
  Now("2026-03-11T21:45:00");
  EXPECT_EQ(CheckIn(other), "A001") << "a new day";
  ExpectValid();
}

TEST_F(NightClinicTest, F25_F26_TheLimitOfADayCountsTheWholeNight) {
  ASSERT_TRUE(PutTemplate(*store, Night(), kNight));
  ASSERT_TRUE(GenerateSessions(*store, Day("2026-03-10"), Day("2026-03-11"), kNight));
  AddPatient("a");
  const auto book = [&](const char* operation, const char* seat) {
    const auto answer = hospital->Booking().Book({operation, "kiosk", "K3", "a", seat, false, ""});
    return answer ? std::string("ok") : answer.error().detail;
  };
  EXPECT_EQ(book("1", "night-20260310-7"), "ok");
  EXPECT_NE(book("2", "night-20260310-2"), "ok") << "01:00 is the same night as 22:30";
  EXPECT_EQ(book("3", "night-20260311-2"), "ok") << "the night after is not";
}

TEST_F(NightClinicTest, F28_WhoIsBookedForAfterMidnightEntersTheLineOfTheNight) {
  QueuePolicy policy = DefaultQueuePolicy();
  policy.order.check_in = false;
  ASSERT_EQ(SetRules("cardio", policy), "ok");
  ASSERT_TRUE(PutTemplate(*store, Night(), kNight));
  ASSERT_TRUE(GenerateSessions(*store, Day("2026-03-10"), Day("2026-03-10"), kNight));
  Now("2026-03-10T20:00:00");
  Booked("owl", "night-20260310-5");  // 00:00
  Now("2026-03-10T23:50:00");
  EXPECT_EQ(*hospital->Queue().EnterRegistered(), 1);
  Now("2026-03-11T00:05:00");
  EXPECT_EQ(Waiting("cardio", "room5"), "A001");
  EXPECT_EQ(*hospital->Queue().CloseRegistered("2026-03-09"), 0) << "the night is not over";
}

}  // namespace
}  // namespace yizhan::hospital
