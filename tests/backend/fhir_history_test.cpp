#include <gmock/gmock.h>

#include "tests/backend/fhir_fixture.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using testing::HasSubstr;

class FhirHistoryTest : public test::FhirFixture, public testing::WithParamInterface<test::Engine> {
 protected:
  FhirHistoryTest() : FhirFixture(GetParam()) {
    if (store == nullptr) return;
    for (const char* id : {"a", "b"}) {
      for (int version = 0; version < 3; ++version) {
        Put(std::string(R"({"resourceType":"Patient","id":")") + id + "\"}");
      }
    }
    Ask("DELETE", "Patient/a");
  }
  /// Every version that the pages tell, as "a/4 b/3"; follows the next links.
  std::string Walk(std::string url) {
    std::string seen;
    for (int page = 0; page < 50 && !url.empty(); ++page) {
      const Json bundle = test::Parse(Ask("GET", url).body);
      for (const Json& entry : bundle["entry"].Items()) {
        const std::string& asked = entry["request"]["url"].AsString();
        std::string etag = entry["response"]["etag"].AsString();
        seen += (seen.empty() ? "" : " ") + asked.substr(asked.find('/') + 1) + '/' +
                etag.substr(3, etag.size() - 4);
      }
      const std::string next = LinkOf(bundle, "next");
      url = next.empty() ? "" : Below(next);
    }
    return seen;
  }
};

TEST_P(FhirHistoryTest, OfOneResourceTellsEachChangeNewestFirst) {
  const Json bundle = test::Parse(Ask("GET", "Patient/a/_history").body);
  EXPECT_EQ(bundle["type"].AsString(), "history");
  EXPECT_EQ(bundle["total"].AsInteger(), 4);
  EXPECT_EQ(LinkOf(bundle, "self"), "http://h/fhir/Patient/a/_history");
  const Json& tombstone = bundle["entry"][0];
  EXPECT_EQ(tombstone["request"]["method"].AsString(), "DELETE");
  EXPECT_EQ(tombstone["response"]["status"].AsString(), "204");
  EXPECT_FALSE(tombstone.Has("resource"));
  const Json& first = bundle["entry"][3];
  EXPECT_EQ(first["fullUrl"].AsString(), "http://h/fhir/Patient/a");
  EXPECT_EQ(first["request"]["url"].AsString(), "Patient/a");
  EXPECT_EQ(first["response"]["status"].AsString(), "201");
  EXPECT_EQ(first["response"]["etag"].AsString(), "W/\"1\"");
  EXPECT_EQ(first["resource"]["meta"]["versionId"].AsString(), "1");
  EXPECT_EQ(first["response"]["lastModified"].AsString(), "2026-03-10T01:00:00.000Z");
}

TEST_P(FhirHistoryTest, PagesNeitherSkipNorRepeatWhenStampsAreEqual) {
  const std::string all = "a/4 b/3 b/2 b/1 a/3 a/2 a/1";
  EXPECT_EQ(Walk("Patient/_history"), all);
  EXPECT_EQ(Walk("Patient/_history?_count=1"), all);
  EXPECT_EQ(Walk("Patient/_history?_count=2"), all);
  EXPECT_THAT(Walk("_history?_count=3"), testing::StartsWith(all));
  EXPECT_EQ(Walk("Patient/b/_history?_count=2"), "b/3 b/2 b/1");
}

TEST_P(FhirHistoryTest, WhatIsStoredMeanwhileDoesNotShiftThePages) {
  const Json first = test::Parse(Ask("GET", "Patient/_history?_count=2").body);
  Put(R"({"resourceType":"Patient","id":"c"})");
  EXPECT_EQ(Walk(Below(LinkOf(first, "next"))), "b/2 b/1 a/3 a/2 a/1");
}

TEST_P(FhirHistoryTest, SinceLeavesOutWhatIsOlder) {
  clock.Set("2026-03-10T05:00:00Z");
  Put(R"({"resourceType":"Patient","id":"c"})");
  EXPECT_EQ(Walk("Patient/_history?_since=2026-03-10T05:00:00Z"), "c/1");
  EXPECT_EQ(Walk("Patient/_history?_since=2026-03-10T13:00:00%2B08:00"), "c/1");
  EXPECT_EQ(Walk("Patient/_history?_since=2026-03-10T13:00:00+08:00"), "c/1");
  EXPECT_EQ(Walk("Patient/_history?_since=2026-03-10T05:00:01Z"), "");
  EXPECT_EQ(Walk("_history?_since=2026-03-10T05:00:00Z&_count=1"), "c/1");
}

TEST_P(FhirHistoryTest, BrokenQuestionsAreRefused) {
  const std::pair<const char*, int> urls[] = {{"Patient/none/_history", 404},
                                              {"Dragon/_history", 404},
                                              {"Patient/_history?_since=yesterday", 400},
                                              {"Patient/_history?_count=many", 400},
                                              {"Patient/_history?_count=-1", 400},
                                              {"Patient/_history?_cursor=nonsense", 400},
                                              {"Patient/_history?colour=blue", 200},
                                              {"Patient/a/_history/1/2", 404}};
  for (const auto& [url, status] : urls) EXPECT_EQ(Ask("GET", url).status, status) << url;
  const auto strict = [](FhirRequest& request) { request.handling = store::Handling::Strict; };
  EXPECT_EQ(Ask("GET", "Patient/_history?colour=blue", "", strict).status, 400);
}

TEST_P(FhirHistoryTest, ElementsShortenItToo) {
  const Json bundle = test::Parse(Ask("GET", "Patient/b/_history?_elements=gender").body);
  EXPECT_EQ(bundle["entry"][0]["resource"]["meta"]["tag"][0]["code"].AsString(), "SUBSETTED");
  EXPECT_THAT(LinkOf(bundle, "self"), HasSubstr("_elements=gender"));
}

INSTANTIATE_TEST_SUITE_P(Engines, FhirHistoryTest, test::AllEngines(), test::EngineName);

}  // namespace
}  // namespace yizhan::server
