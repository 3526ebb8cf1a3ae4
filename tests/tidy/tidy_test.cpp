// Properties of the source tree that no compiler checks: who may include whom, which library stays
// behind which door, how long a file may grow.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace fs = std::filesystem;

namespace {

// The include table (README.md). The longest matching folder counts; a folder may always include
// itself, and everybody may include base.
const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"base", {}},
    {"domain", {}},
    {"drivers", {"domain"}},
    {"drivers/cards", {"domain", "drivers"}},
    {"drivers/nfc", {"domain", "drivers"}},
    {"drivers/payment", {"domain", "drivers", "backend/payment"}},
    {"drivers/reader", {"domain", "drivers", "drivers/cards", "drivers/nfc"}},
    {"offline-store", {"domain"}},
    {"printer", {"domain"}},
    {"printer/ipp", {"domain", "printer"}},
    {"printer/documents", {"domain", "printer"}},
    {"kiosk/screens", {"domain"}},
    {"ui", {"domain", "kiosk/screens"}},
    {"kiosk/flows", {"domain", "kiosk/screens"}},
    {"kiosk/session", {"domain", "kiosk/screens", "kiosk/flows"}},
    {"kiosk/sync", {"domain", "offline-store", "backend/fhir"}},
    {"kiosk/app",
     {"domain", "backend/payment", "drivers", "drivers/cards", "drivers/nfc", "drivers/payment",
      "drivers/reader", "ui", "offline-store", "printer", "printer/ipp", "printer/documents",
      "backend/fhir", "kiosk/screens", "kiosk/flows", "kiosk/session", "kiosk/sync"}},
    {"backend/fhir", {"domain"}},
    {"backend/payment", {}},
    {"backend/r4", {"backend/fhir"}},
    {"backend/store", {"domain", "backend/fhir", "backend/r4"}},
    {"backend/hospital",
     {"domain", "backend/payment", "backend/fhir", "backend/r4", "backend/store"}},
    {"backend/security", {"backend/fhir", "backend/store"}},
    {"backend/server",
     {"domain", "backend/fhir", "backend/r4", "backend/store", "backend/security",
      "backend/hospital", "backend/web"}},
    {"backend/web", {}},
};

struct Door {
  std::string_view text;
  std::vector<std::string_view> folders;
};

// Text that may appear only below these folders (tests may look behind a door they test).
const std::vector<Door> kDoors = {
    {"ImGui::", {"ui/", "tests/ui/"}},
    {"<imgui", {"ui/", "tests/ui/"}},
    {"<SDL", {"ui/", "tests/ui/"}},
    {"sqlite3_", {"offline-store/", "backend/store/sqlite/", "tests/"}},
    {"libpq-fe.h", {"backend/store/postgres/", "tests/"}},
    {"PQexec", {"backend/store/postgres/", "tests/"}},
    {"<nfc/", {"drivers/nfc/", "tests/"}},
    {"<cups/", {"printer/ipp/", "tests/"}},
    {"<boost/beast", {"backend/server/"}},
    {"<curl/", {"base/curl_transfer.", "tests/"}},
    {"<argon2", {"backend/security/"}},
    {"<rapidjson", {"backend/fhir/", "tests/"}},
    {"<toml++", {"base/settings.cpp", "tests/"}},
    {"system_clock::now", {"base/clock.cpp"}},
    {"steady_clock::now", {"base/clock.cpp"}},
    {"co_await", {}},
};

constexpr int kMostLines = 500;

bool IsSource(const fs::path& path) {
  return path.extension() == ".h" || path.extension() == ".cpp";
}

std::string FolderOf(std::string_view path) {
  std::string best;
  for (const auto& [folder, allowed] : kMayInclude) {
    const bool inside = path.starts_with(folder + "/");
    if (inside && folder.size() > best.size()) best = folder;
  }
  return best;
}

struct Finding {
  std::string at;
  std::string what;
};

/// Everything wrong with one file's text.
std::vector<Finding> Inspect(const std::string& path, std::istream& text) {
  static const std::regex include(R"re(^\s*#\s*include\s+"([^"]+)")re");
  std::vector<Finding> findings;
  const std::string from = FolderOf(path);
  std::string line;
  int number = 0;
  while (std::getline(text, line)) {
    const std::string at = path + ":" + std::to_string(++number);
    std::smatch found;
    if (!from.empty() && std::regex_search(line, found, include)) {
      const std::string to = FolderOf(found[1].str());
      const bool may = to == from || to == "base" || kMayInclude.at(from).contains(to);
      if (!may) findings.push_back({at, "may not include " + found[1].str()});
    }
    for (const Door& door : kDoors) {
      if (line.find(door.text) == std::string::npos) continue;
      bool may = path.starts_with("tests/tidy/");
      for (const std::string_view folder : door.folders) may = may || path.starts_with(folder);
      if (!may) findings.push_back({at, "is behind a door: " + std::string(door.text)});
    }
  }
  if (number > kMostLines) findings.push_back({path, "has more than 500 lines"});
  return findings;
}

const char* const kTopFolders[] = {"base",    "domain",        "kiosk",   "drivers", "ui",
                                   "printer", "offline-store", "backend", "tests"};

TEST(TidyTest, IncludesFollowTheTableAndLibrariesStayBehindTheirDoors) {
  int files = 0;
  for (const char* top : kTopFolders) {
    for (const auto& entry : fs::recursive_directory_iterator(top)) {
      if (entry.path().string().find("node_modules") != std::string::npos) continue;
      if (!entry.is_regular_file() || !IsSource(entry.path())) continue;
      ++files;
      std::ifstream text(entry.path());
      for (const Finding& finding : Inspect(entry.path().string(), text)) {
        ADD_FAILURE() << finding.at << " " << finding.what;
      }
    }
  }
  EXPECT_GT(files, 50) << "run from the source root";
}

TEST(TidyTest, AForbiddenIncludeIsFound) {
  std::istringstream flow("#include \"ui/ui.h\"\n");
  EXPECT_EQ(Inspect("kiosk/flows/x.cpp", flow).size(), 1U);
  std::istringstream domain("#include \"kiosk/screens/screen.h\"\n");
  EXPECT_EQ(Inspect("domain/x.h", domain).size(), 1U);
  std::istringstream nfc("#include \"drivers/cards/ndef.h\"\n");
  EXPECT_EQ(Inspect("drivers/nfc/x.cpp", nfc).size(), 1U);
}

TEST(TidyTest, AnOpenDoorIsFound) {
  std::istringstream text("  ImGui::Text(\"x\");\n");
  EXPECT_EQ(Inspect("kiosk/app/x.cpp", text).size(), 1U);
  std::istringstream clock("auto t = std::chrono::steady_clock::now();\n");
  EXPECT_EQ(Inspect("printer/x.cpp", clock).size(), 1U);
}

TEST(TidyTest, EveryFolderSaysWhatItIsForInFortyLines) {
  for (const char* folder :
       {"base", "domain", "kiosk", "kiosk/sync", "drivers", "ui", "offline-store", "printer",
        "backend", "tests", "tests/rig", "deploy"}) {
    std::ifstream readme(std::string(folder) + "/README.md");
    ASSERT_TRUE(readme) << folder << "/README.md is missing";
    std::string line;
    int lines = 0;
    while (std::getline(readme, line)) ++lines;
    EXPECT_LE(lines, 40) << folder;
    EXPECT_GE(lines, 3) << folder;
  }
}

}  // namespace
