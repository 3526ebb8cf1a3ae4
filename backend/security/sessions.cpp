#include "backend/security/sessions.h"

#include <algorithm>

#include "backend/security/base64url.h"
#include "backend/security/lock_out.h"
#include "base/crypto.h"

namespace yizhan::security {
namespace {

using fhir::Json;

constexpr const char* kKind = "session";
constexpr std::size_t kTokenBytes = 32;
/// Silence is measured to this: fewer writes.
constexpr std::chrono::seconds kTouchEvery{60};

std::string KeyOf(const std::string& token) { return ToHex(Sha256(AsBytes(token))); }

tl::unexpected<Refusal> FromError(const Error& error) {
  return Refuse(error.code == ErrorCode::Busy ? Reason::Busy : Reason::Unavailable, error.detail);
}

}  // namespace

/// What is stored of a session.
struct Sessions::Kept {
  std::string account;
  std::int64_t generation = 0;
  WallTime begun{};
  WallTime seen{};

  [[nodiscard]] store::Record ToRecord(const std::string& token, const SessionTimes& times) const {
    const Json json = Json::Object({{"account", Json::String(account)},
                                    {"generation", Json::Integer(generation)},
                                    {"begun", Json::String(ToInstant(begun))},
                                    {"seen", Json::String(ToInstant(seen))}});
    return {kKind, KeyOf(token), json.Write(),
            std::min<WallTime>(begun + times.absolute, seen + times.idle)};
  }
};

std::string Sessions::CsrfToken(const std::string& token) {
  return ToBase64Url(HmacSha256(AsBytes(token), AsBytes("yizhan csrf")));
}

bool Sessions::IsCsrfToken(const std::string& token, std::string_view sent) {
  const std::string wanted = CsrfToken(token);
  if (wanted.size() != sent.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    difference |= static_cast<unsigned char>(wanted[i]) ^ static_cast<unsigned char>(sent[i]);
  }
  return difference == 0;
}

Checked<Account> Sessions::CheckPassword(const std::string& id, const std::string& password,
                                         const std::string& address) {
  const std::string by_account = LockOut::OfAccount(id);
  const std::string by_address = LockOut::OfAddress(address);
  std::optional<std::chrono::seconds> wait;
  const Status counted = records_.Write([&](RecordChanges& changes) -> Status {
    wait.reset();
    const auto account = LockOut::Begin(changes, by_account, LockOut::kAccount, clock_.Now());
    if (!account) return tl::unexpected<Error>(account.error());
    wait = *account;
    if (wait) return {};
    const auto other = LockOut::Begin(changes, by_address, LockOut::kAddress, clock_.Now());
    if (!other) return tl::unexpected<Error>(other.error());
    wait = *other;
    return {};
  });
  if (!counted) return FromError(counted.error());
  const Result<std::optional<Account>> account = accounts_.Find(AccountId(id));
  if (!account) return FromError(account.error());
  // A name that nobody has may be a password in the wrong field: it is not written down.
  const std::string claimed = *account ? (*account)->id : std::string();
  if (wait) {
    return tl::unexpected<Refusal>(Refusal{Reason::LockedOut, "", *wait, claimed});
  }
  const bool may_log_in = *account && (*account)->enabled;
  std::optional<std::string> hash;
  if (may_log_in) hash = (*account)->password_hash;
  const Result<bool> fits = hasher_.Verify(hash, password);
  if (!fits) return FromError(fits.error());
  if (!*fits) return Refuse(Reason::WrongPassword, "", claimed);
  const Status forgotten = records_.Write([&](RecordChanges& changes) -> Status {
    if (Status done = LockOut::Forget(changes, by_account); !done) return done;
    return LockOut::Forget(changes, by_address);
  });
  if (!forgotten) return FromError(forgotten.error());
  return **account;
}

Checked<NewSession> Sessions::Open(Account account, const std::string& address) {
  NewSession session;
  session.token = ToBase64Url(RandomBytes(kTokenBytes));
  const WallTime now = clock_.Now();
  const Kept kept{account.id, account.generation, now, now};
  SecurityAct act;
  act.act = "log-in";
  act.actor = ActorKind::Staff;
  act.who = account.id;
  act.address = address;
  act.when = now;
  const Status written = records_.Write([&](RecordChanges& changes) -> Status {
    if (Status put = changes.Put(kept.ToRecord(session.token, times_)); !put) return put;
    return changes.Audit(ToAuditEvent(act));
  });
  if (!written) return FromError(written.error());
  session.account = std::move(account);
  return session;
}

Checked<NewSession> Sessions::LogIn(const std::string& name, const std::string& password,
                                    const std::string& address) {
  if (password.size() > kMaxPasswordBytes || name.size() > kMaxPasswordBytes) {
    return Refuse(Reason::WrongPassword);
  }
  // A name in a form that nobody can have still costs a try and the same work.
  const std::string id = AccountId(name);
  Checked<Account> account = CheckPassword(id.empty() ? name : id, password, address);
  if (!account) return tl::unexpected<Refusal>(account.error());
  return Open(std::move(*account), address);
}

Checked<Sessions::Kept> Sessions::Read(const std::string& token) {
  if (token.size() > 64) return Refuse(Reason::SessionOver);
  const Result<std::optional<std::string>> text = records_.Find(kKind, KeyOf(token));
  if (!text) return FromError(text.error());
  if (!*text) return Refuse(Reason::SessionOver);
  const Result<Json> json = Json::Parse(**text);
  if (!json) return Refuse(Reason::SessionOver);
  Kept kept;
  kept.account = (*json)["account"].AsString();
  kept.generation = (*json)["generation"].AsInteger().value_or(0);
  kept.begun = ParseInstant((*json)["begun"].AsString()).value_or(WallTime{});
  kept.seen = ParseInstant((*json)["seen"].AsString()).value_or(WallTime{});
  const WallTime now = clock_.Now();
  if (now >= kept.begun + times_.absolute || now >= kept.seen + times_.idle) {
    return Refuse(Reason::SessionOver, "", kept.account);
  }
  return kept;
}

Checked<Principal> Sessions::Check(const std::string& token) {
  const Checked<Kept> kept = Read(token);
  if (!kept) return tl::unexpected<Refusal>(kept.error());
  const Result<std::optional<Account>> account = accounts_.Find(kept->account);
  if (!account) return FromError(account.error());
  const bool is_good =
      *account && (*account)->enabled && (*account)->generation == kept->generation;
  if (!is_good) return Refuse(Reason::SessionOver, "", kept->account);
  Principal person;
  person.kind = PrincipalKind::Staff;
  person.id = (*account)->id;
  person.name = (*account)->name;
  for (const std::string& role : (*account)->roles) person.AddRole(role, false);
  return person;
}

void Sessions::Touch(const std::string& token) {
  const WallTime now = clock_.Now();
  const Checked<Kept> kept = Read(token);
  if (!kept || now - kept->seen < kTouchEvery) return;
  Kept seen = *kept;
  seen.seen = now;
  // Not written: the person logs in again somewhat earlier.
  static_cast<void>(records_.Write([&](RecordChanges& changes) -> Status {
    // Only a session that still is: a log-out meanwhile must win.
    const auto now_stored = changes.Find(kKind, KeyOf(token));
    if (!now_stored || !*now_stored) return {};
    return changes.Put(seen.ToRecord(token, times_));
  }));
}

Status Sessions::LogOut(const std::string& token, const Accounts::Author& by) {
  SecurityAct act;
  act.act = "log-out";
  act.actor = by.kind;
  act.who = by.id;
  act.address = by.address;
  act.when = clock_.Now();
  return records_.Write([&](RecordChanges& changes) -> Status {
    if (Status removed = changes.Remove(kKind, KeyOf(token)); !removed) return removed;
    return changes.Audit(ToAuditEvent(act));
  });
}

Checked<NewSession> Sessions::ChangePassword(const Principal& person,
                                             const std::string& old_password,
                                             const std::string& new_password,
                                             const std::string& address) {
  if (old_password.size() > kMaxPasswordBytes) return Refuse(Reason::WrongPassword);
  const std::string_view problem = PasswordProblem(new_password, person.id);
  if (!problem.empty()) return Refuse(Reason::PasswordRefused, std::string(problem), person.id);
  if (new_password == old_password) return Refuse(Reason::PasswordRefused, "same", person.id);
  const Checked<Account> checked = CheckPassword(person.id, old_password, address);
  if (!checked) return tl::unexpected<Refusal>(checked.error());
  const Status set =
      accounts_.SetPassword(person.id, new_password, {ActorKind::Staff, person.id, address});
  if (!set) return FromError(set.error());
  const Result<std::optional<Account>> account = accounts_.Find(person.id);
  if (!account) return FromError(account.error());
  if (!*account) return Refuse(Reason::SessionOver);
  return Open(**account, address);
}

}  // namespace yizhan::security
