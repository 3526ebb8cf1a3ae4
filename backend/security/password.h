#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"

namespace yizhan::security {

/// What one guess costs. The default is argon2id as OWASP recommends it: about 30 ms and 19 MiB.
struct PasswordCost {
  std::uint32_t memory_kib = 19 * 1024;
  std::uint32_t passes = 2;
};

/// Hashes passwords with argon2id. At most two at once, so that log-ins cost bounded memory and
/// leave the processor to patients. Thread-safe. `clock` outlives it.
class PasswordHasher {
 public:
  explicit PasswordHasher(const Clock& clock, PasswordCost cost = {});

  /// The encoded hash ("$argon2id$..."), with a salt of its own. Busy: too many are waiting.
  [[nodiscard]] Result<std::string> Hash(std::string_view password);
  /// Whether the password belongs to the hash. With no hash (nobody has that name) it does the
  /// same work and says no. Busy: as above.
  [[nodiscard]] Result<bool> Verify(const std::optional<std::string>& encoded,
                                    std::string_view password);

 private:
  class Turn;
  [[nodiscard]] Result<std::string> HashNow(std::string_view password) const;

  const Clock& clock_;
  const PasswordCost cost_;
  std::string nobody_;  ///< A hash that no password belongs to, of the same cost.
  Mutex mutex_;
  Condition freed_;
  int working_ GUARDED_BY(mutex_) = 0;
};

/// Longest password in bytes: what is longer is no password but an attack on our memory.
inline constexpr std::size_t kMaxPasswordBytes = 256;

/// Why this password may not be chosen: "too-short" (below 10 characters), "too-long",
/// "contains-name", "too-simple" (few different characters, a run like 1234567890), "common", or
/// empty: it may.
[[nodiscard]] std::string_view PasswordProblem(std::string_view password, std::string_view account);

}  // namespace yizhan::security
