#include <gtest/gtest.h>

#include "kiosk/flows/patient_flow.h"
#include "tests/support/moments.h"

namespace yizhan::flows {
namespace {

using domain::CheckInOutcome;
using domain::Language;
using screens::HomeTask;
using screens::TicketModel;
using screens::TroubleModel;
using test::At;

constexpr SessionNumber kSession = 7;
const Moment kNow = At("2026-03-10T08:45:00+08:00");

Terminal MakeTerminal() {
  Terminal terminal;
  terminal.site = domain::SiteId("main");
  terminal.cashier_place = {"1 层收费处", "Cashier, floor 1"};
  terminal.triage_place = {"分诊台", "Triage desk"};
  return terminal;
}

domain::Visit VisitAt(const char* id, const char* start) {
  domain::Visit visit;
  visit.id = domain::AppointmentId(id);
  visit.start = At(start).wall;
  visit.end = visit.start + std::chrono::minutes(30);
  visit.site_id = domain::SiteId("main");
  visit.service = {"心血管内科", "Cardiology"};
  return visit;
}

domain::Visit ReadyVisit(const char* id = "a1") { return VisitAt(id, "2026-03-10T09:00:00+08:00"); }

PatientFound Found(std::vector<domain::Visit> visits, OpenTasks tasks = {}) {
  PatientFound found;
  found.session = kSession;
  found.patient.masked_name = "张*三";
  found.patient.birth_date = *ParseDate("1980-02-29");
  found.visits = std::move(visits);
  found.tasks = tasks;
  return found;
}

domain::Ticket TicketA012() {
  domain::Ticket ticket;
  ticket.number = "A012";
  ticket.arrived_at = kNow.wall;
  return ticket;
}

/// A flow whose card was read, with helpers that keep the tests short.
class CheckInFlowTest : public testing::Test {
 protected:
  explicit CheckInFlowTest(domain::PresentedCard card = domain::CardToken{"H1",
                                                                          domain::CardNumber("88"),
                                                                          1, 1})
      : flow_(terminal_, kSession, std::move(card)) {
    const Effects start = flow_.Start();
    EXPECT_TRUE(std::holds_alternative<LookUpPatient>(start.at(0)));
  }

  Effects Send(const Event& event, Moment now = kNow) {
    return flow_.Handle(event, now, Language::ZhCn);
  }
  Effects Touch(const screens::Intent& intent, Moment now = kNow) {
    return Send(Answered{intent}, now);
  }
  template <typename T>
  const T& PageAs() {
    const T* page = std::get_if<T>(&flow_.Page());
    if (page == nullptr) throw std::runtime_error("another page is shown");
    return *page;
  }
  /// Home with one ready visit, then its main action.
  Effects CheckInOnce() {
    Send(Found({ReadyVisit()}));
    return Touch(screens::Confirm{});
  }

  Terminal terminal_ = MakeTerminal();
  PatientFlow flow_;
};

TEST_F(CheckInFlowTest, OneTouchOnHomeChecksInAndPrintsOnce) {
  const Effects asked = CheckInOnce();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(std::get<CheckIn>(asked[0]).visit.id.Value(), "a1");
  EXPECT_EQ(PageAs<screens::WorkingModel>().task, screens::WorkingModel::Task::CheckingIn);

  const CheckInDone done{kSession, domain::AppointmentId("a1"), TicketA012(), false};
  const Effects printed = Send(done);
  ASSERT_EQ(printed.size(), 1U);
  EXPECT_FALSE(std::get<PrintTicket>(printed[0]).again);
  EXPECT_EQ(PageAs<TicketModel>().ticket.number, "A012");
  EXPECT_EQ(PageAs<TicketModel>().ticket.masked_name, "张*三");
  // The answer a second time must not print a second page.
  EXPECT_TRUE(Send(done).empty());
}

TEST_F(CheckInFlowTest, TouchingTwiceAsksTheHospitalOnce) {
  EXPECT_EQ(CheckInOnce().size(), 1U);
  EXPECT_TRUE(Touch(screens::Confirm{}).empty());
  EXPECT_TRUE(Touch(screens::Choose{0}).empty());
}

TEST_F(CheckInFlowTest, AnswersOfAnotherSessionAreNotShown) {
  PatientFound stranger = Found({ReadyVisit()});
  stranger.session = kSession - 1;
  Send(stranger);
  EXPECT_EQ(PageAs<screens::WorkingModel>().task, screens::WorkingModel::Task::LookingUp);
  CheckInOnce();
  Send(CheckInDone{kSession - 1, domain::AppointmentId("a1"), TicketA012(), false});
  EXPECT_EQ(PageAs<screens::WorkingModel>().task, screens::WorkingModel::Task::CheckingIn);
}

TEST_F(CheckInFlowTest, HomeListsExactlyTheFiveTasksInTheirOrder) {
  Send(Found({ReadyVisit()}, OpenTasks{2, 12850, 1, 1, 0}));
  const auto& tasks = PageAs<screens::HomeModel>().tasks;
  std::vector<HomeTask::Kind> kinds;
  for (const HomeTask& task : tasks) kinds.push_back(task.kind);
  EXPECT_EQ(kinds, (std::vector{HomeTask::Kind::CheckIn, HomeTask::Kind::Pay,
                                HomeTask::Kind::LabDraw, HomeTask::Kind::Report}));
  EXPECT_TRUE(tasks[0].here);
  EXPECT_EQ(tasks[0].time_range, "09:00–09:30");
  EXPECT_EQ(tasks[1].count, 2);
  EXPECT_EQ(tasks[1].amount_minor, 12850);
  EXPECT_EQ(tasks[1].place.zh, "1 层收费处");
}

struct BlockedCase {
  const char* name;
  const char* now;
  void (*change)(domain::Visit&);
  TroubleModel::What what;
  const char* time;
};

class BlockedVisitTest : public CheckInFlowTest, public testing::WithParamInterface<BlockedCase> {};

TEST_P(BlockedVisitTest, HasItsOwnSentence) {
  domain::Visit visit = ReadyVisit();
  GetParam().change(visit);
  Send(Found({visit}), At(GetParam().now));
  EXPECT_EQ(PageAs<TroubleModel>().what, GetParam().what);
  EXPECT_EQ(PageAs<TroubleModel>().time, GetParam().time);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(CheckIn, BlockedVisitTest, testing::Values(
    BlockedCase{"TooEarly", "2026-03-10T08:29:59+08:00", [](domain::Visit&) {}, TroubleModel::What::TooEarly, "08:30"},
    BlockedCase{"Late", "2026-03-10T09:20:01+08:00", [](domain::Visit&) {}, TroubleModel::What::Late, "09:20"},
    BlockedCase{"WrongDay", "2026-03-09T08:45:00+08:00", [](domain::Visit&) {}, TroubleModel::What::WrongDay, "09:00"},
    BlockedCase{"WrongSite", "2026-03-10T08:45:00+08:00", [](domain::Visit& v) { v.site_id = domain::SiteId("east"); }, TroubleModel::What::WrongSite, ""},
    BlockedCase{"PaymentDue", "2026-03-10T08:45:00+08:00", [](domain::Visit& v) { v.due_minor = 5000; }, TroubleModel::What::PaymentDue, ""},
    BlockedCase{"WaitingList", "2026-03-10T08:45:00+08:00", [](domain::Visit& v) { v.kind = domain::BookingKind::Waiting; }, TroubleModel::What::NotBooked, ""}),
    [](const auto& info) { return info.param.name; });
// clang-format on

TEST_F(CheckInFlowTest, AFeeThatBarsTheVisitIsSaidFirstAndHomeIsOneTouchAway) {
  domain::Visit unpaid = ReadyVisit();
  unpaid.due_minor = 5000;
  Send(Found({unpaid}, OpenTasks{1, 5000, 0, 0, 0}));
  EXPECT_EQ(PageAs<TroubleModel>().what, TroubleModel::What::PaymentDue);
  Touch(screens::Back{});
  EXPECT_EQ(PageAs<screens::HomeModel>().tasks.at(0).kind, HomeTask::Kind::Pay);
}

TEST_F(CheckInFlowTest, NothingTodaySaysSo) {
  Send(Found({}));
  EXPECT_EQ(PageAs<TroubleModel>().what, TroubleModel::What::NothingToday);
}

TEST_F(CheckInFlowTest, AVisitThatIsOverIsNoTask) {
  domain::Visit over = ReadyVisit();
  over.state = domain::VisitState::Done;
  Send(Found({over}));
  EXPECT_EQ(PageAs<TroubleModel>().what, TroubleModel::What::NothingToday);
}

TEST_F(CheckInFlowTest, AnUnknownPatientAndAnAbsentHospitalAreToldApart) {
  Send(PatientUnknown{kSession});
  EXPECT_EQ(PageAs<TroubleModel>().what, TroubleModel::What::UnknownPatient);
  Send(LookUpFailed{kSession});
  EXPECT_EQ(PageAs<TroubleModel>().what, TroubleModel::What::HospitalAway);
}

TEST_F(CheckInFlowTest, SeveralOpenVisitsAreChosenAndReadBack) {
  Send(Found({ReadyVisit("a1"), VisitAt("a2", "2026-03-10T09:10:00+08:00")}));
  EXPECT_TRUE(Touch(screens::Confirm{}).empty());
  EXPECT_EQ(PageAs<screens::ChooseVisitModel>().visits.size(), 2U);
  EXPECT_TRUE(Touch(screens::Choose{9}).empty());
  Touch(screens::Choose{1});
  EXPECT_EQ(PageAs<screens::ConfirmModel>().visit.time_range, "09:10–09:40");
  const Effects asked = Touch(screens::Confirm{});
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(std::get<CheckIn>(asked[0]).visit.id.Value(), "a2");
}

TEST_F(CheckInFlowTest, TheWindowIsJudgedWhenThePatientTouchesNotWhenTheyCame) {
  Send(Found({ReadyVisit()}));
  EXPECT_TRUE(Touch(screens::Confirm{}, At("2026-03-10T09:21:00+08:00")).empty());
  EXPECT_TRUE(Touch(screens::Choose{0}, At("2026-03-10T09:21:00+08:00")).empty());
  EXPECT_EQ(PageAs<TroubleModel>().what, TroubleModel::What::Late);
}

TEST_F(CheckInFlowTest, TheHospitalsRefusalIsShownWithItsReason) {
  CheckInOnce();
  Send(CheckInRefused{kSession, domain::AppointmentId("a1"), {CheckInOutcome::PaymentDue, {}}});
  EXPECT_EQ(PageAs<TroubleModel>().what, TroubleModel::What::PaymentDue);
  EXPECT_EQ(PageAs<TroubleModel>().place.zh, "1 层收费处");
  Touch(screens::Back{});
  EXPECT_EQ(PageAs<screens::HomeModel>().tasks.size(), 1U);
}

TEST_F(CheckInFlowTest, AFailedStoreIsNeverCalledSuccess) {
  CheckInOnce();
  EXPECT_TRUE(Send(CheckInFailed{kSession, true}).empty());
  EXPECT_EQ(PageAs<TroubleModel>().what, TroubleModel::What::StoreFailed);
}

TEST_F(CheckInFlowTest, WhoHasATicketSeesItAgainAndMayAskForPaper) {
  domain::Visit visit = ReadyVisit();
  visit.state = domain::VisitState::CheckedIn;
  visit.ticket = TicketA012();
  Send(Found({visit}));
  EXPECT_EQ(PageAs<screens::HomeModel>().tasks.at(0).kind, HomeTask::Kind::InQueue);
  EXPECT_TRUE(Touch(screens::Choose{0}).empty());
  EXPECT_TRUE(PageAs<TicketModel>().already);
  EXPECT_EQ(PageAs<TicketModel>().print, TicketModel::Print::NotAsked);
  const Effects printed = Touch(screens::Reprint{});
  ASSERT_EQ(printed.size(), 1U);
  EXPECT_TRUE(std::get<PrintTicket>(printed[0]).again);
  EXPECT_TRUE(Touch(screens::Reprint{}).empty()) << "one touch, one page";
}

TEST_F(CheckInFlowTest, PaperOutKeepsTheNumberAndOnlyDoubtOffersAnotherPage) {
  CheckInOnce();
  Send(CheckInDone{kSession, domain::AppointmentId("a1"), TicketA012(), false});
  Send(PrintProgress{kSession, TicketModel::Print::PaperOut});
  EXPECT_EQ(PageAs<TicketModel>().print, TicketModel::Print::PaperOut);
  EXPECT_EQ(PageAs<TicketModel>().ticket.number, "A012");
  EXPECT_FALSE(PageAs<TicketModel>().can_reprint) << "the page still comes when paper is added";
  EXPECT_TRUE(Touch(screens::Reprint{}).empty());
  Send(PrintProgress{kSession, TicketModel::Print::Uncertain});
  EXPECT_TRUE(PageAs<TicketModel>().can_reprint);
}

TEST_F(CheckInFlowTest, AfterTheTicketHomeShowsTheNextThing) {
  Send(Found({ReadyVisit()}, OpenTasks{1, 100, 0, 0, 0}));
  Touch(screens::Confirm{});
  Send(CheckInDone{kSession, domain::AppointmentId("a1"), TicketA012(), false});
  Touch(screens::DoAnother{});
  const auto& tasks = PageAs<screens::HomeModel>().tasks;
  EXPECT_EQ(tasks.at(0).kind, HomeTask::Kind::InQueue);
  EXPECT_EQ(tasks.at(0).number, "A012");
  EXPECT_EQ(tasks.at(1).kind, HomeTask::Kind::Pay);
}

class LegacyCardTest : public CheckInFlowTest {
 protected:
  LegacyCardTest() : CheckInFlowTest(domain::LegacyCard{"0a"}) {}
  void Type(const char* digits) {
    for (const char* c = digits; *c != '\0'; ++c) Touch(screens::Digit{*c - '0'});
  }
};

TEST_F(LegacyCardTest, ShowsNothingOfThePatientBeforeTheBirthDateFits) {
  Send(Found({ReadyVisit()}));
  EXPECT_TRUE(flow_.MaskedName().empty());
  Touch(screens::Back{});
  Touch(screens::DoAnother{});
  Touch(screens::Confirm{});
  EXPECT_TRUE(std::holds_alternative<screens::BirthDateModel>(flow_.Page()));
  Type("19800229");
  EXPECT_EQ(PageAs<screens::HomeModel>().masked_name, "张*三");
}

TEST_F(LegacyCardTest, ThreeWrongBirthDatesEndIt) {
  Send(Found({ReadyVisit()}));
  Type("19800228");
  EXPECT_EQ(PageAs<screens::BirthDateModel>().tries_left, 2);
  EXPECT_TRUE(PageAs<screens::BirthDateModel>().wrong);
  Type("20269931");
  Type("00000000");
  EXPECT_EQ(PageAs<TroubleModel>().what, TroubleModel::What::BirthDateWrong);
  Touch(screens::Back{});
  EXPECT_EQ(PageAs<TroubleModel>().what, TroubleModel::What::BirthDateWrong);
}

TEST_F(LegacyCardTest, ADigitCanBeTakenBack) {
  Send(Found({ReadyVisit()}));
  Type("1980022");
  Touch(screens::Erase{});
  Type("29");
  EXPECT_TRUE(std::holds_alternative<screens::HomeModel>(flow_.Page()));
}

}  // namespace
}  // namespace yizhan::flows
