/// \file
/// The commands of yizhan-hospital. Each is one file beside this one and one line below; main.cpp
/// asks the function for the command's options and runs it when it was asked for.
#pragma once

#include <functional>

#include "base/result.h"

namespace CLI {
class App;
}

namespace yizhan::server {

struct Command {
  CLI::App* options;         ///< The subcommand, owned by the program.
  std::function<int()> run;  ///< Does it; the exit code of the process.
};

/// Exit codes: done; it failed and the last line on standard error says why; wrong command line.
/// A command that finds something (verify-audit) answers kExitFound.
inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitFound = 3;

// In the order of --help.
Command AddServe(CLI::App& program);
Command AddInit(CLI::App& program);
Command AddEnrol(CLI::App& program);
Command AddRevoke(CLI::App& program);
Command AddAccount(CLI::App& program);
Command AddClient(CLI::App& program);
Command AddBackup(CLI::App& program);
Command AddRestore(CLI::App& program);
Command AddMigrate(CLI::App& program);
Command AddVerifyAudit(CLI::App& program);
Command AddDemoCards(CLI::App& program);

/// Says on standard error what failed; kExitFailed.
int Complain(const Error& error);
/// kExitDone, or as above.
int ExitCode(const Status& done);

}  // namespace yizhan::server
