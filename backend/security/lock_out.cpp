#include "backend/security/lock_out.h"

#include <algorithm>

#include "backend/security/rate_limit.h"
#include "base/crypto.h"

namespace yizhan::security {
namespace {

using fhir::Json;

constexpr const char* kKind = "wrong-password";
/// Without a wrong password for so long everything is forgotten.
constexpr std::chrono::hours kMemory{1};

}  // namespace

std::chrono::seconds DelayAfter(int tries, const TryLimit& limit) {
  if (tries < limit.free_tries) return std::chrono::seconds(0);
  const int doublings = std::min(tries - limit.free_tries, 20);
  return std::min(limit.longest_delay, limit.first_delay * (1 << doublings));
}

std::string LockOut::OfAccount(const std::string& account) {
  // What was typed as a name may be a password: it is not kept in the clear.
  return "account " + ToHex(Sha256(AsBytes(account)));
}

std::string LockOut::OfAddress(const std::string& address) {
  return "address " + LimitedAddress(address);
}

Result<std::optional<std::chrono::seconds>> LockOut::Begin(RecordChanges& changes,
                                                           const std::string& who,
                                                           const TryLimit& limit, WallTime now) {
  const auto text = changes.Find(kKind, who);
  if (!text) return tl::unexpected<Error>(text.error());
  int tries = 0;
  if (*text) {
    const Result<Json> json = Json::Parse(**text);
    if (!json) return Fail(ErrorCode::Internal, "a record is broken");
    tries = static_cast<int>((*json)["tries"].AsInteger().value_or(0));
    const WallTime until = ParseInstant((*json)["until"].AsString()).value_or(WallTime{});
    if (until > now) {
      const auto left = std::chrono::ceil<std::chrono::seconds>(until - now);
      // A clock that was set back must not lock anybody out for longer than it may take.
      return std::optional(std::min(left, limit.longest_delay));
    }
  }
  tries = std::min(tries + 1, 1'000'000);
  const WallTime until = now + DelayAfter(tries, limit);
  const Json kept =
      Json::Object({{"tries", Json::Integer(tries)}, {"until", Json::String(ToInstant(until))}});
  Status put = changes.Put({kKind, who, kept.Write(), until + kMemory});
  if (!put) return tl::unexpected<Error>(put.error());
  return std::optional<std::chrono::seconds>();
}

Status LockOut::Forget(RecordChanges& changes, const std::string& who) {
  return changes.Remove(kKind, who);
}

}  // namespace yizhan::security
