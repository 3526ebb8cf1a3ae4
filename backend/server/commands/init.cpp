#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "backend/r4/validate.h"
#include "backend/server/commands/command.h"
#include "backend/server/commands/place.h"

namespace yizhan::server {
namespace {

using fhir::Json;

Result<std::vector<Json>> ReadSite(const std::string& path) {
  std::vector<Json> resources;
  if (path.empty()) return resources;
  std::ifstream file(path, std::ios::binary);
  if (!file) return Fail(ErrorCode::NotFound, path + ": cannot be read");
  std::stringstream text;
  text << file.rdbuf();
  const Result<Json> bundle = Json::Parse(text.str());
  if (!bundle) return Fail(ErrorCode::BadData, path + ": " + bundle.error().detail);
  if ((*bundle)["resourceType"].AsString() != "Bundle") {
    return Fail(ErrorCode::BadData, path + ": must be a FHIR Bundle");
  }
  for (const Json& entry : (*bundle)["entry"].Items()) {
    const Json& resource = entry["resource"];
    const std::string name = path + ": entry " + std::to_string(resources.size());
    if (resource["id"].AsString().empty()) return Fail(ErrorCode::BadData, name + " has no id");
    for (const r4::Issue& issue : r4::Validate(resource)) {
      if (issue.severity != r4::Severity::Error) continue;
      return Fail(ErrorCode::BadData, name + ": " + issue.expression + ": " + issue.diagnostics);
    }
    resources.push_back(resource);
  }
  return resources;
}

/// Puts the resources into a store that never had any.
Status Fill(store::ResourceStore& store, const std::vector<Json>& resources) {
  store::HistoryQuery anything;
  anything.count = 1;
  const Result<store::HistoryPage> before = store.History(anything);
  if (!before) return tl::unexpected<Error>(before.error());
  if (!before->versions.empty()) {
    return Fail(ErrorCode::Refused, "there is a hospital in this store already");
  }
  if (resources.empty()) return {};
  return store.Write([&](store::Transaction& transaction) -> Status {
    for (const Json& resource : resources) {
      const auto stored = transaction.Update(resource);
      if (!stored) return tl::unexpected<Error>(stored.error());
    }
    return {};
  });
}

Status Init(const PlaceOptions& place, const std::string& site) {
  const Result<Configuration> configuration = ConfigurationAt(place);
  if (!configuration) return tl::unexpected<Error>(configuration.error());
  const Result<std::vector<Json>> resources = ReadSite(site);
  if (!resources) return tl::unexpected<Error>(resources.error());
  const auto store = OpenStoreOf(*configuration, SystemClock());
  if (!store) return tl::unexpected<Error>(store.error());
  if (Status filled = Fill(**store, *resources); !filled) return filled;
  const std::string folder = configuration->store.folder;
  const std::string where = place.config.empty() ? "--data " + folder : "--config " + place.config;
  std::printf(
      "A hospital with %zu resources is in %s. Next:\n"
      "  1. Write the configuration (deploy/hospital.toml has every key).\n"
      "  2. An account for the first administrator:  yizhan-hospital account --help\n"
      "  3. A certificate for each terminal:         yizhan-hospital enrol --help\n"
      "  4. Serve:                                   yizhan-hospital serve %s\n"
      "To look around without any of this: yizhan-hospital serve --open --demo --data "
      "OTHER_FOLDER\n",
      resources->size(), folder.c_str(), where.c_str());
  return {};
}

}  // namespace

Command AddInit(CLI::App& program) {
  CLI::App* command = program.add_subcommand("init", "Make an empty hospital, or one from a file");
  const auto place = std::make_shared<PlaceOptions>();
  const auto site = std::make_shared<std::string>();
  AddPlaceOptions(*command, *place);
  command->add_option("--site", *site,
                      "FHIR Bundle with places, services and doctors (see deploy/site.json)");
  command->footer("  yizhan-hospital init --data /var/lib/yizhan-hospital --site deploy/site.json");
  return {command, [place, site] { return ExitCode(Init(*place, *site)); }};
}

}  // namespace yizhan::server
