#include "backend/security/rate_limit.h"

#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"

namespace yizhan::security {
namespace {

using namespace std::chrono_literals;

class RateLimitTest : public testing::Test {
 protected:
  int Taken(RateLimiter& limiter, const std::string& name, int tries) const {
    int taken = 0;
    for (int i = 0; i < tries; ++i) taken += limiter.Take(name) ? 0 : 1;
    return taken;
  }
  test::ManualClock clock{*ParseInstant("2026-03-10T00:00:00Z")};
};

TEST_F(RateLimitTest, ABurstAndThenTheRate) {
  RateLimiter limiter(clock, {2, 10});
  EXPECT_EQ(Taken(limiter, "a", 100), 10);
  EXPECT_EQ(Taken(limiter, "b", 100), 10) << "each for itself";
  clock.Advance(3s);
  EXPECT_EQ(Taken(limiter, "a", 100), 6);
  clock.Advance(1h);
  EXPECT_EQ(Taken(limiter, "a", 100), 10) << "nothing is saved beyond the burst";
}

TEST_F(RateLimitTest, TheAnswerSaysWhenToComeAgain) {
  RateLimiter limiter(clock, {0.1, 1});
  EXPECT_FALSE(limiter.Take("a"));
  EXPECT_EQ(limiter.Take("a"), 10s);
  clock.Advance(9s);
  EXPECT_EQ(limiter.Take("a"), 1s);
  clock.Advance(1s);
  EXPECT_FALSE(limiter.Take("a"));
}

TEST_F(RateLimitTest, ManyNamesCostBoundedMemoryAndGetNoMoreThanOne) {
  RateLimiter limiter(clock, {1, 5}, 100);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(limiter.Take("name" + std::to_string(i)));
  int taken = 0;
  for (int i = 100; i < 10'000; ++i) taken += limiter.Take("name" + std::to_string(i)) ? 0 : 1;
  EXPECT_LE(taken, 5) << "newcomers share one bucket while the table is full";
  EXPECT_EQ(Taken(limiter, "name1", 10), 4) << "who was there before keeps what was left";
  clock.Advance(1h);
  EXPECT_EQ(Taken(limiter, "name20000", 10), 5) << "idle names make room";
}

TEST_F(RateLimitTest, NoRateIsNoLimit) {
  RateLimiter limiter(clock, {0, 0});
  EXPECT_EQ(Taken(limiter, "a", 10'000), 10'000);
}

TEST_F(RateLimitTest, AnIpv6NetworkIsOneClient) {
  EXPECT_EQ(LimitedAddress("2001:db8:1:2::1"), LimitedAddress("2001:db8:1:2:ffff::9"));
  EXPECT_NE(LimitedAddress("2001:db8:1:2::1"), LimitedAddress("2001:db8:1:3::1"));
  EXPECT_NE(LimitedAddress("::ffff:10.0.0.1"), LimitedAddress("::ffff:10.0.0.2"));
  EXPECT_EQ(LimitedAddress("10.0.0.1"), "10.0.0.1");
}

}  // namespace
}  // namespace yizhan::security
