#include <gmock/gmock.h>

#include "backend/hospital/demo/demo_hospital.h"
#include "backend/server/app.h"
#include "backend/server/http_server.h"
#include "backend/server/staff_api/staff_api.h"
#include "domain/name.h"
#include "tests/backend/hospital_fixture.h"
#include "tests/backend/raw_http.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using testing::HasSubstr;
using testing::Not;

class StaffPagesTest : public test::HospitalFixture {
 protected:
  StaffPagesTest() : app(*store, *hospital, clock, App::Access::Open) {}

  HttpResponse Get(const std::string& path, const std::string& query = "") {
    HttpRequest request;
    request.method = "GET";
    request.path = path;
    request.query = query;
    request.host = "127.0.0.1:8080";
    return app.Handle(request);
  }
  HttpResponse Post(const std::string& path, const std::string& body,
                    const std::string& type = "application/json") {
    HttpRequest request;
    request.method = "POST";
    request.path = path;
    request.host = "localhost";
    request.body = body;
    request.content_type = type;
    return app.Handle(request);
  }

  App app;
};

TEST_F(StaffPagesTest, OnlyBuiltInPagesCanBeAskedFor) {
  EXPECT_EQ(Get("/desk").status, 200);
  EXPECT_EQ(Get("/screen").status, 200);
  EXPECT_EQ(Get("/web/desk.js").content_type, "text/javascript; charset=utf-8");
  for (const char* path : {"/web/../desk", "/web/..%2f..%2fetc/passwd", "/web//etc/passwd", "/etc",
                           "/web/desk.js/", "/fhirx", "/web/desk.js%00.html", "//desk"}) {
    EXPECT_EQ(Get(path).status, 404) << path;
  }
}

TEST_F(StaffPagesTest, PagesMayOnlyRunTheirOwnScripts) {
  for (const char* path : {"/desk", "/screen"}) {
    const HttpResponse page = Get(path);
    std::string policy;
    for (const auto& [name, value] : page.headers) {
      if (name == "Content-Security-Policy") policy = value;
    }
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_THAT(page.body, Not(HasSubstr("<script>"))) << "inline script would not run";
    EXPECT_THAT(page.body, Not(HasSubstr("style=")));
  }
  for (const char* path : {"/web/desk.js", "/web/screen.js", "/web/live.js"}) {
    EXPECT_THAT(Get(path).body, Not(HasSubstr("innerHTML"))) << path;
  }
}

TEST_F(StaffPagesTest, OtherSitesCannotActThroughABrowser) {
  EXPECT_EQ(Post("/api/desk/next", "room=room5", "application/x-www-form-urlencoded").status, 415);
  HttpRequest request;
  request.method = "POST";
  request.path = "/api/desk/next";
  request.host = "127.0.0.1";
  request.content_type = "application/json";
  request.body = R"({"room":"room5"})";
  request.fetch_site = "cross-site";
  EXPECT_EQ(app.Handle(request).status, 403);
  request.fetch_site = "same-origin";
  request.host = "rebound.example";
  EXPECT_EQ(app.Handle(request).status, 403) << "open access is for this machine only";
  request.path = "/fhir/Patient";
  EXPECT_EQ(app.Handle(request).status, 403);
}

TEST_F(StaffPagesTest, DeskActsAndRefusalsHaveTheirStatus) {
  Book("a");
  Book("b");
  EXPECT_EQ(CheckIn("a", "2026-03-10T08:40:00+08:00"), "A001");
  EXPECT_EQ(CheckIn("b", "2026-03-10T08:41:00+08:00"), "A002");
  EXPECT_EQ(Post("/api/desk/next", "{}").status, 400);
  EXPECT_EQ(Post("/api/desk/next", "not json").status, 400);
  EXPECT_EQ(Post("/api/desk/next", R"({"room":"nowhere"})").status, 404);
  EXPECT_EQ(Post("/api/desk/next", R"({"room":"room5"})").body,
            R"({"number":"A001","status":"called"})");
  const Json view = test::Parse(Get("/api/desk", "room=room5").body);
  EXPECT_EQ(view["current"]["number"].AsString(), "A001");
  EXPECT_EQ(view["waiting"][0]["number"].AsString(), "A002");
  EXPECT_EQ(view["doctor"]["name"].AsString(), "王建国");
  EXPECT_EQ(Post("/api/desk/pass", R"({"room":"room5"})").status, 200);
  const std::string passed =
      test::Parse(Get("/api/desk", "room=room5").body)["passed"][0]["id"].AsString();
  EXPECT_EQ(Post("/api/desk/recall", R"({"room":"room5","ticket":")" + passed + "\"}").status, 422);
  EXPECT_EQ(
      Post("/api/desk/recall", R"({"room":"room5","ticket":")" + passed + R"(","reason":"回"})")
          .status,
      200);
  EXPECT_EQ(Get("/api/desk", "room=nowhere").status, 404);
  EXPECT_EQ(Get("/api/screen", "area=nowhere").status, 404);
}

TEST_F(StaffPagesTest, CallReachesTheScreenWithinASecond) {
  auto server =
      HttpServer::Open({}, [&](const HttpRequest& request) { return app.Handle(request); });
  ASSERT_TRUE(server);
  Book("a");
  EXPECT_EQ(CheckIn("a"), "A001");
  test::RawConnection screen((*server)->Port());
  screen.Send("GET /api/screen/events?area=area HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  // The time comes first, because a page counts from it how long somebody waits.
  EXPECT_THAT(screen.ReadUntil("event: view"), HasSubstr("event: tick"));
  screen.Forget();
  const auto called = SystemClock().Monotonic();
  ASSERT_EQ(Post("/api/desk/next", R"({"room":"room5"})").status, 200);
  const std::string& heard = screen.ReadUntil("\"calledMs\"");
  const auto delay = SystemClock().Monotonic() - called;
  EXPECT_THAT(heard, HasSubstr("\"call\":{\"number\":\"A001\",\"name\":\"张*三\""));
  // Five looks a second: far below the promise even on a machine that is busy with other tests.
  EXPECT_LT(delay, std::chrono::seconds(5));
  (*server)->Stop();
}

TEST_F(StaffPagesTest, PublicScreensShowNoFullNameThroughoutADemonstrationDay) {
  ASSERT_TRUE(hospital::MakeDemoHospital(*store, {20260310, clock.Now(), zone}));
  Restart();
  App public_app(*store, *hospital, clock, App::Access::Open);
  std::vector<std::string> names;
  std::vector<std::string> secrets;
  SearchAll("Patient", [&](const Json& patient) {
    const std::string name = fhir::PersonName(patient);
    // Some names are their own mask (王); doctors may share a patient's name.
    if (domain::MaskName(name) != name) names.push_back('"' + name + '"');
    secrets.push_back(patient["identifier"][0]["value"].AsString());
    secrets.push_back(patient["identifier"][1]["value"].AsString());
    secrets.push_back(patient["telecom"][0]["value"].AsString());
  });
  ASSERT_GT(names.size(), 1900U);
  const auto places = hospital->Places();
  std::set<std::string> doctors;
  for (const auto& [id, doctor] : places->doctors) doctors.insert('"' + doctor.name + '"');
  StaffContext context{*hospital, *store};
  int shown = 0;
  for (int round = 0; round < 6; ++round) {
    for (const auto& [id, service] : places->services) {
      for (const std::string& room : service.room_ids) {
        static_cast<void>(hospital->Call({room, "staff", "", ""}));
        if (round == 3) static_cast<void>(hospital->Pass({room, "staff", "", ""}));
      }
      const std::string screen =
          FindView("screen")->view(context, Query("area=" + service.area_id)).Write();
      shown += screen.find("\"number\"") != std::string::npos ? 1 : 0;
      for (const std::string& name : names) {
        if (doctors.contains(name)) continue;
        ASSERT_EQ(screen.find(name), std::string::npos) << "a full name is on the screen";
      }
      for (const std::string& secret : secrets) ASSERT_EQ(screen.find(secret), std::string::npos);
      EXPECT_EQ(screen.find("p-0"), std::string::npos) << "no ids on public screens";
      EXPECT_EQ(screen.find("\"id\""), std::string::npos);
    }
  }
  EXPECT_GT(shown, 30);
}

}  // namespace
}  // namespace yizhan::server
