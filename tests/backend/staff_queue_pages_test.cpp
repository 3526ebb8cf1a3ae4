// What the staff's pages of queues are told and may do, without a browser.
#include <gmock/gmock.h>

#include "backend/server/app.h"
#include "backend/server/staff_api/staff_api.h"
#include "tests/backend/hospital_fixture.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using testing::HasSubstr;
using testing::Not;

class StaffQueuePagesTest : public test::HospitalFixture {
 protected:
  StaffQueuePagesTest() : app(*store, *hospital, clock, App::Access::Open) {
    for (const char* id : {"a", "b", "c"}) Book(id);
    EXPECT_EQ(CheckIn("a", "2026-03-10T08:40:00+08:00"), "A001");
    EXPECT_EQ(CheckIn("b", "2026-03-10T08:41:00+08:00"), "A002");
    EXPECT_EQ(CheckIn("c", "2026-03-10T08:42:00+08:00"), "A003");
  }

  HttpResponse Ask(const std::string& method, const std::string& path, const std::string& query,
                   const std::string& body) {
    HttpRequest request;
    request.method = method;
    request.path = path;
    request.query = query;
    request.host = "localhost";
    request.body = body;
    request.content_type = body.empty() ? "" : "application/json";
    return app.Handle(request);
  }
  Json Get(const std::string& path, const std::string& query) {
    const HttpResponse response = Ask("GET", path, query, "");
    return response.status == 200 ? test::Parse(response.body) : Json();
  }
  Json Triage() { return Get("/api/triage", "area=area"); }
  /// "200", or the status with the refusal's detail.
  std::string Post(const std::string& path, const std::string& body) {
    const HttpResponse response = Ask("POST", path, "", body);
    last = test::Parse(response.body);
    if (response.status == 200) return "200";
    return std::to_string(response.status) + ' ' + last["detail"].AsString();
  }
  /// The numbers that wait, in their order.
  std::string Line() {
    std::string line;
    const Json view = Triage();
    for (const Json& ticket : view["waiting"].Items()) {
      line += (line.empty() ? "" : " ") + ticket["number"].AsString();
    }
    return line;
  }
  std::string IdOf(const std::string& number) {
    const Json view = Triage();
    for (const char* list : {"waiting", "others"}) {
      for (const Json& ticket : view[list].Items()) {
        if (ticket["number"].AsString() == number) return ticket["id"].AsString();
      }
    }
    return "";
  }
  std::string On(const std::string& number, const std::string& more = "") {
    return R"({"ticket":")" + IdOf(number) + '"' + more + '}';
  }
  int Audited(const std::string& act) {
    int count = 0;
    SearchAll("AuditEvent", [&](const Json& event) {
      if (event.Write().find('"' + act + '"') != std::string::npos) ++count;
    });
    return count;
  }

  App app;
  Json last;
};

TEST_F(StaffQueuePagesTest, F29_EveryDepartureFromTheOrderIsANamedActWithReasonMarkAndAuditRow) {
  EXPECT_EQ(Line(), "A001 A002 A003");
  EXPECT_EQ(Post("/api/triage/forward", On("A003")), "422 reason");
  EXPECT_EQ(Line(), "A001 A002 A003") << "nothing moves without a reason";
  EXPECT_EQ(Audited("move-forward"), 0);
  EXPECT_EQ(Post("/api/triage/forward", On("A003", R"(,"reason":"病情变化")")), "200");
  EXPECT_EQ(Line(), "A003 A001 A002");
  EXPECT_EQ(Audited("move-forward"), 1);
  EXPECT_EQ(Triage()["waiting"][0]["marks"][0].AsString(), "调");
  EXPECT_EQ(Post("/api/triage/priority", On("A002", R"(,"class":"soldier","reason":"证件")")),
            "200");
  EXPECT_EQ(Audited("give-priority"), 1);
  EXPECT_THAT(Get("/api/screen", "area=area").Write(), HasSubstr("军"));
  EXPECT_EQ(Post("/api/triage/priority", On("A002", R"(,"class":"king","reason":"x")")),
            "404 no such class");
  EXPECT_EQ(Post("/api/triage/give-up", On("A001", R"(,"reason":"离开")")), "200");
  EXPECT_EQ(Audited("give-up"), 1);
}

TEST_F(StaffQueuePagesTest, F32_AHeldTicketIsPassedOverAndKeepsItsPlace) {
  EXPECT_EQ(Post("/api/desk/hold", On("A001", R"(,"why":"preparing")")), "200");
  EXPECT_EQ(Post("/api/desk/next", R"({"room":"room5"})"), "200");
  EXPECT_EQ(last["number"].AsString(), "A002");
  EXPECT_EQ(Post("/api/desk/release", On("A001")), "200");
  EXPECT_EQ(Line(), "A001 A003");
}

TEST_F(StaffQueuePagesTest, WhoIsSentToAnExamComesBackWithAMark) {
  EXPECT_EQ(Post("/api/desk/next", R"({"room":"room5"})"), "200");
  EXPECT_EQ(Post("/api/desk/away", R"({"room":"room5"})"), "200");
  const Json away = Get("/api/desk", "room=room5")["away"][0];
  EXPECT_EQ(away["number"].AsString(), "A001");
  EXPECT_EQ(away["marks"][0].AsString(), "检");
  EXPECT_EQ(Post("/api/desk/return", R"({"ticket":")" + away["id"].AsString() + "\"}"), "200");
  EXPECT_THAT(Line(), HasSubstr("A001"));
  EXPECT_THAT(Triage()["waiting"].Write(), HasSubstr("回"));
}

TEST_F(StaffQueuePagesTest, APausedRoomCallsNobodyAndSaysSo) {
  EXPECT_EQ(Post("/api/desk/pause", R"({"room":"room5"})"), "422 reason");
  EXPECT_EQ(Post("/api/desk/pause", R"({"room":"room5","reason":"会诊"})"), "200");
  EXPECT_EQ(Post("/api/desk/next", R"({"room":"room5"})"), "422 paused");
  EXPECT_EQ(Get("/api/desk", "room=room5")["paused"]["reason"].AsString(), "会诊");
  const std::string screen = Get("/api/screen", "area=area").Write();
  EXPECT_THAT(screen, HasSubstr("\"paused\":true"));
  EXPECT_THAT(screen, Not(HasSubstr("会诊"))) << "why is nobody else's business";
  EXPECT_EQ(Post("/api/desk/resume", R"({"room":"room5"})"), "200");
  EXPECT_EQ(Post("/api/desk/next", R"({"room":"room5"})"), "200");
}

TEST_F(StaffQueuePagesTest, F10_DoubtIsNotRaisedAboutWhoeverCameInMeanwhile) {
  ASSERT_EQ(Post("/api/desk/next", R"({"room":"room5"})"), "200");
  const std::string seen = Get("/api/desk", "room=room5")["current"]["id"].AsString();
  ASSERT_EQ(Post("/api/desk/next", R"({"room":"room5"})"), "200");
  const std::string inside = Get("/api/desk", "room=room5")["current"]["id"].AsString();
  const auto on = [](const std::string& ticket, const char* more) {
    return R"({"room":"room5","ticket":")" + ticket + '"' + more + '}';
  };
  for (const char* part : {"draw", "exam"}) {
    const std::string path = std::string("/api/") + part;
    EXPECT_EQ(Post(path + "/mismatch", on(seen, R"(,"what":"sex")")), "422 not-inside");
    EXPECT_EQ(Post(path + "/override", on(seen, R"(,"reason":"card")")), "422 not-inside");
  }
  EXPECT_EQ(Audited("identity-mismatch"), 0);
  EXPECT_EQ(Post("/api/draw/mismatch", on(inside, R"(,"what":"sex")")), "200");
  EXPECT_EQ(Audited("identity-mismatch"), 1);
}

TEST_F(StaffQueuePagesTest, WhoLooksSomebodyUpLearnsNoFullName) {
  Put(R"({"resourceType":"Patient","id":"late","name":[{"text":"欧阳小珊"}],)"
      R"("telecom":[{"system":"phone","value":"13900001234"}]})");
  Put(R"({"resourceType":"Appointment","id":"late","status":"booked",)"
      R"("start":"2026-03-10T08:00:00+08:00","end":"2026-03-10T08:30:00+08:00","participant":[)"
      R"({"actor":{"reference":"Patient/late"}},)"
      R"({"actor":{"reference":"HealthcareService/cardio"}}]})");
  EXPECT_EQ(Post("/api/triage/find", R"({"q":"13900001234"})"), "200");
  EXPECT_EQ(last["bookings"][0]["id"].AsString(), "late");
  EXPECT_EQ(last["bookings"][0]["name"].AsString(), "欧**珊");
  EXPECT_THAT(last.Write(), Not(HasSubstr("欧阳小珊")));
  EXPECT_THAT(last.Write(), Not(HasSubstr("1390000")));
  EXPECT_EQ(Post("/api/triage/find", R"({"q":"a002"})"), "200");
  EXPECT_EQ(last["tickets"][0]["number"].AsString(), "A002");
  EXPECT_EQ(Post("/api/triage/find", R"({"q":""})"), "400 nothing is asked for");
  EXPECT_EQ(Post("/api/triage/find", R"({"q":"1"})"), "200") << "too short for a person's number";
  EXPECT_TRUE(last["bookings"].Items().empty());
}

TEST_F(StaffQueuePagesTest, F29_RulesAreTriedOnTheLineWithoutChangingIt) {
  const std::string rules = R"({"rules":{"orderBy":"number"},"service":"cardio"})";
  EXPECT_EQ(Post("/api/rules/preview", rules), "200");
  EXPECT_EQ(last["rows"].Items().size(), 3U);
  EXPECT_EQ(Line(), "A001 A002 A003");
  EXPECT_EQ(Post("/api/rules/preview", R"({"rules":{"lateInterval":0},"service":"cardio"})"),
            "400 lateInterval");
  EXPECT_EQ(Post("/api/rules/set", R"({"key":"cardio","rules":{"lateInterval":3}})"), "422 reason");
  EXPECT_FALSE(Get("/api/rules", "key=cardio")["own"].AsBoolean());
  EXPECT_EQ(
      Post("/api/rules/set", R"({"key":"cardio","rules":{"lateInterval":3},"reason":"高峰"})"),
      "200");
  const Json own = Get("/api/rules", "key=cardio");
  EXPECT_TRUE(own["own"].AsBoolean());
  EXPECT_EQ(own["rules"]["lateInterval"].AsInteger(), 3);
  EXPECT_EQ(Audited("set-queue-rules"), 1);
  EXPECT_EQ(Post("/api/rules/set", R"({"key":"cardio","rules":null,"reason":"高峰过去"})"), "200");
  EXPECT_FALSE(Get("/api/rules", "key=cardio")["own"].AsBoolean());
  EXPECT_TRUE(Get("/api/rules", "key=nowhere").IsNull());
}

TEST_F(StaffQueuePagesTest, WhatIsAnnouncedEndsByItself) {
  EXPECT_EQ(Post("/api/triage/broadcast", R"({"area":"area","text":"请稍候","minutes":5})"), "200");
  EXPECT_EQ(Get("/api/screen", "area=area")["broadcast"]["text"].AsString(), "请稍候");
  EXPECT_EQ(Audited("broadcast"), 1);
  clock.Set("2026-03-10T09:05:01+08:00");
  EXPECT_TRUE(Get("/api/screen", "area=area")["broadcast"].IsNull());
  EXPECT_EQ(Post("/api/triage/broadcast", R"({"area":"nowhere","text":"x","minutes":5})"),
            "404 no such area");
  EXPECT_EQ(Post("/api/triage/broadcast", R"({"area":"area","text":"x","minutes":0})"),
            "400 minutes");
}

TEST_F(StaffQueuePagesTest, AClinicThatTellsNumbersOnlyShowsNoPartOfANameInPublic) {
  Put(R"({"resourceType":"HealthcareService","id":"cardio","name":"cardio","identifier":[)"
      R"({"system":"urn:yizhan:queue-letter","value":"A"}],"location":[)"
      R"({"reference":"Location/area"}],"extension":[)"
      R"({"url":"urn:yizhan:sensitive","valueBoolean":true}]})");
  EXPECT_EQ(Post("/api/desk/next", R"({"room":"room5"})"), "200");
  for (const auto& [path, query] :
       {std::pair("/api/screen", "area=area"), std::pair("/api/door", "room=room5")}) {
    const std::string view = Get(path, query).Write();
    EXPECT_THAT(view, HasSubstr("A001"));
    EXPECT_THAT(view, Not(HasSubstr("张")));
  }
}

}  // namespace
}  // namespace yizhan::server
