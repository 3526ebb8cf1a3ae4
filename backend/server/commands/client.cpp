#include <CLI/CLI.hpp>

#include "backend/server/commands/admin_command.h"
#include "backend/server/commands/command.h"

namespace yizhan::server {
namespace {

using fhir::Json;

struct ClientOptions {
  PlaceOptions place;
  std::string id;
  std::string keys;
  std::vector<std::string> scopes;
  /// What the chosen command does. It holds no share in these options, which would never end then.
  std::function<int(const ClientOptions&)> run;
};

int Register(const ClientOptions& options) {
  const Result<std::string> keys = ReadWhole(options.keys);
  if (!keys) return Complain(keys.error());
  std::string scopes;
  for (const std::string& scope : options.scopes) scopes += (scopes.empty() ? "" : " ") + scope;
  Json command = AdminCommand("client-add", options.id);
  command.Set("keys", Json::String(*keys)).Set("scopes", Json::String(scopes));
  return RunAndTell(options.place, std::move(command));
}

}  // namespace

Command AddClient(CLI::App& program) {
  CLI::App* client =
      program.add_subcommand("client", "Other programs that use /fhir (SMART Backend Services)");
  const auto options = std::make_shared<ClientOptions>();
  client->require_subcommand(1);
  const auto act = [&](const char* name, const char* help) {
    CLI::App* command = client->add_subcommand(name, help);
    AddPlaceOptions(*command, options->place);
    return command;
  };
  CLI::App* add = act("add", "Register a program, or replace its keys and scopes");
  add->add_option("client", options->id, "Its client_id")->required();
  add->add_option("--jwks", options->keys, "File with its public keys (JWKS, RS384 or ES384)")
      ->required();
  add->add_option("--scope", options->scopes,
                  "Like system/Appointment.cruds; may be given more than once")
      ->required();
  add->callback([options] { options->run = Register; });
  CLI::App* revoke = act("revoke", "Its tokens end at once, and it gets no new ones");
  revoke->add_option("client", options->id, "Its client_id")->required();
  revoke->callback([options] {
    options->run = [](const ClientOptions& chosen) {
      return RunAndTell(chosen.place, AdminCommand("client-revoke", chosen.id));
    };
  });
  act("list", "List programs: client_id, state, scopes")->callback([options] {
    options->run = [](const ClientOptions& chosen) {
      return RunAndTell(chosen.place, AdminCommand("client-list", ""));
    };
  });
  return {client, [options] { return options->run(*options); }};
}

}  // namespace yizhan::server
