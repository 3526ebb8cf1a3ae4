#include <thread>

#include "tests/backend/queue_fixture.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
using std::chrono::minutes;
using Insert = domain::QueueRules::Insert;

class QueueRulesTest : public test::QueueFixture {
 protected:
  /// N1 to N6 come in time, then L1 and L2 after their slots. Their numbers are A001 to A008.
  void SixInTimeTwoLate(bool at_desk) {
    Local("09:40");
    for (int i = 1; i <= 6; ++i) {
      const std::string id = "n" + std::to_string(i);
      BookSlot(id, "09:30", "10:00");
      ASSERT_EQ(CheckIn(id, At("09:3" + std::to_string(i))), "A00" + std::to_string(i));
    }
    for (int i = 1; i <= 2; ++i) {
      const std::string id = "l" + std::to_string(i);
      BookSlot(id, "09:00", "09:30");
      const std::string number = "A00" + std::to_string(6 + i);
      if (!at_desk) {
        ASSERT_EQ(CheckIn(id, At("09:3" + std::to_string(6 + i))), number);
        continue;
      }
      ASSERT_EQ(CheckIn(id, At("09:3" + std::to_string(6 + i))), "422 late");
      ASSERT_EQ(Number(hospital->CheckInAtDesk(id, {"", "nurse.li", "", ""}, "d" + id)),
                "refused reason");
      ASSERT_EQ(Number(hospital->CheckInAtDesk(id, {"", "nurse.li", "", "堵车"}, "d" + id)),
                number);
    }
  }
  std::string CallAll() {
    std::string text;
    for (int i = 0; i < 8; ++i) text += (text.empty() ? "" : " ") + Call("room5");
    return text;
  }
};

constexpr const char* kGolden = "A001 A002 A007 A003 A004 A008 A005 A006";

TEST_F(QueueRulesTest, F29_TheGoldenRowComesOutOfTheWholeHospital) {
  HospitalOptions options;
  options.check_in.late_after_start = minutes(120);
  OpenWith(options);
  SixInTimeTwoLate(false);
  EXPECT_EQ(Waiting(), kGolden);
  EXPECT_EQ(Marks("A007"), "迟");
  EXPECT_EQ(Marks("A001"), "");
  Restart();
  EXPECT_EQ(Waiting(), kGolden) << "the places are kept with the tickets";
  EXPECT_EQ(CallAll(), kGolden);
}

TEST_F(QueueRulesTest, F29_WhoIsLateIsAdmittedByTheDeskAndStandsInTheSameGoldenRow) {
  SixInTimeTwoLate(true);
  EXPECT_EQ(CallAll(), kGolden);
  const std::string audit = AuditOf("check-in", "A007");
  EXPECT_NE(store->Read("AuditEvent", audit)->text.find("堵车"), std::string::npos);
  // The same act again, as after a lost answer: the same ticket.
  EXPECT_EQ(Number(hospital->CheckInAtDesk("l1", {"", "nurse.li", "", "堵车"}, "dl1")), "A007");
}

TEST_F(QueueRulesTest, AMorningsNumberInTheAfternoonIsForTheDeskAlone) {
  HospitalOptions options;
  options.check_in.late_after_start = minutes(600);
  OpenWith(options);
  BookSlot("a", "11:30", "12:00");
  BookSlot("b", "11:30", "12:00");
  BookSlot("c", "11:50", "12:20");
  Local("11:59:59");
  EXPECT_EQ(CheckIn("a"), "A001");
  Local("12:00:01");
  EXPECT_EQ(CheckIn("b"), "422 late");
  EXPECT_EQ(CheckIn("c"), "A002") << "its own slot is not over";
  EXPECT_EQ(Number(hospital->CheckInAtDesk("b", {"", "nurse.li", "", "下夜班"}, "db")), "A003");
  EXPECT_EQ(Marks("A003"), "迟");
}

TEST_F(QueueRulesTest, TheDeskAdmitsWhoWasGivenUpButNotWhoHasToPayOrComesOnAnotherDay) {
  BookSlot("gone", "09:00", "09:30");
  Local("09:50");
  Put(R"({"resourceType":"Appointment","id":"gone","status":"noshow","start":")" + At("09:00") +
      R"(","end":")" + At("09:30") + R"(","participant":[{"actor":{"reference":"Patient/gone"}},)" +
      R"({"actor":{"reference":"HealthcareService/cardio"}}]})");
  EXPECT_EQ(CheckIn("gone"), "422 late");
  EXPECT_EQ(Number(hospital->CheckInAtDesk("gone", {"", "nurse.li", "", "x"}, "o1")), "A001");
  Book("owes", "cardio", R"(,"supportingInformation":[{"reference":"Invoice/i"}])");
  Put(R"({"resourceType":"Invoice","id":"i","status":"issued","totalNet":{"value":25.00}})");
  EXPECT_EQ(Number(hospital->CheckInAtDesk("owes", {"", "nurse.li", "", "x"}, "o2")),
            "refused payment-due");
  clock.Set("2026-03-11T01:00:00Z");
  Book("yesterday");
  EXPECT_EQ(Number(hospital->CheckInAtDesk("yesterday", {"", "nurse.li", "", "x"}, "o3")),
            "refused wrong-day");
}

TEST_F(QueueRulesTest, TheNearestRulesCountAsAWhole) {
  QueuePolicy of_hospital = DefaultQueuePolicy();
  of_hospital.order.late_interval = 5;
  of_hospital.order.booked_first = true;
  QueuePolicy of_area = DefaultQueuePolicy();
  of_area.order.recall_interval = 7;
  EXPECT_EQ(SetRules(QueueRuleBook::kHospital, of_hospital), "ok");
  EXPECT_EQ(hospital->Queue().RulesOf("cardio").order.late_interval, 5);
  EXPECT_EQ(SetRules("area", of_area), "ok");
  EXPECT_EQ(hospital->Queue().RulesOf("cardio").order.recall_interval, 7);
  EXPECT_EQ(hospital->Queue().RulesOf("cardio").order.late_interval, 2) << "not the hospital's";
  EXPECT_FALSE(hospital->Queue().RulesOf("cardio").order.booked_first);
  EXPECT_EQ(SetRules("cardio", of_hospital), "ok");
  EXPECT_EQ(hospital->Queue().RulesOf("cardio").order.late_interval, 5);
  EXPECT_EQ(hospital->Queue().RulesOf("eye").order.recall_interval, 7);
  Restart();
  EXPECT_EQ(hospital->Queue().RulesOf("cardio").order.late_interval, 5) << "rules are data";
  EXPECT_EQ(Said(hospital->Queue().SetRules("cardio", std::nullopt, "admin", "over")), "ok");
  EXPECT_EQ(hospital->Queue().RulesOf("cardio").order.recall_interval, 7);
  EXPECT_EQ(SetRules("nowhere", of_area), "bad-data no such queue or area");
  EXPECT_EQ(Said(hospital->Queue().SetRules("cardio", of_area, "admin", "")), "refused reason");
  EXPECT_NE(Find("AuditEvent", "subtype=set-queue-rules&entity=HealthcareService/cardio"), "");
}

TEST_F(QueueRulesTest, RulesThatCannotBeMeantAreRefusedByName) {
  const auto said = [](const std::string& text) {
    const auto policy = ParseQueuePolicy(test::Parse(text));
    return policy ? std::string("ok") : policy.error().detail;
  };
  EXPECT_EQ(said("[]"), "rules are no object");
  EXPECT_EQ(said("{}"), "ok");
  EXPECT_EQ(said(R"({"lateInterval":0})"), "lateInterval");
  EXPECT_EQ(said(R"({"lateInterval":"2"})"), "lateInterval");
  EXPECT_EQ(said(R"({"recallInterval":51})"), "recallInterval");
  EXPECT_EQ(said(R"({"late":"never"})"), "late");
  EXPECT_EQ(said(R"({"bookedFirst":1})"), "bookedFirst");
  EXPECT_EQ(said(R"({"opensMinutes":-1})"), "opensMinutes");
  EXPECT_EQ(said(R"({"opensMinutes":null})"), "ok");
  EXPECT_EQ(said(R"({"priorities":[{"code":"x","level":0,"mark":"X"}]})"), "priorities");
  EXPECT_EQ(said(R"({"priorities":[{"code":"x","level":1,"mark":""}]})"), "priorities");
  EXPECT_EQ(said(R"({"priorities":[{"code":"x","level":1,"mark":"X"},
                                    {"code":"x","level":2,"mark":"Y"}]})"),
            "priorities");
  QueuePolicy policy = DefaultQueuePolicy();
  policy.rooms = RoomAssignment::RoomList;
  policy.order.late = Insert::EndOfHalfDay;
  policy.opens_before_start.reset();
  EXPECT_EQ(ToJson(*ParseQueuePolicy(ToJson(policy))), ToJson(policy));
}

TEST_F(QueueRulesTest, TheEarlyLimitIsTheQueuesOwn) {
  Local("08:00");
  BookSlot("a", "09:00", "09:30");
  EXPECT_EQ(CheckIn("a"), "422 too-early");
  QueuePolicy policy = DefaultQueuePolicy();
  policy.opens_before_start.reset();
  ASSERT_EQ(SetRules("cardio", policy), "ok");
  EXPECT_EQ(CheckIn("a"), "A001");
  policy.opens_before_start = minutes(0);
  ASSERT_EQ(SetRules("cardio", policy), "ok");
  BookSlot("b", "09:00", "09:30");
  Local("08:59:59");
  EXPECT_EQ(CheckIn("b"), "422 too-early");
  Local("09:00");
  EXPECT_EQ(CheckIn("b"), "A002");
}

TEST_F(QueueRulesTest, OtherRulesShowWhomTheyMoveAndThenMoveThem) {
  Local("09:00");
  for (const char* id : {"w1", "w2", "b1"}) AddPatient(id);
  Enter("w1", "cardio");
  Local("09:01");
  Enter("w2", "cardio");
  Local("09:02");
  hospital::Entrant booked = Entrant("b1", "cardio");
  booked.booked = true;
  ASSERT_EQ(Number(TryEnter(booked)), "A003");
  QueuePolicy policy = DefaultQueuePolicy();
  policy.order.booked_first = true;
  const auto preview = hospital->Queue().PreviewRules("cardio", policy);
  ASSERT_TRUE(preview);
  ASSERT_EQ(preview->size(), 3U);
  EXPECT_EQ((*preview)[0].ticket.number, "A003");
  EXPECT_EQ((*preview)[0].before, 3);
  EXPECT_EQ((*preview)[0].after, 1);
  EXPECT_EQ(Waiting(), "A001 A002 A003") << "a preview changes nothing";
  ASSERT_EQ(SetRules("area", policy), "ok");
  EXPECT_EQ(Waiting(), "A003 A001 A002");
  Restart();
  EXPECT_EQ(Waiting(), "A003 A001 A002");
}

TEST_F(QueueRulesTest, PeriodsAndNumbersDecideWhereTheRulesSaySo) {
  QueuePolicy policy = DefaultQueuePolicy();
  policy.order.by_period = true;
  ASSERT_EQ(SetRules("cardio", policy), "ok");
  Local("09:05");
  BookSlot("later", "09:30", "10:00");
  BookSlot("sooner", "09:00", "09:30");
  EXPECT_EQ(CheckIn("later", At("09:01")), "A001");
  EXPECT_EQ(CheckIn("sooner", At("09:04")), "A002");
  EXPECT_EQ(Waiting(), "A002 A001");
  policy.order.by_period = false;
  ASSERT_EQ(SetRules("cardio", policy), "ok");
  EXPECT_EQ(Waiting(), "A001 A002");
  policy.order.order_by = domain::QueueRules::OrderBy::Number;
  ASSERT_EQ(SetRules("cardio", policy), "ok");
  BookSlot("first", "08:50", "09:20");
  EXPECT_EQ(CheckIn("first"), "A003");
  EXPECT_EQ(Call("room5"), "A003") << "its number of registration is the lowest";
}

TEST_F(QueueRulesTest, RulesAndPausesOfAnotherProcessAreFollowed) {
  if (engine != test::Engine::Postgres) GTEST_SKIP() << "one process at a time";
  auto other_store = Open(clock, zone);
  ASSERT_TRUE(other_store);
  Hospital other(**other_store, clock, HospitalOptions{});
  ASSERT_TRUE(other.Start());
  EXPECT_EQ(other.Queue().RulesOf("cardio").order.late_interval, 2);
  QueuePolicy policy = DefaultQueuePolicy();
  policy.order.late_interval = 9;
  ASSERT_EQ(SetRules("cardio", policy), "ok");
  ASSERT_EQ(Said(hospital->Queue().PauseRoom({"room5", "wang.jg", "", "会诊"})), "ok");
  AddPatient("a");
  ASSERT_EQ(Enter("a", "cardio"), "A001");
  // At once where it counts, ...
  EXPECT_EQ(Number(other.Call({"room5", "wang.jg", "", ""})), "refused paused");
  // ... and soon where it is shown.
  const auto deadline = SystemClock().Monotonic() + std::chrono::seconds(20);
  while (other.Queue().RulesOf("cardio").order.late_interval != 9 &&
         SystemClock().Monotonic() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_EQ(other.Queue().RulesOf("cardio").order.late_interval, 9);
  EXPECT_TRUE(other.Queue().Rules()->pauses.contains("room5"));
}

}  // namespace
}  // namespace yizhan::hospital
