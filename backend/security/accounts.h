#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/security/audit_event.h"
#include "backend/security/password.h"
#include "backend/security/records.h"
#include "backend/security/refusal.h"

namespace yizhan::security {

/// A person who may log in.
struct Account {
  std::string id;                  ///< "wang.jg": a-z, 0-9, dot, dash, underscore; 2 to 40.
  std::string name;                ///< As colleagues know the person, "王建国".
  std::vector<std::string> roles;  ///< At least one; see FindRole().
  bool enabled = true;
  /// Rises whenever all sessions of the account must end.
  std::int64_t generation = 1;
  std::string password_hash;
  WallTime made{};

  [[nodiscard]] fhir::Json ToJson() const;
  /// Empty optional: the text is no account.
  [[nodiscard]] static std::optional<Account> FromText(const std::string& id,
                                                       const std::string& text);
};

/// "WANG " as typed -> "wang"; empty: can be nobody's name.
[[nodiscard]] std::string AccountId(std::string_view typed);

/// Staff accounts in the store. Every change is audited as done by `by`, a command's user or an
/// account. Thread-safe. What it is given outlives it.
class Accounts {
 public:
  Accounts(Records& records, PasswordHasher& hasher, const Clock& clock)
      : records_(records), hasher_(hasher), clock_(clock) {}

  struct Author {
    ActorKind kind = ActorKind::Command;
    std::string id;
    std::string address = {};
  };
  struct NewAccount {
    std::string id;
    std::string name;
    std::vector<std::string> roles;
    std::string password;
  };

  // Errors: BadData (the detail says which rule is broken, also of the password), NotFound,
  // Conflict (the name is taken), Busy and the store's.

  [[nodiscard]] Status Add(const NewAccount& account, const Author& by);
  [[nodiscard]] Result<std::vector<Account>> List();
  /// Disabling ends all sessions at once.
  [[nodiscard]] Status Enable(const std::string& id, bool enabled, const Author& by);
  [[nodiscard]] Status SetRoles(const std::string& id, const std::vector<std::string>& roles,
                                const Author& by);
  /// Sets a password and ends all sessions.
  [[nodiscard]] Status SetPassword(const std::string& id, const std::string& password,
                                   const Author& by);
  /// Ends all sessions of the account, wherever they are.
  [[nodiscard]] Status EndSessions(const std::string& id, const Author& by);
  /// Forgets wrong passwords, so that the account can be used at once.
  [[nodiscard]] Status Unlock(const std::string& id, const Author& by);

  /// From the cache of Records. Empty optional: there is none.
  [[nodiscard]] Result<std::optional<Account>> Find(const std::string& id);

 private:
  using Change = std::function<void(Account&)>;
  [[nodiscard]] Status Edit(const std::string& id, std::string_view act, const Author& by,
                            const Change& change);

  Records& records_;
  PasswordHasher& hasher_;
  const Clock& clock_;
};

/// What `by` did to `object`, for the audit.
[[nodiscard]] SecurityAct ActOf(std::string_view act, const Accounts::Author& by,
                                const std::string& object, WallTime now);

}  // namespace yizhan::security
