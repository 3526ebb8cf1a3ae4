// The laboratory's terminal as a patient meets it (domain.md F30).
#include "kiosk/flows/lab_flow.h"

#include <gtest/gtest.h>

#include "kiosk/flows/patient_flow.h"
#include "tests/support/moments.h"

namespace yizhan::flows {
namespace {

using domain::Language;
using screens::LabDrawModel;
using screens::TicketModel;
using screens::TroubleModel;
using test::At;

constexpr SessionNumber kSession = 7;
const Moment kNow = At("2026-03-10T08:45:00+08:00");

class LabFlowTest : public testing::Test {
 protected:
  LabFlowTest() : flow_(terminal_, kSession, domain::CardToken{"H1", {}}) { (void)flow_.Start(); }
  static Terminal MakeTerminal() {
    Terminal terminal;
    terminal.station = Station::Lab;
    terminal.lab_place = {"采血室", "Draw room"};
    terminal.cashier_place = {"收费处", "Cashier"};
    return terminal;
  }
  Effects Tap(bool offline = false) {
    PatientFound found;
    found.session = kSession;
    found.patient.id = domain::PatientId("p1");
    found.patient.masked_name = "张*三";
    found.offline = offline;
    return flow_.Handle(found, kNow, Language::ZhCn);
  }
  static domain::LabCheckIn Answer() {
    domain::LabCheckIn lab;
    lab.ticket.number = "X007";
    for (const char* colour : {"黄", "紫", "黄"}) {
      domain::LabLabel label;
      label.barcode = "260000004217";
      label.name = "张小三";
      label.colour = {colour, colour};
      lab.labels.push_back(label);
    }
    lab.tests = {{{"肝功能", "Liver"}, 8, kNow.wall + std::chrono::hours(3), {"窗口", ""}},
                 {{"甲功", "Thyroid"}, 0, kNow.wall + std::chrono::hours(49), {"窗口", ""}}};
    return lab;
  }
  Effects Refuse(domain::LabRefusal::Why why, std::int64_t due = 0) {
    return flow_.Handle(LabCheckInRefused{kSession, {why, due, {}}}, kNow, Language::ZhCn);
  }
  [[nodiscard]] const TroubleModel* Trouble() const {
    return std::get_if<TroubleModel>(&flow_.Page());
  }
  [[nodiscard]] const LabDrawModel* Draw() const {
    return std::get_if<LabDrawModel>(&flow_.Page());
  }

  const Terminal terminal_ = MakeTerminal();
  PatientFlow flow_;
};

TEST_F(LabFlowTest, F30_OneTapAsksForEverythingAndPrintsLabelsAndReceipt) {
  const Effects asked = Tap();
  ASSERT_EQ(asked.size(), 1U);
  ASSERT_TRUE(std::holds_alternative<CheckInLab>(asked[0]));
  EXPECT_EQ(std::get<CheckInLab>(asked[0]).patient.Value(), "p1");
  const Effects print = flow_.Handle(LabCheckInDone{kSession, Answer()}, kNow, Language::En);
  ASSERT_EQ(print.size(), 1U);
  ASSERT_TRUE(std::holds_alternative<PrintLab>(print[0]));
  EXPECT_EQ(std::get<PrintLab>(print[0]).lab.labels.size(), 3U);
  ASSERT_NE(Draw(), nullptr);
  EXPECT_EQ(Draw()->ticket.number, "X007");
  EXPECT_EQ(Draw()->ticket.place.zh, "采血室");
  ASSERT_EQ(Draw()->tubes.size(), 2U);
  EXPECT_EQ(Draw()->tubes[0].count, 2);
  ASSERT_EQ(Draw()->tests.size(), 2U);
  EXPECT_EQ(Draw()->tests[0].ready_date, "");
  EXPECT_EQ(Draw()->tests[0].ready_time, "11:45");
  EXPECT_EQ(Draw()->tests[0].fasting_hours, 8);
  EXPECT_EQ(Draw()->tests[1].ready_date, "2026-03-12");
}

TEST_F(LabFlowTest, F30_UnpaidPrintsNothingAndSaysHowMuchAndWhere) {
  (void)Tap();
  EXPECT_TRUE(Refuse(domain::LabRefusal::Why::PaymentDue, 2800).empty());
  ASSERT_NE(Trouble(), nullptr);
  EXPECT_EQ(Trouble()->what, TroubleModel::What::PaymentDue);
  EXPECT_EQ(Trouble()->amount_minor, 2800);
  EXPECT_EQ(Trouble()->place.zh, "收费处");
}

TEST_F(LabFlowTest, F30_NothingToDrawSaysSo) {
  (void)Tap();
  EXPECT_TRUE(Refuse(domain::LabRefusal::Why::NothingToDraw).empty());
  ASSERT_NE(Trouble(), nullptr);
  EXPECT_EQ(Trouble()->what, TroubleModel::What::NothingToDraw);
}

TEST_F(LabFlowTest, F30_WhoCheckedInBeforeGetsNoSecondLabels) {
  (void)Tap();
  domain::LabCheckIn lab;
  lab.ticket.number = "X007";
  lab.already = true;
  EXPECT_TRUE(flow_.Handle(LabCheckInDone{kSession, lab}, kNow, Language::ZhCn).empty());
  ASSERT_NE(Draw(), nullptr);
  EXPECT_TRUE(Draw()->already);
}

TEST_F(LabFlowTest, F30_OfflineNothingIsAskedAndNothingIsPromised) {
  EXPECT_TRUE(Tap(true).empty());
  ASSERT_NE(Trouble(), nullptr);
  EXPECT_EQ(Trouble()->what, TroubleModel::What::HospitalAway);
}

TEST_F(LabFlowTest, F30_ALostAnswerPromisesNothing) {
  (void)Tap();
  EXPECT_TRUE(flow_.Handle(LabCheckInFailed{kSession, false}, kNow, Language::ZhCn).empty());
  ASSERT_NE(Trouble(), nullptr);
  EXPECT_EQ(Trouble()->what, TroubleModel::What::HospitalAway);
  EXPECT_TRUE(flow_.Handle(LabCheckInDone{kSession, Answer()}, kNow, Language::ZhCn).empty())
      << "an answer nobody waits for changes nothing";
  EXPECT_EQ(Draw(), nullptr);
}

TEST_F(LabFlowTest, F30_LabelsThatDoNotComeOutAreTold) {
  (void)Tap();
  (void)flow_.Handle(LabCheckInDone{kSession, Answer()}, kNow, Language::ZhCn);
  (void)flow_.Handle(LabelProgress{kSession, TicketModel::Print::PaperOut}, kNow, Language::ZhCn);
  (void)flow_.Handle(PrintProgress{kSession, TicketModel::Print::Printed}, kNow, Language::ZhCn);
  ASSERT_NE(Draw(), nullptr);
  EXPECT_EQ(Draw()->labels, TicketModel::Print::PaperOut);
  EXPECT_EQ(Draw()->slip, TicketModel::Print::Printed);
}

}  // namespace
}  // namespace yizhan::flows
