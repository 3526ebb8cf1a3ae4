#include <CLI/CLI.hpp>
#include <cstdio>

#include "backend/server/commands/command.h"
#include "backend/server/commands/line_file.h"
#include "backend/server/commands/place.h"

namespace yizhan::server {
namespace {

Status Restore(const PlaceOptions& place, const std::string& path) {
  const Result<Configuration> configuration = ConfigurationAt(place);
  if (!configuration) return tl::unexpected<Error>(configuration.error());
  Result<LineFile> file = LineFile::Open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  const auto store = OpenStoreOf(*configuration, SystemClock());
  if (!store) return tl::unexpected<Error>(store.error());
  if (Status imported = (*store)->Import(file->Source()); !imported) return imported;
  const Result<std::int64_t> epoch = (*store)->Epoch();
  if (!epoch) return tl::unexpected<Error>(epoch.error());
  std::printf(
      "Restored. This is epoch %lld: what terminals did after the backup was made is not in it,\n"
      "and they will notice. Check the audit chain (yizhan-hospital verify-audit), then start\n"
      "the server.\n",
      static_cast<long long>(*epoch));
  return {};
}

}  // namespace

Command AddRestore(CLI::App& program) {
  CLI::App* command = program.add_subcommand("restore", "Fill an empty store from a backup");
  const auto place = std::make_shared<PlaceOptions>();
  const auto path = std::make_shared<std::string>();
  AddPlaceOptions(*command, *place);
  command->add_option("--input", *path, "File that backup wrote; - is standard input")->required();
  command->footer(
      "The store must be empty and no server may use it. All or nothing: a backup that is not\n"
      "complete or was changed leaves the store empty. Keep the file `epoch` of the old data "
      "folder\n"
      "if it is still there: a restored server must have a higher epoch than any before.");
  return {command, [place, path] { return ExitCode(Restore(*place, *path)); }};
}

}  // namespace yizhan::server
