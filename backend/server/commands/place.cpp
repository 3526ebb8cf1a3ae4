#include "backend/server/commands/place.h"

#include <CLI/CLI.hpp>

#include "backend/store/open_store.h"
#include "backend/store/sqlite/sqlite_store.h"

namespace yizhan::server {

void AddPlaceOptions(CLI::App& command, PlaceOptions& options) {
  command.add_option("--config", options.config, "Configuration file (TOML)");
  command.add_option("--data", options.data, "Folder of the hospital's data");
  command.add_option("--postgres", options.postgres,
                     "PostgreSQL instead of SQLite, like \"host=/run/postgresql dbname=yizhan\"");
}

Result<Configuration> ConfigurationAt(const PlaceOptions& options) {
  Result<Configuration> configuration =
      options.config.empty() ? Configuration{} : LoadConfiguration(options.config);
  if (!configuration) return configuration;
  if (!options.data.empty()) configuration->store.folder = options.data;
  if (!options.postgres.empty()) configuration->store.postgres = options.postgres;
  if (configuration->store.folder.empty()) {
    return Fail(ErrorCode::BadData, "--data (or store.folder in the configuration) is required");
  }
  return configuration;
}

Result<std::unique_ptr<store::ResourceStore>> OpenStoreOf(const Configuration& configuration,
                                                          const Clock& clock) {
  return store::OpenStore(
      {configuration.store.folder, configuration.store.postgres, configuration.rules.zone}, clock);
}

Result<std::unique_ptr<store::ResourceStore>> OpenStoreForReading(
    const Configuration& configuration, const Clock& clock) {
  // PostgreSQL has room for several processes.
  if (!configuration.store.postgres.empty()) return OpenStoreOf(configuration, clock);
  return store::OpenSqliteStoreForReading({configuration.store.folder, configuration.rules.zone},
                                          clock);
}

}  // namespace yizhan::server
