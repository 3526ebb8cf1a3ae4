#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "tests/backend/fhir_fixture.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using testing::HasSubstr;

using FhirApiTest = test::FhirFixture;

std::string SlotText(const std::string& id, const std::string& status) {
  return R"({"resourceType":"Slot","id":")" + id + R"(","status":")" + status +
         R"(","schedule":{"reference":"Schedule/x"},"start":"2026-03-10T09:00:00Z",)"
         R"("end":"2026-03-10T09:30:00Z"})";
}

TEST_F(FhirApiTest, EachFailureHasItsStatus) {
  EXPECT_EQ(Ask("GET", "Patient/none").status, 404);
  EXPECT_EQ(Ask("GET", "Dragon/1").status, 404);
  EXPECT_EQ(Ask("GET", "Patient/..%2f1").status, 404);
  EXPECT_EQ(Ask("GET", "Patient/1/_history/x").status, 404);
  EXPECT_EQ(Ask("POST", "Patient", R"({"resourceType":"Slot"})").status, 400);
  EXPECT_EQ(Ask("POST", "Patient", "[]").status, 400);
  EXPECT_EQ(Ask("PUT", "Patient/a", R"({"resourceType":"Patient","id":"b"})").status, 400);
  EXPECT_EQ(Ask("PUT", "Patient/a b", R"({"resourceType":"Patient","id":"a b"})").status, 400);
  EXPECT_EQ(Ask("PATCH", "Patient/a", "{}").status, 400);
  EXPECT_EQ(Ask("PATCH", "Patient/a", "[]").status, 404);
  EXPECT_EQ(Ask("BREW", "Patient/a").status, 405);
  EXPECT_EQ(Ask("POST", "Appointment/1/$postpone", "{}").status, 404);
  EXPECT_EQ(Ask("DELETE", "Patient/none").status, 204);
  EXPECT_EQ(Ask("GET", "Patient?birthdate=x").status, 400);
}

TEST_F(FhirApiTest, CreateUpdateAndDeleteKeepVersions) {
  const FhirAnswer created = Ask("POST", "Patient", R"({"resourceType":"Patient","id":"mine"})");
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(created.etag, "W/\"1\"");
  const std::string id = test::Parse(created.body)["id"].AsString();
  EXPECT_NE(id, "mine") << "the server names what is created by POST";
  EXPECT_EQ(created.location, "http://h/fhir/Patient/" + id + "/_history/1");
  const std::string body = R"({"resourceType":"Patient","id":")" + id + "\"}";
  EXPECT_EQ(AskIf("W/\"1\"", "PUT", "Patient/" + id, body).status, 200);
  EXPECT_EQ(AskIf("W/\"1\"", "PUT", "Patient/" + id, body).status, 412);
  EXPECT_EQ(AskIf("nonsense", "PUT", "Patient/" + id, body).status, 412);
  EXPECT_EQ(Ask("PUT", "Patient/new", R"({"resourceType":"Patient","id":"new"})").status, 201);
  EXPECT_EQ(AskIf("W/\"1\"", "PUT", "Patient/x", R"({"resourceType":"Patient","id":"x"})").status,
            412);
  EXPECT_EQ(AskIf("W/\"1\"", "DELETE", "Patient/" + id).status, 412);
  EXPECT_EQ(Ask("DELETE", "Patient/" + id).status, 204);
  EXPECT_EQ(Ask("GET", "Patient/" + id).status, 410);
  EXPECT_EQ(Ask("GET", "Patient/" + id + "/_history/2").status, 200);
  EXPECT_EQ(test::Parse(Ask("GET", "Patient/" + id + "/_history").body)["total"].AsInteger(), 3);
}

TEST_F(FhirApiTest, ConditionalCreateRacesMakeOneResource) {
  std::vector<std::thread> threads;
  std::vector<FhirAnswer> answers(16);
  for (FhirAnswer& answer : answers) {
    threads.emplace_back([&] {
      answer = CreateUnless("identifier=s|1", "Basic",
                            R"({"resourceType":"Basic","code":{"text":"x"},
                                "identifier":[{"system":"s","value":"1"}]})");
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(*store->Count("Basic"), 1);
  EXPECT_EQ(std::ranges::count(answers, 201, &FhirAnswer::status), 1);
  EXPECT_EQ(std::ranges::count(answers, 200, &FhirAnswer::status), 15);
}

TEST_F(FhirApiTest, ConditionMustBeUnderstoodAndSelective) {
  const std::string body = R"({"resourceType":"Patient","gender":"male"})";
  EXPECT_EQ(CreateUnless("colour=blue", "Patient", body).status, 400);
  EXPECT_EQ(CreateUnless("?", "Patient", body).status, 400);
  Ask("POST", "Patient", body);
  Ask("POST", "Patient", body);
  EXPECT_EQ(CreateUnless("gender=male", "Patient", body).status, 412);
  EXPECT_EQ(Ask("PUT", "Patient?gender=male", body).status, 412);
  EXPECT_EQ(Ask("PUT", "Patient?gender=female", body).status, 201);
}

TEST_F(FhirApiTest, ConcurrentIfMatchHasOneWinner) {
  Put(SlotText("s", "free"));
  std::vector<std::thread> threads;
  std::vector<FhirAnswer> answers(12);
  for (FhirAnswer& answer : answers) {
    threads.emplace_back(
        [&] { answer = AskIf("W/\"1\"", "PUT", "Slot/s", SlotText("s", "busy")); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::ranges::count(answers, 200, &FhirAnswer::status), 1);
  EXPECT_EQ(std::ranges::count(answers, 412, &FhirAnswer::status), 11);
}

TEST_F(FhirApiTest, TransactionIsAllOrNothing) {
  const std::string bundle = R"({"resourceType":"Bundle","type":"transaction","entry":[
    {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient"},
     "request":{"method":"POST","url":"Patient"}},
    {"resource":)" + SlotText("s", "busy") +
                             R"(,
     "request":{"method":"PUT","url":"Slot/s","ifMatch":"W/\"7\""}}]})";
  Put(SlotText("s", "free"));
  const std::int64_t before = *store->Count("Patient");
  EXPECT_EQ(Ask("POST", "", bundle).status, 412);
  EXPECT_EQ(*store->Count("Patient"), before);
  EXPECT_EQ(store->Read("Slot", "s")->version, 1);
}

TEST_F(FhirApiTest, TransactionResolvesReferencesBetweenItsEntries) {
  Put(R"({"resourceType":"Patient","id":"old","identifier":[{"system":"s","value":"9"}]})");
  const FhirAnswer answer = Ask("POST", "", R"({"resourceType":"Bundle","type":"transaction",
    "entry":[
    {"fullUrl":"urn:uuid:a","resource":{"resourceType":"Appointment","status":"proposed",
      "participant":[{"status":"accepted","actor":{"reference":"urn:uuid:p"}},
      {"status":"accepted","actor":{"reference":"Patient?identifier=s|9"}}]},
     "request":{"method":"POST","url":"Appointment"}},
    {"fullUrl":"urn:uuid:p","resource":{"resourceType":"Patient","identifier":[
      {"system":"s","value":"1"}]},
     "request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=s|1"}},
    {"request":{"method":"GET","url":"Appointment?patient.identifier=s|1"}}]})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json response = test::Parse(answer.body);
  EXPECT_EQ(response["type"].AsString(), "transaction-response");
  const std::string patient = response["entry"][1]["resource"]["id"].AsString();
  const Json& actors = response["entry"][0]["resource"]["participant"];
  EXPECT_EQ(actors[0]["actor"]["reference"].AsString(), "Patient/" + patient);
  EXPECT_EQ(actors[1]["actor"]["reference"].AsString(), "Patient/old");
  EXPECT_EQ(response["entry"][2]["resource"]["total"].AsInteger(), 1);
  EXPECT_EQ(response["entry"][0]["response"]["status"].AsString(), "201");
  EXPECT_EQ(response["entry"][0]["response"]["etag"].AsString(), "W/\"1\"");
}

TEST_F(FhirApiTest, TransactionRefusesEntriesThatFight) {
  const std::string entry =
      "{\"resource\":" + SlotText("s", "free") + R"(,"request":{"method":"PUT","url":"Slot/s"}})";
  EXPECT_EQ(
      Ask("POST", "",
          R"({"resourceType":"Bundle","type":"transaction","entry":[)" + entry + "," + entry + "]}")
          .status,
      400);
  EXPECT_EQ(Ask("POST", "", R"({"resourceType":"Bundle","type":"document"})").status, 400);
  EXPECT_EQ(Ask("POST", "", R"({"resourceType":"Patient"})").status, 400);
}

TEST_F(FhirApiTest, BatchAnswersEachEntryForItself) {
  Book("a");
  const FhirAnswer answer = Ask("POST", "", R"({"resourceType":"Bundle","type":"batch","entry":[
    {"request":{"method":"GET","url":"Appointment?patient=a&_include=Appointment:actor"}},
    {"request":{"method":"GET","url":"Patient/none"}},
    {"request":{"method":"GET","url":"/Patient/a"}},
    {"resource":{"resourceType":"Bundle","type":"batch"},"request":{"method":"POST","url":""}}]})");
  const Json response = test::Parse(answer.body);
  ASSERT_EQ(response["entry"].Items().size(), 4U);
  EXPECT_EQ(response["entry"][0]["resource"]["entry"].Items().size(), 3U);
  EXPECT_EQ(response["entry"][1]["response"]["status"].AsString(), "404");
  EXPECT_EQ(response["entry"][2]["resource"]["id"].AsString(), "a");
  EXPECT_EQ(response["entry"][3]["response"]["status"].AsString(), "400");
}

TEST_F(FhirApiTest, CheckInIsAnOperationOfAppointment) {
  Book("a");
  const FhirAnswer answer = Ask("POST", "Appointment/a/$check-in", Parameters("op", "").Write());
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("\"A001\""));
  EXPECT_EQ(Ask("POST", "Appointment/none/$check-in", Parameters("o2", "").Write()).status, 404);
  EXPECT_EQ(Ask("POST", "Appointment/a/$check-in", "{}").status, 400);
}

TEST_F(FhirApiTest, SelfLinkTellsWhatWasUnderstoodAndNextLinkGoesOn) {
  for (const char* id : {"a", "b", "c"}) Book(id);
  const Json first = test::Parse(Ask("GET", "Appointment?status=booked&colour=x&_count=2").body);
  EXPECT_EQ(first["link"][0]["url"].AsString(), "http://h/fhir/Appointment?status=booked&_count=2");
  std::string next = first["link"][1]["url"].AsString();
  ASSERT_TRUE(next.starts_with("http://h/fhir/"));
  const Json second = test::Parse(Ask("GET", next.substr(14)).body);
  EXPECT_EQ(second["entry"].Items().size(), 1U);
  EXPECT_EQ(second["link"].Items().size(), 1U);
}

TEST_F(FhirApiTest, HttpSideHoldsItsRules) {
  HttpRequest request;
  request.method = "POST";
  request.path = "/fhir/Patient";
  request.body = "{\"resourceType\":\"Patient\",}";
  EXPECT_EQ(Http(request).status, 400);
  request.body = std::string(100'000, '[');
  EXPECT_EQ(Http(request).status, 400);
  request.body = R"({"resourceType":"Patient"})";
  request.content_type = "text/plain";
  EXPECT_EQ(Http(request).status, 415);
  request.content_type = "application/fhir+json";
  request.prefer = "return=minimal";
  const HttpResponse minimal = Http(request);
  EXPECT_EQ(minimal.status, 201);
  EXPECT_EQ(minimal.body, "");
  request.host = "evil\"host";
  EXPECT_EQ(Http(request).status, 400);

  HttpRequest search;
  search.method = "POST";
  search.path = "/fhir/Patient/_search";
  search.body = "gender=male";
  search.content_type = "application/x-www-form-urlencoded";
  EXPECT_EQ(Http(search).status, 200);
  HttpRequest strict;
  strict.method = "GET";
  strict.path = "/fhir/Patient";
  strict.query = "colour=blue";
  strict.prefer = "handling=strict";
  EXPECT_EQ(Http(strict).status, 400);
}

TEST_F(FhirApiTest, CapabilityStatementNamesWhatThereIs) {
  const Json statement = test::Parse(Ask("GET", "metadata").body);
  EXPECT_EQ(statement["fhirVersion"].AsString(), "4.0.1");
  std::set<std::string> types;
  for (const Json& resource : statement["rest"][0]["resource"].Items()) {
    types.insert(resource["type"].AsString());
    EXPECT_EQ(resource["versioning"].AsString(), "versioned-update");
    if (resource["type"].AsString() == "Appointment") {
      EXPECT_EQ(resource["operation"][0]["name"].AsString(), "check-in");
    }
  }
  for (const char* type : {"Patient",
                           "Practitioner",
                           "PractitionerRole",
                           "Organization",
                           "Location",
                           "HealthcareService",
                           "Schedule",
                           "Slot",
                           "Appointment",
                           "Encounter",
                           "Task",
                           "Invoice",
                           "Account",
                           "ChargeItem",
                           "ServiceRequest",
                           "Specimen",
                           "DiagnosticReport",
                           "Observation",
                           "Questionnaire",
                           "QuestionnaireResponse",
                           "Communication",
                           "Device",
                           "Basic",
                           "AuditEvent",
                           "Provenance",
                           "OperationDefinition"}) {
    EXPECT_TRUE(types.contains(type)) << type;
  }
}

}  // namespace
}  // namespace yizhan::server
