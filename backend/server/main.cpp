/// \file
/// yizhan-hospital: the hospital's server and the commands around it.
#include <sys/stat.h>

#include <CLI/CLI.hpp>

#include "backend/server/commands/command.h"

int main(int argc, char** argv) {
  // Whatever a command writes is about patients, or is a key: it is its owner's alone.
  ::umask(S_IRWXG | S_IRWXO);
  using namespace yizhan::server;  // NOLINT(google-build-using-namespace)
  CLI::App program("Hospital server of Yizhan: FHIR R4, queues and staff pages");
  program.require_subcommand(1);
  program.footer("Each command explains itself: yizhan-hospital COMMAND --help");
  const Command commands[] = {AddServe(program),       AddInit(program),     AddEnrol(program),
                              AddRevoke(program),      AddAccount(program),  AddClient(program),
                              AddBackup(program),      AddRestore(program),  AddMigrate(program),
                              AddVerifyAudit(program), AddDemoCards(program)};
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == kExitDone ? kExitDone : kExitUsage;
  }
  for (const Command& command : commands) {
    if (command.options->parsed()) return command.run();
  }
  return kExitUsage;
}
