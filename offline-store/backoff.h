#pragma once

#include <chrono>
#include <cstdint>

namespace yizhan::offline {

/// How long to wait after `attempts` failed sendings of one act (1 or more): doubles from one
/// second up to five minutes, minus up to a half that depends on `seed`, so that all terminals of
/// a hospital do not come back in the same moment. Pure. Never below half a second.
[[nodiscard]] std::chrono::milliseconds NextAttemptDelay(int attempts, std::uint64_t seed);

}  // namespace yizhan::offline
