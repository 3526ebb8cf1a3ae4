#include "domain/late_arrival.h"

#include <gtest/gtest.h>

namespace yizhan::domain {
namespace {

WallTime At(const std::string& time) { return *ParseInstant("2026-03-10T" + time + "+08:00"); }

/// 09:00 to 09:30, kept until 09:20.
std::string Arrivals(const std::string& now, BookingState state = BookingState::Booked,
                     const std::string& end = "09:30:00",
                     const std::string& kept_until = "09:20:00") {
  Booking booking;
  booking.state = state;
  booking.start = At("09:00:00");
  booking.end = At(end);
  std::string all;
  for (const WallTime one : LateArrivals(booking, At(kept_until), At(now))) {
    all += (all.empty() ? "" : " ") + ToLocalHourMinute(one, TimeZone{});
  }
  return all;
}

TEST(LateArrivalTest, F18_OnlyArrivalsThatKeepThePlaceLongerAreOffered) {
  EXPECT_EQ(Arrivals("08:30:00"), "") << "09:15 needs no notice";
  EXPECT_EQ(Arrivals("08:36:00"), "09:25");
  EXPECT_EQ(Arrivals("08:55:00"), "09:25 09:30") << "never after the end of the slot";
  EXPECT_EQ(Arrivals("09:20:00"), "09:30");
  EXPECT_EQ(Arrivals("09:20:01"), "") << "the place is given away";
  EXPECT_EQ(Arrivals("09:01:00", BookingState::Booked, "10:30:00"), "09:35 09:50")
      << "09:20 is kept anyway";
}

TEST(LateArrivalTest, F18_WhoSaidItBeforeMaySayLaterButNotEarlier) {
  EXPECT_EQ(Arrivals("09:05:00", BookingState::Booked, "10:00:00", "09:35:00"), "09:50");
}

TEST(LateArrivalTest, F18_NothingIsOfferedWhereThePlaceIsNotHeldForThePatient) {
  EXPECT_EQ(Arrivals("08:55:00", BookingState::PendingConfirm), "");
  EXPECT_EQ(Arrivals("08:55:00", BookingState::CheckedIn), "");
  EXPECT_EQ(Arrivals("08:55:00", BookingState::Booked, "09:30:00", "09:30:00"), "")
      << "guaranteed: kept to the end anyway";
}

}  // namespace
}  // namespace yizhan::domain
