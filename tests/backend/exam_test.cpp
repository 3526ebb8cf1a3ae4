// Examination rooms (domain.md F32, F10).
#include <gmock/gmock.h>

#include "backend/hospital/care/care_request.h"
#include "backend/hospital/care/identity_check.h"
#include "backend/hospital/exam/exam_check_in.h"
#include "backend/hospital/exam/scanned_order.h"
#include "backend/r4/validate.h"
#include "tests/backend/care_fixture.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;

class ExamTest : public test::CareFixture {
 protected:
  ExamTest() {
    if (store == nullptr) return;
    Record(
        kExams, "US",
        R"({"name":"彩超","preparation":"full-bladder","hint":"请憋尿","hintEn":"Drink water"})");
    Record(kExams, "ECG", R"({"name":"心电图"})");
    Order("us", "zhang", "US", "", "", "ultrasound");
    Order("ecg", "zhang", "ECG", "", "", "ecg");
  }
  /// The tickets' queues and numbers of one check-in.
  std::map<std::string, QueueTicket> CheckedIn(const std::string& operation = "op") {
    std::map<std::string, QueueTicket> tickets;
    const OperationAnswer answer = ExamCheckIn(*hospital, "zhang", Asked(operation));
    EXPECT_EQ(answer.status, 200) << answer.body.Write();
    for (const Json& one : All(answer.body, "ticket")) {
      const auto ticket = FromTask(one["resource"]);
      EXPECT_TRUE(ticket);
      if (ticket) tickets[ticket->service_id] = *ticket;
    }
    return tickets;
  }
  std::string CallTo(const std::string& room) {
    const auto ticket = hospital->Call({room, "ma", "", ""});
    return ticket ? ticket->number : ticket.error().detail;
  }
};

TEST_F(ExamTest, F32_OneCheckInGivesATicketForEachExamination) {
  const auto tickets = CheckedIn();
  ASSERT_EQ(tickets.size(), 2U);
  EXPECT_EQ(tickets.at("ultrasound").number.substr(0, 1), "U");
  EXPECT_EQ(tickets.at("ecg").number.substr(0, 1), "V");
  EXPECT_EQ(tickets.at("ultrasound").focus, "ServiceRequest/us");
  const OperationAnswer first = ExamCheckIn(*hospital, "zhang", Asked("op"));
  EXPECT_EQ(All(first.body, "ticket").size(), 2U) << "the same operation: the same answer";
  EXPECT_EQ(RefusedWith(ExamCheckIn(*hospital, "zhang", Asked("op2"))), "already-checked-in");
  EXPECT_EQ(RefusedWith(ExamCheckIn(*hospital, "li", Asked("op3"))), "nothing-to-do");
  EXPECT_EQ(ExamCheckIn(*hospital, "li", Asked("op")).status, 409);
}

TEST_F(ExamTest, F32_APreparationHoldsTheTicketWithoutLosingItsPlace) {
  const OperationAnswer answer = ExamCheckIn(*hospital, "zhang", Asked("op"));
  const auto holds = All(answer.body, "hold");
  ASSERT_EQ(holds.size(), 1U);
  EXPECT_EQ(Part(holds[0], "preparation"), "full-bladder");
  EXPECT_EQ(Part(holds[0], "hint-en"), "Drink water");
  Person("wang", "王五", "C3");
  Order("us-wang", "wang", "", "", "", "ultrasound");
  clock.Set("2026-03-10T08:05:00+08:00");
  ASSERT_EQ(ExamCheckIn(*hospital, "wang", Asked("op-wang")).status, 200);
  EXPECT_EQ(CallTo("us1"), "U002") << "who is not prepared is passed over";
  ASSERT_TRUE(hospital->Finish({"us1", "ma", "", ""}));
  const auto waiting = hospital->Board().Of("ultrasound");
  const auto held = std::ranges::find(waiting, std::string("U001"), &QueueTicket::number);
  ASSERT_NE(held, waiting.end());
  ASSERT_TRUE(hospital->Queue().Release({"", "ma", held->id, ""}));
  EXPECT_EQ(CallTo("us1"), "U001");
}

TEST_F(ExamTest, F32_NobodyIsCalledToTwoRoomsAtOnce) {
  const auto tickets = CheckedIn();
  ASSERT_TRUE(hospital->Queue().Release({"", "ma", tickets.at("ultrasound").id, ""}));
  EXPECT_EQ(CallTo("us1"), "U001");
  const auto other = hospital->Call({"ecg1", "ma", "", ""});
  EXPECT_FALSE(other) << "inside the other room";
  const auto late = FinishExam(*hospital, *store, {"us1", "ma", tickets.at("ecg").id, ""});
  ASSERT_FALSE(late) << "somebody else is inside";
  EXPECT_EQ(late.error().detail, "not-inside");
  EXPECT_EQ(Find("ServiceRequest", "patient=zhang&status=completed"), "");
  ASSERT_TRUE(FinishExam(*hospital, *store, {"us1", "ma", tickets.at("ultrasound").id, ""}));
  EXPECT_EQ(CallTo("ecg1"), "V001");
  EXPECT_EQ(Find("ServiceRequest", "patient=zhang&status=completed"), "us");
}

TEST_F(ExamTest, F32_UnpaidExaminationsSayWhatIsDue) {
  Bill("b", "issued", "120.00");
  Order("us", "zhang", "US", "b", "", "ultrasound");
  Order("ecg", "zhang", "ECG", "b", "", "ecg");
  const OperationAnswer answer = ExamCheckIn(*hospital, "zhang", Asked("op"));
  EXPECT_EQ(RefusedWith(answer), "payment-due");
  EXPECT_EQ(answer.body["issue"][0]["extension"][0]["valueMoney"]["value"].AsNumberText(),
            "120.00");
}

TEST_F(ExamTest, F10_AnExaminationIsNotDoneForSomebodyInDoubt) {
  (void)CheckedIn();
  ASSERT_EQ(CallTo("ecg1"), "V001");
  ASSERT_TRUE(store->Write([&](store::Transaction& transaction) {
    return FlagMismatch(transaction, {"zhang", "ma", "ecg1", "photo", "", clock.Now()});
  }));
  const auto refused = FinishExam(*hospital, *store, {"ecg1", "ma", "", ""});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail, "identity-doubt");
  EXPECT_EQ(Find("ServiceRequest", "patient=zhang&status=completed"), "");
  ASSERT_TRUE(store->Write([&](store::Transaction& transaction) {
    return LiftMismatch(transaction, {"zhang", "liu", "ecg1", "", "passport", clock.Now()});
  }));
  EXPECT_TRUE(FinishExam(*hospital, *store, {"ecg1", "ma", "", ""}));
  EXPECT_EQ(Find("ServiceRequest", "patient=zhang&status=completed"), "ecg");
}

TEST_F(ExamTest, F32_F36_WhoScansAnOrderLearnsWhetherItIsThePersonWhoIsCalled) {
  using State = ScannedOrder::State;
  const auto scan = [&](const std::string& room, const std::string& number) {
    const auto scanned = ScanOrder(*hospital, *store, room, number);
    EXPECT_TRUE(scanned) << scanned.error().detail;
    return scanned.value_or(ScannedOrder());
  };
  EXPECT_EQ(ScanOrder(*hospital, *store, "ecg1", "1001").error().code, ErrorCode::NotFound);
  EXPECT_EQ(ScanOrder(*hospital, *store, "ecg1", "'; --").error().code, ErrorCode::NotFound);
  EXPECT_EQ(ScanOrder(*hospital, *store, "ecg1", "").error().code, ErrorCode::NotFound);
  const auto number_orders = [&](const char* id, const std::string& identifier) {
    auto order = ReadBody(*store, "ServiceRequest", id);
    ASSERT_TRUE(order);
    order->Set("identifier", Json::Array({*Json::Parse(identifier)}));
    Put(order->Write());
  };
  number_orders("us", R"({"system":"urn:yizhan:order-number","value":"1001"})");
  // As another system numbers its orders.
  number_orders("ecg", R"({"system":"urn:his","value":"HIS-22","type":{"coding":[
    {"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"PLAC"}]}})");
  EXPECT_EQ(scan("ecg1", "HIS-22").state, State::Absent);
  EXPECT_EQ(scan("ecg1", "HIS-22").service_id, "ecg") << "that is where to check in for";
  (void)CheckedIn();
  EXPECT_EQ(scan("ecg1", "HIS-22").state, State::Waiting);
  EXPECT_EQ(scan("ecg1", "1001").state, State::Elsewhere);
  EXPECT_EQ(scan("ecg1", "1001").number, "U001");
  ASSERT_EQ(CallTo("ecg1"), "V001");
  EXPECT_EQ(scan("ecg1", "HIS-22").state, State::Called);
  ASSERT_TRUE(FinishExam(*hospital, *store, {"ecg1", "ma", "", ""}));
  EXPECT_EQ(scan("ecg1", "HIS-22").state, State::Done);
}

TEST_F(ExamTest, WhatTheExaminationRoomsWriteIsValid) {
  (void)CheckedIn();
  for (const char* type : {"Task", "AuditEvent"}) {
    SearchAll(type, [&](const Json& body) {
      for (const r4::Issue& issue : r4::Validate(body)) {
        ADD_FAILURE() << type << ' ' << issue.expression << ' ' << issue.diagnostics;
      }
    });
  }
}

}  // namespace
}  // namespace yizhan::hospital
