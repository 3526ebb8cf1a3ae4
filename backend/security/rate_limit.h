#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/mutex.h"

namespace yizhan::security {

/// A token bucket: `burst` requests at once, then `per_second`. per_second 0: no limit.
struct Rate {
  double per_second = 0;
  double burst = 0;
};

/// One bucket for each name (an address, a device, a client). Bounded: buckets that are full again
/// are forgotten; when more names than the table holds are busy, the newcomers share one bucket.
/// Thread-safe. `clock` outlives it.
class RateLimiter {
 public:
  RateLimiter(const Clock& clock, Rate rate, std::size_t max_names = 4096)
      : clock_(clock), rate_(rate), max_names_(max_names) {}

  /// Takes one request of `name`. Empty optional: it may go on; otherwise after how long it may.
  [[nodiscard]] std::optional<std::chrono::seconds> Take(const std::string& name);

 private:
  struct Bucket {
    double tokens = 0;
    MonotonicTime at{};
  };
  [[nodiscard]] Bucket& BucketOf(const std::string& name, MonotonicTime now) REQUIRES(mutex_);

  const Clock& clock_;
  const Rate rate_;
  const std::size_t max_names_;
  Mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_ GUARDED_BY(mutex_);
};

/// The name under which an address is limited: IPv6 by its /64, which one machine may have to
/// itself.
[[nodiscard]] std::string LimitedAddress(const std::string& address);

}  // namespace yizhan::security
