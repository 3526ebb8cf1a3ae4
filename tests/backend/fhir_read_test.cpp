#include <gmock/gmock.h>

#include "backend/fhir/base64.h"
#include "backend/server/fhir_media.h"
#include "backend/server/http_date.h"
#include "tests/backend/fhir_fixture.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using testing::HasSubstr;
using testing::Not;

class FhirReadTest : public test::FhirFixture {
 protected:
  FhirReadTest() {
    clock.Set("2026-03-10T02:00:00.500Z");
    Put(R"({"resourceType":"Patient","id":"p","text":{"status":"generated",)"
        R"("div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"},"gender":"male",)"
        R"("name":[{"text":"张小三"}],"_birthDate":{"extension":[{"url":"http://x","valueCode":"y"}]},)"
        R"("contact":[{"name":{"text":"x"},"gender":"female"}],"deceasedBoolean":false,)"
        R"("link":[{"other":{"reference":"Patient/q"},"type":"seealso"}]})");
  }
  HttpRequest Get(const std::string& path, const std::string& query = "") {
    HttpRequest request;
    request.method = "GET";
    request.path = "/fhir/" + path;
    request.query = query;
    return request;
  }
  /// The names of the members that are shown.
  std::string Shown(const std::string& query) {
    std::string names;
    const Json resource = test::Parse(Ask("GET", "Patient/p?" + query).body);
    for (const Json::Member& member : resource.Members()) {
      if (member.first == "resourceType") continue;
      names += (names.empty() ? "" : " ") + member.first;
    }
    return names;
  }
};

TEST_F(FhirReadTest, AClientThatHasTheVersionGetsNoBody) {
  HttpRequest request = Get("Patient/p");
  const HttpResponse whole = Http(request);
  EXPECT_EQ(HeaderOf(whole, "ETag"), "W/\"1\"");
  EXPECT_EQ(HeaderOf(whole, "Last-Modified"), "Tue, 10 Mar 2026 02:00:00 GMT");
  const std::pair<const char*, int> none_match[] = {{"W/\"1\"", 304}, {"\"1\"", 304},
                                                    {"*", 304},       {"W/\"0\", W/\"1\"", 304},
                                                    {"W/\"2\"", 200}, {"nonsense", 200}};
  for (const auto& [header, status] : none_match) {
    request.if_none_match = header;
    EXPECT_EQ(Http(request).status, status) << header;
  }
  request.if_none_match = "W/\"1\"";
  EXPECT_EQ(Http(request).body, "");
  EXPECT_EQ(HeaderOf(Http(request), "ETag"), "W/\"1\"");
  const std::pair<const char*, int> since[] = {{"Tue, 10 Mar 2026 02:00:00 GMT", 304},
                                               {"Tue, 10 Mar 2026 01:59:59 GMT", 200},
                                               {"Wed, 11 Mar 2026 00:00:00 GMT", 304},
                                               {"yesterday", 200}};
  request.if_none_match = "";
  for (const auto& [header, status] : since) {
    request.if_modified_since = header;
    EXPECT_EQ(Http(request).status, status) << header;
  }
  request.if_none_match = "W/\"2\"";
  request.if_modified_since = "Wed, 11 Mar 2026 00:00:00 GMT";
  EXPECT_EQ(Http(request).status, 200) << "If-None-Match outranks If-Modified-Since";
}

TEST_F(FhirReadTest, HeadAnswersAsGetDoes) {
  HttpRequest head = Get("Patient/p");
  head.method = "HEAD";
  EXPECT_EQ(Http(head).status, 200);
  EXPECT_EQ(HeaderOf(Http(head), "ETag"), "W/\"1\"");
  for (const char* path : {"Patient/none", "Dragon/1"}) {
    head.path = std::string("/fhir/") + path;
    EXPECT_EQ(Http(head).status, 404) << path;
  }
}

TEST_F(FhirReadTest, WhatWasDeletedIsGoneButItsVersionsAreNot) {
  Ask("DELETE", "Patient/p");
  const FhirAnswer gone = Ask("GET", "Patient/p");
  EXPECT_EQ(gone.status, 410);
  EXPECT_EQ(gone.etag, "W/\"2\"");
  EXPECT_EQ(Ask("GET", "Patient/p/_history/1").status, 200);
  EXPECT_EQ(Ask("GET", "Patient/p/_history/2").status, 410);
  EXPECT_EQ(Ask("GET", "Patient/p/_history/3").status, 404);
}

TEST_F(FhirReadTest, ElementsAndSummariesShortenAResourceAndSaySo) {
  EXPECT_EQ(Shown("_elements=gender"), "id meta gender");
  EXPECT_EQ(Shown("_elements=birthDate,deceased"), "id meta _birthDate deceasedBoolean");
  EXPECT_EQ(Shown("_elements=Patient.gender,Slot.name"), "id meta gender");
  EXPECT_THAT(Shown("_summary=true"), HasSubstr("gender name _birthDate deceasedBoolean"));
  EXPECT_THAT(Shown("_summary=true"), Not(HasSubstr("contact")));
  EXPECT_THAT(Shown("_summary=true"), Not(HasSubstr("text")));
  EXPECT_EQ(Shown("_summary=text"), "id meta text");
  EXPECT_THAT(Shown("_summary=data"), Not(HasSubstr("text")));
  EXPECT_THAT(Shown("_summary=data"), HasSubstr("contact"));
  EXPECT_THAT(Shown("_summary=false"), HasSubstr("text"));
  const Json shortened = test::Parse(Ask("GET", "Patient/p?_elements=gender").body);
  EXPECT_EQ(shortened["resourceType"].AsString(), "Patient");
  EXPECT_EQ(shortened["meta"]["tag"][0]["code"].AsString(), "SUBSETTED");
  EXPECT_EQ(Ask("GET", "Patient/p?_summary=all").status, 400);
}

TEST_F(FhirReadTest, SearchesShortenTooAndTheirLinksGoOnLikeThat) {
  Put(R"({"resourceType":"Patient","id":"p2","gender":"male","birthDate":"1960-01-01"})");
  const Json page =
      test::Parse(Ask("GET", "Patient?gender=male&_count=1&_elements=gender&_pretty=true").body);
  EXPECT_FALSE(page["entry"][0]["resource"].Has("contact"));
  EXPECT_THAT(LinkOf(page, "self"), HasSubstr("_elements=gender"));
  const std::string next = LinkOf(page, "next");
  EXPECT_THAT(next, HasSubstr("_elements=gender"));
  EXPECT_FALSE(test::Parse(Ask("GET", Below(next)).body)["entry"][0]["resource"].Has("birthDate"));
  const Json count = test::Parse(Ask("GET", "Patient?gender=male&_summary=count").body);
  EXPECT_EQ(count["total"].AsInteger(), 2);
  EXPECT_EQ(count["entry"].Items().size(), 0U);
}

TEST_F(FhirReadTest, FormatsAreNegotiated) {
  struct Case {
    const char* accept;
    const char* query;
    int status;
  };
  const Case cases[] = {{"", "", 200},
                        {"*/*", "", 200},
                        {"application/fhir+json", "", 200},
                        {"application/fhir+json; fhirVersion=4.0", "", 200},
                        {"application/fhir+json; fhirVersion=5.0", "", 406},
                        {"application/json;q=0.9, text/html", "", 200},
                        {"application/json;q=0", "", 406},
                        {"APPLICATION/JSON", "", 200},
                        {"application/fhir+xml", "", 406},
                        {"application/fhir+xml, */*;q=0.1", "", 200},
                        {"text/html", "", 406},
                        {"application/fhir+xml", "_format=json", 200},
                        {"application/fhir+json", "_format=xml", 406},
                        {"", "_format=application/fhir+json", 200},
                        {"", "_format=application%2Fjson", 200},
                        {"", "_format=ttl", 406}};
  for (const Case& one : cases) {
    HttpRequest request = Get("Patient/p", one.query);
    request.accept = one.accept;
    EXPECT_EQ(Http(request).status, one.status) << one.accept << ' ' << one.query;
  }
}

TEST_F(FhirReadTest, PrettyIsTheSameInMoreLines) {
  const HttpResponse pretty = Http(Get("Patient", "_pretty=true&gender=male"));
  EXPECT_THAT(pretty.body, HasSubstr("\n  \"type\": \"searchset\""));
  EXPECT_EQ(HeaderOf(Http(Get("Patient/p")), "Cache-Control"), "no-store");
}

TEST_F(FhirReadTest, BodiesMustSayWhatTheyAre) {
  HttpRequest request;
  request.method = "PATCH";
  request.path = "/fhir/Patient/p";
  request.body = R"([{"op":"replace","path":"/gender","value":"other"}])";
  request.content_type = "application/json";
  EXPECT_EQ(Http(request).status, 415);
  EXPECT_EQ(HeaderOf(Http(request), "Accept-Patch"), "application/json-patch+json");
  request.content_type = "application/json-patch+json";
  EXPECT_EQ(Http(request).status, 200);
  request.method = "POST";
  request.path = "/fhir/Patient/_search";
  request.body = "gender=other";
  EXPECT_EQ(Http(request).status, 415);
  request.content_type = "application/x-www-form-urlencoded; charset=UTF-8";
  EXPECT_EQ(IdsOf(Http(request).body), "p") << Http(request).body;
  request.path = "/fhir/Dragon/_search";
  EXPECT_EQ(Http(request).status, 404);
  request.path = "/fhir/Patient";
  for (const char* type : {"application/fhir+xml", "text/plain", "application/json; charset=gbk"}) {
    request.content_type = type;
    EXPECT_EQ(Http(request).status, 415) << type;
  }
}

TEST_F(FhirReadTest, EscapedAddressesMeanTheSame) {
  EXPECT_EQ(Http(Get("%50atient/p")).status, 200);
  EXPECT_EQ(Http(Get("Patient/%")).status, 400);
  EXPECT_EQ(Http(Get("Patient/%00")).status, 400);
  EXPECT_EQ(Http(Get("Patient%2Fp")).status, 200);
  EXPECT_EQ(Http(Get("Patient/..%2F..")).status, 404);
}

TEST_F(FhirReadTest, ABinaryIsServedAsWhatItIs) {
  HttpRequest sent;
  sent.method = "PUT";
  sent.path = "/fhir/Binary/b";
  sent.content_type = "text/html";
  sent.body = "<script>alert(1)</script>";
  EXPECT_EQ(Http(sent).status, 201);
  HttpRequest request = Get("Binary/b");
  const HttpResponse raw = Http(request);
  EXPECT_EQ(raw.content_type, "text/html");
  EXPECT_EQ(raw.body, sent.body);
  EXPECT_EQ(HeaderOf(raw, "Content-Security-Policy"), "default-src 'none'; sandbox");
  EXPECT_EQ(HeaderOf(raw, "Content-Disposition"), "attachment");
  EXPECT_EQ(HeaderOf(raw, "ETag"), "W/\"1\"");
  request.accept = "application/fhir+json";
  EXPECT_EQ(fhir::DecodeBase64(test::Parse(Http(request).body)["data"].AsString()), sent.body);
  request.accept = "text/*";
  EXPECT_EQ(Http(request).body, sent.body);
  request.accept = "image/png";
  EXPECT_EQ(Http(request).status, 406);
  EXPECT_EQ(Http(Get("Binary/none")).status, 404);
}

TEST(HttpDateTest, GoesThereAndBack) {
  for (const char* text : {"Tue, 10 Mar 2026 02:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT",
                           "Thu, 29 Feb 2024 23:59:59 GMT"}) {
    const std::optional<WallTime> time = ParseHttpDate(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(ToHttpDate(*time), text);
  }
  for (const char* text : {"", "Tue, 32 Mar 2026 02:00:00 GMT", "Tue, 10 Foo 2026 02:00:00 GMT",
                           "Tue, 10 Mar 2026 02:00:00 CET", "Tue, 1x Mar 2026 02:00:00 GMT"}) {
    EXPECT_EQ(ParseHttpDate(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace yizhan::server
