#include "offline-store/backoff.h"

#include <gtest/gtest.h>

#include <set>

namespace yizhan::offline {
namespace {

using std::chrono::milliseconds;

TEST(BackoffTest, EveryDelayLiesBetweenHalfASecondAndFiveMinutes) {
  for (int attempts = -3; attempts < 2000; ++attempts) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const milliseconds delay = NextAttemptDelay(attempts, seed);
      EXPECT_GE(delay, milliseconds(500));
      EXPECT_LE(delay, milliseconds(300'000));
    }
  }
}

TEST(BackoffTest, TheBoundDoublesUntilTheLongest) {
  for (int attempts = 1; attempts <= 20; ++attempts) {
    const milliseconds bound(std::min<std::int64_t>(300'000, 1000LL << (attempts - 1)));
    milliseconds longest{0};
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
      const milliseconds delay = NextAttemptDelay(attempts, seed);
      EXPECT_GE(delay, bound / 2);
      EXPECT_LE(delay, bound);
      longest = std::max(longest, delay);
    }
    EXPECT_GT(longest, bound * 9 / 10) << "the jitter uses the whole half";
  }
}

TEST(BackoffTest, TerminalsDoNotComeBackInTheSameMoment) {
  std::set<milliseconds> delays;
  for (std::uint64_t seed = 0; seed < 100; ++seed) delays.insert(NextAttemptDelay(9, seed));
  EXPECT_GT(delays.size(), 95U);
}

TEST(BackoffTest, TheSameSeedGivesTheSameDelay) {
  EXPECT_EQ(NextAttemptDelay(4, 77), NextAttemptDelay(4, 77));
}

}  // namespace
}  // namespace yizhan::offline
