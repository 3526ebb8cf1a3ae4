#include <gmock/gmock.h>

#include "tests/backend/hospital_fixture.h"

namespace yizhan::hospital {
namespace {

class CallingTest : public test::HospitalFixture {
 protected:
  /// Checks in p1, p2, ... one minute apart; their numbers are A001, A002, ...
  void Fill(int count) {
    for (int i = 1; i <= count; ++i) {
      const std::string id = "p" + std::to_string(i);
      Book(id);
      ASSERT_EQ(CheckIn(id, "2026-03-10T08:" + std::to_string(30 + i) + ":00+08:00"),
                domain::TicketNumber("A", i));
    }
  }
  std::string Call(const std::string& room, const std::string& ticket = "",
                   const std::string& reason = "") {
    return Number(hospital->Call({room, "staff", ticket, reason}));
  }
  static std::string Number(const Result<QueueTicket>& ticket) {
    return ticket ? ticket->number : std::string("error ") + Name(ticket.error().code);
  }
  std::string Id(const std::string& number) {
    for (const QueueTicket& ticket : hospital->Board().Of("cardio")) {
      if (ticket.number == number) return ticket.id;
    }
    return "";
  }
  std::string Waiting() {
    std::string text;
    for (const QueueTicket& ticket : hospital->Board().WaitingFor("cardio", "room5")) {
      text += (text.empty() ? "" : " ") + ticket.number;
    }
    return text;
  }
};

TEST_F(CallingTest, CallsInOrderOfArrivalWhateverTheOrderOfReplay) {
  Book("late");
  Book("early");
  Book("middle");
  EXPECT_EQ(CheckIn("late", "2026-03-10T08:59:00+08:00"), "A001");
  EXPECT_EQ(CheckIn("early", "2026-03-10T08:31:00+08:00", "A-K3-01"), "A-K3-01");
  EXPECT_EQ(CheckIn("middle", "2026-03-10T08:45:00+08:00"), "A002");
  EXPECT_EQ(Call("room5"), "A-K3-01");
  EXPECT_EQ(Call("room6"), "A002");
  EXPECT_EQ(Call("room5"), "A001");
  EXPECT_EQ(Call("room5"), "error not-found");
  EXPECT_EQ(Call("nowhere"), "error not-found");
}

TEST_F(CallingTest, OneTicketIsNeverCalledToTwoRooms) {
  Fill(20);
  std::vector<std::string> called[2];
  std::thread other([&] {
    for (int i = 0; i < 10; ++i) called[0].push_back(Call("room6"));
  });
  for (int i = 0; i < 10; ++i) called[1].push_back(Call("room5"));
  other.join();
  std::set<std::string> all(called[0].begin(), called[0].end());
  all.insert(called[1].begin(), called[1].end());
  EXPECT_EQ(all.size(), 20U);
  EXPECT_TRUE(all.contains("A001"));
  EXPECT_TRUE(all.contains("A020"));
}

TEST_F(CallingTest, CallingOutOfOrderNeedsAReasonThatIsKept) {
  Fill(3);
  EXPECT_EQ(Call("room5", Id("A003")), "error refused");
  EXPECT_EQ(Call("room5", Id("A003"), "军人优先"), "A003");
  EXPECT_EQ(Call("room6"), "A001");
  const std::string audit = Find("AuditEvent", "subtype=call&entity=Task/" + Id("A003"));
  EXPECT_NE(store->Read("AuditEvent", audit)->text.find("军人优先"), std::string::npos);
}

TEST_F(CallingTest, PassedTicketComesBackBehindTwoOthersWithAReason) {
  Fill(5);
  EXPECT_EQ(Call("room5"), "A001");
  EXPECT_EQ(Number(hospital->Pass({"room5", "staff", "", ""})), "A001");
  EXPECT_EQ(Waiting(), "A002 A003 A004 A005");
  EXPECT_EQ(Number(hospital->Recall({"room5", "staff", Id("A001"), ""})), "error refused");
  EXPECT_EQ(Number(hospital->Recall({"room5", "staff", Id("A002"), "x"})), "error refused");
  EXPECT_EQ(Number(hospital->Recall({"room5", "staff", Id("A001"), "回来了"})), "A001");
  EXPECT_EQ(Waiting(), "A002 A003 A001 A004 A005");
  Restart();
  EXPECT_EQ(Waiting(), "A002 A003 A001 A004 A005") << "the order survives a restart";
}

TEST_F(CallingTest, FinishingFulfilsTheAppointment) {
  Fill(2);
  EXPECT_EQ(Call("room5"), "A001");
  EXPECT_EQ(Number(hospital->CallAgain({"room5", "staff", "", ""})), "A001");
  clock.Set("2026-03-10T01:06:00Z");
  EXPECT_EQ(Number(hospital->Finish({"room5", "staff", "", ""})), "A001");
  EXPECT_EQ(Find("Appointment", "status=fulfilled"), "p1");
  EXPECT_EQ(Find("Task", "status=completed&focus=Appointment/p1"), Id("A001"));
  EXPECT_EQ(Number(hospital->Finish({"room5", "staff", "", ""})), "error not-found");
}

TEST_F(CallingTest, WaitIsTellableOnlyAfterFiveConsultations) {
  Fill(8);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(hospital->Board().Estimate("cardio", "", 3), std::nullopt);
    ASSERT_TRUE(hospital->Call({"room5", "staff", "", ""}));
    clock.Set("2026-03-10T01:" + std::to_string(10 + 6 * i) + ":00Z");
    ASSERT_TRUE(hospital->Finish({"room5", "staff", "", ""}));
    clock.Set("2026-03-10T01:" + std::to_string(10 + 6 * i) + ":30Z");
  }
  const auto wait = hospital->Board().Estimate("cardio", "", 3);
  ASSERT_TRUE(wait);
  // One of 10 minutes and four of 5:30 are 6.4 on average and stray by 2: three to four of them,
  // and what five say about the sum of 3.5, which is 4.9 minutes.
  EXPECT_EQ(wait->first, std::chrono::minutes(14));
  EXPECT_EQ(wait->last, std::chrono::minutes(31));
}

TEST_F(CallingTest, StaffCallsOfTerminalsAppearAndAreAnswered) {
  Put(R"({"resourceType":"Task","id":"c1","status":"requested","intent":"order","code":{"coding":[
    {"system":"urn:yizhan:task-code","code":"staff-call"}]},"requester":{"identifier":
    {"system":"urn:yizhan:terminal","value":"K3"}}})");
  ASSERT_EQ(hospital->Board().StaffCalls().size(), 1U);
  EXPECT_EQ(hospital->Board().StaffCalls()[0].terminal, "K3");
  Restart();
  EXPECT_EQ(hospital->Board().StaffCalls().size(), 1U);
  EXPECT_TRUE(hospital->AnswerStaffCall("c1", "staff"));
  EXPECT_TRUE(hospital->AnswerStaffCall("c1", "staff"));
  EXPECT_TRUE(hospital->Board().StaffCalls().empty());
}

TEST_F(CallingTest, EveryInversionOfTheOrderHasItsAuditRow) {
  Fill(12);
  // A day's work with named exceptions; afterwards calls are compared with arrivals.
  std::vector<std::string> calls;
  std::set<std::string> excepted;
  for (int i = 0; i < 14; ++i) {
    if (i == 2) {
      excepted.insert("A007");
      calls.push_back(Call("room5", Id("A007"), "急"));
    } else if (i == 5) {
      const std::string passed = Number(hospital->Pass({"room5", "staff", "", ""}));
      excepted.insert(passed);
      EXPECT_EQ(Number(hospital->Recall({"room5", "staff", Id(passed), "回"})), passed);
    } else if (const std::string number = Call("room5"); !number.starts_with("error")) {
      calls.push_back(number);
    }
  }
  std::string last;
  for (const std::string& number : calls) {
    if (excepted.contains(number)) continue;
    EXPECT_LT(last, number);
    last = number;
  }
  for (const std::string& number : excepted) {
    EXPECT_NE(Find("AuditEvent", "entity=Task/" + Id(number) + "&subtype=call,recall"), "");
  }
  EXPECT_EQ(calls.size(), 13U);
}

}  // namespace
}  // namespace yizhan::hospital
