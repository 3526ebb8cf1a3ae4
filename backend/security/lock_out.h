#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "backend/security/records.h"
#include "base/clock.h"

namespace yizhan::security {

/// What wrong passwords cost.
struct TryLimit {
  int free_tries;  ///< So many wrong passwords cost nothing but the work.
  std::chrono::seconds first_delay{30};
  std::chrono::seconds longest_delay{15 * 60};  ///< Each further one doubles it up to this.
};

/// Counts wrong passwords, for an account name (whether it exists or not: the answer must not tell)
/// and for an address, over all processes. A try is counted before the password is looked at, so
/// that many at once get no more guesses than one after the other. Thread-safe.
class LockOut {
 public:
  static constexpr TryLimit kAccount{5};
  /// A whole ward may share one address.
  static constexpr TryLimit kAddress{30};

  [[nodiscard]] static std::string OfAccount(const std::string& account);
  [[nodiscard]] static std::string OfAddress(const std::string& address);

  /// Counts one try of `who`. Empty optional: it may be made. Otherwise it was not counted, and
  /// may be made after so long.
  [[nodiscard]] static Result<std::optional<std::chrono::seconds>> Begin(RecordChanges& changes,
                                                                         const std::string& who,
                                                                         const TryLimit& limit,
                                                                         WallTime now);
  /// The password was right, or staff said so.
  [[nodiscard]] static Status Forget(RecordChanges& changes, const std::string& who);
};

/// How long to wait after so many wrong passwords; zero: not at all.
[[nodiscard]] std::chrono::seconds DelayAfter(int tries, const TryLimit& limit);

}  // namespace yizhan::security
