#include "backend/security/accounts.h"

#include <algorithm>

#include "backend/security/lock_out.h"
#include "backend/security/principal.h"
#include "base/utf8.h"

namespace yizhan::security {
namespace {

using fhir::Json;

constexpr const char* kKind = "account";
constexpr std::size_t kMaxNameBytes = 120;

Status CheckRoles(const std::vector<std::string>& roles) {
  const bool all_known = std::ranges::all_of(
      roles, [](const std::string& role) { return FindRole(role, false) != nullptr; });
  if (!roles.empty() && all_known) return {};
  return Fail(ErrorCode::BadData, "roles must be of: " + RoleNames(false));
}

Status CheckPassword(std::string_view password, std::string_view account) {
  const std::string_view problem = PasswordProblem(password, account);
  if (problem.empty()) return {};
  return Fail(ErrorCode::BadData, "password is refused: " + std::string(problem));
}

}  // namespace

SecurityAct ActOf(std::string_view act, const Accounts::Author& by, const std::string& object,
                  WallTime now) {
  SecurityAct done;
  done.act = act;
  done.actor = by.kind;
  done.who = by.id;
  done.address = by.address;
  done.object = object;
  done.when = now;
  return done;
}

std::string AccountId(std::string_view typed) {
  while (!typed.empty() && typed.front() == ' ') typed.remove_prefix(1);
  while (!typed.empty() && typed.back() == ' ') typed.remove_suffix(1);
  if (typed.size() < 2 || typed.size() > 40) return "";
  std::string id;
  for (const char c : typed) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool is_allowed = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') ||
                            lower == '.' || lower == '-' || lower == '_';
    if (!is_allowed) return "";
    id += lower;
  }
  return id;
}

Json Account::ToJson() const {
  Json list = Json::Array();
  for (const std::string& role : roles) list.Append(Json::String(role));
  return Json::Object({{"name", Json::String(name)},
                       {"roles", std::move(list)},
                       {"enabled", Json::Boolean(enabled)},
                       {"generation", Json::Integer(generation)},
                       {"password", Json::String(password_hash)},
                       {"made", Json::String(ToInstant(made))}});
}

std::optional<Account> Account::FromText(const std::string& id, const std::string& text) {
  const Result<Json> json = Json::Parse(text);
  if (!json || !json->IsObject()) return std::nullopt;
  Account account;
  account.id = id;
  account.name = (*json)["name"].AsString();
  for (const Json& role : (*json)["roles"].Items()) account.roles.push_back(role.AsString());
  account.enabled = (*json)["enabled"].AsBoolean();
  account.generation = (*json)["generation"].AsInteger().value_or(0);
  account.password_hash = (*json)["password"].AsString();
  account.made = ParseInstant((*json)["made"].AsString()).value_or(WallTime{});
  return account;
}

Status Accounts::Add(const NewAccount& account, const Author& by) {
  if (account.id.empty() || AccountId(account.id) != account.id) {
    return Fail(ErrorCode::BadData, "account must be 2 to 40 of a-z, 0-9, '.', '-', '_'");
  }
  if (account.name.empty() || account.name.size() > kMaxNameBytes || !IsUtf8(account.name)) {
    return Fail(ErrorCode::BadData, "the person's name is missing or too long");
  }
  if (Status roles = CheckRoles(account.roles); !roles) return roles;
  if (Status password = CheckPassword(account.password, account.id); !password) return password;
  Result<std::string> hash = hasher_.Hash(account.password);
  if (!hash) return tl::unexpected<Error>(hash.error());
  Account made;
  made.id = account.id;
  made.name = account.name;
  made.roles = account.roles;
  made.password_hash = std::move(*hash);
  made.made = clock_.Now();
  Status added = records_.Write([&](RecordChanges& changes) -> Status {
    Status put = changes.Add({kKind, made.id, made.ToJson().Write(), std::nullopt});
    if (!put) return put;
    return changes.Audit(ToAuditEvent(ActOf("account-add", by, made.id, clock_.Now())));
  });
  if (!added && added.error().code == ErrorCode::Conflict) {
    return Fail(ErrorCode::Conflict, "there is an account of that name");
  }
  return added;
}

Result<std::vector<Account>> Accounts::List() { return records_.AllAs(kKind, Account::FromText); }

Status Accounts::Edit(const std::string& id, std::string_view act, const Author& by,
                      const Change& change) {
  return records_.Write([&](RecordChanges& changes) -> Status {
    const auto text = changes.Find(kKind, id);
    if (!text) return tl::unexpected<Error>(text.error());
    std::optional<Account> account;
    if (*text) account = Account::FromText(id, **text);
    if (!account) return Fail(ErrorCode::NotFound, "there is no such account");
    change(*account);
    Status put = changes.Put({kKind, id, account->ToJson().Write(), std::nullopt});
    if (!put) return put;
    return changes.Audit(ToAuditEvent(ActOf(act, by, id, clock_.Now())));
  });
}

Status Accounts::Enable(const std::string& id, bool enabled, const Author& by) {
  return Edit(id, enabled ? "account-enable" : "account-disable", by, [&](Account& account) {
    account.enabled = enabled;
    ++account.generation;
  });
}

Status Accounts::SetRoles(const std::string& id, const std::vector<std::string>& roles,
                          const Author& by) {
  if (Status known = CheckRoles(roles); !known) return known;
  return Edit(id, "account-roles", by, [&](Account& account) { account.roles = roles; });
}

Status Accounts::SetPassword(const std::string& id, const std::string& password, const Author& by) {
  if (Status good = CheckPassword(password, id); !good) return good;
  const Result<std::string> hash = hasher_.Hash(password);
  if (!hash) return tl::unexpected<Error>(hash.error());
  return Edit(id, "account-password", by, [&](Account& account) {
    account.password_hash = *hash;
    ++account.generation;
  });
}

Status Accounts::EndSessions(const std::string& id, const Author& by) {
  return Edit(id, "log-out-everywhere", by, [](Account& account) { ++account.generation; });
}

Status Accounts::Unlock(const std::string& id, const Author& by) {
  return records_.Write([&](RecordChanges& changes) -> Status {
    const auto text = changes.Find(kKind, id);
    if (!text) return tl::unexpected<Error>(text.error());
    if (!*text) return Fail(ErrorCode::NotFound, "there is no such account");
    if (Status removed = LockOut::Forget(changes, LockOut::OfAccount(id)); !removed) return removed;
    return changes.Audit(ToAuditEvent(ActOf("account-unlock", by, id, clock_.Now())));
  });
}

Result<std::optional<Account>> Accounts::Find(const std::string& id) {
  if (id.empty()) return std::optional<Account>();
  const Result<std::optional<std::string>> text = records_.Find(kKind, id);
  if (!text) return tl::unexpected<Error>(text.error());
  if (!*text) return std::optional<Account>();
  return Account::FromText(id, **text);
}

}  // namespace yizhan::security
