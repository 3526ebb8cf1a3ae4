#include "offline-store/backoff.h"

#include <algorithm>

namespace yizhan::offline {
namespace {

constexpr std::int64_t kFirstMs = 1000;
constexpr std::int64_t kLongestMs = 300'000;
constexpr int kDoublings = 9;  // 1 s * 2^9 is beyond the longest.

/// SplitMix64: spreads seeds that are close to each other.
std::uint64_t Mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15U;
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

}  // namespace

std::chrono::milliseconds NextAttemptDelay(int attempts, std::uint64_t seed) {
  const int doublings = std::clamp(attempts - 1, 0, kDoublings);
  const std::int64_t full = std::min(kLongestMs, kFirstMs << doublings);
  const auto half = static_cast<std::uint64_t>(full / 2);
  const std::uint64_t cut = Mix(seed + static_cast<std::uint64_t>(doublings)) % (half + 1);
  return std::chrono::milliseconds(full - static_cast<std::int64_t>(cut));
}

}  // namespace yizhan::offline
