#include <gmock/gmock.h>

#include <set>

#include "backend/r4/definitions.h"
#include "backend/r4/validate.h"
#include "backend/server/fhir_operations/operation.h"
#include "tests/backend/fhir_fixture.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using testing::HasSubstr;
using testing::Not;

class FhirOperationsTest : public test::FhirFixture {
 protected:
  /// "200 error Patient.gender" for the first error of the outcome; "200 well" without one.
  std::string Validated(const std::string& url, const std::string& body) {
    const FhirAnswer answer = Ask("POST", url, body);
    const Json outcome = test::Parse(answer.body);
    for (const Json& issue : outcome["issue"].Items()) {
      if (issue["severity"].AsString() != "error") continue;
      return std::to_string(answer.status) + " error " + issue["expression"][0].AsString();
    }
    return std::to_string(answer.status) + " well";
  }
  /// What the pages of $everything tell, as "Type/id mode"; follows the next links.
  std::vector<std::string> Walk(std::string url) {
    std::vector<std::string> seen;
    for (int page = 0; page < 100 && !url.empty(); ++page) {
      const FhirAnswer answer = Ask("GET", url);
      EXPECT_EQ(answer.status, 200) << answer.body;
      const Json bundle = test::Parse(answer.body);
      for (const Json& entry : bundle["entry"].Items()) {
        seen.push_back(entry["resource"]["resourceType"].AsString() + '/' +
                       entry["resource"]["id"].AsString() + ' ' +
                       entry["search"]["mode"].AsString());
      }
      const std::string next = LinkOf(bundle, "next");
      url = next.empty() ? "" : Below(next);
    }
    return seen;
  }
};

TEST_F(FhirOperationsTest, ValidateTellsWhatIsWrongAndStoresNothing) {
  const std::string good = R"({"resourceType":"Patient","gender":"male"})";
  const std::string bad = R"({"resourceType":"Patient","gender":"blue"})";
  EXPECT_EQ(Validated("Patient/$validate", good), "200 well");
  EXPECT_EQ(Validated("Patient/$validate", bad), "200 error Patient.gender");
  EXPECT_EQ(Validated("Slot/$validate", good), "200 error Slot");
  const auto parameters = [](const std::string& resource, const std::string& more = "") {
    return R"({"resourceType":"Parameters","parameter":[{"name":"resource","resource":)" +
           resource + "}" + more + "]}";
  };
  EXPECT_EQ(Validated("Patient/$validate", parameters(bad)), "200 error Patient.gender");
  EXPECT_EQ(Validated("Patient/$validate",
                      parameters(good, R"(,{"name":"profile","valueUri":"http://x/p"})")),
            "422 error ");
  EXPECT_EQ(Validated("Patient/$validate", R"({"resourceType":"Parameters"})"), "400 error ");
  EXPECT_EQ(*store->Count("Patient"), 0);
}

TEST_F(FhirOperationsTest, ValidateAlsoTakesWhatIsStored) {
  Put(R"({"resourceType":"Patient","id":"p","gender":"blue"})");
  EXPECT_EQ(test::Parse(Ask("GET", "Patient/p/$validate").body)["issue"][0]["code"].AsString(),
            "code-invalid");
  EXPECT_EQ(Validated("Patient/p/$validate", R"({"resourceType":"Patient","id":"q"})"),
            "200 error Patient.id");
  EXPECT_EQ(Validated("Patient/p/$validate", R"({"resourceType":"Parameters","parameter":[
              {"name":"mode","valueCode":"delete"}]})"),
            "200 well");
  EXPECT_EQ(Ask("GET", "Patient/none/$validate").status, 404);
  EXPECT_EQ(Ask("GET", "Dragon/$validate").status, 404);
  EXPECT_EQ(Ask("DELETE", "Patient/p/$validate").status, 405);
}

TEST_F(FhirOperationsTest, InvalidResourcesAreNotStored) {
  const char* const bad = R"({"resourceType":"Patient","id":"p","birthDate":"1960-13-01"})";
  for (const auto& [method, url] : {std::pair("POST", "Patient"), std::pair("PUT", "Patient/p")}) {
    const FhirAnswer answer = Ask(method, url, bad);
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body, HasSubstr(R"("expression":["Patient.birthDate"])"));
    EXPECT_THAT(answer.body, Not(HasSubstr("1960"))) << "no value of a patient in an error";
  }
  Put(R"({"resourceType":"Patient","id":"q"})");
  const FhirAnswer patched =
      Ask("PATCH", "Patient/q", R"([{"op":"add","path":"/gender","value":"blue"}])");
  EXPECT_EQ(patched.status, 422);
  EXPECT_THAT(patched.body, HasSubstr(R"("expression":["Patient.gender"])"));
  const FhirAnswer bundle = Ask("POST", "",
                                std::string(R"({"resourceType":"Bundle",
      "type":"transaction","entry":[{"resource":)") +
                                    bad + R"(,"request":{"method":"PUT","url":"Patient/p"}}]})");
  EXPECT_EQ(bundle.status, 400);
  EXPECT_THAT(bundle.body, HasSubstr(R"("expression":["Bundle.entry[0].resource.birthDate"])"));
  EXPECT_EQ(Ask("GET", "Patient/p").status, 404);
}

TEST_F(FhirOperationsTest, ReferencesInsideATransactionMustPointToWhatMayBeThere) {
  EXPECT_EQ(Ask("POST", "", R"({"resourceType":"Bundle","type":"transaction","entry":[
    {"fullUrl":"urn:uuid:b5c8f0b3-a30f-4f4f-8d5f-2b0f0e3f6f11",
     "resource":{"resourceType":"Practitioner"},"request":{"method":"POST","url":"Practitioner"}},
    {"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},
      "encounter":{"reference":"urn:uuid:b5c8f0b3-a30f-4f4f-8d5f-2b0f0e3f6f11"}},
     "request":{"method":"POST","url":"Observation"}}]})")
                .status,
            400);
}

TEST_F(FhirOperationsTest, EverythingIsThePatientsCompartmentAndWhatItSpeaksOf) {
  Book("a");
  Book("b");
  Put(R"({"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},
          "subject":{"reference":"Patient/a"},"performer":[{"reference":"Patient/a"},
          {"reference":"Practitioner/wang"}]})");
  Put(R"({"resourceType":"Location","id":"elsewhere"})");
  const std::vector<std::string> seen = Walk("Patient/a/$everything");
  EXPECT_THAT(seen, testing::UnorderedElementsAre(
                        "Patient/a match", "Appointment/a match", "Observation/o match",
                        "HealthcareService/cardio include", "Practitioner/wang include"));
  std::vector<std::string> paged = Walk("Patient/a/$everything?_count=1");
  std::erase_if(paged, [](const std::string& line) { return line.ends_with("include"); });
  EXPECT_THAT(paged, testing::UnorderedElementsAre("Patient/a match", "Appointment/a match",
                                                   "Observation/o match"))
      << "in pages nothing is told twice";
  EXPECT_THAT(Walk("Patient/a/$everything?_type=Observation,Practitioner"),
              testing::UnorderedElementsAre("Observation/o match", "Practitioner/wang include"));
  const FhirAnswer posted =
      Ask("POST", "Patient/a/$everything",
          R"({"resourceType":"Parameters","parameter":[{"name":"_type","valueCode":"Patient"}]})");
  EXPECT_EQ(IdsOf(posted.body), "a");
}

TEST_F(FhirOperationsTest, EverythingCanBeBoundedByTime) {
  Book("a");
  clock.Set("2026-03-11T00:00:00Z");
  Put(R"({"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},
          "effectiveDateTime":"2025-01-01","subject":{"reference":"Patient/a"}})");
  EXPECT_THAT(Walk("Patient/a/$everything?_since=2026-03-11T00:00:00Z"),
              testing::ElementsAre("Observation/o match"));
  EXPECT_THAT(Walk("Patient/a/$everything?start=2026-01-01&_type=Observation,Appointment"),
              testing::ElementsAre("Appointment/a match"));
  EXPECT_THAT(Walk("Patient/a/$everything?end=2025-12-31&_type=Observation,Appointment"),
              testing::ElementsAre("Observation/o match"));
}

TEST_F(FhirOperationsTest, EverythingAboutNobodyIsNothing) {
  Put(R"({"resourceType":"Patient","id":"gone"})");
  Ask("DELETE", "Patient/gone");
  const std::pair<const char*, int> urls[] = {{"Patient/none/$everything", 404},
                                              {"Patient/gone/$everything", 410},
                                              {"Slot/x/$everything", 404},
                                              {"Patient/$everything", 404},
                                              {"Patient/main/$everything?_cursor=x", 404}};
  for (const auto& [url, status] : urls) EXPECT_EQ(Ask("GET", url).status, status) << url;
  Book("a");
  EXPECT_EQ(Ask("GET", "Patient/a/$everything?_cursor=99999.").status, 400);
  EXPECT_EQ(Ask("GET", "Patient/a/$everything?_count=x").status, 400);
}

TEST_F(FhirOperationsTest, EverythingLeavesOutWhatMayNotBeSeenAndSaysSo) {
  Book("a");
  access = [](Interaction, std::string_view type) { return type == "Patient"; };
  const FhirAnswer answer = Ask("GET", "Patient/a/$everything");
  EXPECT_THAT(answer.body, Not(HasSubstr("\"Appointment\"")));
  EXPECT_THAT(answer.body, HasSubstr("left out"));
}

TEST_F(FhirOperationsTest, F96_EachOperationOfTheOpenInterfaceIsPublishedAndValid) {
  ASSERT_TRUE(PublishOperations(*store));
  for (const Operation* operation : Operations()) {
    const FhirAnswer answer = Ask("GET", "OperationDefinition/" + std::string(operation->name));
    ASSERT_EQ(answer.status, 200) << operation->name;
    for (const r4::Issue& issue : r4::Validate(test::Parse(answer.body))) {
      ADD_FAILURE() << operation->name << ' ' << issue.expression << ' ' << issue.diagnostics;
    }
  }
  ASSERT_TRUE(PublishOperations(*store));
  EXPECT_EQ(Ask("GET", "OperationDefinition/check-in").etag, "W/\"1\"") << "nothing new";
}

TEST_F(FhirOperationsTest, TheCapabilityStatementSpeaksOfTheAddressThatWasAsked) {
  for (const char* base : {"http://h/fhir", "https://[::1]:8443/fhir"}) {
    const FhirAnswer answer =
        Ask("GET", "metadata", "", [&](FhirRequest& request) { request.base = base; });
    const Json statement = test::Parse(answer.body);
    EXPECT_EQ(statement["implementation"]["url"].AsString(), base);
    EXPECT_THAT(answer.body, HasSubstr(std::string(base) + "/OperationDefinition/check-in"));
    EXPECT_THAT(answer.body, Not(HasSubstr("[base]")));
  }
}

TEST_F(FhirOperationsTest, TheCapabilityStatementIsValidAndTrue) {
  ASSERT_TRUE(PublishOperations(*store));
  const Json statement = test::Parse(Ask("GET", "metadata").body);
  for (const r4::Issue& issue : r4::Validate(statement)) {
    ADD_FAILURE() << issue.expression << ' ' << issue.diagnostics;
  }
  EXPECT_EQ(statement["rest"][0]["resource"].Items().size(), r4::ResourceTypes().size());
  const auto strict = [](FhirRequest& request) { request.handling = store::Handling::Strict; };
  int content = 0;
  for (const Json& resource : statement["rest"][0]["resource"].Items()) {
    const std::string& type = resource["type"].AsString();
    for (const Json& param : resource["searchParam"].Items()) {
      const std::string& name = param["name"].AsString();
      content += name == "_content" ? 1 : 0;
      const bool is_full_text = name == "_content" || name == "_text";
      const std::string url =
          type + '?' + name + (is_full_text ? "=word" : ":missing=true") + "&_count=1";
      if (param["type"].AsString() == "composite") continue;
      if (name.starts_with('_') && !is_full_text) continue;
      EXPECT_EQ(Ask("GET", url, "", strict).status, 200) << url;
    }
    for (const Json& operation : resource["operation"].Items()) {
      EXPECT_EQ(Ask("GET", Below(operation["definition"].AsString())).status, 200);
    }
    if (type != "Patient" && type != "Appointment" && type != "Task") continue;
    for (const char* list : {"searchInclude", "searchRevInclude"}) {
      const std::string name = *list == 's' && list[6] == 'R' ? "_revinclude" : "_include";
      for (const Json& value : resource[list].Items()) {
        const std::string url = type + "?_count=1&" + name + '=' + value.AsString();
        EXPECT_EQ(Ask("GET", url, "", strict).status, 200) << url;
      }
    }
  }
  EXPECT_GT(content, 20);
  EXPECT_LT(content, 40) << "full text of every type would be a row for every word that is written";
  for (const char* not_claimed : {"Slot?_content=x", "Patient?_filter=x", "Binary?_text=x",
                                  "Patient?_query=x", "Patient?_list=x"}) {
    EXPECT_EQ(Ask("GET", not_claimed, "", strict).status, 400) << not_claimed;
  }
}

TEST_F(FhirOperationsTest, AModifierThatIsNotSupportedIsRefusedWithItsNameAndNeverLeftOut) {
  const FhirAnswer answer = Ask("GET", "Patient?name:phonetic=secret");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("modifier is not supported: name:phonetic"));
  EXPECT_THAT(answer.body, Not(HasSubstr("secret")));
}

TEST_F(FhirOperationsTest, AValueSetIsLookedIntoOnlyForWhoMayReadIt) {
  ASSERT_EQ(
      Ask("PUT", "ValueSet/sexes",
          R"({"resourceType":"ValueSet","id":"sexes","status":"active","compose":{"include":[)"
          R"({"system":"http://gender","concept":[{"code":"male"}]}]}})")
          .status,
      201);
  const auto without_value_sets = [](FhirRequest& request) {
    request.access = [](Interaction, std::string_view type) { return type != "ValueSet"; };
  };
  EXPECT_EQ(Ask("GET", "Patient?gender:in=ValueSet/sexes").status, 200);
  EXPECT_EQ(Ask("GET", "Patient?gender:in=ValueSet/sexes", "", without_value_sets).status, 403);
  EXPECT_EQ(Ask("GET", "Patient?gender:in=ValueSet/nobody").status, 400);
}

}  // namespace
}  // namespace yizhan::server
