#include "backend/server/commands/admin_command.h"

#include <pwd.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "backend/security/admin.h"
#include "backend/server/admin_channel.h"
#include "backend/server/commands/command.h"
#include "backend/server/commands/server_security.h"

namespace yizhan::server {
namespace {

using fhir::Json;

constexpr std::size_t kMaxFile = 256U << 10U;

std::string UserName() {
  const passwd* user = ::getpwuid(::geteuid());
  return user == nullptr ? std::to_string(::geteuid()) : user->pw_name;
}

/// Reads a line without showing it.
Result<std::string> HiddenLine(const char* prompt) {
  std::fprintf(stderr, "%s: ", prompt);
  std::fflush(stderr);
  termios before{};
  const bool is_known = ::tcgetattr(STDIN_FILENO, &before) == 0;
  if (is_known) {
    termios hidden = before;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  std::string line;
  const bool is_read = static_cast<bool>(std::getline(std::cin, line));
  if (is_known) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  std::fprintf(stderr, "\n");
  if (!is_read) return Fail(ErrorCode::BadData, "no password was given");
  return line;
}

/// The store by this process. Busy: a server has it open.
Result<Json> RunHere(const Configuration& configuration, const Json& command) {
  const Result<std::unique_ptr<store::ResourceStore>> store =
      OpenStoreOf(configuration, SystemClock());
  if (!store) return tl::unexpected<Error>(store.error());
  const auto authority = OpenAuthority(configuration, SystemClock());
  if (!authority) return tl::unexpected<Error>(authority.error());
  security::Gate gate(**store, SystemClock(), authority->get(), configuration.access);
  return security::RunAdmin(gate, command, SystemClock().Now());
}

}  // namespace

Status CheckOwner(const std::string& folder) {
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0 || status.st_uid == ::geteuid()) return {};
  const passwd* owner = ::getpwuid(status.st_uid);
  const std::string name = owner == nullptr ? std::to_string(status.st_uid) : owner->pw_name;
  return Fail(ErrorCode::Refused,
              folder + " belongs to " + name + ": run this as that user (sudo -u " + name + ")");
}

Result<Json> RunAdminCommand(const PlaceOptions& place, Json command) {
  command.Set("by", Json::String(UserName()));
  const Result<Configuration> configuration = ConfigurationAt(place);
  if (!configuration) return tl::unexpected<Error>(configuration.error());
  const std::string& folder = configuration->store.folder;
  const Status is_ours = CheckOwner(folder);
  Result<Json> answer = Fail(ErrorCode::Busy, "");
  if (is_ours) answer = RunHere(*configuration, command);
  if (!answer && answer.error().code == ErrorCode::Busy) answer = AskServer(folder, command);
  // What this user wrote there the server could not read.
  if (!is_ours && !answer && answer.error().code == ErrorCode::Unreachable) {
    return tl::unexpected<Error>(is_ours.error());
  }
  if (answer && !(*answer)["ok"].AsBoolean()) {
    return Fail(ErrorCode::Refused, (*answer)["error"].AsString());
  }
  return answer;
}

int RunAndTell(const PlaceOptions& place, Json command) {
  const Result<Json> answer = RunAdminCommand(place, std::move(command));
  if (!answer) return Complain(answer.error());
  const std::string& text = (*answer)["text"].AsString();
  std::printf("%s%s", text.c_str(), text.ends_with('\n') ? "" : "\n");
  return kExitDone;
}

Result<std::string> AskPassword() {
  if (::isatty(STDIN_FILENO) == 0) {
    std::string line;
    if (!std::getline(std::cin, line)) return Fail(ErrorCode::BadData, "no password was given");
    return line;
  }
  const Result<std::string> first = HiddenLine("Password (10 characters or more)");
  if (!first) return first;
  const Result<std::string> again = HiddenLine("The same again");
  if (!again) return again;
  if (*first != *again) return Fail(ErrorCode::BadData, "the two passwords differ");
  return *first;
}

Result<std::string> ReadWhole(const std::string& path) {
  std::FILE* const file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  if (file == nullptr) return Fail(ErrorCode::NotFound, path + " cannot be read");
  std::string text(kMaxFile + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  if (file != stdin) std::fclose(file);
  if (text.size() > kMaxFile) return Fail(ErrorCode::BadData, path + " is too long");
  return text;
}

Json AdminCommand(const char* name, const std::string& id) {
  return Json::Object({{"command", Json::String(name)}, {"id", Json::String(id)}});
}

}  // namespace yizhan::server
