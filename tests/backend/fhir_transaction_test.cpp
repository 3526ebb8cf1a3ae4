#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <thread>

#include "backend/fhir/base64.h"
#include "tests/backend/fhir_fixture.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using testing::HasSubstr;

class FhirTransactionTest : public test::FhirFixture,
                            public testing::WithParamInterface<test::Engine> {
 protected:
  FhirTransactionTest() : FhirFixture(GetParam()) {}

  /// An entry without a fullUrl; `more` is further members of the request.
  static std::string Entry(const std::string& method, const std::string& url,
                           const std::string& resource = "", const std::string& more = "",
                           const std::string& full_url = "") {
    std::string entry = "{";
    if (!full_url.empty()) entry += R"("fullUrl":")" + full_url + "\",";
    if (!resource.empty()) entry += "\"resource\":" + resource + ',';
    return entry + R"("request":{"method":")" + method + R"(","url":")" + url + "\"" + more + "}}";
  }
  FhirAnswer Transact(const std::vector<std::string>& entries, const char* type = "transaction",
                      const Tune& tune = {}) {
    std::string text =
        std::string(R"({"resourceType":"Bundle","type":")") + type + R"(","entry":[)";
    for (std::size_t i = 0; i < entries.size(); ++i) text += (i == 0 ? "" : ",") + entries[i];
    return Ask("POST", "", text + "]}", tune);
  }
  static std::string Patient(const std::string& more = "") {
    return R"({"resourceType":"Patient")" + more + "}";
  }
  /// An observation that refers to `subject`.
  static std::string Observation(const std::string& subject, const std::string& more = "") {
    return R"({"resourceType":"Observation","status":"final","code":{"text":"x"},)"
           R"("subject":{"reference":")" +
           subject + "\"}" + more + "}";
  }
  std::int64_t Count(const std::string& type) { return store->Count(type).value_or(-1); }
};

constexpr const char* kIdentified = R"(,"identifier":[{"system":"s","value":"1"}])";

TEST_P(FhirTransactionTest, EntriesAreDoneInTheOrderOfTheStandard) {
  Put(R"({"resourceType":"Patient","id":"old","identifier":[{"system":"s","value":"1"}]})");
  // As written: read, change, create on a condition, delete. As done: the other way round.
  const FhirAnswer answer = Transact(
      {Entry("GET", "Patient?identifier=s|1"),
       Entry("PUT", "Patient/new", Patient(R"(,"id":"new")")),
       Entry("POST", "Patient", Patient(kIdentified), R"(,"ifNoneExist":"identifier=s|1")"),
       Entry("DELETE", "Patient/old")});
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json entries = test::Parse(answer.body)["entry"];
  EXPECT_EQ(entries[0]["resource"]["total"].AsInteger().value_or(
                static_cast<std::int64_t>(entries[0]["resource"]["entry"].Items().size())),
            1);
  EXPECT_EQ(entries[1]["response"]["status"].AsString(), "201");
  EXPECT_EQ(entries[2]["response"]["status"].AsString(), "201") << "the old one was deleted first";
  EXPECT_EQ(entries[3]["response"]["status"].AsString(), "204");
  for (const Json& entry : {entries[1], entries[2]}) {
    EXPECT_EQ(entry["response"]["etag"].AsString(), "W/\"1\"");
    EXPECT_EQ(entry["response"]["lastModified"].AsString(), "2026-03-10T01:00:00.000Z");
    EXPECT_THAT(entry["response"]["location"].AsString(), HasSubstr("/_history/1"));
  }
}

TEST_P(FhirTransactionTest, ReferencesBetweenEntriesBecomeRealOnes) {
  const std::string more =
      R"(,"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">)"
      R"(<a href=\"urn:uuid:b5c8f0b3-a30f-4f4f-8d5f-2b0f0e3f6f11\">x</a></div>"},)"
      R"("identifier":[{"system":"urn:ietf:rfc:3986",)"
      R"("value":"urn:uuid:b5c8f0b3-a30f-4f4f-8d5f-2b0f0e3f6f11"}],)"
      R"("contained":[{"resourceType":"Patient","id":"c"}],)"
      R"("performer":[{"reference":"urn:oid:1.2.3.4"},{"reference":"#c"}],)"
      R"("derivedFrom":[{"reference":"http://elsewhere/fhir/Observation/7"}],)"
      R"("hasMember":[{"reference":"Observation/x/_history/3"}])";
  const FhirAnswer answer = Transact(
      {Entry("POST", "Observation",
             Observation("urn:uuid:b5c8f0b3-a30f-4f4f-8d5f-2b0f0e3f6f11", more)),
       Entry("POST", "Patient", Patient(), "", "urn:uuid:b5c8f0b3-a30f-4f4f-8d5f-2b0f0e3f6f11"),
       Entry("POST", "Practitioner", R"({"resourceType":"Practitioner"})", "", "urn:oid:1.2.3.4")});
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json entries = test::Parse(answer.body)["entry"];
  const std::string patient = "Patient/" + entries[1]["resource"]["id"].AsString();
  const std::string doctor = "Practitioner/" + entries[2]["resource"]["id"].AsString();
  const Json& seen = entries[0]["resource"];
  EXPECT_EQ(seen["subject"]["reference"].AsString(), patient);
  EXPECT_EQ(seen["performer"][0]["reference"].AsString(), doctor);
  EXPECT_THAT(seen["text"]["div"].AsString(), HasSubstr("href=\"" + patient + "\""));
  EXPECT_EQ(seen["identifier"][0]["value"].AsString(),
            "urn:uuid:b5c8f0b3-a30f-4f4f-8d5f-2b0f0e3f6f11")
      << "an identifier is no reference";
  EXPECT_EQ(seen["performer"][1]["reference"].AsString(), "#c");
  EXPECT_EQ(seen["derivedFrom"][0]["reference"].AsString(), "http://elsewhere/fhir/Observation/7");
  EXPECT_EQ(seen["hasMember"][0]["reference"].AsString(), "Observation/x/_history/3");
}

TEST_P(FhirTransactionTest, ReferencesOfAnotherServersResourcesFollowThem) {
  const FhirAnswer answer =
      Transact({Entry("POST", "Patient", Patient(), "", "http://elsewhere/fhir/Patient/9"),
                Entry("POST", "Observation", Observation("Patient/9"), "",
                      "http://elsewhere/fhir/Observation/1"),
                Entry("POST", "Observation", Observation("http://elsewhere/fhir/Patient/9")),
                Entry("POST", "Observation", Observation("Patient/9"))});
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json entries = test::Parse(answer.body)["entry"];
  const std::string patient = "Patient/" + entries[0]["resource"]["id"].AsString();
  EXPECT_EQ(entries[1]["resource"]["subject"]["reference"].AsString(), patient);
  EXPECT_EQ(entries[2]["resource"]["subject"]["reference"].AsString(), patient);
  EXPECT_EQ(entries[3]["resource"]["subject"]["reference"].AsString(), "Patient/9")
      << "without a fullUrl it means this server";
}

TEST_P(FhirTransactionTest, ConditionsDecideWhatEntriesMean) {
  Put(R"({"resourceType":"Patient","id":"old","identifier":[{"system":"s","value":"1"}]})");
  const FhirAnswer answer = Transact(
      {Entry("POST", "Patient", Patient(kIdentified), R"(,"ifNoneExist":"identifier=s|1")",
             "urn:uuid:b5c8f0b3-a30f-4f4f-8d5f-2b0f0e3f6f11"),
       Entry("POST", "Observation", Observation("urn:uuid:b5c8f0b3-a30f-4f4f-8d5f-2b0f0e3f6f11")),
       Entry("PUT", "Patient?identifier=s|2",
             Patient(R"(,"identifier":[{"system":"s","value":"2"}])"), "",
             "urn:uuid:b5c8f0b3-a30f-4f4f-8d5f-2b0f0e3f6f12"),
       Entry("POST", "Observation", Observation("urn:uuid:b5c8f0b3-a30f-4f4f-8d5f-2b0f0e3f6f12")),
       Entry("POST", "Observation", Observation("Patient?identifier=s|1"))});
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json entries = test::Parse(answer.body)["entry"];
  EXPECT_EQ(entries[0]["response"]["status"].AsString(), "200");
  EXPECT_EQ(entries[0]["resource"]["id"].AsString(), "old");
  EXPECT_EQ(entries[1]["resource"]["subject"]["reference"].AsString(), "Patient/old");
  EXPECT_EQ(entries[2]["response"]["status"].AsString(), "201");
  EXPECT_EQ(entries[3]["resource"]["subject"]["reference"].AsString(),
            "Patient/" + entries[2]["resource"]["id"].AsString());
  EXPECT_EQ(entries[4]["resource"]["subject"]["reference"].AsString(), "Patient/old");
}

TEST_P(FhirTransactionTest, AConditionalReferenceMayMeanWhatTheBundleCreates) {
  const FhirAnswer answer = Transact(
      {Entry("POST", "Patient", Patient(kIdentified), R"(,"ifNoneExist":"identifier=s|1")"),
       Entry("POST", "Observation", Observation("Patient?identifier=s|1"))});
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json entries = test::Parse(answer.body)["entry"];
  EXPECT_EQ(entries[1]["resource"]["subject"]["reference"].AsString(),
            "Patient/" + entries[0]["resource"]["id"].AsString());
}

TEST_P(FhirTransactionTest, WhateverFailsUndoesAllAndIsNamed) {
  Put(R"({"resourceType":"Patient","id":"p","gender":"male"})");
  Put(R"({"resourceType":"Patient","id":"q","gender":"male"})");
  const std::string good = Entry("POST", "Patient", Patient());
  const std::string same = Entry("PUT", "Patient/p", Patient(R"(,"id":"p")"));
  struct Case {
    const char* what;
    std::vector<std::string> entries;
    int status;
  };
  const Case cases[] = {
      {"stale",
       {good, Entry("PUT", "Patient/p", Patient(R"(,"id":"p")"), R"(,"ifMatch":"W/\"9\"")")},
       412},
      {"twice", {good, same, same}, 400},
      {"change and delete", {good, same, Entry("DELETE", "Patient/p")}, 400},
      {"by a condition", {good, same, Entry("PUT", "Patient?_id=p", Patient(R"(,"id":"p")"))}, 400},
      {"delete by a condition", {good, same, Entry("DELETE", "Patient?_id=p")}, 400},
      {"not selective", {good, Entry("PUT", "Patient?gender=male", Patient())}, 412},
      {"not selective create",
       {good, Entry("POST", "Patient", Patient(), R"(,"ifNoneExist":"gender=male")")},
       412},
      {"same condition",
       {Entry("POST", "Patient", Patient(), R"(,"ifNoneExist":"gender=other")"),
        Entry("POST", "Patient", Patient(), R"(,"ifNoneExist":"gender=other")")},
       400},
      {"no such reference",
       {good, Entry("POST", "Observation", Observation("Patient?_id=none"))},
       412},
      {"ambiguous reference",
       {good, Entry("POST", "Observation", Observation("Patient?gender=male"))},
       412},
      {"missing", {good, Entry("GET", "Patient/none")}, 404},
      {"wrong type", {good, Entry("POST", "Slot", Patient())}, 400},
      {"wrong id", {good, Entry("PUT", "Patient/p", Patient(R"(,"id":"z")"))}, 400},
      {"an operation", {good, Entry("POST", "Appointment/a/$check-in", Patient())}, 400},
      {"a Bundle", {good, Entry("POST", "", R"({"resourceType":"Bundle","type":"batch"})")}, 400},
      {"no patch", {good, Entry("PATCH", "Patient/p", Patient())}, 400},
      {"no method", {good, Entry("BREW", "Patient/p", Patient())}, 400},
      {"broken address", {good, Entry("PUT", "Patient/%", Patient())}, 404}};
  const std::int64_t before = Count("Patient");
  for (const Case& one : cases) {
    const FhirAnswer answer = Transact(one.entries);
    EXPECT_EQ(answer.status, one.status) << one.what << ' ' << answer.body;
    EXPECT_THAT(test::Parse(answer.body)["issue"][0]["expression"][0].AsString(),
                testing::StartsWith("Bundle.entry["))
        << one.what;
    EXPECT_EQ(Count("Patient"), before) << one.what;
  }
  EXPECT_EQ(Transact({same, same}).body.find("Bundle.entry[1]") != std::string::npos, true);
}

TEST_P(FhirTransactionTest, APatchComesInABinary) {
  Put(R"({"resourceType":"Patient","id":"p","gender":"male"})");
  const std::string binary =
      R"({"resourceType":"Binary","contentType":"application/json-patch+json","data":")" +
      fhir::EncodeBase64(R"([{"op":"replace","path":"/gender","value":"other"}])") + "\"}";
  const FhirAnswer answer =
      Transact({Entry("PATCH", "Patient/p", binary, R"(,"ifMatch":"W/\"1\"")")});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(test::Parse(answer.body)["entry"][0]["response"]["etag"].AsString(), "W/\"2\"");
  EXPECT_EQ(test::Parse(Ask("GET", "Patient/p").body)["gender"].AsString(), "other");
  const Json batch = test::Parse(Transact({Entry("PATCH", "Patient/p", binary)}, "batch").body);
  EXPECT_EQ(batch["entry"][0]["response"]["status"].AsString(), "200");
}

TEST_P(FhirTransactionTest, EntriesAreReadOnConditionsToo) {
  Put(R"({"resourceType":"Patient","id":"p"})");
  const Json entries =
      test::Parse(Transact({Entry("GET", "Patient/p", "", R"(,"ifNoneMatch":"W/\"1\"")"),
                            Entry("GET", "http://h/fhir/Patient/p"), Entry("HEAD", "/Patient/p")})
                      .body)["entry"];
  EXPECT_EQ(entries[0]["response"]["status"].AsString(), "304");
  EXPECT_FALSE(entries[0].Has("resource"));
  EXPECT_EQ(entries[1]["resource"]["id"].AsString(), "p");
  EXPECT_FALSE(entries[2].Has("resource"));
  EXPECT_EQ(entries[2]["response"]["etag"].AsString(), "W/\"1\"");
}

TEST_P(FhirTransactionTest, PreferencesHoldForEachEntry) {
  const auto minimal = [](FhirRequest& request) { request.wanted = Return::Minimal; };
  const auto outcome = [](FhirRequest& request) { request.wanted = Return::Outcome; };
  const std::vector<std::string> entries = {Entry("POST", "Patient", Patient()),
                                            Entry("GET", "Location/main")};
  const Json small = test::Parse(Transact(entries, "transaction", minimal).body)["entry"];
  EXPECT_FALSE(small[0].Has("resource"));
  EXPECT_TRUE(small[1].Has("resource")) << "what was asked for is answered";
  const Json told = test::Parse(Transact(entries, "batch", outcome).body)["entry"];
  EXPECT_EQ(told[0]["response"]["outcome"]["resourceType"].AsString(), "OperationOutcome");
  EXPECT_FALSE(told[0].Has("resource"));
}

TEST_P(FhirTransactionTest, TooManyEntriesAreRefused) {
  std::vector<std::string> entries(5001, Entry("GET", "Patient/p"));
  EXPECT_EQ(Transact(entries).status, 413);
  EXPECT_EQ(Transact(entries, "batch").status, 413);
  EXPECT_EQ(Transact({}).body, R"({"resourceType":"Bundle","type":"transaction-response"})");
}

TEST_P(FhirTransactionTest, AThousandRacingBookingsOfOneSlotHaveOneWinner) {
  const std::string slot =
      R"({"resourceType":"Slot","id":"s","schedule":{"reference":"Schedule/x"},"status":")";
  const std::string rest = R"(","start":"2026-03-10T09:00:00Z","end":"2026-03-10T09:30:00Z"})";
  Put(slot + "free" + rest);
  const std::string appointment =
      R"({"resourceType":"Appointment","status":"proposed","slot":[{"reference":"Slot/s"}],)"
      R"("participant":[{"status":"accepted","actor":{"reference":"Location/room5"}}]})";
  const std::vector<std::string> booking = {
      Entry("PUT", "Slot/s", slot + "busy" + rest, R"(,"ifMatch":"W/\"1\"")"),
      Entry("POST", "Appointment", appointment)};
  const std::int64_t before = Count("Appointment");
  std::array<std::atomic<int>, 600> statuses{};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 20; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        ++statuses.at(static_cast<std::size_t>(Transact(booking).status));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(statuses.at(200), 1);
  // Who lost too often against others is asked to come again.
  EXPECT_EQ(statuses.at(412) + statuses.at(503), 999);
  EXPECT_GT(statuses.at(412), 500);
  EXPECT_EQ(Count("Appointment"), before + 1);
  EXPECT_EQ(store->Read("Slot", "s")->version, 2);
}

TEST(FhirTransactionRetryTest, ARunThatIsRepeatedHasNoSecondEffect) {
  test::HandClock clock{"2026-03-10T00:00:00Z"};
  const test::TempFolder folder;
  const auto store =
      store::OpenSqliteStore({.folder = folder.Path(), .run_jobs_twice = true}, clock);
  ASSERT_TRUE(store);
  hospital::Hospital hospital(**store, clock, {});
  ASSERT_TRUE(hospital.Start());
  FhirApi api(**store, hospital);
  FhirRequest request;
  request.method = "POST";
  request.base = "http://h/fhir";
  request.body = test::Parse(R"({"resourceType":"Bundle","type":"transaction","entry":[
    {"fullUrl":"urn:uuid:b5c8f0b3-a30f-4f4f-8d5f-2b0f0e3f6f11",
     "resource":{"resourceType":"Patient","identifier":[{"system":"s","value":"1"}]},
     "request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=s|1"}},
    {"resource":{"resourceType":"Patient","id":"p"},"request":{"method":"PUT","url":"Patient/p"}},
    {"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},
      "subject":{"reference":"urn:uuid:b5c8f0b3-a30f-4f4f-8d5f-2b0f0e3f6f11"}},
     "request":{"method":"POST","url":"Observation"}},
    {"request":{"method":"GET","url":"Patient?identifier=s|1"}}]})");
  const Json entries = test::Parse(api.Handle(request).body)["entry"];
  ASSERT_EQ(entries.Items().size(), 4U);
  EXPECT_EQ(entries[0]["response"]["status"].AsString(), "201");
  EXPECT_EQ(entries[1]["response"]["etag"].AsString(), "W/\"1\"");
  EXPECT_EQ(entries[2]["resource"]["subject"]["reference"].AsString(),
            "Patient/" + entries[0]["resource"]["id"].AsString());
  EXPECT_EQ(entries[3]["resource"]["entry"].Items().size(), 1U);
  EXPECT_EQ(*(*store)->Count("Patient"), 2);
  EXPECT_EQ(*(*store)->Count("Observation"), 1);
}

INSTANTIATE_TEST_SUITE_P(Engines, FhirTransactionTest, test::AllEngines(), test::EngineName);

}  // namespace
}  // namespace yizhan::server
