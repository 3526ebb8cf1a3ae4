// The guide sheet out of what the store holds, and who got stuck (F36).
#include "backend/hospital/guide/guide_sheet.h"

#include <gmock/gmock.h>

#include "backend/hospital/lab/test_catalogue.h"
#include "backend/r4/validate.h"
#include "tests/backend/fhir_fixture.h"
#include "tests/backend/guide_words.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class GuideSheetTest : public test::FhirFixture {
 protected:
  GuideSheetTest() {
    if (store == nullptr) return;
    Book("zhang");
    Put(Location("lab", "ro", "area"));
  }
  void Order(const std::string& id, const std::string& code, const std::string& category,
             const std::string& more = "") {
    Put(R"({"resourceType":"ServiceRequest","id":")" + id +
        R"(","status":"active","intent":"order","authoredOn":"2026-03-10T08:30:00+08:00",)"
        R"("subject":{"reference":"Patient/zhang"},"category":[{"text":")" +
        category + R"("}],"code":{"coding":[{"code":")" + code + R"("}],"text":")" + id +
        R"("},"locationReference":[{"reference":"Location/lab"}])" + more + "}");
  }
  void Bill(const std::string& id, const std::string& status) {
    Put(R"({"resourceType":"Invoice","id":")" + id + R"(","status":")" + status +
        R"(","subject":{"reference":"Patient/zhang"},"totalNet":{"value":88.00,"currency":"CNY"}})");
  }
  GuideContext Context() {
    places = hospital->Places();
    return {*store, hospital->Board(), *places, zone, clock.Now(), std::chrono::minutes(30)};
  }
  /// As WordsOf().
  std::vector<std::string> Sheet() {
    const auto lines = GuideSheetOf(Context(), "zhang");
    EXPECT_TRUE(lines);
    return test::WordsOf(lines.value_or(std::vector<GuideLine>()));
  }

  std::shared_ptr<const DirectorySnapshot> places;
};

TEST_F(GuideSheetTest, F36_AfterEachStepTheNextOneIsRight) {
  EXPECT_THAT(Sheet(), ElementsAre("cardio!"));
  ASSERT_EQ(CheckIn("zhang"), "A001");
  EXPECT_THAT(Sheet(), ElementsAre("cardio~"));
  ASSERT_TRUE(hospital->Call({"room5", "wang", "", ""}));
  ASSERT_TRUE(hospital->Finish({"room5", "wang", "", ""}));
  const std::string bill = R"(,"supportingInfo":[{"reference":"Invoice/bill"}])";
  Bill("bill", "issued");
  Order("xray", "chest", "imaging", bill);
  Order("sono", "ultrasound-abdomen", "imaging", bill);
  Order("glucose", "fasting-glucose", "laboratory", bill);
  EXPECT_THAT(Sheet(), ElementsAre("[cardio]", "缴费 88.00 元!", "glucose", "sono", "可以进食",
                                   "xray", "取报告", "回诊"));
  Bill("bill", "balanced");
  EXPECT_THAT(Sheet(),
              ElementsAre("[cardio]", "glucose!", "sono", "可以进食", "xray", "取报告", "回诊"));
  const auto lines = GuideSheetOf(Context(), "zhang");
  EXPECT_THAT(lines->at(1).note.zh, HasSubstr("禁食"));
  EXPECT_THAT(lines->at(1).where.zh, HasSubstr("lab"));
  EXPECT_EQ(lines->at(1).focus, "ServiceRequest/glucose");
}

TEST_F(GuideSheetTest, F36_BloodThatIsDrawnTogetherIsOneStepWithItsPlace) {
  Put(Location("drawroom", "area", ""));
  Put(R"({"resourceType":"HealthcareService","id":"draw","name":"draw",
    "location":[{"reference":"Location/drawroom"}]})");
  ASSERT_TRUE(store->Write([](store::Transaction& transaction) {
    const Status set = transaction.PutRecord(
        {kLabSettings, "hospital", R"({"drawService":"draw"})", std::nullopt});
    return set ? transaction.PutRecord({kLabTests, "GLU",
                                        R"({"code":"GLU","name":"血糖","tube":"fluoride",
          "section":"chemistry","volumeUl":2000,"fastingHours":8,"afterMinutes":60})",
                                        std::nullopt})
               : set;
  }));
  const auto order = [&](const std::string& id, const std::string& code, const std::string& more) {
    Put(R"({"resourceType":"ServiceRequest","id":")" + id +
        R"(","status":"active","intent":"order","authoredOn":"2026-03-10T08:30:00+08:00",)"
        R"("subject":{"reference":"Patient/zhang"},"category":[{"text":"laboratory"}],)"
        R"("code":{"coding":[{"system":"urn:yizhan:catalogue","code":")" +
        code + R"("}],"text":")" + id +
        R"("},"identifier":[{"system":"urn:yizhan:order-number","value":"n-)" + id + "\"}]" + more +
        "}");
  };
  ASSERT_EQ(CheckIn("zhang"), "A001");
  ASSERT_TRUE(hospital->Call({"room5", "wang", "", ""}));
  ASSERT_TRUE(hospital->Finish({"room5", "wang", "", ""}));
  order("cbc", "CBC", "");
  order("glucose", "GLU", "");
  ASSERT_THAT(Sheet(), ElementsAre("[cardio]", "cbc、glucose!", "取报告", "回诊"));
  auto lines = GuideSheetOf(Context(), "zhang");
  EXPECT_EQ(lines->at(1).where.zh, "drawroom");
  EXPECT_THAT(lines->at(1).note.zh, HasSubstr("空腹 8 小时"));
  EXPECT_THAT(lines->at(1).order_numbers, ElementsAre("n-cbc", "n-glucose"));
  // Checked in at the laboratory's terminal: one ticket, for the first of the orders.
  order("cbc", "CBC", R"(,"specimen":[{"reference":"Specimen/1"}])");
  order("glucose", "GLU", R"(,"specimen":[{"reference":"Specimen/2"}])");
  QueueTicket ticket;
  ticket.id = "t-draw";
  ticket.number = "X001";
  ticket.operation_id = "op-draw";
  ticket.day = "2026-03-10";
  ticket.service_id = "draw";
  ticket.patient_id = "zhang";
  ticket.focus = "ServiceRequest/cbc";
  ticket.terminal = "L1";
  ticket.arrived = clock.Now();
  Put(ToTask(ticket).Write());
  EXPECT_THAT(Sheet(), ElementsAre("[cardio]", "cbc、glucose~", "取报告", "回诊"));
}

TEST_F(GuideSheetTest, F36_TheOperationAnswersWithValidParameters) {
  Order("glucose", "fasting-glucose", "laboratory");
  const auto answer = Ask("GET", "Patient/zhang/$guide");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json body = test::Parse(answer.body);
  const auto issues = r4::Validate(body, {});
  EXPECT_FALSE(r4::HasErrors(issues)) << answer.body;
  EXPECT_GE(body["parameter"].Items().size(), 2U);
  EXPECT_EQ(Ask("GET", "Patient/nobody/$guide").status, 404);
}

TEST_F(GuideSheetTest, F36_WhoPaidAndIsInNoQueueIsOnTheStuckList) {
  clock.Set("2026-03-10T01:00:00Z");
  Order("glucose", "fasting-glucose", "laboratory");
  Bill("bill", "balanced");
  Put(R"({"resourceType":"Appointment","id":"zhang","status":"cancelled","participant":)"
      R"([{"actor":{"reference":"Patient/zhang"},"status":"accepted"}]})");
  const std::chrono::minutes limit{20};
  clock.Set("2026-03-10T01:20:00Z");
  EXPECT_THAT(*StuckPatients(Context(), limit), IsEmpty());
  clock.Set("2026-03-10T01:20:01Z");
  const auto stuck = StuckPatients(Context(), limit);
  ASSERT_TRUE(stuck);
  ASSERT_EQ(stuck->size(), 1U);
  EXPECT_EQ(stuck->front().masked_name, "张*三");
  EXPECT_EQ(stuck->front().what.zh, "glucose");
  // Whoever stands in a queue is not stuck.
  Book("zhang");
  clock.Set("2026-03-10T01:10:00Z");
  ASSERT_EQ(CheckIn("zhang"), "A001");
  clock.Set("2026-03-10T01:40:00Z");
  EXPECT_THAT(*StuckPatients(Context(), limit), IsEmpty());
}

}  // namespace
}  // namespace yizhan::hospital
