#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace yizhan::r4 {

/// Resources that nobody on this project wrote; see SOURCES.md there.
inline const std::filesystem::path kExampleFolder = "../shared/data";

/// Wrong as published (SOURCES.md).
inline const std::set<std::string> kBrokenExamples = {"Questionnaire-qs1.json",
                                                      "Observation-clinical-gender.json",
                                                      "MedicationRequest-medrx0301.json"};

struct Example {
  std::string folder;
  std::string name;
  std::string text;
};

/// All of them, ordered by name; empty where the folder is not there.
inline std::vector<Example> Examples() {
  namespace fs = std::filesystem;
  std::vector<Example> examples;
  if (!fs::exists(kExampleFolder)) return examples;
  for (const auto& entry : fs::recursive_directory_iterator(kExampleFolder)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    std::stringstream text;
    text << file.rdbuf();
    if (text.str().find("\"resourceType\"") == std::string::npos) continue;
    examples.push_back({entry.path().parent_path().filename().string(),
                        entry.path().filename().string(), text.str()});
  }
  std::sort(examples.begin(), examples.end(),
            [](const Example& a, const Example& b) { return a.name < b.name; });
  return examples;
}

#define SKIP_WITHOUT_EXAMPLES(examples) \
  if ((examples).empty()) GTEST_SKIP() << "SKIPPED: there are no examples in " << kExampleFolder

}  // namespace yizhan::r4
