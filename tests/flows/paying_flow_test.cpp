// Paying the fee while booking (F21): every way it can end.
#include "tests/flows/booking_flow_fixture.h"

namespace yizhan::flows {
namespace {

using domain::BookingState;
using screens::BookingResultModel;
using screens::ReadBackModel;

class PayingFlowTest : public BookingFlowTest {};

TEST_F(PayingFlowTest, F21_AnUnpaidSeatIsGivenBackAndAPaidOneIsGuaranteed) {
  terminal_.can_pay = true;
  Found();
  ToReadBack();
  EXPECT_TRUE(PageAs<ReadBackModel>().can_prepay);
  Touch(screens::Prepay{});
  EXPECT_TRUE(Asked<domain::BookSeat>().prepay);
  domain::OwnBooking held = Own("a1", BookingState::Locked);
  held.booking.held_until = kNow.wall + std::chrono::minutes(10);
  Effects effects = Reply(domain::BookingDone{held});
  ASSERT_TRUE(std::holds_alternative<PayFee>(effects.at(0)));
  EXPECT_EQ(std::get<PayFee>(effects.at(0)).amount_minor, 2000);
  EXPECT_EQ(std::get<PayFee>(effects.at(0)).until, held.booking.held_until);
  Send(PaymentProgress{kSession, PayState::Open, {1, {true}}});
  EXPECT_EQ(PageAs<screens::PayModel>().seconds_left, 600);
  EXPECT_TRUE(flow_.NextDeadline());
  effects = Touch(screens::Back{});
  EXPECT_TRUE(std::holds_alternative<GiveUpPayment>(effects.at(0)));
  EXPECT_EQ(PageAs<screens::PayModel>().state, PayState::Closing);
  EXPECT_TRUE(Touch(screens::Back{}).empty()) << "once is enough";
  Send(PaymentProgress{kSession, PayState::Open, {1, {true}}});
  EXPECT_EQ(PageAs<screens::PayModel>().state, PayState::Closing) << "that was said too early";
  effects = Send(PaymentProgress{kSession, PayState::GivenUp, {}});
  ASSERT_FALSE(effects.empty());
  EXPECT_TRUE(std::holds_alternative<LookUpPatient>(effects.at(0))) << "home, as it is now";
}

TEST_F(PayingFlowTest, F21_WhatIsPaidIsGuaranteedAndTheSlipSaysSo) {
  ToDays();
  const Effects effects = ToPay(PayState::Paid);
  EXPECT_EQ(PageAs<BookingResultModel>().what, BookingResultModel::What::Booked);
  EXPECT_TRUE(PageAs<BookingResultModel>().paid);
  const auto& slip = std::get<PrintBooking>(effects.at(0)).booking.booking;
  EXPECT_EQ(slip.kind, domain::BookingKind::Guaranteed);
  EXPECT_EQ(slip.prepaid_minor, 2000);
}

TEST_F(PayingFlowTest, F21_EveryOtherEndHasItsSentenceAndAWayOn) {
  ToDays();
  for (const PayState end : {PayState::Away, PayState::TimeUp, PayState::GivenBack}) {
    ToPay(end);
    EXPECT_EQ(PageAs<screens::PayModel>().state, end);
    EXPECT_FALSE(flow_.NextDeadline()) << "nothing counts down any more";
    Send(PaymentProgress{kSession, PayState::Paid, {}});
    EXPECT_EQ(PageAs<screens::PayModel>().state, end) << "an end is an end";
    Touch(screens::Back{});
    EXPECT_TRUE(std::holds_alternative<domain::WhichDays>(asked_.what)) << "choose again";
  }
}

TEST_F(PayingFlowTest, F21_WhileNobodyKnowsTheScreenSaysSoAndItMayStillBePaid) {
  ToDays();
  ToPay(PayState::Unknown);
  EXPECT_EQ(PageAs<screens::PayModel>().state, PayState::Unknown);
  Touch(screens::GoHome{});
  EXPECT_EQ(PageAs<screens::PayModel>().state, PayState::Unknown) << "one leaves by not paying";
  Send(PaymentProgress{kSession, PayState::Open, {1, {true}}});
  EXPECT_EQ(PageAs<screens::PayModel>().seconds_left, 600);
  Send(PaymentProgress{kSession, PayState::Paid, {}});
  EXPECT_EQ(PageAs<BookingResultModel>().what, BookingResultModel::What::Booked);
}

TEST_F(PayingFlowTest, F21_WithoutAPlatformNobodyIsAskedToPay) {
  Found();
  ToReadBack();
  EXPECT_FALSE(PageAs<ReadBackModel>().can_prepay);
  EXPECT_TRUE(Touch(screens::Prepay{}).empty());
}

}  // namespace
}  // namespace yizhan::flows
