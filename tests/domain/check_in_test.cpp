#include "domain/check_in.h"

#include <gtest/gtest.h>

#include "tests/support/moments.h"

namespace yizhan::domain {
namespace {

using test::At;
using test::kChina;

const SiteId kHere("main");

Visit NineOClock() {
  Visit visit;
  visit.start = At("2026-03-10T09:00:00+08:00").wall;
  visit.end = At("2026-03-10T09:30:00+08:00").wall;
  visit.site_id = kHere;
  return visit;
}

CheckInOutcome Decide(const Visit& visit, const char* now) {
  return DecideCheckIn(visit, kHere, At(now).wall, kChina, CheckInPolicy()).outcome;
}

TEST(CheckInTest, TheWindowOfAnOrdinaryBookingFollowsTheGoldenTable) {
  const Visit visit = NineOClock();
  EXPECT_EQ(Decide(visit, "2026-03-10T08:29:59+08:00"), CheckInOutcome::TooEarly);
  EXPECT_EQ(Decide(visit, "2026-03-10T08:30:00+08:00"), CheckInOutcome::Ready);
  EXPECT_EQ(Decide(visit, "2026-03-10T09:20:00+08:00"), CheckInOutcome::Ready);
  EXPECT_EQ(Decide(visit, "2026-03-10T09:20:00.001+08:00"), CheckInOutcome::Late);
  EXPECT_EQ(Decide(visit, "2026-03-10T09:20:01+08:00"), CheckInOutcome::Late);
}

TEST(CheckInTest, AGuaranteedBookingIsHeldToTheEndOfItsSlot) {
  Visit visit = NineOClock();
  visit.kind = BookingKind::Guaranteed;
  EXPECT_EQ(Decide(visit, "2026-03-10T09:20:01+08:00"), CheckInOutcome::Ready);
  EXPECT_EQ(Decide(visit, "2026-03-10T09:30:00+08:00"), CheckInOutcome::Ready);
  EXPECT_EQ(Decide(visit, "2026-03-10T09:30:01+08:00"), CheckInOutcome::Late);
}

TEST(CheckInTest, TooEarlyTellsWhenTheWindowOpens) {
  const auto verdict = DecideCheckIn(NineOClock(), kHere, At("2026-03-10T07:00:00+08:00").wall,
                                     kChina, CheckInPolicy());
  EXPECT_EQ(verdict.at, At("2026-03-10T08:30:00+08:00").wall);
}

TEST(CheckInTest, F18_WhatTheHospitalSaysOfAVisitCountsMoreThanTheRules) {
  Visit visit = NineOClock();
  visit.opens_at = At("2026-03-10T08:15:00+08:00").wall;
  visit.kept_until = At("2026-03-10T09:28:00+08:00").wall;
  EXPECT_EQ(Decide(visit, "2026-03-10T08:14:59+08:00"), CheckInOutcome::TooEarly);
  EXPECT_EQ(Decide(visit, "2026-03-10T08:15:00+08:00"), CheckInOutcome::Ready);
  EXPECT_EQ(Decide(visit, "2026-03-10T09:28:00+08:00"), CheckInOutcome::Ready);
  EXPECT_EQ(Decide(visit, "2026-03-10T09:28:01+08:00"), CheckInOutcome::Late);
}

TEST(CheckInTest, AnotherDayIsToldBeforeTheHour) {
  EXPECT_EQ(Decide(NineOClock(), "2026-03-09T08:45:00+08:00"), CheckInOutcome::WrongDay);
  EXPECT_EQ(Decide(NineOClock(), "2026-03-11T08:45:00+08:00"), CheckInOutcome::WrongDay);
}

TEST(CheckInTest, TheDayBoundaryIsTheHospitalsMidnight) {
  Visit visit = NineOClock();
  visit.start = At("2026-03-10T00:10:00+08:00").wall;
  visit.end = At("2026-03-10T00:40:00+08:00").wall;
  EXPECT_EQ(Decide(visit, "2026-03-09T23:59:59+08:00"), CheckInOutcome::WrongDay);
  EXPECT_EQ(Decide(visit, "2026-03-10T00:00:00+08:00"), CheckInOutcome::Ready);
}

TEST(CheckInTest, F25_ANightClinicsPatientsCheckInBeforeMidnight) {
  const TimeZone night{std::chrono::minutes(480), std::chrono::hours(4)};
  Visit visit = NineOClock();
  visit.start = At("2026-03-11T00:10:00+08:00").wall;
  visit.end = At("2026-03-11T00:40:00+08:00").wall;
  const auto decide = [&](const char* now, TimeZone zone) {
    return DecideCheckIn(visit, kHere, At(now).wall, zone, CheckInPolicy()).outcome;
  };
  EXPECT_EQ(decide("2026-03-10T23:50:00+08:00", night), CheckInOutcome::Ready);
  EXPECT_EQ(decide("2026-03-11T00:05:00+08:00", night), CheckInOutcome::Ready);
  EXPECT_EQ(decide("2026-03-10T23:50:00+08:00", kChina), CheckInOutcome::WrongDay);
  EXPECT_EQ(decide("2026-03-10T03:59:00+08:00", night), CheckInOutcome::WrongDay);
}

TEST(CheckInTest, EveryOtherReasonHasItsOwnAnswer) {
  const char* now = "2026-03-10T08:45:00+08:00";
  Visit visit = NineOClock();
  visit.site_id = SiteId("east");
  EXPECT_EQ(Decide(visit, now), CheckInOutcome::WrongSite);
  visit = NineOClock();
  visit.due_minor = 5000;
  EXPECT_EQ(Decide(visit, now), CheckInOutcome::PaymentDue);
  visit = NineOClock();
  visit.kind = BookingKind::Waiting;
  EXPECT_EQ(Decide(visit, now), CheckInOutcome::NotBooked);
  const std::pair<VisitState, CheckInOutcome> states[] = {
      {VisitState::Booked, CheckInOutcome::Ready},
      {VisitState::CheckedIn, CheckInOutcome::AlreadyCheckedIn},
      {VisitState::InConsultation, CheckInOutcome::AlreadyCheckedIn},
      {VisitState::Done, CheckInOutcome::NotBooked},
      {VisitState::Cancelled, CheckInOutcome::NotBooked},
      {VisitState::NoShow, CheckInOutcome::Late}};
  for (const auto& [state, outcome] : states) {
    visit = NineOClock();
    visit.state = state;
    EXPECT_EQ(Decide(visit, now), outcome) << static_cast<int>(state);
  }
}

}  // namespace
}  // namespace yizhan::domain
