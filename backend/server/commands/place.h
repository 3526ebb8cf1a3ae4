#pragma once

#include <memory>
#include <string>

#include "backend/server/configuration.h"
#include "backend/store/resource_store.h"
#include "base/clock.h"

namespace CLI {
class App;
}

namespace yizhan::server {

/// The options with which every command finds the hospital's store.
struct PlaceOptions {
  std::string config;    ///< --config
  std::string data;      ///< --data
  std::string postgres;  ///< --postgres
};
void AddPlaceOptions(CLI::App& command, PlaceOptions& options);

/// The configuration file, if one is named, with these options over it. BadData: it is wrong, or
/// nothing says where the store is.
[[nodiscard]] Result<Configuration> ConfigurationAt(const PlaceOptions& options);

/// Opens the store that the configuration names. `clock` outlives it. Busy: a server is using it.
[[nodiscard]] Result<std::unique_ptr<store::ResourceStore>> OpenStoreOf(
    const Configuration& configuration, const Clock& clock);
/// The same to read only, which a running server does not mind.
[[nodiscard]] Result<std::unique_ptr<store::ResourceStore>> OpenStoreForReading(
    const Configuration& configuration, const Clock& clock);

}  // namespace yizhan::server
