#include <CLI/CLI.hpp>
#include <cstdio>

#include "backend/server/commands/command.h"
#include "backend/server/commands/line_file.h"
#include "backend/server/commands/place.h"

namespace yizhan::server {
namespace {

Status Migrate(const PlaceOptions& place) {
  const Result<Configuration> to = ConfigurationAt(place);
  if (!to) return tl::unexpected<Error>(to.error());
  if (to->store.postgres.empty()) {
    return Fail(ErrorCode::BadData, "--postgres (or store.postgres) must name the database");
  }
  Configuration from = *to;
  from.store.postgres.clear();
  // Not for reading only: nothing may be written to the old store any more.
  const auto old_store = OpenStoreOf(from, SystemClock());
  if (!old_store) return tl::unexpected<Error>(old_store.error());
  const auto new_store = OpenStoreOf(*to, SystemClock());
  if (!new_store) return tl::unexpected<Error>(new_store.error());
  Result<LineFile> between = LineFile::Temporary(from.store.folder);
  if (!between) return tl::unexpected<Error>(between.error());
  if (Status told = (*old_store)->Export(between->Sink()); !told) return told;
  if (Status rewound = between->Rewind(); !rewound) return rewound;
  if (Status imported = (*new_store)->Import(between->Source()); !imported) return imported;
  const Result<std::int64_t> epoch = (*new_store)->Epoch();
  if (!epoch) return tl::unexpected<Error>(epoch.error());
  std::printf(
      "Migrated %lld bytes; this is epoch %lld. Set store.postgres in the configuration and start\n"
      "the server. The SQLite file in %s is as it was; keep it until you trust the new store.\n",
      static_cast<long long>(between->Bytes()), static_cast<long long>(*epoch),
      from.store.folder.c_str());
  return {};
}

}  // namespace

Command AddMigrate(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("migrate", "Move a hospital from SQLite to PostgreSQL");
  const auto place = std::make_shared<PlaceOptions>();
  AddPlaceOptions(*command, *place);
  command->footer(
      "Stop the server first. The database must exist and be empty; it gets every version of "
      "every\n"
      "resource, all accounts and devices, and the audit chain. All or nothing.\n"
      "  yizhan-hospital migrate --data /var/lib/yizhan-hospital --postgres \"dbname=yizhan\"");
  return {command, [place] { return ExitCode(Migrate(*place)); }};
}

}  // namespace yizhan::server
