#include <map>
#include <random>
#include <thread>

#include "backend/r4/validate.h"
#include "tests/backend/queue_fixture.h"

namespace yizhan::hospital {
namespace {

using domain::QueueWay;

class QueueActsTest : public test::QueueFixture {
 protected:
  /// p1, p2, ... enter cardiology a minute apart from 09:00; their numbers are A001, A002, ...
  void Fill(int count) {
    for (int i = 1; i <= count; ++i) {
      const std::string id = "p" + std::to_string(i);
      AddPatient(id);
      Local(std::string("09:") + (i < 10 ? "0" : "") + std::to_string(i));
      ASSERT_EQ(Enter(id, "cardio"), domain::TicketNumber("A", i));
    }
  }
  Queues& Desk() { return hospital->Queue(); }
};

TEST_F(QueueActsTest, ATicketNeedsNoAppointmentAndIsMadeOnceForAnOperation) {
  AddPatient("a", "欧阳小珊");
  hospital::Entrant entrant = Entrant("a", "ecg");
  entrant.focus = "ServiceRequest/ecg-1";
  const auto first = TryEnter(entrant);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->number, "E001");
  EXPECT_EQ(first->masked_name, "欧**珊");
  EXPECT_EQ(first->focus, "ServiceRequest/ecg-1");
  EXPECT_EQ(TryEnter(entrant)->id, first->id);
  EXPECT_EQ(Enter("a", "cardio"), "A001");
  EXPECT_EQ(*store->Count("Task"), 2);
  EXPECT_EQ(Find("Task", "focus=ServiceRequest/ecg-1"), first->id);
  entrant.patient_id = "b";
  EXPECT_EQ(Number(TryEnter(entrant)), "conflict operation-id belongs to another ticket");
  entrant = Entrant("a", "nowhere");
  EXPECT_EQ(Number(TryEnter(entrant)), "bad-data no such queue");
  entrant = Entrant("a", "ecg");
  entrant.priority = "vip";
  EXPECT_EQ(Number(TryEnter(entrant)), "bad-data no such priority class");
  EXPECT_EQ(Enter("a", "ecg"), "E002") << "what was refused used up no number";
}

TEST_F(QueueActsTest, EveryStateOfATicketSurvivesItsWayOverTheWire) {
  QueueTicket ticket;
  ticket.number = "A001";
  ticket.operation_id = "op";
  ticket.day = "2026-03-10";
  ticket.service_id = "cardio";
  ticket.patient_id = "p";
  ticket.masked_name = "张*";
  ticket.focus = "ServiceRequest/x";
  ticket.terminal = "K3";
  ticket.arrived = clock.Now();
  ticket.place = domain::QueuePlace{0, 2, 1'773'100'800'000, 1};
  ticket.way = QueueWay::Returned;
  ticket.entered = clock.Now();
  ticket.priority = {"soldier", "军", 2};
  ticket.moved = ticket.added = ticket.booked = ticket.at_door = true;
  ticket.registered = ticket.substituted = true;
  ticket.sequence = 541;
  ticket.hold = "preparing";
  ticket.room_id = "room5";
  ticket.room_by = RoomChoice::Staff;
  ticket.calls = 2;
  ticket.stops = {"advice", "nursing"};
  ticket.visited = {"nutrition"};
  ticket.transferred_from = "t0";
  for (const auto status :
       {TicketStatus::Waiting, TicketStatus::Called, TicketStatus::Passed, TicketStatus::Done,
        TicketStatus::Away, TicketStatus::Abandoned, TicketStatus::Transferred,
        TicketStatus::Withdrawn, TicketStatus::Stopped}) {
    ticket.status = status;
    const fhir::Json task = ToTask(ticket);
    EXPECT_THAT(r4::Validate(task), testing::IsEmpty());
    const auto read = FromTask(task);
    ASSERT_TRUE(read) << Name(status);
    EXPECT_EQ(read->status, status);
    EXPECT_EQ(ToTask(*read), task);
    EXPECT_EQ(read->priority, ticket.priority);
  }
  EXPECT_EQ(MarksOf(ticket), (std::vector<std::string>{"军", "加", "替", "回", "调", "备"}));
}

TEST_F(QueueActsTest, F29_APriorityClassIsGivenAndTakenWithAReason) {
  Fill(3);
  EXPECT_EQ(Number(Desk().SetPriority(On("A003"), "soldier")), "refused reason");
  EXPECT_EQ(Number(Desk().SetPriority(On("A003", "x"), "vip")), "not-found no such class");
  EXPECT_EQ(Number(Desk().SetPriority(On("A003", "军人证"), "soldier")), "A003");
  EXPECT_EQ(Waiting(), "A003 A001 A002");
  EXPECT_EQ(Marks("A003"), "军");
  EXPECT_EQ(Number(Desk().SetPriority(On("A002", "胸痛"), "emergency")), "A002");
  EXPECT_EQ(Waiting(), "A002 A003 A001");
  EXPECT_EQ(Number(Desk().SetPriority(On("A003", "误操作"), "")), "A003");
  EXPECT_EQ(Waiting(), "A002 A001 A003");
  EXPECT_NE(AuditOf("give-priority", "A003"), "");
  EXPECT_NE(AuditOf("take-priority", "A003"), "");
}

TEST_F(QueueActsTest, F29_SomebodyIsPutForwardWithAReasonAndAPublicMark) {
  Fill(5);
  EXPECT_EQ(Number(Desk().MoveForward(On("A005"), "")), "refused reason");
  EXPECT_EQ(Number(Desk().MoveForward(On("A001", "x"), Ticket("A003").id)), "refused state")
      << "only forward";
  EXPECT_EQ(Number(Desk().MoveForward(On("A005", "透析"), Ticket("A002").id)), "A005");
  EXPECT_EQ(Waiting(), "A001 A005 A002 A003 A004");
  EXPECT_EQ(Number(Desk().MoveForward(On("A004", "透析"), Ticket("A005").id)), "A004");
  EXPECT_EQ(Waiting(), "A001 A004 A005 A002 A003") << "also in front of one put forward before";
  EXPECT_EQ(Number(Desk().MoveForward(On("A003", "晕厥"), "")), "A003");
  EXPECT_EQ(Waiting(), "A003 A001 A004 A005 A002");
  EXPECT_EQ(Marks("A003"), "调");
  Restart();
  EXPECT_EQ(Waiting(), "A003 A001 A004 A005 A002");
}

TEST_F(QueueActsTest, F32_WhoIsNotPreparedKeepsThePlaceAndIsPassedOver) {
  Fill(3);
  EXPECT_EQ(Number(Desk().Hold(On("A001"), "full bladder")), "bad-data not a code");
  EXPECT_EQ(Number(Desk().Hold(On("A001"), "preparing")), "A001");
  EXPECT_EQ(Marks("A001"), "备");
  EXPECT_EQ(Call("room5"), "A002");
  EXPECT_EQ(Number(Desk().Release(On("A001"))), "A001");
  EXPECT_EQ(Number(Desk().Release(On("A001"))), "refused state");
  EXPECT_EQ(Call("room5"), "A001") << "before A003, who came later";
}

TEST_F(QueueActsTest, WhoDoesNotAnswerIsPassedAfterSoManyCalls) {
  Fill(2);
  const DeskAct desk{"room5", "wang.jg", "", ""};
  EXPECT_EQ(Call("room5"), "A001");
  EXPECT_EQ(Desk().CallAgain(desk)->calls, 2);
  EXPECT_EQ(Desk().CallAgain(desk)->calls, 3);
  const auto passed = Desk().CallAgain(desk);
  ASSERT_TRUE(passed);
  EXPECT_EQ(passed->status, TicketStatus::Passed);
  EXPECT_NE(AuditOf("pass", "A001"), "");
  EXPECT_EQ(Number(Desk().CallAgain(desk)), "not-found nobody is called");
  EXPECT_EQ(Number(Desk().Recall(On("A001", "回来了"))), "A001");
  EXPECT_EQ(Marks("A001"), "召");
  EXPECT_EQ(Waiting(), "A002 A001");
}

TEST_F(QueueActsTest, AnActOnSomebodyWhoIsNoLongerInsideConcernsNobodyElse) {
  Fill(2);
  EXPECT_EQ(Call("room5"), "A001");
  const DeskAct late{"room5", "wang.jg", Ticket("A001").id, ""};
  EXPECT_EQ(Number(Desk().CallAgain(late)), "A001");
  EXPECT_EQ(Call("room5"), "A002");
  EXPECT_EQ(Number(Desk().CallAgain(late)), "refused not-inside");
  EXPECT_EQ(Number(Desk().Pass(late)), "refused not-inside");
  EXPECT_EQ(Number(Desk().SendAway(late)), "refused not-inside");
  EXPECT_EQ(Number(Desk().Finish(late)), "refused not-inside");
  EXPECT_EQ(Ticket("A002").status, TicketStatus::Called);
  EXPECT_EQ(Ticket("A002").calls, 1);
}

TEST_F(QueueActsTest, F29_WhoReturnsWithResultsWaitsForTheSameDoctorWithoutANewFee) {
  Fill(6);
  EXPECT_EQ(Call("room5"), "A001");
  EXPECT_EQ(Number(Desk().SendAway({"room5", "wang.jg", "", ""})), "A001");
  EXPECT_EQ(Ticket("A001").status, TicketStatus::Away);
  EXPECT_EQ(Call("room5"), "A002");
  EXPECT_EQ(Number(Desk().Finish({"room5", "wang.jg", "", ""})), "A002");
  EXPECT_EQ(Number(Desk().Return(On("A003"))), "refused state");
  EXPECT_EQ(Number(Desk().Return(On("A001"))), "A001");
  EXPECT_EQ(Number(Desk().Return(On("A002"))), "A002") << "also after the visit was finished";
  EXPECT_EQ(Waiting("cardio", "room5"), "A003 A004 A001 A005 A006 A002");
  EXPECT_EQ(Waiting("cardio", "room6"), "A003 A004 A005 A006") << "the doctor who asked for them";
  EXPECT_EQ(Marks("A001"), "回");
  EXPECT_EQ(*store->Count("Invoice"), 0);
}

TEST_F(QueueActsTest, ResultsOfADayBeforeAreReadAsFarAsTheRulesAllow) {
  Fill(1);
  EXPECT_EQ(Call("room5"), "A001");
  const std::string first = Ticket("A001").id;
  EXPECT_EQ(Number(Desk().Finish({"room5", "wang.jg", "", ""})), "A001");
  clock.Set("2026-03-12T01:00:00Z");
  const DeskAct back{"", "nurse.li", first, ""};
  EXPECT_EQ(Number(Desk().Return(back)), "refused no-results-day");
  QueuePolicy policy = DefaultQueuePolicy();
  policy.return_days = 3;
  ASSERT_EQ(SetRules("cardio", policy), "ok");
  const auto again = Desk().Return(back);
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_NE(again->id, first);
  EXPECT_EQ(again->way, QueueWay::Returned);
  EXPECT_EQ(Desk().Return(back)->id, again->id) << "once a day";
}

TEST_F(QueueActsTest, F29_ATransferEndsOneTicketAndBeginsAnotherAtTheEndOfItsQueue) {
  Fill(2);
  AddPatient("other");
  EXPECT_EQ(Enter("other", "ecg"), "E001");
  const DeskAct act = On("A001", "转心电图");
  EXPECT_EQ(Number(Desk().Transfer(On("A001"), "ecg", "t1")), "refused reason");
  EXPECT_EQ(Number(Desk().Transfer(act, "cardio", "t1")), "refused state");
  EXPECT_EQ(Number(Desk().Transfer(act, "nowhere", "t1")), "bad-data no such queue");
  EXPECT_EQ(Waiting(), "A001 A002") << "what was refused changed nothing";
  EXPECT_EQ(Number(Desk().Transfer(act, "ecg", "t1")), "E002");
  EXPECT_EQ(Number(Desk().Transfer(act, "ecg", "t1")), "E002");
  EXPECT_EQ(Waiting(), "A002");
  EXPECT_EQ(Waiting("ecg"), "E001 E002");
  EXPECT_EQ(Ticket("E002").transferred_from, act.ticket_id);
  EXPECT_EQ(Ticket("A001").status, TicketStatus::Transferred);
}

TEST_F(QueueActsTest, ACheckInThatWasTakenBackCanBeMadeAgain) {
  BookSlot("a", "09:00", "09:30");
  EXPECT_EQ(CheckIn("a"), "A001");
  EXPECT_EQ(Number(Desk().CancelCheckIn(On("A001"))), "refused reason");
  EXPECT_EQ(Number(Desk().CancelCheckIn(On("A001", "误刷"))), "A001");
  EXPECT_EQ(Waiting(), "");
  EXPECT_EQ(Find("Appointment", "status=booked"), "a");
  EXPECT_EQ(Number(Desk().CancelCheckIn(On("A001", "误刷"))), "refused state");
  EXPECT_EQ(HospitalFixture::Said(hospital->CheckIn("a", Parameters("again", ""))), "A002");
  EXPECT_EQ(Number(Desk().GiveUp(On("A002", "不看了"))), "A002");
  EXPECT_EQ(Find("Appointment", "status=cancelled"), "a");
  EXPECT_EQ(Ticket("A002").status, TicketStatus::Abandoned);
  EXPECT_EQ(Call("room5"), "not-found nobody waits");
}

TEST_F(QueueActsTest, NobodyIsCalledToARoomThatIsStopped) {
  Fill(2);
  EXPECT_EQ(Said(Desk().PauseRoom({"room5", "wang.jg", "", ""})), "refused reason");
  EXPECT_EQ(Said(Desk().PauseRoom({"nowhere", "wang.jg", "", "x"})), "not-found no such room");
  EXPECT_EQ(Said(Desk().PauseRoom({"room5", "wang.jg", "", "专家停诊"})), "ok");
  EXPECT_EQ(Call("room5"), "refused paused");
  EXPECT_EQ(Desk().Rules()->pauses.at("room5").reason, "专家停诊");
  EXPECT_EQ(Call("room6"), "A001");
  Restart();
  EXPECT_EQ(Call("room5"), "refused paused");
  EXPECT_EQ(Said(Desk().ResumeRoom({"room5", "wang.jg", "", ""})), "ok");
  EXPECT_EQ(Call("room5"), "A002");
}

// The model of F29: whatever happens, an inversion of the order of check-in has a named act.
TEST_F(QueueActsTest, F29_InAnyTraceEveryInversionHasItsAuditRow) {
  std::mt19937 random(20260310);
  constexpr int kSteps = 220;
  std::vector<std::string> called;  // Task ids, at their first call.
  const auto any_waiting = [&]() -> std::string {
    const auto waiting = hospital->Board().WaitingFor("cardio", "");
    return waiting.empty() ? "" : waiting[random() % waiting.size()].number;
  };
  int entered = 0;
  std::string passed;
  const auto note = [&](const Result<QueueTicket>& ticket) {
    if (ticket && std::ranges::find(called, ticket->id) == called.end())
      called.push_back(ticket->id);
  };
  const char* const rooms[] = {"room5", "room6"};
  for (int step = 0; step < kSteps; ++step) {
    clock.Set(ToInstant(*ParseInstant("2026-03-10T01:00:00Z") + std::chrono::seconds(20 * step)));
    const std::string room = rooms[random() % 2];
    const std::string target = any_waiting();
    switch (random() % 16) {
      case 0: (void)Desk().SetPriority(On(target, "x"), random() % 2 ? "elder" : ""); break;
      case 1: (void)Desk().MoveForward(On(target, "x"), Ticket(any_waiting()).id); break;
      case 2: (void)Desk().Hold(On(target), "preparing"); break;
      case 3: (void)Desk().Release(On(target)); break;
      case 4:
        if (auto one = Desk().Pass({room, "wang.jg", "", ""})) passed = one->number;
        break;
      case 5: (void)Desk().Recall(On(passed, "x")); break;
      case 6: note(hospital->Call({room, "wang.jg", Ticket(target).id, "x"})); break;
      case 7: (void)Desk().GiveUp(On(target, "x")); break;
      case 8:
      case 9:
      case 10:
      case 11: note(hospital->Call({room, "wang.jg", "", ""})); break;
      default:
        const std::string id = "q" + std::to_string(++entered);
        AddPatient(id);
        (void)Enter(id, "cardio");
    }
  }
  ASSERT_GT(called.size(), 20U);
  std::map<std::string, QueueTicket> tickets;
  for (const QueueTicket& ticket : hospital->Board().Of("cardio")) tickets[ticket.id] = ticket;
  const auto excused = [&](const std::string& id) {
    return Find("AuditEvent",
                "entity=Task/" + id +
                    "&subtype=give-priority,take-priority,move-forward,hold,recall,skip") != "" ||
           Find("AuditEvent", "entity=Task/" + id + "&subtype=call")
               .empty();  // Never called: not asked here.
  };
  const auto has_reason = [&](const std::string& id) {
    const std::string row = Find("AuditEvent", "entity=Task/" + id + "&subtype=call&_count=1");
    return store->Read("AuditEvent", row)->text.find("purposeOfEvent") != std::string::npos;
  };
  int inversions = 0;
  for (std::size_t i = 0; i < called.size(); ++i) {
    for (std::size_t j = i + 1; j < called.size(); ++j) {
      if (tickets[called[i]].arrived <= tickets[called[j]].arrived) continue;
      ++inversions;
      EXPECT_TRUE(excused(called[i]) || excused(called[j]) || has_reason(called[i]))
          << tickets[called[i]].number << " before " << tickets[called[j]].number;
    }
  }
  EXPECT_GE(inversions, 3) << "the trace had departures at all";
}

TEST_F(QueueActsTest, F29_WithoutNamedExceptionsCallsFollowCheckIns) {
  std::mt19937 random(7);
  std::vector<std::string> called;
  int entered = 0;
  for (int step = 0; step < 120; ++step) {
    clock.Set(ToInstant(*ParseInstant("2026-03-10T01:00:00Z") + std::chrono::seconds(20 * step)));
    if (random() % 2 == 0) {
      const std::string id = "q" + std::to_string(++entered);
      AddPatient(id);
      ASSERT_EQ(Enter(id, "cardio"), domain::TicketNumber("A", entered));
    } else if (const auto ticket =
                   hospital->Call({random() % 2 ? "room5" : "room6", "wang.jg", "", ""})) {
      called.push_back(ticket->number);
    }
  }
  ASSERT_GT(called.size(), 30U);
  EXPECT_TRUE(std::ranges::is_sorted(called)) << testing::PrintToString(called);
}

}  // namespace
}  // namespace yizhan::hospital
