#include "base/clock.h"

#include <gtest/gtest.h>

namespace yizhan {
namespace {

TEST(ClockTest, InstantsRoundTripAndKeepMilliseconds) {
  const auto time = ParseInstant("2026-03-10T08:45:00.125+08:00");
  ASSERT_TRUE(time);
  EXPECT_EQ(ToInstant(*time), "2026-03-10T00:45:00.125Z");
  EXPECT_EQ(ToLocalDateTime(*time, TimeZone{}), "2026-03-10T08:45:00+08:00");
  EXPECT_EQ(ToLocalHourMinute(*time, TimeZone{}), "08:45");
}

TEST(ClockTest, TextThatIsNoInstantIsRefused) {
  for (const char* text :
       {"", "2026-03-10", "2026-03-10T08:45:00", "2026-02-30T08:45:00Z", "2026-03-10T24:00:00Z",
        "2026-03-10T08:60:00Z", "2026-03-10T08:45:61Z", "2026-03-10T08:45:00Zx",
        "2026-03-10 08:45:00Z", "2026-03-10T08:45:00+15:00", "2026-03-10T08:45:00.Z",
        "2026-03-10T08:45:00.1234567890Z", "-026-03-10T08:45:00Z", "2026-13-10T08:45:00Z"}) {
    EXPECT_FALSE(ParseInstant(text)) << text;
  }
}

TEST(ClockTest, ALeapSecondCountsAsTheSecondBeforeIt) {
  EXPECT_EQ(ParseInstant("2016-12-31T23:59:60Z"), ParseInstant("2016-12-31T23:59:59Z"));
}

TEST(ClockTest, TheDayIsTheHospitalsNotGreenwichs) {
  const auto late = ParseInstant("2026-03-10T23:30:00+08:00");
  ASSERT_TRUE(late);
  EXPECT_EQ(ToLocalDate(*late, TimeZone{}), "2026-03-10");
  EXPECT_EQ(ToLocalDate(*late, TimeZone{std::chrono::minutes{540}}), "2026-03-11");
  EXPECT_EQ(LocalDay(*late, TimeZone{}), *ParseDate("2026-03-10"));
  EXPECT_EQ(AtLocal(LocalDay(*late, TimeZone{}), std::chrono::hours{23} + std::chrono::minutes{30},
                    TimeZone{}),
            *late);
}

TEST(ClockTest, ADayMayBeginAfterMidnight) {
  const TimeZone night{std::chrono::minutes(480), std::chrono::hours(4)};
  const auto of = [&](const char* instant) {
    return ToDate(LocalDay(*ParseInstant(instant), night));
  };
  EXPECT_EQ(of("2026-03-10T23:59:59+08:00"), "2026-03-10");
  EXPECT_EQ(of("2026-03-11T03:59:59+08:00"), "2026-03-10");
  EXPECT_EQ(of("2026-03-11T04:00:00+08:00"), "2026-03-11");
  EXPECT_EQ(of("2028-03-01T01:00:00+08:00"), "2028-02-29");
  const WallTime small_hours = *ParseInstant("2026-03-11T01:00:00+08:00");
  EXPECT_EQ(ToDate(CalendarDay(small_hours, night)), "2026-03-11");
  EXPECT_EQ(ToLocalDate(small_hours, night), "2026-03-11") << "what people read";
  EXPECT_EQ(AtLocal(*ParseDate("2026-03-10"), std::chrono::hours(25), night), small_hours);
  EXPECT_EQ(DayStart(*ParseDate("2026-03-11"), night), *ParseInstant("2026-03-11T04:00:00+08:00"));
}

TEST(ClockTest, OnlyDaysThatExistAreDates) {
  EXPECT_TRUE(ParseDate("2020-02-29"));
  EXPECT_FALSE(ParseDate("2021-02-29"));
  EXPECT_FALSE(ParseDate("2021-2-9"));
  EXPECT_FALSE(ParseDate("2021-02-09T"));
}

TEST(ClockTest, TimesBeforeTheEpochFormatRight) {
  EXPECT_EQ(ToInstant(*ParseInstant("1949-10-01T15:00:00+08:00")), "1949-10-01T07:00:00.000Z");
}

}  // namespace
}  // namespace yizhan
