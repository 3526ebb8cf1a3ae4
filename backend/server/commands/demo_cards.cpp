#include <CLI/CLI.hpp>
#include <cstdio>

#include "backend/hospital/demo/demo_hospital.h"
#include "backend/server/commands/command.h"

namespace yizhan::server {

Command AddDemoCards(CLI::App& program) {
  CLI::App* options = program.add_subcommand(
      "demo-cards", "List the demonstration's patients: card number, kind, UID of a legacy card");
  return {options, [] {
            for (const hospital::DemoPersona& persona : hospital::DemoPersonas()) {
              std::printf("%s\t%s", persona.card_number, persona.kind);
              if (*persona.uid != '\0') std::printf("\t%s", persona.uid);
              std::printf("\n");
            }
            return kExitDone;
          }};
}

}  // namespace yizhan::server
