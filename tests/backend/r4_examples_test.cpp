// Resources that nobody on this project wrote (../shared/data, see its SOURCES.md).
#include <gmock/gmock.h>

#include <set>
#include <string>
#include <vector>

#include "backend/r4/validate.h"
#include "tests/backend/example_resources.h"

namespace yizhan::r4 {
namespace {

using fhir::Json;

// Forms that others made for their own programs, not for a FHIR server: wrong numbers, ids with
// underscores, empty arrays, a Bundle without type... An independent validator refuses them, too.
const std::set<std::string> kSloppy = {"argonaut-phq9-ish.json",    "component_auto_complete.json",
                                       "component_modal.json",      "enableWhen-test.R4.json",
                                       "layout_default.json",       "layout_paginated.json",
                                       "layout_review.json",        "phq9.json",
                                       "resource_data_bundle.json", "screener-questionnaire.json"};

std::string Told(const std::vector<Issue>& issues) {
  std::string text;
  for (const Issue& issue : issues) {
    text += std::string("\n  ") + issue.code + " " + issue.expression + " " + issue.diagnostics;
  }
  return text;
}

TEST(ExamplesTest, EveryPublishedExampleIsValid) {
  const auto examples = Examples();
  SKIP_WITHOUT_EXAMPLES(examples);
  int checked = 0;
  for (const Example& example : examples) {
    auto json = Json::Parse(example.text);
    ASSERT_TRUE(json) << example.name << ": " << json.error().detail;
    // Forms that somebody else fills in come without a status; their programs do not read it.
    const bool form = example.folder == "questionnaires";
    const bool questionnaire = (*json)["resourceType"].AsString() == "Questionnaire";
    if (form && questionnaire && !json->Has("status")) json->Set("status", Json::String("active"));
    const auto issues = Validate(*json);
    const bool broken = kBrokenExamples.contains(example.name) || kSloppy.contains(example.name);
    EXPECT_EQ(HasErrors(issues), broken) << example.name << Told(issues);
    ++checked;
  }
  EXPECT_GT(checked, 300);
}

TEST(ExamplesTest, EveryExampleComesBackWithTheSameValues) {
  const auto examples = Examples();
  SKIP_WITHOUT_EXAMPLES(examples);
  for (const Example& example : examples) {
    const Json json = Json::Parse(example.text).value();
    EXPECT_EQ(Json::Parse(json.Write()).value(), json) << example.name;
    // Without the layout it is the same text, apart from escapes that need not be.
    if (example.text.find('\\') != std::string::npos) continue;
    std::string plain;
    bool quoted = false;
    for (const char c : example.text) {
      if (c == '"') quoted = !quoted;
      if (quoted || (c != ' ' && c != '\n' && c != '\r' && c != '\t')) plain += c;
    }
    if (plain.starts_with("\xEF\xBB\xBF")) plain.erase(0, 3);
    EXPECT_EQ(json.Write(), plain) << example.name;
  }
}

}  // namespace
}  // namespace yizhan::r4
