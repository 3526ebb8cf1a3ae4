// 停诊 and 替诊 of a session whose patients have already checked in (F20).
#include "backend/fhir/resources.h"
#include "tests/backend/session_fixture.h"

namespace yizhan::hospital {
namespace {

class StoppedSessionTest : public test::SessionFixture {
 protected:
  /// Three who have checked in, A001 to A003, and one who has only booked.
  void Arrive() {
    for (int i = 1; i <= 4; ++i) {
      booked.push_back(Book("p" + std::to_string(i), "s-" + std::to_string(i)));
    }
    Local("08:30");
    EXPECT_EQ(CheckIn(booked[0]), "A001");
    Local("09:00");
    EXPECT_EQ(CheckIn(booked[1]), "A002");
    Local("09:30");
    EXPECT_EQ(CheckIn(booked[2]), "A003");
  }
  std::string Stop(const std::string& session = "s") {
    const auto stopped = hospital->Queue().StopSession({session, "office.li", "医生急诊手术"});
    return stopped ? std::to_string(stopped->size()) : stopped.error().detail;
  }
  std::string Substitute(const std::string& doctor) {
    const auto moved = hospital->Queue().SubstituteDoctor({"s", doctor, "office.li", "医生生病"});
    return moved ? std::to_string(moved->size()) : moved.error().detail;
  }

  std::vector<std::string> booked;
};

TEST_F(StoppedSessionTest, F20_WhoHasCheckedInLeavesTheQueueAndIsToldWhenTheClinicStops) {
  Arrive();
  EXPECT_EQ(Stop(), "4");
  EXPECT_EQ(Waiting(), "");
  for (const char* number : {"A001", "A002", "A003"}) {
    EXPECT_EQ(StatusOf(number), "stopped");
    EXPECT_NE(AuditOf("stop-ticket", number), "");
  }
  for (const std::string& id : booked) EXPECT_EQ(StateOf(id), "stopped");
  EXPECT_EQ(Told("stopped"), "p1 p2 p3 p4");
  EXPECT_EQ(Call("room5"), "not-found nobody waits");
  Restart();
  EXPECT_EQ(Waiting(), "");
  EXPECT_EQ(StatusOf("A002"), "stopped");
  ExpectValid();
}

TEST_F(StoppedSessionTest, F20_TheStoppedOnesMayRebookAndTheirMoneyGoesBack) {
  const std::string paid = Book("rich", "s-1", true);
  ASSERT_TRUE(hospital->Booking().Act({"", paid, domain::BookingAct::Take, "K3", "", 5000}));
  fhir::Json invoice = test::Parse(store->Read("Invoice", Record(paid).invoice_id)->text);
  invoice.Set("status", fhir::Json::String("balanced"));
  Put(invoice.Write());
  Local("08:40");
  ASSERT_EQ(CheckIn(paid), "A001");
  EXPECT_EQ(Stop(), "1");
  EXPECT_EQ(Record(paid).refund_minor, 5000);
  EXPECT_EQ(Record(paid).penalty_minor, 0);
  Sell("t", "chen", "room6");
  const auto again = hospital->Booking().Rebook({"re-1", "kiosk", "K3", paid, "t-3"});
  EXPECT_TRUE(again) << again.error().detail;
}

TEST_F(StoppedSessionTest, F20_WithWhomTheDoctorHasBegunStaysAndIsFinished) {
  Arrive();
  ASSERT_EQ(Call("room5"), "A001");
  ASSERT_TRUE(hospital->Queue().SendAway({"room5", "wang.jg", "", ""}));
  ASSERT_EQ(Call("room5"), "A002");
  EXPECT_EQ(Stop(), "2") << "A003 and the one who only booked";
  EXPECT_EQ(StatusOf("A001"), "away");
  EXPECT_EQ(StatusOf("A002"), "called");
  EXPECT_EQ(StatusOf("A003"), "stopped");
  EXPECT_EQ(StateOf(booked[0]), "checked-in");
  EXPECT_EQ(StateOf(booked[1]), "checked-in");
  EXPECT_TRUE(hospital->Finish({"room5", "wang.jg", "", ""}));
  EXPECT_EQ(StateOf(booked[1]), "done");
}

TEST_F(StoppedSessionTest, F20_WhoWasPassedLeavesTooAndWhoWasTransferredStays) {
  Arrive();
  ASSERT_EQ(Call("room5"), "A001");
  ASSERT_TRUE(hospital->Pass({"room5", "wang.jg", "", ""}));
  const auto transferred = hospital->Queue().Transfer(On("A002", "挂错科室"), "eye", "tr-1");
  ASSERT_TRUE(transferred) << transferred.error().detail;
  EXPECT_EQ(Stop(), "3");
  EXPECT_EQ(StatusOf("A001"), "stopped");
  EXPECT_EQ(Waiting("eye"), "B001");
  EXPECT_EQ(StateOf(booked[1]), "checked-in");
}

TEST_F(StoppedSessionTest, F20_WhoReturnsWithResultsIsStillSeen) {
  Arrive();
  ASSERT_EQ(Call("room5"), "A001");
  ASSERT_TRUE(hospital->Queue().SendAway({"room5", "wang.jg", "", ""}));
  ASSERT_TRUE(hospital->Queue().Return(On("A001")));
  EXPECT_EQ(Stop(), "3");
  EXPECT_EQ(Waiting("cardio", "room5"), "A001") << "the doctor had begun with this one";
}

TEST_F(StoppedSessionTest, F20_AnotherSessionsPatientsInTheSameQueueAreNotConcerned) {
  Arrive();
  Sell("t", "chen", "room6");
  const std::string other = Book("other", "t-2");
  ASSERT_EQ(CheckIn(other), "A004");
  EXPECT_EQ(Stop(), "4");
  EXPECT_EQ(Waiting(), "A004");
  EXPECT_EQ(StateOf(other), "checked-in");
}

TEST_F(StoppedSessionTest, F20_ASubstituteGetsTheTicketsInTheirOrderInTheOwnRoom) {
  Arrive();
  EXPECT_EQ(Waiting("cardio", "room6"), "");
  EXPECT_EQ(Substitute("chen"), "4");
  EXPECT_EQ(Waiting("cardio", "room6"), "A001 A002 A003");
  EXPECT_EQ(Waiting("cardio", "room5"), "");
  EXPECT_EQ(Marks("A002"), "替");
  EXPECT_NE(AuditOf("substitute-ticket", "A002"), "");
  EXPECT_EQ(Record(booked[3]).room_id, "room6");
  EXPECT_EQ(Told("substituted"), "p1 p2 p3 p4");
  EXPECT_EQ(Call("room5"), "not-found nobody waits");
  EXPECT_EQ(Call("room6"), "A001");
  Local("10:00");
  EXPECT_EQ(CheckIn(booked[3]), "A004");
  EXPECT_EQ(Waiting("cardio", "room6"), "A002 A003 A004");
  Restart();
  EXPECT_EQ(Waiting("cardio", "room6"), "A002 A003 A004");
  EXPECT_EQ(Marks("A002"), "替");
  ExpectValid();
}

TEST_F(StoppedSessionTest, F20_ASubstituteDoesNotTakeWhoIsWithTheFirstDoctor) {
  Arrive();
  ASSERT_EQ(Call("room5"), "A001");
  EXPECT_EQ(Substitute("chen"), "3");
  EXPECT_EQ(Ticket("A001").room_id, "room5");
  EXPECT_EQ(Record(booked[0]).doctor_id, "wang");
  EXPECT_EQ(Waiting("cardio", "room6"), "A002 A003");
}

TEST_F(StoppedSessionTest, F20_ASubstituteWithoutARoomOfTheOwnComesToThePatients) {
  Put(R"({"resourceType":"Practitioner","id":"sun","name":[{"text":"孙明"}]})");
  Put(R"({"resourceType":"PractitionerRole","id":"r-sun","practitioner":{"reference":)"
      R"("Practitioner/sun"},"healthcareService":[{"reference":"HealthcareService/cardio"}],)"
      R"("code":[{"text":"主任医师"}]})");
  Arrive();
  EXPECT_EQ(Substitute("sun"), "4");
  EXPECT_EQ(Waiting("cardio", "room5"), "A001 A002 A003");
  EXPECT_EQ(Record(booked[1]).doctor_id, "sun");
}

TEST_F(StoppedSessionTest, F20_ARefusedSubstituteChangesNothing) {
  Arrive();
  Sell("t", "chen", "room6");
  EXPECT_EQ(Substitute("chen"), "doctor-busy");
  EXPECT_EQ(Waiting("cardio", "room5"), "A001 A002 A003");
  EXPECT_EQ(Marks("A001"), "");
}

}  // namespace
}  // namespace yizhan::hospital
