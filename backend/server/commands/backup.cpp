#include <CLI/CLI.hpp>
#include <cstdio>

#include "backend/server/commands/command.h"
#include "backend/server/commands/line_file.h"
#include "backend/server/commands/place.h"
#include "backend/store/export_format.h"

namespace yizhan::server {
namespace {

/// Reads a finished backup once more, as a restore would.
Status Verify(const std::string& path) {
  Result<LineFile> file = LineFile::Open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  const store::LineSource source = file->Source();
  store::ExportReader reader(source);
  const Result<std::int64_t> epoch = reader.Begin();
  if (!epoch) return tl::unexpected<Error>(epoch.error());
  for (;;) {
    const auto item = reader.Next();
    if (!item) return tl::unexpected<Error>(item.error());
    if (!*item) return {};
  }
}

Status Backup(const PlaceOptions& place, const std::string& path) {
  const Result<Configuration> configuration = ConfigurationAt(place);
  if (!configuration) return tl::unexpected<Error>(configuration.error());
  const auto store = OpenStoreForReading(*configuration, SystemClock());
  if (!store) return tl::unexpected<Error>(store.error());
  Result<LineFile> file = LineFile::Create(path);
  if (!file) return tl::unexpected<Error>(file.error());
  if (Status told = (*store)->Export(file->Sink()); !told) return told;
  if (Status finished = file->Finish(); !finished) return finished;
  if (path == "-") return {};
  if (Status verified = Verify(path); !verified) return verified;
  std::printf("%s: %lld bytes, read again and complete\n", path.c_str(),
              static_cast<long long>(file->Bytes()));
  return {};
}

}  // namespace

Command AddBackup(CLI::App& program) {
  CLI::App* command = program.add_subcommand("backup", "Write everything to one file");
  const auto place = std::make_shared<PlaceOptions>();
  const auto path = std::make_shared<std::string>();
  AddPlaceOptions(*command, *place);
  command->add_option("--output", *path, "New file; - is standard output")->required();
  command->footer(
      "The server may go on serving: the backup is the state of one moment. The file holds\n"
      "patients' data, is readable by its owner only, and carries a checksum that restore checks.\n"
      "  yizhan-hospital backup --config /etc/yizhan/hospital.toml --output /backup/$(date +%F)");
  return {command, [place, path] { return ExitCode(Backup(*place, *path)); }};
}

}  // namespace yizhan::server
