#include "backend/security/password.h"

#include <argon2.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/bytes.h"
#include "base/crypto.h"
#include "base/utf8.h"

namespace yizhan::security {
namespace {

constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;
constexpr int kAtOnce = 2;
constexpr std::chrono::seconds kPatience{5};
constexpr std::size_t kFewestCharacters = 10;
constexpr std::size_t kFewestDifferent = 5;

/// Passwords of at least ten characters that everybody tries first, as they are and with anything
/// around them counted in CommonCore().
constexpr std::string_view kCommon[] = {
    "password",      "passw0rd",  "p@ssw0rd",  "p@ssword",     "woaini",    "qwerty",
    "qwertyuiop",    "asdfghjkl", "zxcvbnm",   "1q2w3e4r",     "1qaz2wsx",  "q1w2e3r4",
    "abc",           "abcd",      "admin",     "admin123",     "root",      "hospital",
    "yiyuan",        "doctor",    "yisheng",   "hushi",        "nurse",     "yizhan",
    "welcome",       "letmein",   "iloveyou",  "monkey",       "dragon",    "sunshine",
    "princess",      "football",  "a1b2c3d4",  "changeme",     "default",   "test",
    "mima",          "wodemima",  "zhongguo",  "china",        "beijing",   "shanghai",
    "aini1314",      "5201314",   "1314520",   "woaini1314",   "woaini520", "123qwe",
    "qwe123",        "qazwsx",    "qazwsxedc", "1qaz2wsx3edc", "asd",       "zaq12wsx",
    "administrator", "secret",    "superman",  "master",       "computer",  "internet",
    "abc123",        "aa123456",  "a123456"};

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

/// What is left of "Password2024!!" when the digits and signs around it are taken away.
std::string_view Core(std::string_view text) {
  const auto is_padding = [](char c) {
    return (c >= '0' && c <= '9') || c == '!' || c == '.' || c == '@' || c == '#' || c == '_' ||
           c == '-' || c == '*' || c == '$';
  };
  while (!text.empty() && is_padding(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_padding(text.back())) text.remove_suffix(1);
  return text;
}

bool IsCommon(std::string_view lower) {
  const std::string_view core = Core(lower);
  return std::ranges::any_of(kCommon, [&](std::string_view common) {
    return lower == common || core == common || core == Core(common);
  });
}

/// Counting up or down, or one step again and again, for most of its length.
bool IsRun(std::u32string_view characters) {
  std::size_t longest = 1;
  std::size_t length = 1;
  for (std::size_t i = 1; i < characters.size(); ++i) {
    const auto step = static_cast<std::int64_t>(characters[i]) - characters[i - 1];
    const bool wraps = characters[i - 1] == U'9' && characters[i] == U'0';
    length = step == 1 || step == -1 || step == 0 || wraps ? length + 1 : 1;
    longest = std::max(longest, length);
  }
  return longest * 3 >= characters.size() * 2;
}

}  // namespace

/// Holds one of the few places; without one when waiting took too long.
class PasswordHasher::Turn {
 public:
  explicit Turn(PasswordHasher& hasher) : hasher_(hasher) {
    const MonotonicTime until = hasher_.clock_.Monotonic() + kPatience;
    MutexLock lock(hasher_.mutex_);
    while (hasher_.working_ >= kAtOnce) {
      const auto left = until - hasher_.clock_.Monotonic();
      if (left <= std::chrono::nanoseconds::zero()) return;
      hasher_.freed_.WaitFor(hasher_.mutex_, left);
    }
    ++hasher_.working_;
    is_ours_ = true;
  }
  ~Turn() {
    if (!is_ours_) return;
    MutexLock lock(hasher_.mutex_);
    --hasher_.working_;
    hasher_.freed_.NotifyOne();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  [[nodiscard]] bool Came() const { return is_ours_; }

 private:
  PasswordHasher& hasher_;
  bool is_ours_ = false;
};

PasswordHasher::PasswordHasher(const Clock& clock, PasswordCost cost)
    : clock_(clock), cost_(cost), nobody_(HashNow(ToHex(RandomBytes(32))).value_or("")) {}

Result<std::string> PasswordHasher::HashNow(std::string_view password) const {
  const Bytes salt = RandomBytes(kSaltBytes);
  std::string encoded(
      argon2_encodedlen(cost_.passes, cost_.memory_kib, kLanes, kSaltBytes, kHashBytes, Argon2_id),
      '\0');
  const int code = argon2id_hash_encoded(cost_.passes, cost_.memory_kib, kLanes, password.data(),
                                         password.size(), salt.data(), salt.size(), kHashBytes,
                                         encoded.data(), encoded.size());
  if (code != ARGON2_OK) return Fail(ErrorCode::Internal, "argon2: " + std::to_string(code));
  encoded.resize(encoded.find('\0'));
  return encoded;
}

Result<std::string> PasswordHasher::Hash(std::string_view password) {
  const Turn turn(*this);
  if (!turn.Came()) return Fail(ErrorCode::Busy, "too many log-ins at once");
  return HashNow(password);
}

Result<bool> PasswordHasher::Verify(const std::optional<std::string>& encoded,
                                    std::string_view password) {
  const Turn turn(*this);
  if (!turn.Came()) return Fail(ErrorCode::Busy, "too many log-ins at once");
  const std::string& hash = encoded ? *encoded : nobody_;
  const bool fits = argon2id_verify(hash.c_str(), password.data(), password.size()) == ARGON2_OK;
  return fits && encoded.has_value();
}

std::string_view PasswordProblem(std::string_view password, std::string_view account) {
  if (password.size() > kMaxPasswordBytes) return "too-long";
  const std::optional<std::u32string> characters = DecodeUtf8(password);
  if (!characters || characters->size() < kFewestCharacters) return "too-short";
  const std::string lower = Lower(password);
  if (!account.empty() && lower.find(Lower(account)) != std::string::npos) return "contains-name";
  if (std::set<char32_t>(characters->begin(), characters->end()).size() < kFewestDifferent ||
      IsRun(*characters)) {
    return "too-simple";
  }
  return IsCommon(lower) ? "common" : "";
}

}  // namespace yizhan::security
