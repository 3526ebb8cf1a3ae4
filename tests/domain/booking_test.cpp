#include "domain/booking.h"

#include <gtest/gtest.h>

#include "domain/booking_limits.h"

namespace yizhan::domain {
namespace {

using Act = BookingAct;
using State = BookingState;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr TimeZone kZone{minutes(480)};

WallTime At(const std::string& local) { return ParseInstant(local + "+08:00").value(); }
WallTime Today(const std::string& time) { return At("2026-03-10T" + time); }

/// 09:00-09:30 of 2026-03-10, booked three days before.
Booking Nine(BookingKind kind = BookingKind::Confirmed, State state = State::Booked) {
  Booking booking;
  booking.kind = kind;
  booking.state = state;
  booking.made_at = At("2026-03-07T10:00:00");
  booking.start = Today("09:00:00");
  booking.end = Today("09:30:00");
  booking.held_until = booking.made_at + minutes(10);
  if (kind == BookingKind::Guaranteed) booking.prepaid_minor = 5000;
  return booking;
}

State Later(const Booking& booking, const std::string& time, BookingPolicy policy = {}) {
  return AfterTime(booking, Today(time), kZone, policy);
}

TEST(BookingTest, F18_TheTwentyMinuteRuleOfTheGoldenTable) {
  for (const auto kind : {BookingKind::Temporary, BookingKind::Confirmed}) {
    EXPECT_EQ(Later(Nine(kind), "09:20:00"), State::Booked);
    EXPECT_EQ(Later(Nine(kind), "09:20:00.001"), State::NoShow);
    EXPECT_EQ(Later(Nine(kind), "09:20:01"), State::NoShow);
  }
}

TEST(BookingTest, F18_ALateNoticeHoldsTheSeatAtMostToTheEndOfItsSlot) {
  Booking booking = Nine();
  booking.promised_arrival = Today("09:28:00");
  EXPECT_EQ(Later(booking, "09:28:00"), State::Booked);
  EXPECT_EQ(Later(booking, "09:28:01"), State::NoShow);
  booking.promised_arrival = Today("09:40:00");
  EXPECT_EQ(Later(booking, "09:30:00"), State::Booked);
  EXPECT_EQ(Later(booking, "09:30:01"), State::NoShow);
  booking.promised_arrival = Today("09:05:00");
  EXPECT_EQ(Later(booking, "09:20:00"), State::Booked);
}

TEST(BookingTest, F21_AGuaranteedBookingIsHeldToTheEndOfItsSlot) {
  EXPECT_EQ(Later(Nine(BookingKind::Guaranteed), "09:30:00"), State::Booked);
  EXPECT_EQ(Later(Nine(BookingKind::Guaranteed), "09:30:01"), State::NoShow);
}

TEST(BookingTest, F18_AHospitalMaySetATimeOfDayInstead) {
  BookingPolicy policy;
  policy.lapses_at_time_of_day = hours(11);
  EXPECT_EQ(Later(Nine(), "11:00:00", policy), State::Booked);
  EXPECT_EQ(Later(Nine(), "11:00:01", policy), State::NoShow);
  // What begins after that hour is not over before it begins.
  policy.lapses_at_time_of_day = hours(8);
  EXPECT_EQ(Later(Nine(), "09:20:00", policy), State::Booked);
  EXPECT_EQ(Later(Nine(), "09:20:01", policy), State::NoShow);
}

TEST(BookingTest, F17_SameDayBookingsAreTemporaryAndConfirmedAtOnce) {
  const BookingPolicy policy;
  const auto kind = [&](const std::string& made, bool prepaid) {
    return KindOf(At(made), Today("16:00:00"), prepaid, kZone, policy);
  };
  EXPECT_EQ(kind("2026-03-10T00:00:00", false), BookingKind::Temporary);
  EXPECT_EQ(kind("2026-03-07T10:00:00", false), BookingKind::Confirmed);
  EXPECT_EQ(kind("2026-03-07T10:00:00", true), BookingKind::Guaranteed);
  // The evening before there is no time left in which it could be confirmed.
  EXPECT_EQ(kind("2026-03-09T20:00:00", false), BookingKind::Temporary);
  Booking locked = Nine(BookingKind::Temporary, State::Locked);
  EXPECT_EQ(After(locked, Act::Take, locked.made_at, kZone, policy), State::Booked);
}

TEST(BookingTest, F19_AConfirmationBookingIsConfirmedOnceAndOnlyInTime) {
  const BookingPolicy policy;
  Booking booking = Nine(BookingKind::Confirmed, State::Locked);
  EXPECT_EQ(After(booking, Act::Take, booking.made_at, kZone, policy), State::PendingConfirm);
  booking.state = State::PendingConfirm;
  const WallTime deadline = At("2026-03-09T09:00:00");
  EXPECT_EQ(NextDeadline(booking, kZone, policy), deadline);
  EXPECT_EQ(After(booking, Act::Confirm, deadline, kZone, policy), State::Booked);
  EXPECT_EQ(After(booking, Act::Confirm, deadline + milliseconds(1), kZone, policy).error().detail,
            "too-late");
  EXPECT_EQ(AfterTime(booking, deadline + milliseconds(1), kZone, policy), State::Unconfirmed);
  booking.state = State::Booked;
  EXPECT_EQ(After(booking, Act::Confirm, deadline, kZone, policy), State::Booked);
}

TEST(BookingTest, F21_AnUnpaidLockEndsByItselfAndChargesNothing) {
  const BookingPolicy policy;
  Booking booking = Nine(BookingKind::Guaranteed, State::Locked);
  booking.prepaid_minor = 0;
  EXPECT_EQ(After(booking, Act::Take, booking.held_until, kZone, policy).error().detail,
            "not-paid");
  EXPECT_EQ(AfterTime(booking, booking.held_until + milliseconds(1), kZone, policy),
            State::LockExpired);
  booking.prepaid_minor = 5000;
  EXPECT_EQ(After(booking, Act::Take, booking.held_until, kZone, policy), State::Booked);
}

TEST(BookingTest, CancellingIsFreeUntilTheLimitAndLateAfterIt) {
  const BookingPolicy policy;
  const Booking booking = Nine();
  const auto cancel = [&](const Booking& one, const std::string& when) {
    return After(one, Act::Cancel, At(when), kZone, policy);
  };
  EXPECT_EQ(cancel(booking, "2026-03-09T17:00:00"), State::Cancelled);
  EXPECT_EQ(cancel(booking, "2026-03-09T17:00:01"), State::CancelledLate);
  EXPECT_EQ(cancel(booking, "2026-03-10T09:20:00"), State::CancelledLate);
  EXPECT_EQ(cancel(booking, "2026-03-10T09:20:01").error().detail, "too-late");
  Booking same_day = Nine(BookingKind::Temporary);
  same_day.made_at = Today("07:00:00");
  EXPECT_EQ(cancel(same_day, "2026-03-10T08:30:00"), State::Cancelled);
  EXPECT_EQ(cancel(same_day, "2026-03-10T08:30:01"), State::CancelledLate);
}

TEST(BookingTest, F22_ThePenaltyIsRoundedDownAndOnlyForANoShow) {
  BookingPolicy policy;
  Booking booking = Nine(BookingKind::Guaranteed, State::NoShow);
  EXPECT_EQ(SettlementOf(booking, policy), (Settlement{1000, 4000}));
  booking.prepaid_minor = 333;
  EXPECT_EQ(SettlementOf(booking, policy), (Settlement{66, 267}));
  booking.penalty_waived = true;
  EXPECT_EQ(SettlementOf(booking, policy), (Settlement{0, 333}));
  booking.penalty_waived = false;
  policy.penalty_percent = 0;
  EXPECT_EQ(SettlementOf(booking, policy), (Settlement{0, 333}));
  policy.penalty_percent = 100'000;
  EXPECT_EQ(SettlementOf(booking, policy), (Settlement{333, 0}));
  booking.prepaid_minor = 9'000'000'000'000'000'000;
  EXPECT_EQ(SettlementOf(booking, policy).penalty_minor, 9'000'000'000'000'000'000);
  for (const State end : {State::Cancelled, State::CancelledLate, State::Stopped,
                          State::LockExpired, State::Unconfirmed}) {
    booking.state = end;
    EXPECT_EQ(SettlementOf(booking, policy).refund_minor, booking.prepaid_minor);
  }
}

TEST(BookingTest, F20_WhatTheHospitalStopsIsStoppedHoweverLateThePatientIs) {
  const BookingPolicy policy;
  EXPECT_EQ(After(Nine(), Act::Stop, Today("09:25:00"), kZone, policy), State::Stopped);
  Booking booking = Nine(BookingKind::Guaranteed, State::Stopped);
  EXPECT_EQ(SettlementOf(booking, policy), (Settlement{0, 5000}));
}

TEST(BookingTest, F23_AnOfferPassesOnWhenNobodyAnswers) {
  const BookingPolicy policy;
  Booking waiting = Nine(BookingKind::Waiting, State::Waiting);
  EXPECT_EQ(After(waiting, Act::Offer, waiting.made_at, kZone, policy), State::Offered);
  waiting.state = State::Offered;
  waiting.held_until = OfferUntil(waiting.made_at, waiting.start, kZone, policy);
  EXPECT_EQ(waiting.held_until, waiting.made_at + minutes(15));
  EXPECT_EQ(After(waiting, Act::Accept, waiting.held_until, kZone, policy), State::Booked);
  const WallTime late = waiting.held_until + milliseconds(1);
  EXPECT_EQ(AfterTime(waiting, late, kZone, policy), State::Waiting);
  EXPECT_EQ(After(waiting, Act::Accept, late, kZone, policy).error().detail, "too-late");
  EXPECT_EQ(OfferUntil(Today("08:00:00"), waiting.start, kZone, policy), Today("08:05:00"));
  EXPECT_EQ(OfferUntil(Today("08:58:00"), waiting.start, kZone, policy), Today("09:00:00"));
  EXPECT_EQ(Later(waiting, "09:30:00"), State::Waiting);
  EXPECT_EQ(Later(waiting, "09:30:01"), State::Withdrawn);
}

TEST(BookingTest, F24_TheSlipSaysWhenToCome) {
  const BookingTimes times = TimesOf(Nine(), kZone, {});
  EXPECT_EQ(times.advised_arrival, Today("08:45:00"));
  EXPECT_EQ(times.check_in_opens, Today("08:30:00"));
  EXPECT_EQ(times.warn_at, Today("09:10:00"));
}

TEST(BookingTest, NothingLeavesAnEndAndNoActInventsOne) {
  const BookingPolicy policy;
  for (int state = 0; state <= static_cast<int>(State::Withdrawn); ++state) {
    Booking booking = Nine(BookingKind::Confirmed, static_cast<State>(state));
    booking.held_until = Today("08:50:00");
    for (int act = 0; act <= static_cast<int>(Act::Withdraw); ++act) {
      const auto then = After(booking, static_cast<Act>(act), Today("08:40:00"), kZone, policy);
      EXPECT_FALSE(then && IsEnd(booking.state)) << state << " by " << act;
      if (then && *then == State::NoShow) ADD_FAILURE() << "only time makes a no-show";
    }
    if (IsEnd(booking.state)) {
      EXPECT_EQ(AfterTime(booking, Today("23:00:00"), kZone, policy), booking.state);
      EXPECT_EQ(NextDeadline(booking, kZone, policy), std::nullopt);
    }
  }
}

TEST(LimitsTest, F26_TenBookingsOfOnePersonForOneDoctorKeepOne) {
  std::vector<HeldBooking> held;
  const auto day = ParseDate("2026-03-10").value();
  for (int i = 0; i < 10; ++i) {
    const HeldBooking wanted{State::Booked, day, "cardio", "wang", "am"};
    if (CheckLimits(held, wanted, {}) == LimitReached::None) held.push_back(wanted);
  }
  EXPECT_EQ(held.size(), 1U);
  const auto check = [&](const std::string& service, const std::string& doctor) {
    return CheckLimits(held, {State::Booked, day, service, doctor, "am"}, {});
  };
  EXPECT_EQ(check("cardio", "li"), LimitReached::None);
  held.push_back({State::Booked, day, "cardio", "li", "am"});
  EXPECT_EQ(check("cardio", "zhao"), LimitReached::PerServiceAndSession);
  held.push_back({State::Done, day, "eye", "sun", "pm"});
  EXPECT_EQ(check("ear", "qian"), LimitReached::PerDay);
  held.back().state = State::Cancelled;
  EXPECT_EQ(check("ear", "qian"), LimitReached::None);
}

TEST(LimitsTest, ThreeNoShowsInHalfAYearBarFromBookingForNinetyDays) {
  const WallTime now = Today("12:00:00");
  const auto ago = [&](int count) { return now - days(count); };
  const NoShowPolicy policy;
  EXPECT_EQ(BarredUntil(std::vector{ago(10), ago(20)}, now, policy), std::nullopt);
  EXPECT_EQ(BarredUntil(std::vector{ago(10), ago(20), ago(200)}, now, policy), std::nullopt);
  EXPECT_EQ(BarredUntil(std::vector{ago(10), ago(190), ago(20)}, now, policy), ago(10) + days(90));
  EXPECT_EQ(BarredUntil(std::vector{ago(100), ago(110), ago(120)}, now, policy), std::nullopt);
  NoShowPolicy nobody;
  nobody.count = 0;
  EXPECT_EQ(BarredUntil(std::vector(9, ago(1)), now, nobody), std::nullopt);
}

}  // namespace
}  // namespace yizhan::domain
