// The way through the hospital as a patient meets it at a terminal: where to go next (F36),
// messages (F47), examinations (F32), medicines (F33), the inpatient service centre (F67).
#include "kiosk/flows/care_flow.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "kiosk/flows/patient_flow.h"
#include "tests/support/moments.h"

namespace yizhan::flows {
namespace {

using domain::GuideKind;
using domain::GuideState;
using domain::Language;
using screens::CareTicketsModel;
using screens::ChooseCentreModel;
using screens::GuideModel;
using screens::HomeModel;
using screens::HomeTask;
using screens::TicketModel;
using screens::TroubleModel;
using test::At;

constexpr SessionNumber kSession = 7;
const Moment kNow = At("2026-03-10T08:45:00+08:00");

class CareFlowTest : public testing::Test {
 protected:
  CareFlowTest() : flow_(terminal_, kSession, domain::CardToken{"H1", {}}) { (void)flow_.Start(); }

  static Terminal MakeTerminal() {
    Terminal terminal;
    terminal.site = domain::SiteId("main");
    terminal.cashier_place = {"收费处", "Cashier"};
    return terminal;
  }
  /// Somebody with a visit, everything else open, and a hospital that offers all of it.
  static PatientFound Everything() {
    PatientFound found;
    found.session = kSession;
    found.patient.id = domain::PatientId("p1");
    found.patient.masked_name = "张*三";
    found.care = {.exams = 2, .medicines = 1, .messages = 2};
    found.guides = true;
    found.has_centre = true;
    domain::Visit visit;
    visit.id = domain::AppointmentId("a1");
    visit.site_id = domain::SiteId("main");
    visit.start = kNow.wall + std::chrono::minutes(15);
    visit.end = visit.start + std::chrono::minutes(30);
    found.visits = {visit};
    return found;
  }
  Effects Show(const PatientFound& found) { return flow_.Handle(found, kNow, Language::ZhCn); }
  Effects Answer(const screens::Intent& intent) {
    return flow_.Handle(Answered{intent}, kNow, Language::En);
  }
  [[nodiscard]] const HomeTask* Row(HomeTask::Kind kind) const {
    const auto* home = std::get_if<HomeModel>(&flow_.Page());
    if (home == nullptr) return nullptr;
    const auto row = std::ranges::find(home->tasks, kind, &HomeTask::kind);
    return row == home->tasks.end() ? nullptr : &*row;
  }
  Effects Open(HomeTask::Kind kind) {
    const auto* home = std::get_if<HomeModel>(&flow_.Page());
    const HomeTask* row = Row(kind);
    if (row == nullptr) return {};
    return Answer(screens::Choose{static_cast<std::size_t>(row - home->tasks.data())});
  }
  /// To the ticket of somebody whose visit of today is a check-up package.
  Effects CheckInToPackage() {
    PatientFound found = Everything();
    found.visits[0].is_check_up = true;
    (void)Show(found);
    EXPECT_EQ(Open(HomeTask::Kind::CheckIn).size(), 1U);
    domain::Ticket ticket;
    ticket.number = "T003";
    ticket.ahead = 7;
    return flow_.Handle(CheckInDone{kSession, domain::AppointmentId("a1"), ticket, false}, kNow,
                        Language::En);
  }
  Effects Reply(domain::CareReply reply) {
    return flow_.Handle(CareAnswered{kSession, question_, std::move(reply)}, kNow, Language::En);
  }
  /// The one question among the effects; remembered, so that Reply() answers it.
  const AskCare* Asked(const Effects& effects) {
    if (effects.size() != 1) return nullptr;
    const auto* ask = std::get_if<AskCare>(effects.data());
    if (ask != nullptr) question_ = ask->question;
    return ask;
  }
  template <typename Page>
  [[nodiscard]] const Page* On() const {
    return std::get_if<Page>(&flow_.Page());
  }
  static domain::GuideFound Sheet() {
    return {domain::OperationId("sheet-1"),
            {{GuideKind::Draw, GuideState::Next, {"血常规", ""}, {"采血室", ""}, {}, 3},
             {GuideKind::Pharmacy, GuideState::Later, {"取药", ""}, {"药房", ""}, {}, {}}}};
  }
  static domain::CareTickets Tickets(domain::LineKind line,
                                     std::initializer_list<const char*> all) {
    domain::CareTickets tickets;
    tickets.line = line;
    for (const char* number : all) {
      domain::CareTickets::One one;
      one.ticket.number = number;
      tickets.tickets.push_back(one);
    }
    return tickets;
  }

  Terminal terminal_ = MakeTerminal();
  PatientFlow flow_;
  int question_ = 0;
};

TEST_F(CareFlowTest, F36_WhereToGoNextIsARowAndASheetOnPaper) {
  (void)Show(Everything());
  const Effects asked = Open(HomeTask::Kind::Guide);
  const AskCare* ask = Asked(asked);
  ASSERT_NE(ask, nullptr);
  EXPECT_EQ(std::get<domain::WhatNext>(ask->what).patient.Value(), "p1");
  EXPECT_TRUE(Reply(Sheet()).empty()) << "nothing is printed before it is asked for";
  ASSERT_NE(On<GuideModel>(), nullptr);
  EXPECT_TRUE(On<GuideModel>()->can_print);
  const Effects print = Answer(screens::Confirm{});
  ASSERT_EQ(print.size(), 1U);
  const auto& page = std::get<PrintGuide>(print[0]);
  EXPECT_EQ(page.sheet.lines.size(), 2U);
  EXPECT_EQ(page.masked_name, "张*三");
  EXPECT_EQ(page.language, Language::En);
  EXPECT_FALSE(page.again);
  EXPECT_TRUE(Answer(screens::Confirm{}).empty()) << "one touch, one sheet";
  (void)flow_.Handle(PrintProgress{kSession, TicketModel::Print::Uncertain}, kNow, Language::En);
  const Effects again = Answer(screens::Confirm{});
  ASSERT_EQ(again.size(), 1U);
  EXPECT_TRUE(std::get<PrintGuide>(again[0]).again) << "a second sheet says that it is a copy";
}

TEST_F(CareFlowTest, F36_OfflineNothingOfTheHospitalsIsOffered) {
  PatientFound found = Everything();
  found.offline = true;
  (void)Show(found);
  for (const auto kind : {HomeTask::Kind::Guide, HomeTask::Kind::Messages, HomeTask::Kind::Exam,
                          HomeTask::Kind::Medicine}) {
    EXPECT_EQ(Row(kind), nullptr);
  }
  EXPECT_TRUE(Answer(screens::OpenService{screens::Service::Centre}).empty());
  EXPECT_EQ(On<TroubleModel>(), nullptr);
}

TEST_F(CareFlowTest, F36_AfterCheckInTheTicketsPageLeadsToTheSheet) {
  (void)Show(Everything());
  ASSERT_EQ(Open(HomeTask::Kind::CheckIn).size(), 1U);
  domain::Ticket ticket;
  ticket.number = "A012";
  (void)flow_.Handle(CheckInDone{kSession, domain::AppointmentId("a1"), ticket, false}, kNow,
                     Language::En);
  ASSERT_NE(On<TicketModel>(), nullptr);
  EXPECT_TRUE(On<TicketModel>()->can_guide);
  ASSERT_NE(Asked(Answer(screens::ShowGuide{})), nullptr);
  (void)Reply(Sheet());
  EXPECT_NE(On<GuideModel>(), nullptr);
  (void)Answer(screens::Back{});
  EXPECT_NE(On<HomeModel>(), nullptr);
}

TEST_F(CareFlowTest, F14_AfterCheckInToAPackageOneTouchPrintsItsSheet) {
  const Effects slip = CheckInToPackage();
  ASSERT_EQ(slip.size(), 1U);
  EXPECT_TRUE(std::get<PrintTicket>(slip[0]).check_up);
  ASSERT_NE(On<TicketModel>(), nullptr);
  EXPECT_FALSE(On<TicketModel>()->ticket.ahead) << "the way round comes first";
  EXPECT_TRUE(On<TicketModel>()->check_up);
  EXPECT_TRUE(On<TicketModel>()->can_guide);
  ASSERT_NE(Asked(Answer(screens::ShowGuide{})), nullptr);
  domain::GuideFound sheet = Sheet();
  sheet.check_up = domain::CheckUpToday{{"基础体检套餐", ""}, {"宏达电子", ""}};
  const Effects print = Reply(sheet);
  ASSERT_EQ(print.size(), 1U) << "the button said so";
  const auto& page = std::get<PrintGuide>(print[0]);
  ASSERT_TRUE(page.sheet.check_up);
  EXPECT_EQ(page.sheet.check_up->payer.zh, "宏达电子");
  EXPECT_FALSE(page.again);
  ASSERT_NE(On<GuideModel>(), nullptr);
  EXPECT_TRUE(On<GuideModel>()->check_up);
  EXPECT_EQ(On<GuideModel>()->print, TicketModel::Print::Printing);
  EXPECT_TRUE(Answer(screens::Confirm{}).empty()) << "one touch, one sheet";
}

TEST_F(CareFlowTest, F14_WithoutAPrinterTheSheetIsOnTheScreen) {
  terminal_.has_printer = false;
  EXPECT_TRUE(CheckInToPackage().empty());
  ASSERT_NE(Asked(Answer(screens::ShowGuide{})), nullptr);
  EXPECT_TRUE(Reply(Sheet()).empty());
  ASSERT_NE(On<GuideModel>(), nullptr);
  EXPECT_EQ(On<GuideModel>()->print, TicketModel::Print::NoPrinter);
}

TEST_F(CareFlowTest, F36_AHospitalWithoutGuidesOffersNone) {
  PatientFound found = Everything();
  found.guides = false;
  (void)Show(found);
  EXPECT_EQ(Row(HomeTask::Kind::Guide), nullptr);
  EXPECT_TRUE(Answer(screens::ShowGuide{}).empty());
  EXPECT_NE(On<HomeModel>(), nullptr);
}

TEST_F(CareFlowTest, F36_ALostAnswerGuessesNothing) {
  (void)Show(Everything());
  ASSERT_NE(Asked(Open(HomeTask::Kind::Guide)), nullptr);
  (void)Reply(domain::CareFailed{});
  ASSERT_NE(On<TroubleModel>(), nullptr);
  EXPECT_EQ(On<TroubleModel>()->what, TroubleModel::What::HospitalAway);
}

TEST_F(CareFlowTest, F47_UnreadMessagesAreShownAndThenMarkedAsReceived) {
  (void)Show(Everything());
  ASSERT_NE(Row(HomeTask::Kind::Messages), nullptr);
  EXPECT_EQ(Row(HomeTask::Kind::Messages)->count, 2);
  ASSERT_NE(Asked(Open(HomeTask::Kind::Messages)), nullptr);
  const Effects seen = Reply(domain::MessagesFound{
      {{"m2", "停诊通知", kNow.wall}, {"m1", "已预约", kNow.wall - std::chrono::hours(24)}}});
  const AskCare* mark = Asked(seen);
  ASSERT_NE(mark, nullptr);
  EXPECT_EQ(std::get<domain::MessagesSeen>(mark->what).ids, (std::vector<std::string>{"m2", "m1"}));
  const auto* page = On<screens::MessagesModel>();
  ASSERT_NE(page, nullptr);
  EXPECT_EQ(page->rows[0].text, "停诊通知");
  EXPECT_EQ(page->rows[1].date, "2026-03-09");
  // The next look-up tells how many are left.
  (void)Reply(domain::MessagesKept{});
  const Effects home = Answer(screens::Back{});
  ASSERT_EQ(home.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<LookUpPatient>(home[0]));
}

TEST_F(CareFlowTest, F47_WhatCouldNotBeMarkedIsNotForgotten) {
  (void)Show(Everything());
  ASSERT_NE(Asked(Open(HomeTask::Kind::Messages)), nullptr);
  ASSERT_NE(Asked(Reply(domain::MessagesFound{{{"m2", "停诊通知", kNow.wall}}})), nullptr);
  (void)Reply(domain::CareFailed{});
  EXPECT_TRUE(Answer(screens::Back{}).empty());
  ASSERT_NE(Row(HomeTask::Kind::Messages), nullptr);
  EXPECT_EQ(Row(HomeTask::Kind::Messages)->count, 1);
}

TEST_F(CareFlowTest, F32_TwoExaminationsAreTwoNumbersOnOneSlip) {
  (void)Show(Everything());
  EXPECT_EQ(Row(HomeTask::Kind::Exam)->count, 2);
  const Effects asked = Open(HomeTask::Kind::Exam);
  const AskCare* ask = Asked(asked);
  ASSERT_NE(ask, nullptr);
  EXPECT_TRUE(std::holds_alternative<domain::CheckInToExams>(ask->what));
  EXPECT_TRUE(Answer(screens::Back{}).empty()) << "nothing can be taken back while it is asked";
  const Effects print = Reply(Tickets(domain::LineKind::Exam, {"U007", "V012"}));
  ASSERT_EQ(print.size(), 1U);
  EXPECT_EQ(std::get<PrintCare>(print[0]).tickets.tickets.size(), 2U);
  ASSERT_NE(On<CareTicketsModel>(), nullptr);
  EXPECT_EQ(On<CareTicketsModel>()->tickets.tickets[1].ticket.number, "V012");
  EXPECT_EQ(On<CareTicketsModel>()->tickets.tickets[1].ticket.masked_name, "张*三");
}

TEST_F(CareFlowTest, F32_UnpaidSaysHowMuchAndWhere) {
  (void)Show(Everything());
  ASSERT_NE(Asked(Open(HomeTask::Kind::Exam)), nullptr);
  using Why = domain::CareRefused::Why;
  EXPECT_TRUE(Reply(domain::CareRefused{Why::PaymentDue, 12000, {}}).empty());
  ASSERT_NE(On<TroubleModel>(), nullptr);
  EXPECT_EQ(On<TroubleModel>()->what, TroubleModel::What::PaymentDue);
  EXPECT_EQ(On<TroubleModel>()->amount_minor, 12000);
  EXPECT_EQ(On<TroubleModel>()->place.zh, "收费处");
}

TEST_F(CareFlowTest, F32_WhoCheckedInBeforeGetsNoSecondPaperUnasked) {
  (void)Show(Everything());
  ASSERT_NE(Asked(Open(HomeTask::Kind::Exam)), nullptr);
  domain::CareTickets before = Tickets(domain::LineKind::Exam, {"U007"});
  before.already = true;
  EXPECT_TRUE(Reply(before).empty());
  ASSERT_NE(On<CareTicketsModel>(), nullptr);
  EXPECT_TRUE(On<CareTicketsModel>()->can_reprint);
  const Effects print = Answer(screens::Reprint{});
  ASSERT_EQ(print.size(), 1U);
  EXPECT_TRUE(std::get<PrintCare>(print[0]).again);
}

TEST_F(CareFlowTest, F33_ThePharmacyHearsThatItsPatientCame) {
  (void)Show(Everything());
  const Effects asked = Open(HomeTask::Kind::Medicine);
  const AskCare* ask = Asked(asked);
  ASSERT_NE(ask, nullptr);
  EXPECT_TRUE(std::holds_alternative<domain::CheckInToPharmacy>(ask->what));
  EXPECT_EQ(Reply(Tickets(domain::LineKind::Pharmacy, {""})).size(), 1U);
  ASSERT_NE(On<CareTicketsModel>(), nullptr);
  EXPECT_EQ(On<CareTicketsModel>()->tickets.line, domain::LineKind::Pharmacy);
}

TEST_F(CareFlowTest, F67_SeveralServicesAreChosenForOneNumber) {
  (void)Show(Everything());
  const Effects asked = Answer(screens::OpenService{screens::Service::Centre});
  ASSERT_NE(Asked(asked), nullptr);
  (void)Reply(domain::CentreFound{{"入院服务中心", ""},
                                  {{domain::ServiceId("advice"), {"住院咨询", ""}},
                                   {domain::ServiceId("nursing"), {"护理评估", ""}},
                                   {domain::ServiceId("nutrition"), {"营养评估", ""}}}});
  ASSERT_NE(On<ChooseCentreModel>(), nullptr);
  EXPECT_TRUE(Answer(screens::Confirm{}).empty()) << "nothing is chosen yet";
  for (const std::size_t row : {0U, 1U, 2U, 1U}) (void)Answer(screens::Choose{row});
  const Effects act = Answer(screens::Confirm{});
  const AskCare* ask = Asked(act);
  ASSERT_NE(ask, nullptr);
  const auto& wish = std::get<domain::CheckInToCentre>(ask->what);
  ASSERT_EQ(wish.services.size(), 2U) << "touched twice is not chosen";
  EXPECT_EQ(wish.services[0].Value(), "advice");
  EXPECT_EQ(wish.services[1].Value(), "nutrition");
  EXPECT_EQ(Reply(Tickets(domain::LineKind::Centre, {"S001"})).size(), 1U);
  EXPECT_NE(On<CareTicketsModel>(), nullptr);
}

TEST_F(CareFlowTest, AnswersOfOtherQuestionsAndSessionsChangeNothing) {
  (void)Show(Everything());
  ASSERT_NE(Asked(Open(HomeTask::Kind::Exam)), nullptr);
  const domain::CareReply tickets = Tickets(domain::LineKind::Exam, {"U007"});
  EXPECT_TRUE(flow_.Handle(CareAnswered{kSession, 99, tickets}, kNow, Language::En).empty());
  EXPECT_TRUE(flow_.Handle(CareAnswered{8, question_, tickets}, kNow, Language::En).empty());
  EXPECT_NE(On<screens::WorkingModel>(), nullptr);
}

}  // namespace
}  // namespace yizhan::flows
