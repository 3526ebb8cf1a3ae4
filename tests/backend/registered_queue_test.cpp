// Queues without check-in (非签到) and queues by the number of registration (挂号号序),
// domain.md 2.5.
#include "tests/backend/session_fixture.h"

namespace yizhan::hospital {
namespace {

using domain::BookingAct;
using domain::QueueRules;

class RegisteredQueueTest : public test::SessionFixture {
 protected:
  RegisteredQueueTest() {
    if (store == nullptr) return;
    QueuePolicy policy = DefaultQueuePolicy();
    policy.order.check_in = false;
    EXPECT_EQ(SetRules("cardio", policy), "ok");
  }
  int Sweep() {
    const Result<int> entered = hospital->Queue().EnterRegistered();
    EXPECT_TRUE(entered) << entered.error().detail;
    return entered.value_or(-1);
  }
};

TEST_F(RegisteredQueueTest, F28_WhoIsBookedWaitsByTheBookedTimeWithoutCheckingIn) {
  // Booked in another order than their times.
  const std::string third = Book("c", "s-3");
  const std::string first = Book("a", "s-1");
  Book("b", "s-2");
  EXPECT_EQ(Sweep(), 0) << "before anybody could check in";
  Local("08:30");
  EXPECT_EQ(Sweep(), 1);
  EXPECT_EQ(Waiting("cardio", "room5"), "A001");
  EXPECT_EQ(Ticket("A001").appointment_id, first);
  EXPECT_EQ(StateOf(first), "checked-in");
  EXPECT_EQ(StateOf(third), "booked");
  Local("09:30");
  EXPECT_EQ(Sweep(), 2);
  EXPECT_EQ(Sweep(), 0) << "once";
  EXPECT_EQ(Waiting("cardio", "room5"), "A001 A002 A003");
  EXPECT_EQ(Ticket("A003").appointment_id, third);
  EXPECT_EQ(hospital->Board().Ahead(Ticket("A003")), 2);
  EXPECT_NE(AuditOf("enter-registered", "A002"), "");
  EXPECT_EQ(Call("room5"), "A001");
  Restart();
  EXPECT_EQ(Waiting("cardio", "room5"), "A002 A003");
  EXPECT_TRUE(Ticket("A002").registered);
  ExpectValid();
}

TEST_F(RegisteredQueueTest, F28_AnEarlierSlotThatIsBookedLaterStandsBefore) {
  Book("b", "s-3");
  Local("09:35");
  EXPECT_EQ(Sweep(), 1);
  Book("late", "s-2");
  EXPECT_EQ(Sweep(), 1);
  EXPECT_EQ(Waiting("cardio", "room5"), "A002 A001");
}

TEST_F(RegisteredQueueTest, F18_WhoWaitsWithoutCheckInIsNotGivenUpAfterTwentyMinutes) {
  const std::string booked = Book("a", "s-1");
  Local("08:45");
  EXPECT_EQ(Sweep(), 1);
  Local("09:45");
  SweepBookings();
  EXPECT_EQ(StateOf(booked), "checked-in");
  EXPECT_EQ(Call("room5"), "A001");
}

TEST_F(RegisteredQueueTest, F22_WhoIsCalledThereAndNeverComesIsANoShowWhenTheDayIsOver) {
  const std::string missed = Book("a", "s-1");
  const std::string seen = Book("b", "s-2");
  Local("09:10");
  EXPECT_EQ(Sweep(), 2);
  ASSERT_EQ(Call("room5"), "A001");
  ASSERT_TRUE(hospital->Pass({"room5", "wang.jg", "", ""}));
  ASSERT_EQ(Call("room5"), "A002");
  ASSERT_TRUE(hospital->Finish({"room5", "wang.jg", "", ""}));
  EXPECT_EQ(StateOf(missed), "checked-in") << "may still be recalled";
  clock.Set("2026-03-11T00:00:05+08:00");
  EXPECT_EQ(*hospital->Queue().CloseRegistered("2026-03-10"), 1);
  EXPECT_EQ(*hospital->Queue().CloseRegistered("2026-03-10"), 0);
  EXPECT_EQ(StateOf(missed), "no-show");
  EXPECT_EQ(StateOf(seen), "done");
}

TEST_F(RegisteredQueueTest, F28_WhoHasNotPaidOrHasCancelledDoesNotStandInTheLine) {
  const std::string unpaid = Book("poor", "s-1", true);
  const std::string cancelled = Book("gone", "s-2");
  Local("08:20");
  ASSERT_TRUE(hospital->Booking().Act({"", cancelled, BookingAct::Cancel, "K3", "", 0}));
  Local("09:15");
  SweepBookings();
  EXPECT_EQ(Sweep(), 0);
  EXPECT_EQ(Waiting(), "");
  EXPECT_NE(StateOf(unpaid), "checked-in");
}

TEST_F(RegisteredQueueTest, F28_WhoseFeeIsNotSettledWaitsOutsideUntilItIs) {
  const std::string booked = Book("owes", "s-1", true);
  ASSERT_TRUE(hospital->Booking().Act({"", booked, BookingAct::Take, "K3", "", 5000}));
  fhir::Json invoice = test::Parse(store->Read("Invoice", Record(booked).invoice_id)->text);
  const auto settled = [&](const char* status) {
    invoice.Set("status", fhir::Json::String(status));
    Put(invoice.Write());
  };
  settled("issued");
  Local("08:45");
  EXPECT_EQ(Sweep(), 0);
  settled("balanced");
  EXPECT_EQ(Sweep(), 1);
  EXPECT_EQ(Waiting("cardio", "room5"), "A001");
}

TEST_F(RegisteredQueueTest, F18_WhatLapsedWhileNobodyLookedIsNotPutInTheLine) {
  const std::string booked = Book("a", "s-1");
  Local("09:21");
  EXPECT_EQ(Sweep(), 0);
  EXPECT_EQ(StateOf(booked), "booked") << "the clock of bookings ends it";
}

TEST_F(RegisteredQueueTest, F28_ABookingOfTheNextDayDoesNotStandInTodaysLine) {
  Put(R"({"resourceType":"Slot","id":"night","schedule":{"reference":"Schedule/s"},)"
      R"("status":"free","start":"2026-03-11T00:05:00+08:00","end":"2026-03-11T00:35:00+08:00"})");
  const std::string booked = Book("owl", "night");
  ASSERT_TRUE(hospital->Booking().Act({"", booked, BookingAct::Confirm, "K3", "", 0}));
  Local("23:50");
  EXPECT_EQ(Sweep(), 0) << "although others could check in";
  clock.Set("2026-03-11T00:00:05+08:00");
  hospital->TurnDay();
  EXPECT_EQ(Sweep(), 1);
}

TEST_F(RegisteredQueueTest, F22_WhoCameInAnotherWayIsNotGivenUpWithThem) {
  AddPatient("walk-in");
  Local("09:00");
  ASSERT_EQ(Enter("walk-in", "cardio"), "A001");
  ASSERT_EQ(Call("room5"), "A001");
  ASSERT_TRUE(hospital->Pass({"room5", "wang.jg", "", ""}));
  clock.Set("2026-03-11T00:00:05+08:00");
  EXPECT_EQ(*hospital->Queue().CloseRegistered("2026-03-10"), 0);
}

TEST_F(RegisteredQueueTest, F29_InAClinicThatAsksForCheckInNobodyComesInAlone) {
  EXPECT_EQ(SetRules("cardio", DefaultQueuePolicy()), "ok");
  Book("a", "s-1");
  Local("08:50");
  EXPECT_EQ(Sweep(), 0);
  EXPECT_EQ(Waiting(), "");
}

TEST_F(RegisteredQueueTest, F28_ACardAtATerminalFindsTheTicketThatIsThereAlready) {
  const std::string booked = Book("a", "s-1");
  Local("08:45");
  ASSERT_EQ(Sweep(), 1);
  const OperationAnswer answer = hospital->CheckIn(booked, Parameters("op-1", ""));
  EXPECT_EQ(HospitalFixture::Said(answer), "422 already-checked-in");
  EXPECT_EQ(fhir::IdentifierValue(answer.body["contained"][0], fhir::systems::kTicketNumber),
            "A001");
  EXPECT_EQ(Number(hospital->Queue().CancelCheckIn(On("A001", "x"))), "refused state");
}

TEST_F(RegisteredQueueTest, F28_TheNumberOfRegistrationOrdersWhoeverChecksInFirst) {
  QueuePolicy policy = DefaultQueuePolicy();
  policy.order.order_by = QueueRules::OrderBy::Number;
  ASSERT_EQ(SetRules("cardio", policy), "ok");
  // Two doctors' sessions share the queue; two seats of one begin at the same time.
  Sell("t", "chen", "room6");
  Put(R"({"resourceType":"Slot","id":"s-1b","schedule":{"reference":"Schedule/s"},)"
      R"("status":"free","start":")" +
      At("09:00") + R"(","end":")" + At("09:30") + "\"}");
  const std::string later = Book("later", "t-2");
  const std::string second = Book("second", "s-1b");
  const std::string first = Book("first", "s-1");
  Local("09:05");
  EXPECT_EQ(CheckIn(later), "A001");
  EXPECT_EQ(CheckIn(second), "A002");
  EXPECT_EQ(CheckIn(first), "A003");
  EXPECT_EQ(Waiting(), "A003 A002 A001");
  EXPECT_LT(Ticket("A003").sequence, Ticket("A002").sequence);
  Restart();
  EXPECT_EQ(Waiting(), "A003 A002 A001");
}

}  // namespace
}  // namespace yizhan::hospital
