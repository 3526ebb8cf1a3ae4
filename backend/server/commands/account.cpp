#include <CLI/CLI.hpp>

#include "backend/server/commands/admin_command.h"
#include "backend/server/commands/command.h"

namespace yizhan::server {
namespace {

using fhir::Json;

struct AccountOptions {
  PlaceOptions place;
  std::string id;
  std::string name;
  std::vector<std::string> roles;
  /// What the chosen command does. It holds no share in these options, which would never end then.
  std::function<int(const AccountOptions&)> run;
};

Json Roles(const std::vector<std::string>& roles) {
  Json list = Json::Array();
  for (const std::string& role : roles) list.Append(Json::String(role));
  return list;
}

int WithPassword(const AccountOptions& options, Json command) {
  const Result<std::string> password = AskPassword();
  if (!password) return Complain(password.error());
  command.Set("password", Json::String(*password));
  return RunAndTell(options.place, std::move(command));
}

}  // namespace

Command AddAccount(CLI::App& program) {
  CLI::App* account = program.add_subcommand("account", "Accounts of staff who log in");
  const auto options = std::make_shared<AccountOptions>();
  account->require_subcommand(1);
  const auto act = [&](const char* name, const char* help, bool has_id) {
    CLI::App* command = account->add_subcommand(name, help);
    AddPlaceOptions(*command, options->place);
    if (has_id) command->add_option("account", options->id, "Like wang.jg")->required();
    return command;
  };
  CLI::App* add = act("add", "Add an account; the password is asked, or read from a pipe", true);
  add->add_option("--name", options->name, "The person's name")->required();
  add->add_option("--role", options->roles,
                  "May be given more than once: " + security::RoleNames(false))
      ->required();
  add->callback([options] {
    options->run = [](const AccountOptions& chosen) {
      Json command = AdminCommand("account-add", chosen.id);
      command.Set("name", Json::String(chosen.name)).Set("roles", Roles(chosen.roles));
      return WithPassword(chosen, std::move(command));
    };
  });
  CLI::App* roles = act("roles", "Give an account other roles", true);
  roles->add_option("--role", options->roles, "May be given more than once")->required();
  roles->callback([options] {
    options->run = [](const AccountOptions& chosen) {
      Json command = AdminCommand("account-roles", chosen.id);
      command.Set("roles", Roles(chosen.roles));
      return RunAndTell(chosen.place, std::move(command));
    };
  });
  act("reset", "Set another password; all sessions of the account end", true)->callback([options] {
    options->run = [](const AccountOptions& chosen) {
      return WithPassword(chosen, AdminCommand("account-reset", chosen.id));
    };
  });
  struct Plain {
    const char* name;
    const char* help;
    const char* command;
  };
  static constexpr Plain kPlain[] = {
      {"list", "List accounts: name, roles, state, person", "account-list"},
      {"disable", "Nobody can use the account any more; its sessions end", "account-disable"},
      {"enable", "Take back a disabling", "account-enable"},
      {"unlock", "Forget wrong passwords, so that nobody has to wait", "account-unlock"},
      {"log-out", "End all sessions of the account", "account-log-out"}};
  for (const Plain& plain : kPlain) {
    act(plain.name, plain.help, std::string_view(plain.name) != "list")
        ->callback([options, command = plain.command] {
          options->run = [command](const AccountOptions& chosen) {
            return RunAndTell(chosen.place, AdminCommand(command, chosen.id));
          };
        });
  }
  return {account, [options] { return options->run(*options); }};
}

}  // namespace yizhan::server
