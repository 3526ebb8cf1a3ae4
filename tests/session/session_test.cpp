#include "kiosk/session/session.h"

#include <gtest/gtest.h>

#include "tests/flows/booking_flow_fixture.h"

namespace yizhan::session {
namespace {

using flows::EndSession;
using flows::Moment;
using State = screens::PayModel::State;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::At;
using test::Later;

const domain::PresentedCard kCard = domain::CardToken{"H1", domain::CardNumber("8801"), 1, 1};
const domain::PresentedCard kOtherCard = domain::CardToken{"H1", domain::CardNumber("8802"), 1, 1};
const Moment kStart = At("2026-03-10T08:45:00+08:00");

class SessionTest : public testing::Test {
 protected:
  SessionTest() : session_(terminal_, Identity{{"市第一人民医院", ""}, domain::TerminalId("K3")}) {
    terminal_.site = domain::SiteId("main");
    Send(flows::ReaderReady{});
  }

  flows::Effects Send(const flows::Event& event) {
    flows::Effects effects = session_.Handle(event, now_);
    for (const flows::Effect& effect : effects) {
      if (const auto* ask = std::get_if<flows::AskBooking>(&effect)) question_ = ask->question;
    }
    return effects;
  }
  flows::Effects Touch(const screens::Intent& intent) { return Send(flows::Answered{intent}); }
  flows::Effects Wait(milliseconds time) {
    now_ = Later(now_, time);
    return Send(flows::Tick{});
  }
  flows::SessionNumber Open(const domain::PresentedCard& card = kCard) {
    const flows::Effects effects = Send(flows::CardPresented{card});
    const auto number = std::get<flows::LookUpPatient>(effects.back()).session;
    flows::PatientFound found;
    found.session = number;
    found.patient.masked_name = "张*三";
    domain::Visit visit;
    visit.site_id = terminal_.site;
    visit.start = kStart.wall + std::chrono::minutes(10);
    visit.end = visit.start + std::chrono::minutes(30);
    found.visits = {visit};
    Send(found);
    return number;
  }
  /// Books the first time of the first doctor until its fee is to be paid.
  void ToPay() {
    terminal_.can_pay = true;
    number_ = Open();
    Touch(screens::GoHome{});
    Touch(screens::OpenService{screens::Service::Book});
    const auto day = LocalDay(now_.wall, TimeZone{}) + std::chrono::days(2);
    Reply(domain::DaysFound{{{day, 3}}});
    Touch(screens::Choose{0});
    Reply(domain::SessionsFound{{flows::Session("ent", "li", "2026-03-12T08:00:00+08:00", 3)}});
    for (int i = 0; i < 3; ++i) Touch(screens::Choose{0});
    Touch(screens::Prepay{});
    domain::OwnBooking held = flows::Own("a1", domain::BookingState::Locked);
    held.booking.held_until = now_.wall + std::chrono::minutes(10);
    Reply(domain::BookingDone{held});
  }
  void Reply(domain::BookingReply reply) {
    Send(flows::BookingAnswered{number_, question_, std::move(reply)});
  }
  static std::optional<EndSession::Reason> Ended(const flows::Effects& effects) {
    for (const flows::Effect& effect : effects) {
      if (const auto* end = std::get_if<EndSession>(&effect)) return end->reason;
    }
    return std::nullopt;
  }
  screens::Frame View() const { return session_.View(now_); }
  /// No value of the patient is anywhere on the frame.
  void ExpectNobodysScreen() {
    EXPECT_FALSE(session_.Open());
    EXPECT_TRUE(View().masked_name.empty());
    EXPECT_FALSE(View().signed_in);
    EXPECT_TRUE(std::holds_alternative<screens::IdleModel>(View().page));
  }

  flows::Terminal terminal_;
  Moment now_ = kStart;
  Session session_;
  flows::SessionNumber number_ = 0;
  int question_ = 0;  ///< The last one that was asked of the hospital.
};

TEST_F(SessionTest, TakingTheCardAwayEndsTheSessionAtOnce) {
  Open();
  EXPECT_EQ(View().masked_name, "张*三");
  EXPECT_EQ(Ended(Send(flows::CardRemoved{})), EndSession::Reason::CardRemoved);
  ExpectNobodysScreen();
  EXPECT_TRUE(Send(flows::CardRemoved{}).empty()) << "it ends once";
}

TEST_F(SessionTest, AnotherCardEndsTheSessionAndStartsItsOwn) {
  const auto first = Open();
  const flows::Effects effects = Send(flows::CardPresented{kOtherCard});
  EXPECT_EQ(Ended(effects), EndSession::Reason::OtherCard);
  const auto& next = std::get<flows::LookUpPatient>(effects.back());
  EXPECT_NE(next.session, first);
  EXPECT_TRUE(View().masked_name.empty());
}

TEST_F(SessionTest, ASecondCardBesideTheFirstEndsTheSession) {
  Open();
  EXPECT_EQ(Ended(Send(flows::CardRefused{domain::CardProblem::SeveralCards})),
            EndSession::Reason::OtherCard);
  ExpectNobodysScreen();
}

TEST_F(SessionTest, SilenceWarnsAt100SecondsAndEndsAt120) {
  Open();
  Wait(milliseconds(99'999));
  EXPECT_FALSE(View().warning);
  Wait(milliseconds(1));
  ASSERT_TRUE(View().warning);
  EXPECT_EQ(View().warning->seconds_left, 20);
  EXPECT_FALSE(Ended(Wait(milliseconds(19'999))));
  EXPECT_EQ(View().warning->seconds_left, 1);
  EXPECT_EQ(Ended(Wait(milliseconds(1))), EndSession::Reason::Idle);
  ExpectNobodysScreen();
}

TEST_F(SessionTest, TheWarningIsAnsweredByItsOwnButtonOnly) {
  Open();
  Wait(seconds(105));
  Send(flows::Touched{});
  Touch(screens::Confirm{});
  EXPECT_TRUE(View().warning);
  Touch(screens::StayHere{});
  EXPECT_FALSE(View().warning);
  EXPECT_TRUE(session_.Open());
}

TEST_F(SessionTest, ATouchBeforeTheWarningStartsTheCountAnew) {
  Open();
  Wait(seconds(90));
  Send(flows::Touched{});
  Wait(seconds(90));
  EXPECT_FALSE(View().warning);
}

TEST_F(SessionTest, LargeTextGivesTwiceTheTime) {
  Open();
  Touch(screens::SetTextSize{screens::TextSize::Large});
  EXPECT_FALSE(Ended(Wait(seconds(200))));
  EXPECT_EQ(Ended(Wait(seconds(40))), EndSession::Reason::Idle);
}

TEST_F(SessionTest, F21_WhoPaysWithATelephoneIsNotHurried) {
  ToPay();
  Send(flows::PaymentProgress{number_, State::Open, {1, {true}}});
  Wait(seconds(275));
  EXPECT_FALSE(View().warning);
  Send(flows::PaymentProgress{number_, State::Paid, {}});
  EXPECT_FALSE(View().warning) << "the patient reads that it is paid";
  EXPECT_FALSE(Ended(Wait(seconds(99))));
  EXPECT_EQ(Ended(Wait(seconds(21))), EndSession::Reason::Idle);
}

TEST_F(SessionTest, F21_NewsOfAPaymentOfSomebodyElseKeepsNobodysSessionOpen) {
  ToPay();
  Send(flows::PaymentProgress{number_, State::TimeUp, {}});
  Wait(seconds(60));
  Send(flows::PaymentProgress{number_ + 1, State::Open, {1, {true}}});
  EXPECT_EQ(Ended(Wait(seconds(60))), EndSession::Reason::Idle);
}

TEST_F(SessionTest, LanguageAndTextSizeEndWithThePerson) {
  Open();
  Touch(screens::SetLanguage{domain::Language::En});
  Touch(screens::SetTextSize{screens::TextSize::Large});
  EXPECT_EQ(View().language, domain::Language::En);
  Send(flows::CardRemoved{});
  EXPECT_EQ(View().language, domain::Language::ZhCn);
  EXPECT_EQ(View().text_size, screens::TextSize::Normal);
}

TEST_F(SessionTest, LanguageChosenBeforeTheCardIsKeptForItsSession) {
  Touch(screens::SetLanguage{domain::Language::En});
  Open();
  EXPECT_EQ(View().language, domain::Language::En);
}

TEST_F(SessionTest, AfterExitTheCardMustBeTakenBeforeANewSession) {
  Open();
  EXPECT_EQ(Ended(Touch(screens::Exit{})), EndSession::Reason::Exit);
  EXPECT_TRUE(std::get<screens::IdleModel>(View().page).take_card);
  EXPECT_TRUE(Send(flows::CardPresented{kCard}).empty());
  Send(flows::CardRemoved{});
  EXPECT_FALSE(std::get<screens::IdleModel>(View().page).take_card);
  EXPECT_FALSE(Send(flows::CardPresented{kCard}).empty());
}

TEST_F(SessionTest, AReaderThatComesBackWithTheCardKeepsTheSession) {
  Open();
  Send(flows::ReaderGone{});
  Wait(seconds(5));
  Send(flows::ReaderReady{});
  Send(flows::CardPresented{kCard});
  Wait(seconds(30));
  EXPECT_TRUE(session_.Open());
}

TEST_F(SessionTest, AReaderThatComesBackWithoutTheCardEndsTheSession) {
  Open();
  Send(flows::ReaderGone{});
  Send(flows::ReaderReady{});
  EXPECT_EQ(Ended(Wait(seconds(3))), EndSession::Reason::ReaderLost);
}

TEST_F(SessionTest, AReaderThatStaysAwayEndsTheSession) {
  Open();
  Send(flows::ReaderGone{});
  EXPECT_FALSE(Ended(Wait(milliseconds(9'999))));
  EXPECT_EQ(Ended(Wait(milliseconds(1))), EndSession::Reason::ReaderLost);
  EXPECT_EQ(std::get<screens::IdleModel>(View().page).reader, screens::IdleModel::Reader::Down);
}

TEST_F(SessionTest, ARefusedCardSaysWhyForAWhile) {
  Send(flows::CardRefused{domain::CardProblem::Forged});
  EXPECT_EQ(std::get<screens::IdleModel>(View().page).card_problem, domain::CardProblem::Forged);
  Send(flows::CardRemoved{});
  EXPECT_TRUE(std::get<screens::IdleModel>(View().page).card_problem);
  Wait(seconds(8));
  EXPECT_FALSE(std::get<screens::IdleModel>(View().page).card_problem);
}

TEST_F(SessionTest, AFailedStoreTakesTheTerminalOutOfService) {
  Open();
  EXPECT_EQ(Ended(Send(flows::StoreFailed{})), EndSession::Reason::StoreFailed);
  EXPECT_TRUE(Send(flows::CardPresented{kCard}).empty());
  EXPECT_EQ(std::get<screens::TroubleModel>(View().page).what,
            screens::TroubleModel::What::StoreFailed);
}

TEST_F(SessionTest, WithoutACardNoTouchReachesTheHospital) {
  for (const screens::Intent& intent :
       {screens::Intent(screens::Confirm{}), screens::Intent(screens::Choose{0}),
        screens::Intent(screens::Reprint{}), screens::Intent(screens::Digit{1}),
        screens::Intent(screens::DoAnother{}), screens::Intent(screens::Back{}),
        screens::Intent(screens::Exit{}), screens::Intent(screens::StayHere{})}) {
    EXPECT_TRUE(Touch(intent).empty());
  }
}

TEST_F(SessionTest, StaffAreCalledOnceUntilTheCallIsAnswered) {
  EXPECT_EQ(Touch(screens::CallStaff{}).size(), 1U);
  EXPECT_TRUE(Touch(screens::CallStaff{}).empty());
  Send(flows::StaffCallAnswered{true});
  EXPECT_EQ(View().staff_call, screens::Frame::StaffCall::Called);
  Wait(seconds(30));
  EXPECT_EQ(View().staff_call, screens::Frame::StaffCall::Offered);
}

TEST_F(SessionTest, PublicPagesTurnAndCloseByThemselves) {
  flows::DirectoryLoaded loaded;
  loaded.departments.resize(12);
  Send(loaded);
  Touch(screens::OpenDirectory{screens::DirectoryModel::Kind::Departments});
  EXPECT_EQ(std::get<screens::DirectoryModel>(View().page).pages, 2);
  Touch(screens::TurnPage{2});
  EXPECT_EQ(std::get<screens::DirectoryModel>(View().page).rows.size(), 4U);
  Touch(screens::TurnPage{99});
  EXPECT_EQ(std::get<screens::DirectoryModel>(View().page).page, 2);
  Wait(seconds(60));
  EXPECT_TRUE(std::holds_alternative<screens::IdleModel>(View().page));
}

TEST_F(SessionTest, DeadlinesAreNamedSoThatNothingPolls) {
  EXPECT_FALSE(session_.NextDeadline(now_));
  Open();
  EXPECT_EQ(session_.NextDeadline(now_), now_.steady + seconds(100));
  Wait(seconds(100));
  EXPECT_EQ(session_.NextDeadline(now_), now_.steady + seconds(1));
}

}  // namespace
}  // namespace yizhan::session
