#pragma once

#include <string>

#include "backend/security/accounts.h"
#include "backend/security/principal.h"
#include "backend/security/refusal.h"

namespace yizhan::security {

struct SessionTimes {
  std::chrono::minutes idle{30};       ///< Without an act of the person.
  std::chrono::minutes absolute{720};  ///< From the log-in, whatever the person does.
};

/// A log-in that succeeded. The token goes into the cookie and nowhere else.
struct NewSession {
  std::string token;
  Account account;
};

/// People who are logged in. Only digests of tokens are stored; a session ends by log-out, by
/// silence, by age, and when its account is disabled or gets another password. Thread-safe. What it
/// is given outlives it.
class Sessions {
 public:
  Sessions(Records& records, Accounts& accounts, PasswordHasher& hasher, const Clock& clock,
           SessionTimes times = {})
      : records_(records), accounts_(accounts), hasher_(hasher), clock_(clock), times_(times) {}

  /// Refusals: WrongPassword (also for names that nobody has, and for disabled accounts, after the
  /// same work), LockedOut with its time, Busy, Unavailable.
  [[nodiscard]] Checked<NewSession> LogIn(const std::string& name, const std::string& password,
                                          const std::string& address);
  /// Who is logged in with this token. Refusals: SessionOver, Unavailable.
  [[nodiscard]] Checked<Principal> Check(const std::string& token);
  /// The person did something: silence begins anew. Writes at most once a minute.
  void Touch(const std::string& token);
  [[nodiscard]] Status LogOut(const std::string& token, const Accounts::Author& by);
  /// Changes the password of the one who is logged in, ends all sessions and opens a new one.
  /// Refusals: as LogIn, and PasswordRefused with the rule's name as detail.
  [[nodiscard]] Checked<NewSession> ChangePassword(const Principal& person,
                                                   const std::string& old_password,
                                                   const std::string& new_password,
                                                   const std::string& address);

  /// What a page must send back with every act (X-CSRF-Token). Nobody who lacks the cookie can
  /// compute it, and the cookie cannot be computed from it.
  [[nodiscard]] static std::string CsrfToken(const std::string& token);
  /// Whether it is that one; takes as long whatever differs.
  [[nodiscard]] static bool IsCsrfToken(const std::string& token, std::string_view sent);

 private:
  struct Kept;
  [[nodiscard]] Checked<Account> CheckPassword(const std::string& id, const std::string& password,
                                               const std::string& address);
  [[nodiscard]] Checked<NewSession> Open(Account account, const std::string& address);
  [[nodiscard]] Checked<Kept> Read(const std::string& token);

  Records& records_;
  Accounts& accounts_;
  PasswordHasher& hasher_;
  const Clock& clock_;
  const SessionTimes times_;
};

}  // namespace yizhan::security
