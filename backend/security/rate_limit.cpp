#include "backend/security/rate_limit.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/bytes.h"

namespace yizhan::security {
namespace {

constexpr const char* kOverflow = "*";

double Seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

std::optional<std::chrono::seconds> RateLimiter::Take(const std::string& name) {
  if (rate_.per_second <= 0) return std::nullopt;
  const MonotonicTime now = clock_.Monotonic();
  MutexLock lock(mutex_);
  Bucket& bucket = BucketOf(name, now);
  bucket.tokens =
      std::min(rate_.burst, bucket.tokens + rate_.per_second * Seconds(now - bucket.at));
  bucket.at = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return std::nullopt;
  }
  const double wait = std::ceil((1 - bucket.tokens) / rate_.per_second);
  return std::chrono::seconds(static_cast<std::int64_t>(std::clamp(wait, 1.0, 3600.0)));
}

RateLimiter::Bucket& RateLimiter::BucketOf(const std::string& name, MonotonicTime now) {
  const auto found = buckets_.find(name);
  if (found != buckets_.end()) return found->second;
  if (buckets_.size() >= max_names_) {
    // A bucket that is full by now says the same as none.
    const double to_fill = rate_.burst / rate_.per_second;
    std::erase_if(buckets_,
                  [&](const auto& entry) { return Seconds(now - entry.second.at) >= to_fill; });
  }
  const bool is_full = buckets_.size() >= max_names_;
  return buckets_.try_emplace(is_full ? kOverflow : name, Bucket{rate_.burst, now}).first->second;
}

std::string LimitedAddress(const std::string& address) {
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return address;
  const bool is_v4 =
      std::all_of(bytes.begin(), bytes.begin() + 10, [](auto b) { return b == 0; }) &&
      bytes[10] == 0xFF && bytes[11] == 0xFF;
  if (is_v4) return ToHex(ByteView(bytes).subspan(12));
  return ToHex(ByteView(bytes).first(8));
}

}  // namespace yizhan::security
