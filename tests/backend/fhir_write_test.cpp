#include <gmock/gmock.h>

#include "tests/backend/fhir_fixture.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using testing::HasSubstr;

class FhirWriteTest : public test::FhirFixture, public testing::WithParamInterface<test::Engine> {
 protected:
  FhirWriteTest() : FhirFixture(GetParam()) {}

  static std::string Patient(const std::string& id, const std::string& more = "") {
    return R"({"resourceType":"Patient","id":")" + id + "\"" + more + "}";
  }
  std::string Stored(const std::string& id, const std::string& member) {
    return test::Parse(Ask("GET", "Patient/" + id).body)[member].AsString();
  }
};

TEST_P(FhirWriteTest, AConditionalUpdateFollowsTheTableOfTheStandard) {
  const std::string who = R"(,"identifier":[{"system":"s","value":"1"}])";
  // No match, no id: created under an id of the server's.
  const FhirAnswer created =
      Ask("PUT", "Patient?identifier=s|1", R"({"resourceType":"Patient")" + who + "}");
  EXPECT_EQ(created.status, 201);
  EXPECT_THAT(created.location, HasSubstr("/_history/1"));
  const std::string id = test::Parse(created.body)["id"].AsString();
  // One match, no id or the same one: updated.
  EXPECT_EQ(Ask("PUT", "Patient?identifier=s|1", R"({"resourceType":"Patient")" + who + "}").status,
            200);
  EXPECT_EQ(Ask("PUT", "Patient?identifier=s|1", Patient(id, who)).status, 200);
  // One match, another id: refused.
  EXPECT_EQ(Ask("PUT", "Patient?identifier=s|1", Patient("other", who)).status, 400);
  // No match, an id: update as create, unless that id is somebody else.
  EXPECT_EQ(Ask("PUT", "Patient?identifier=s|2", Patient("two")).status, 201);
  EXPECT_EQ(Ask("PUT", "Patient?identifier=s|2", Patient("two")).status, 409);
  EXPECT_EQ(Ask("PUT", "Patient?identifier=s|3", Patient("b d")).status, 400);
}

TEST_P(FhirWriteTest, APreconditionCanNameSeveralVersionsOrAny) {
  EXPECT_EQ(AskIf("*", "PUT", "Patient/p", Patient("p")).status, 412);
  EXPECT_EQ(Ask("PUT", "Patient/p", Patient("p")).status, 201);
  EXPECT_EQ(AskIf("*", "PUT", "Patient/p", Patient("p")).status, 200);
  EXPECT_EQ(AskIf("W/\"1\", W/\"2\"", "PUT", "Patient/p", Patient("p")).status, 200);
  EXPECT_EQ(AskIf("W/\"1\", W/\"2\"", "PUT", "Patient/p", Patient("p")).status, 412);
  const Tune if_new = [](FhirRequest& request) { request.if_none_match = "*"; };
  EXPECT_EQ(Ask("PUT", "Patient/p", Patient("p"), if_new).status, 412);
  EXPECT_EQ(Ask("PUT", "Patient/q", Patient("q"), if_new).status, 201);
  EXPECT_EQ(Ask("DELETE", "Patient/q").status, 204);
  const FhirAnswer again = Ask("PUT", "Patient/q", Patient("q"), if_new);
  EXPECT_EQ(again.status, 201) << "what was deleted is created anew";
  EXPECT_EQ(again.etag, "W/\"3\"");
  EXPECT_EQ(AskIf("W/\"2\"", "DELETE", "Patient/p").status, 412);
  EXPECT_EQ(AskIf("W/\"3\"", "DELETE", "Patient/p").status, 204);
}

TEST_P(FhirWriteTest, AConditionalDeleteTakesOneOrNone) {
  Put(Patient("a", R"(,"gender":"male")"));
  Put(Patient("b", R"(,"gender":"male")"));
  EXPECT_EQ(Ask("DELETE", "Patient?gender=male").status, 412);
  EXPECT_EQ(Ask("DELETE", "Patient?gender=female").status, 204);
  EXPECT_EQ(Ask("DELETE", "Patient").status, 400);
  EXPECT_EQ(Ask("DELETE", "Patient?").status, 400);
  EXPECT_EQ(Ask("DELETE", "Patient?_format=json").status, 400) << "that is no condition";
  EXPECT_EQ(Ask("DELETE", "Patient?colour=blue").status, 400);
  EXPECT_EQ(Ask("DELETE", "Patient?gender=male&_id=a").status, 204);
  EXPECT_EQ(Ask("GET", "Patient/a").status, 410);
  EXPECT_EQ(Ask("GET", "Patient/b").status, 200);
}

TEST_P(FhirWriteTest, APatchChangesTheCurrentVersion) {
  Put(Patient("p", R"(,"gender":"male","birthDate":"1960-01-01")"));
  const FhirAnswer done =
      Ask("PATCH", "Patient/p", R"([{"op":"replace","path":"/gender","value":"female"}])");
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(done.etag, "W/\"2\"");
  EXPECT_EQ(Stored("p", "gender"), "female");
  EXPECT_EQ(Stored("p", "birthDate"), "1960-01-01");
  const std::string female = R"([{"op":"test","path":"/gender","value":"male"},
                                 {"op":"remove","path":"/gender"}])";
  EXPECT_EQ(Ask("PATCH", "Patient/p", female).status, 422);
  EXPECT_EQ(Ask("PATCH", "Patient/p", R"([{"op":"remove","path":"/active"}])").status, 422);
  EXPECT_EQ(Ask("PATCH", "Patient/p", R"([{"op":"eat","path":"/gender"}])").status, 400);
  EXPECT_EQ(Ask("PATCH", "Patient/p", R"([{"op":"replace","path":"/id","value":"q"}])").status,
            422);
  EXPECT_EQ(
      Ask("PATCH", "Patient/p", R"([{"op":"replace","path":"","value":{"resourceType":"Slot"}}])")
          .status,
      422);
  EXPECT_EQ(AskIf("W/\"1\"", "PATCH", "Patient/p", "[]").status, 412);
  EXPECT_EQ(AskIf("W/\"2\"", "PATCH", "Patient/p", "[]").status, 200);
  EXPECT_EQ(Ask("PATCH", "Patient?gender=female", R"([{"op":"add","path":"/active","value":true}])")
                .status,
            200);
  EXPECT_EQ(Ask("PATCH", "Patient?gender=other", "[]").status, 404);
  Ask("DELETE", "Patient/p");
  EXPECT_EQ(Ask("PATCH", "Patient/p", "[]").status, 410);
}

TEST_P(FhirWriteTest, WhatTheClientPrefersIsWhatItSees) {
  const auto prefer = [](Return wanted) {
    return [wanted](FhirRequest& request) { request.wanted = wanted; };
  };
  const FhirAnswer minimal =
      Ask("POST", "Patient", R"({"resourceType":"Patient"})", prefer(Return::Minimal));
  EXPECT_EQ(minimal.status, 201);
  EXPECT_EQ(minimal.body, "");
  EXPECT_NE(minimal.location, "");
  const FhirAnswer outcome = Ask("PUT", "Patient/p", Patient("p"), prefer(Return::Outcome));
  EXPECT_EQ(test::Parse(outcome.body)["resourceType"].AsString(), "OperationOutcome");
  EXPECT_EQ(test::Parse(outcome.body)["issue"][0]["severity"].AsString(), "information");
  EXPECT_EQ(Ask("DELETE", "Patient/p", "", prefer(Return::Outcome)).status, 200);
  EXPECT_EQ(Ask("PATCH", "Patient/p", "[]", prefer(Return::Minimal)).status, 410);
}

TEST_P(FhirWriteTest, AuditRowsAndPublishedDefinitionsCannotBeChanged) {
  const FhirAnswer refused =
      Ask("PUT", "OperationDefinition/check-in",
          R"({"resourceType":"OperationDefinition","id":"check-in","name":"X","status":"draft",
          "kind":"operation","code":"x","system":false,"type":false,"instance":false})");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.allow, "GET, HEAD");
  EXPECT_EQ(Ask("DELETE", "OperationDefinition/check-in").status, 405);
  EXPECT_EQ(Ask("DELETE", "AuditEvent/x").status, 405);
  EXPECT_EQ(Ask("PATCH", "AuditEvent/x", "[]").status, 405);
}

TEST_P(FhirWriteTest, MethodsThatAnAddressDoesNotHaveAreNamedAsSuch) {
  const std::pair<const char*, const char*> wrong[] = {{"POST", "Patient/p"},
                                                       {"POST", "Patient/_history"},
                                                       {"PUT", "Patient/p/_history/1"},
                                                       {"DELETE", "_history"},
                                                       {"PUT", "metadata"},
                                                       {"GET", ""},
                                                       {"PUT", ""},
                                                       {"DELETE", ""},
                                                       {"TRACE", "Patient/p"},
                                                       {"GET", "Appointment/a/$check-in"}};
  for (const auto& [method, path] : wrong) {
    const FhirAnswer answer = Ask(method, path, R"({"resourceType":"Patient","id":"p"})");
    EXPECT_EQ(answer.status, 405) << method << ' ' << path;
    EXPECT_NE(answer.allow, "") << method << ' ' << path;
  }
}

TEST_P(FhirWriteTest, AccessIsAskedForEveryTypeThatAnInteractionTouches) {
  Put(Patient("p", R"(,"gender":"male")"));
  using enum Interaction;
  const auto only = [this](std::set<std::pair<Interaction, std::string>> allowed) {
    access = [allowed = std::move(allowed)](Interaction interaction, std::string_view type) {
      return allowed.contains({interaction, std::string(type)});
    };
  };
  only({});
  for (const auto& [method, path] :
       std::vector<std::pair<std::string, std::string>>{{"GET", "Patient/p"},
                                                        {"GET", "Patient/p/_history"},
                                                        {"GET", "Patient/p/_history/1"},
                                                        {"GET", "Patient"},
                                                        {"GET", "Patient/_history"},
                                                        {"POST", "Patient"},
                                                        {"PUT", "Patient/p"},
                                                        {"DELETE", "Patient/p"},
                                                        {"DELETE", "Patient?gender=male"},
                                                        {"POST", "Appointment/a/$check-in"}}) {
    EXPECT_EQ(Ask(method, path, Patient("p")).status, 403) << method << ' ' << path;
  }
  EXPECT_EQ(Ask("PATCH", "Patient/p", "[]").status, 403);
  EXPECT_EQ(test::Parse(Ask("GET", "_history").body)["entry"].Items().size(), 0U);

  only({{Update, "Patient"}});
  EXPECT_EQ(Ask("PUT", "Patient/new", Patient("new")).status, 403) << "that would create it";
  EXPECT_EQ(Ask("PUT", "Patient/p", Patient("p")).status, 200);
  EXPECT_EQ(Ask("PUT", "Patient?gender=male", Patient("p")).status, 403) << "that would search";
  EXPECT_EQ(Ask("PATCH", "Patient/p", "[]").body, "") << "that would read";

  only({{Search, "Appointment"}, {Read, "Appointment"}});
  EXPECT_EQ(Ask("GET", "Appointment?patient.gender=male").status, 403) << "chained";
  access = {};
  Book("b");
  only({{Search, "Appointment"}, {Read, "Appointment"}});
  const FhirAnswer found = Ask("GET", "Appointment?_include=Appointment:patient");
  EXPECT_EQ(found.status, 200);
  EXPECT_THAT(found.body, testing::Not(HasSubstr("\"Patient\""))) << "included";
  EXPECT_THAT(found.body, HasSubstr("\"mode\":\"outcome\""));

  only({{Create, "Patient"}});
  const std::string entries = R"([
    {"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}},
    {"request":{"method":"DELETE","url":"Appointment/b"}}]})";
  EXPECT_EQ(
      Ask("POST", "", R"({"resourceType":"Bundle","type":"transaction","entry":)" + entries).status,
      403);
  const Json batch = test::Parse(
      Ask("POST", "", R"({"resourceType":"Bundle","type":"batch","entry":)" + entries).body);
  EXPECT_EQ(batch["entry"][0]["response"]["status"].AsString(), "201");
  EXPECT_EQ(batch["entry"][1]["response"]["status"].AsString(), "403");
}

INSTANTIATE_TEST_SUITE_P(Engines, FhirWriteTest, test::AllEngines(), test::EngineName);

}  // namespace
}  // namespace yizhan::server
