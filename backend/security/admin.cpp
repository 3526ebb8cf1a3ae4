#include "backend/security/admin.h"

#include <algorithm>

namespace yizhan::security {
namespace {

using fhir::Json;

Json Good(const std::string& text) {
  return Json::Object({{"ok", Json::Boolean(true)}, {"text", Json::String(text)}});
}

Json Bad(const Error& error) {
  return Json::Object({{"ok", Json::Boolean(false)}, {"error", Json::String(error.detail)}});
}

Json Outcome(const Status& done, const std::string& text) {
  return done ? Good(text) : Bad(done.error());
}

std::vector<std::string> Texts(const Json& items) {
  std::vector<std::string> texts;
  for (const Json& item : items.Items()) texts.push_back(item.AsString());
  return texts;
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ",") + text;
  return joined;
}

/// One administrator's command. Thread-bound.
class Admin {
 public:
  Admin(Gate& gate, const Json& command, WallTime now)
      : gate_(gate),
        command_(command),
        by_{ActorKind::Command, command["by"].AsString(), ""},
        id_(command["id"].AsString()),
        now_(now) {}

  Json Run() {
    const std::string& name = command_["command"].AsString();
    if (name.starts_with("account-")) return Account(name.substr(8));
    if (name.starts_with("device-")) return Device(name.substr(7));
    if (name.starts_with("client-")) return Client(name.substr(7));
    return Unknown();
  }

 private:
  static Json Unknown() { return Bad({ErrorCode::BadData, "there is no such command"}); }
  const std::string& Text(const char* name) const { return command_[name].AsString(); }

  Json Account(const std::string& act) {
    Accounts& accounts = gate_.StaffAccounts();
    if (act == "add") {
      return Outcome(
          accounts.Add({id_, Text("name"), Texts(command_["roles"]), Text("password")}, by_),
          "account " + id_ + " can log in now");
    }
    if (act == "list") return ListAccounts();
    if (act == "disable") {
      return Outcome(accounts.Enable(id_, false, by_), "account " + id_ + " is disabled");
    }
    if (act == "enable") {
      return Outcome(accounts.Enable(id_, true, by_), "account " + id_ + " can log in again");
    }
    if (act == "unlock") {
      return Outcome(accounts.Unlock(id_, by_), "account " + id_ + " can be tried again");
    }
    if (act == "log-out") {
      return Outcome(accounts.EndSessions(id_, by_),
                     "account " + id_ + " is logged out everywhere");
    }
    if (act == "roles") {
      return Outcome(accounts.SetRoles(id_, Texts(command_["roles"]), by_),
                     "account " + id_ + " has other roles now");
    }
    if (act == "reset") {
      return Outcome(accounts.SetPassword(id_, Text("password"), by_),
                     "account " + id_ + " has another password; all its sessions ended");
    }
    return Unknown();
  }

  Json ListAccounts() {
    const auto accounts = gate_.StaffAccounts().List();
    if (!accounts) return Bad(accounts.error());
    std::string text;
    for (const security::Account& one : *accounts) {
      text += one.id + '\t' + Joined(one.roles) + '\t' + (one.enabled ? "enabled" : "disabled") +
              '\t' + one.name + '\n';
    }
    return Good(text.empty() ? "no accounts" : text);
  }

  Json Device(const std::string& act) {
    Devices& devices = gate_.KnownDevices();
    if (act == "code") {
      const auto minutes = std::chrono::minutes(command_["minutes"].AsInteger().value_or(15));
      const auto code = devices.MakeCode(id_, Text("role"), minutes, by_);
      if (!code) return Bad(code.error());
      Json answer =
          Good("code " + code->code + " enrols " + id_ + " until " + ToInstant(code->expires));
      answer.Set("code", Json::String(code->code));
      answer.Set("fingerprint", Json::String(gate_.Authority()->Own().fingerprint));
      return answer;
    }
    if (act == "sign") {
      const auto made = devices.EnrolByRequest(id_, Text("role"), Text("request"), by_);
      if (!made) return Bad(made.error());
      Json answer = Good(id_ + " is enrolled until " + ToInstant(made->not_after));
      answer.Set("certificate", Json::String(made->pem));
      return answer;
    }
    if (act == "register") {
      return Outcome(devices.Register(id_, Text("role"), Text("certificate"), by_),
                     id_ + " is known by this certificate");
    }
    if (act == "revoke") {
      return Outcome(devices.Revoke(id_, by_), id_ + " is refused from now on");
    }
    return act == "list" ? ListDevices() : Unknown();
  }

  Json ListDevices() {
    const auto devices = gate_.KnownDevices().List();
    if (!devices) return Bad(devices.error());
    std::string text;
    for (const security::Device& one : *devices) {
      for (const DeviceCertificate& certificate : one.certificates) {
        const char* state = certificate.revoked             ? "revoked"
                            : now_ >= certificate.not_after ? "expired"
                            : certificate.used              ? "in use"
                                                            : "not used yet";
        text += one.name + '\t' + one.role + '\t' + state + '\t' +
                ToInstant(certificate.not_after).substr(0, 10) + '\t' + certificate.fingerprint +
                '\n';
      }
    }
    return Good(text.empty() ? "no devices" : text);
  }

  Json Client(const std::string& act) {
    Smart& smart = gate_.Systems();
    if (act == "add") {
      return Outcome(smart.Register(id_, Text("keys"), Text("scopes"), by_),
                     "client " + id_ + " can ask for tokens now");
    }
    if (act == "revoke") {
      return Outcome(smart.Revoke(id_, by_), "client " + id_ + " is refused from now on");
    }
    if (act != "list") return Unknown();
    const auto clients = smart.List();
    if (!clients) return Bad(clients.error());
    std::string text;
    for (const SystemClient& one : *clients) {
      text +=
          one.id + '\t' + (one.enabled ? "enabled" : "revoked") + '\t' + one.allowed.Text() + '\n';
    }
    return Good(text.empty() ? "no clients" : text);
  }

  Gate& gate_;
  const Json& command_;
  const Accounts::Author by_;
  const std::string id_;
  const WallTime now_;
};

}  // namespace

Json RunAdmin(Gate& gate, const Json& command, WallTime now) {
  return Admin(gate, command, now).Run();
}

}  // namespace yizhan::security
