// What the terminal makes of the laboratory's answers (contract: backend/fhir/care_systems.h).
#include <gtest/gtest.h>

#include "kiosk/sync/lab.h"

namespace yizhan::sync {
namespace {

fhir::Json Parse(const char* text) { return fhir::Json::Parse(text).value_or(fhir::Json()); }

TEST(SyncLabTest, F30_TicketLabelsAndTestsAreRead) {
  const auto lab = ReadLabCheckIn(Parse(R"({"resourceType":"Parameters","parameter":[
    {"name":"ticket","resource":{"resourceType":"Task","identifier":[
      {"system":"urn:yizhan:ticket-number","value":"X007"},
      {"system":"urn:yizhan:operation-id","value":"op"}],
      "authoredOn":"2026-03-10T00:42:00.000Z","for":{"display":"张*三"}}},
    {"name":"ahead","valueInteger":4},
    {"name":"label","part":[{"name":"barcode","valueString":"260000004217"},
      {"name":"name","valueString":"张小三"},{"name":"sex","valueString":"male"},
      {"name":"age","valueInteger":47},{"name":"test","valueString":"肝功"},
      {"name":"test","valueString":"肾功"},{"name":"tube","valueString":"黄"},
      {"name":"tube-en","valueString":"gold"},{"name":"volume-ul","valueInteger":2500},
      {"name":"urgent","valueBoolean":true},{"name":"place","valueInteger":1},
      {"name":"count","valueInteger":2}]},
    {"name":"test","part":[{"name":"name","valueString":"肝功能"},
      {"name":"name-en","valueString":"Liver"},{"name":"fasting-hours","valueInteger":8},
      {"name":"ready-at","valueInstant":"2026-03-10T03:40:00.000Z"}]},
    {"name":"unpaid","valueMoney":{"value":40.50,"currency":"CNY"}},
    {"name":"pay-at","valueString":"收费处"}]})"));
  ASSERT_TRUE(lab) << lab.error().detail;
  EXPECT_EQ(lab->ticket.number, "X007");
  EXPECT_EQ(lab->ticket.ahead, 4);
  ASSERT_EQ(lab->labels.size(), 1U);
  const domain::LabLabel& label = lab->labels[0];
  EXPECT_EQ(label.barcode, "260000004217");
  EXPECT_EQ(label.tests, (std::vector<std::string>{"肝功", "肾功"}));
  EXPECT_EQ(label.colour.en, "gold");
  EXPECT_EQ(label.age, 47);
  EXPECT_TRUE(label.urgent);
  EXPECT_EQ(label.volume_ul, 2500);
  ASSERT_EQ(lab->tests.size(), 1U);
  EXPECT_EQ(lab->tests[0].fasting_hours, 8);
  EXPECT_EQ(ToInstant(lab->tests[0].ready_at), "2026-03-10T03:40:00.000Z");
  EXPECT_EQ(lab->unpaid_minor, 4050);
  EXPECT_EQ(lab->pay_at.zh, "收费处");
}

TEST(SyncLabTest, F30_RefusalsSayWhatIsDueAndWhere) {
  const auto due = ReadLabRefusal(Parse(R"({"resourceType":"OperationOutcome","issue":[
    {"extension":[{"url":"urn:yizhan:unpaid","valueMoney":{"value":28,"currency":"CNY"}}],
     "details":{"coding":[{"system":"urn:yizhan:care-refusal","code":"payment-due"}]},
     "diagnostics":"收费处"}]})"));
  ASSERT_TRUE(due);
  const auto& refusal = std::get<domain::LabRefusal>(*due);
  EXPECT_EQ(refusal.why, domain::LabRefusal::Why::PaymentDue);
  EXPECT_EQ(refusal.due_minor, 2800);
  EXPECT_EQ(refusal.pay_at.zh, "收费处");
}

TEST(SyncLabTest, F30_AnEarlierTicketBringsNoLabels) {
  const auto again = ReadLabRefusal(Parse(R"({"issue":[{"details":{"coding":[
    {"system":"urn:yizhan:care-refusal","code":"already-checked-in"}]}}],
    "contained":[{"resourceType":"Task","identifier":[
      {"system":"urn:yizhan:ticket-number","value":"X007"}]}]})"));
  ASSERT_TRUE(again);
  const auto& lab = std::get<domain::LabCheckIn>(*again);
  EXPECT_TRUE(lab.already);
  EXPECT_EQ(lab.ticket.number, "X007");
  EXPECT_TRUE(lab.labels.empty());
}

TEST(SyncLabTest, BrokenAnswersAreRefused) {
  for (const char* text : {"{}", R"({"parameter":[{"name":"ticket","resource":{}}]})",
                           R"({"parameter":[{"name":"ticket","resource":{"identifier":[
            {"system":"urn:yizhan:ticket-number","value":"X1"}]}},
            {"name":"label","part":[{"name":"barcode","valueString":"1"}]}]})"}) {
    EXPECT_FALSE(ReadLabCheckIn(Parse(text))) << text;
  }
  EXPECT_FALSE(ReadLabRefusal(Parse("{}")));
  EXPECT_FALSE(ReadLabRefusal(Parse(R"({"issue":[{"details":{"coding":[
    {"system":"urn:yizhan:care-refusal","code":"odd"}]}}]})")));
}

}  // namespace
}  // namespace yizhan::sync
