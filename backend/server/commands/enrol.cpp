#include <CLI/CLI.hpp>
#include <cstdio>

#include "backend/server/commands/admin_command.h"
#include "backend/server/commands/command.h"

namespace yizhan::server {
namespace {

using fhir::Json;

struct EnrolOptions {
  PlaceOptions place;
  std::string device;
  std::string role = "kiosk";
  int minutes = 15;
  std::string request;
  std::string out;
  std::string certificate;
  std::vector<std::string> hosts;
  bool list = false;
};

/// Needs no store: the server may be running or not be there yet.
int MakeServerCertificate(const EnrolOptions& options) {
  const Result<Configuration> configuration = ConfigurationAt(options.place);
  if (!configuration) return Complain(configuration.error());
  const std::string folder = SecurityFolder(*configuration);
  if (Status ours = CheckOwner(configuration->store.folder); !ours) return Complain(ours.error());
  const auto authority = security::CertificateAuthority::Open(folder, SystemClock());
  if (!authority) return Complain(authority.error());
  const auto made = (*authority)->MakeServer(options.hosts);
  if (!made) return Complain(made.error());
  std::printf(
      "%s/server.pem is good until %s; a server that runs must be started again\n"
      "terminals trust %s/ca.pem (SHA-256 %s)\n",
      folder.c_str(), ToInstant(made->not_after).substr(0, 10).c_str(), folder.c_str(),
      (*authority)->Own().fingerprint.c_str());
  return kExitDone;
}

int WriteOut(const std::string& path, const std::string& text) {
  std::FILE* const file = path.empty() ? stdout : std::fopen(path.c_str(), "wb");
  const bool is_written =
      file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool is_closed = file == nullptr || file == stdout || std::fclose(file) == 0;
  if (is_written && is_closed) return kExitDone;
  return Complain({ErrorCode::StoreFull, path + " cannot be written"});
}

int SignRequest(const EnrolOptions& options) {
  const Result<std::string> request = ReadWhole(options.request);
  if (!request) return Complain(request.error());
  Json command = AdminCommand("device-sign", options.device);
  command.Set("role", Json::String(options.role)).Set("request", Json::String(*request));
  const Result<Json> answer = RunAdminCommand(options.place, std::move(command));
  if (!answer) return Complain(answer.error());
  std::fprintf(stderr, "%s\n", (*answer)["text"].AsString().c_str());
  return WriteOut(options.out, (*answer)["certificate"].AsString());
}

int Register(const EnrolOptions& options) {
  const Result<std::string> certificate = ReadWhole(options.certificate);
  if (!certificate) return Complain(certificate.error());
  Json command = AdminCommand("device-register", options.device);
  command.Set("role", Json::String(options.role)).Set("certificate", Json::String(*certificate));
  return RunAndTell(options.place, std::move(command));
}

int MakeCode(const EnrolOptions& options) {
  Json command = AdminCommand("device-code", options.device);
  command.Set("role", Json::String(options.role)).Set("minutes", Json::Integer(options.minutes));
  const Result<Json> answer = RunAdminCommand(options.place, std::move(command));
  if (!answer) return Complain(answer.error());
  std::printf("%s\n", (*answer)["text"].AsString().c_str());
  if (options.role == "screen") {
    std::printf("on the screen: open https://SERVER:PORT/login?next=/screen&pair=1\n");
  } else {
    std::printf("on the terminal: enrol-terminal https://SERVER:PORT %s FOLDER %s\n",
                (*answer)["code"].AsString().c_str(), (*answer)["fingerprint"].AsString().c_str());
  }
  return kExitDone;
}

int Enrol(const EnrolOptions& options) {
  if (options.list) return RunAndTell(options.place, AdminCommand("device-list", ""));
  if (!options.hosts.empty()) return MakeServerCertificate(options);
  if (options.device.empty()) {
    return Complain({ErrorCode::BadData, "name a device, or use --server or --list"});
  }
  if (!options.request.empty()) return SignRequest(options);
  if (!options.certificate.empty()) return Register(options);
  return MakeCode(options);
}

}  // namespace

Command AddEnrol(CLI::App& program) {
  CLI::App* enrol = program.add_subcommand(
      "enrol", "Give a terminal a certificate: a one-time code, or a request signed by hand");
  const auto options = std::make_shared<EnrolOptions>();
  AddPlaceOptions(*enrol, options->place);
  enrol->add_option("device", options->device, "Name of the terminal, like K3");
  enrol->add_option("--role", options->role, "One of: " + security::RoleNames(true));
  enrol->add_option("--minutes", options->minutes, "How long the code is good (15)");
  CLI::Option* request =
      enrol->add_option("--csr", options->request, "Sign this request (PEM) instead of a code");
  enrol->add_option("--out", options->out, "Where the certificate goes; default: standard output")
      ->needs(request);
  enrol
      ->add_option("--certificate", options->certificate,
                   "Make a certificate known that another CA signed")
      ->excludes(request);
  enrol->add_option("--server", options->hosts,
                    "Make this server's own certificate for a name or address; more than once");
  enrol->add_flag("--list", options->list, "List terminals and their certificates");
  return {enrol, [options] { return Enrol(*options); }};
}

Command AddRevoke(CLI::App& program) {
  CLI::App* revoke =
      program.add_subcommand("revoke", "Refuse a terminal from now on, on open connections too");
  struct RevokeOptions {
    PlaceOptions place;
    std::string device;
  };
  const auto options = std::make_shared<RevokeOptions>();
  AddPlaceOptions(*revoke, options->place);
  revoke->add_option("device", options->device, "Name of the terminal, like K3")->required();
  return {revoke, [options] {
            return RunAndTell(options->place, AdminCommand("device-revoke", options->device));
          }};
}

}  // namespace yizhan::server
