// Accounts of staff, for the administrator.
#include <algorithm>

#include "backend/security/gate.h"
#include "backend/server/staff_api/staff_api.h"
#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using security::Ability;
using security::Accounts;
using security::Principal;

/// Every account, and the roles that there are. Null on a server that asks nobody: it has none.
Json AccountsView(StaffContext& context, const Query& /*query*/) {
  if (context.gate == nullptr) return {};
  const auto accounts = context.gate->StaffAccounts().List();
  if (!accounts) return {};
  Json rows = Json::Array();
  for (const security::Account& one : *accounts) {
    Json roles = Json::Array();
    for (const std::string& role : one.roles) roles.Append(TextView(role));
    rows.Append(Json::Object({{"id", TextView(one.id)},
                              {"name", TextView(one.name)},
                              {"roles", std::move(roles)},
                              {"enabled", Json::Boolean(one.enabled)}}));
  }
  Json roles = Json::Array();
  for (const std::string& role : security::StaffRoles()) roles.Append(TextView(role));
  return Json::Object({{"accounts", std::move(rows)}, {"roles", std::move(roles)}});
}

std::vector<std::string> Roles(const Json& body) {
  std::vector<std::string> roles;
  for (const Json& role : body["roles"].Items()) roles.push_back(role.AsString());
  return roles;
}

/// What one may do to an account; `id` is whose.
using Change = Status (*)(Accounts& accounts, const Json& body, const std::string& id,
                          const Accounts::Author& by);

/// Runs a change. Nobody changes the own account here: the last administrator could not come back.
template <Change kChange>
Result<Json> OnAccount(StaffContext& context, const Json& body, const Principal& who) {
  if (context.gate == nullptr) return Fail(ErrorCode::NotFound, "this server has no accounts");
  const std::string& id = body["id"].AsString();
  if (id == who.id) return Fail(ErrorCode::Refused, "own-account");
  const Accounts::Author by{security::ActorKind::Staff, who.id, ""};
  const Status done = kChange(context.gate->StaffAccounts(), body, id, by);
  if (!done) return tl::unexpected(done.error());
  return Json::Object();
}

/// {"id", "name", "roles", "password"}
Status Add(Accounts& accounts, const Json& body, const std::string& id,
           const Accounts::Author& by) {
  return accounts.Add({id, body["name"].AsString(), Roles(body), body["password"].AsString()}, by);
}
/// {"id", "roles"}
Status SetRoles(Accounts& accounts, const Json& body, const std::string& id,
                const Accounts::Author& by) {
  return accounts.SetRoles(id, Roles(body), by);
}
/// {"id", "password"}
Status Reset(Accounts& accounts, const Json& body, const std::string& id,
             const Accounts::Author& by) {
  return accounts.SetPassword(id, body["password"].AsString(), by);
}
/// {"id"}
Status Enable(Accounts& accounts, const Json& /*body*/, const std::string& id,
              const Accounts::Author& by) {
  return accounts.Enable(id, true, by);
}
Status Disable(Accounts& accounts, const Json& /*body*/, const std::string& id,
               const Accounts::Author& by) {
  return accounts.Enable(id, false, by);
}
Status Unlock(Accounts& accounts, const Json& /*body*/, const std::string& id,
              const Accounts::Author& by) {
  return accounts.Unlock(id, by);
}
Status LogOut(Accounts& accounts, const Json& /*body*/, const std::string& id,
              const Accounts::Author& by) {
  return accounts.EndSessions(id, by);
}

constexpr StaffView kViews[] = {{"accounts", Ability::Administer, AccountsView}};

constexpr StaffAct kActs[] = {
    {"accounts/add", Ability::Administer, OnAccount<Add>},
    {"accounts/roles", Ability::Administer, OnAccount<SetRoles>},
    {"accounts/reset", Ability::Administer, OnAccount<Reset>},
    {"accounts/enable", Ability::Administer, OnAccount<Enable>},
    {"accounts/disable", Ability::Administer, OnAccount<Disable>},
    {"accounts/unlock", Ability::Administer, OnAccount<Unlock>},
    {"accounts/log-out", Ability::Administer, OnAccount<LogOut>},
};

}  // namespace

std::span<const StaffView> AccountsViews() { return kViews; }

std::span<const StaffAct> AccountsActs() { return kActs; }

}  // namespace yizhan::server
