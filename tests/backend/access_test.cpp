// Who may do what, seen from outside: whole requests of people and terminals against the whole
// server.
#include "tests/backend/access_fixture.h"

namespace yizhan::server {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST_F(AccessTest, WithoutANameNothingOfTheHospitalIsSeen) {
  for (const char* path :
       {"/fhir/Patient", "/fhir/Patient/a", "/fhir/Patient/a/_history", "/fhir/_history", "/fhir",
        "/fhir/AuditEvent", "/fhir/metadata/x", "/fhir//metadata", "/fhir/Metadata"}) {
    EXPECT_EQ(Get({}, path), "401 no-credentials") << path;
  }
  for (const char* path : {"/api/places", "/api/desk?room=room5", "/api/desk/events?room=room5",
                           "/api/screen?area=area", "/api/chart?room=room5", "/api/x"}) {
    EXPECT_EQ(Get({}, path), "401 no-credentials") << path;
  }
  EXPECT_EQ(Post({}, "/fhir", R"({"resourceType":"Bundle"})"), "401 no-credentials");
  EXPECT_EQ(Post({}, "/api/desk/next", R"({"room":"room5"})"), "401 no-credentials");
  EXPECT_EQ(Header(Ask({}, "GET", "/desk?room=room5"), "Location"),
            "/login?next=/desk%3Froom%3Droom5");
  EXPECT_THAT(Audited(), Contains(HasSubstr("no-credentials 4  10.1.2.3")));
}

TEST_F(AccessTest, WhatMustBeKnownBeforeIsPublic) {
  EXPECT_EQ(Get({}, "/fhir/metadata"), "200");
  EXPECT_EQ(Get({}, "/fhir/.well-known/smart-configuration"), "200");
  EXPECT_EQ(Get({}, "/enrol/ca.pem"), "200");
  EXPECT_THAT(Ask({}, "GET", "/enrol/ca.pem").body, Not(HasSubstr("PRIVATE")));
  const HttpResponse page = Ask({}, "GET", "/login");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(Header(page, "Content-Security-Policy"),
              AllOf(HasSubstr("default-src 'none'"), Not(HasSubstr("unsafe"))));
  EXPECT_NE(Header(page, "Strict-Transport-Security"), "");
  const Json metadata = test::Parse(Ask({}, "GET", "/fhir/metadata").body);
  EXPECT_THAT(metadata["rest"][0]["security"].Write(), HasSubstr("SMART-on-FHIR"));
}

TEST_F(AccessTest, AnEnrolledTerminalDoesItsWorkAndNoMore) {
  const Identity kiosk = Kiosk();
  EXPECT_EQ(Get(kiosk, "/fhir/Patient/a"), "200");
  EXPECT_EQ(Get(kiosk, "/fhir/Appointment?patient=a"), "200");
  EXPECT_EQ(Get(kiosk, "/api/screen?area=area"), "200");
  EXPECT_EQ(Get(kiosk, "/api/desk?room=room5"), "403 role") << "terminals have no desk";
  EXPECT_EQ(Post(kiosk, "/api/desk/next", R"({"room":"room5"})"), "403 role");
  EXPECT_EQ(Ask(kiosk, "GET", "/fhir/AuditEvent").status, 403);
  EXPECT_EQ(Ask(kiosk, "DELETE", "/fhir/Patient/a").status, 403);
  EXPECT_THAT(Ask(kiosk, "GET", "/fhir/_history").body,
              AllOf(HasSubstr("Appointment/a"), Not(HasSubstr("AuditEvent"))));
  EXPECT_THAT(Audited(), AllOf(Contains(HasSubstr("role 4 K3 10.1.2.3")),
                               Contains(HasSubstr("scope 4 K3 10.1.2.3"))));
}

TEST_F(AccessTest, UnknownRevokedAndUntrustedDevicesAreRefusedWithTheirReason) {
  Identity kiosk = Kiosk();
  EXPECT_EQ(Get(kiosk, "/fhir/Patient/a"), "200");
  ASSERT_TRUE(gate->KnownDevices().Revoke("K3", by));
  EXPECT_EQ(Get(kiosk, "/fhir/Patient/a"), "401 device-revoked");
  Identity stranger;
  stranger.name = "K9";
  stranger.fingerprint = std::string(64, 'a');
  EXPECT_EQ(Get(stranger, "/fhir/Patient/a"), "401 unknown-device");
  Identity untrusted;
  untrusted.problem = "certificate has expired";
  EXPECT_EQ(Get(untrusted, "/fhir/Patient/a"), "401 certificate-untrusted");
  EXPECT_THAT(Audited(), AllOf(Contains(HasSubstr("device-revoked 4 K3 10.1.2.3")),
                               Contains(HasSubstr("unknown-device 4 K9 10.1.2.3")),
                               Contains(HasSubstr("certificate-untrusted 4"))));
}

TEST_F(AccessTest, RevocationEndsEventStreamsToo) {
  const Identity screen = Kiosk("HALL-1", "screen");
  const HttpResponse stream = Ask(screen, "GET", "/api/screen/events?area=area");
  ASSERT_TRUE(stream.events);
  EXPECT_FALSE(stream.events->is_over());
  ASSERT_TRUE(gate->KnownDevices().Revoke("HALL-1", by));
  EXPECT_TRUE(stream.events->is_over());
}

TEST_F(AccessTest, LoggingOutEndsEventStreamsToo) {
  const Identity wang = LogIn("wang");
  const HttpResponse stream = Ask(wang, "GET", "/api/desk/events?room=room5");
  ASSERT_TRUE(stream.events);
  EXPECT_FALSE(stream.events->is_over());
  EXPECT_EQ(Post(wang, "/auth/logout", "{}"), "200");
  EXPECT_TRUE(stream.events->is_over());
  EXPECT_EQ(Get(wang, "/api/desk?room=room5"), "401 session-over");
}

TEST_F(AccessTest, TheCookieIsForThisHostForTlsAndNotForScripts) {
  const HttpResponse response = Ask(
      {}, "POST", "/auth/login", std::string(R"({"name":"wang","password":")") + kPassword + "\"}");
  const std::string cookie = Header(response, "Set-Cookie");
  EXPECT_THAT(cookie, testing::StartsWith("__Host-yizhan="));
  for (const char* wanted : {"; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"}) {
    EXPECT_THAT(cookie, HasSubstr(wanted));
  }
  EXPECT_THAT(cookie, Not(HasSubstr("Domain")));
  EXPECT_EQ(Header(response, "Cache-Control"), "no-store");
}

TEST_F(AccessTest, ADoctorCallsAndTheAuditNamesTheDoctor) {
  const Identity wang = LogIn("wang");
  EXPECT_EQ(Get(wang, "/desk"), "200");
  EXPECT_EQ(Get(wang, "/api/desk?room=room5"), "200");
  EXPECT_EQ(Post(wang, "/api/desk/next", R"({"room":"room5"})"), "200");
  std::string who;
  SearchAll("AuditEvent", [&](const Json& event) {
    if (event["subtype"][0]["code"].AsString() == "call") {
      who = event["agent"][0]["who"]["identifier"]["system"].AsString() + ' ' +
            event["agent"][0]["who"]["identifier"]["value"].AsString();
    }
  });
  EXPECT_EQ(who, "urn:yizhan:account wang");
}

TEST_F(AccessTest, RolesDecideWhatPeopleMay) {
  const Identity operator_ = LogIn("zhao");
  EXPECT_EQ(Post(operator_, "/api/desk/next", R"({"room":"room5"})"), "403 role");
  EXPECT_EQ(Get(operator_, "/api/screen?area=area"), "200");
  EXPECT_EQ(Ask(operator_, "GET", "/fhir/Patient/a").status, 403);
  const Identity admin = LogIn("root");
  EXPECT_EQ(Ask(admin, "GET", "/fhir/Patient/a").status, 403) << "administrators see no patients";
  EXPECT_EQ(Ask(admin, "GET", "/fhir/AuditEvent").status, 200);
  EXPECT_EQ(Post(admin, "/api/desk/next", R"({"room":"room5"})"), "403 role");
}

TEST_F(AccessTest, NothingIsDoneWithoutTheCsrfToken) {
  Identity wang = LogIn("wang");
  const std::string good = wang.csrf;
  const Identity zhao = LogIn("zhao");
  for (const std::string& wrong : {std::string(), std::string("x"), zhao.csrf, good + "A"}) {
    wang.csrf = wrong;
    EXPECT_EQ(Post(wang, "/api/desk/next", R"({"room":"room5"})"), "403 csrf");
    EXPECT_EQ(Post(wang, "/auth/logout", "{}"), "403 csrf");
    EXPECT_EQ(Said(Ask(wang, "DELETE", "/fhir/Appointment/a")), "403 csrf");
    EXPECT_EQ(Said(Ask(wang, "PUT", "/fhir/Appointment/a", "{}")), "403 csrf");
  }
  wang.csrf = good;
  EXPECT_EQ(Post(wang, "/api/desk/next", R"({"room":"room5"})"), "200");
  EXPECT_THAT(Audited(), Contains(HasSubstr("csrf 4 wang")));
}

TEST_F(AccessTest, AnothersCookieIsNobodysCookie) {
  Identity wang = LogIn("wang");
  for (const char* cookie : {"__Host-yizhan=", "__Host-yizhan=AAAA", "yizhan=x", "__host-yizhan=x",
                             "; ;;=;", "__Host-yizhan", "x__Host-yizhan=1"}) {
    wang.cookie = cookie;
    EXPECT_THAT(Get(wang, "/api/desk?room=room5"), HasSubstr("401")) << cookie;
  }
}

TEST_F(AccessTest, OtherSitesAreTurnedAway) {
  for (const char* site : {"cross-site", "same-site"}) {
    for (const char* path : {"/auth/login", "/auth/session", "/api/places", "/fhir/Patient"}) {
      HttpRequest request;
      request.method = std::string_view(path) == "/auth/login" ? "POST" : "GET";
      request.path = path;
      request.host = "hospital.example";
      request.content_type = "application/json";
      request.body = "{}";
      request.fetch_site = site;
      EXPECT_EQ(Said(app->Handle(request)), "403 cross-site") << path;
    }
  }
  EXPECT_EQ(Said(Ask({}, "POST", "/auth/login", "name=wang&password=x", kForm)),
            "400 request-malformed");
}

TEST_F(AccessTest, PagesAreToldByWhatOneMayDo) {
  const std::string wang = Ask(LogIn("wang"), "GET", "/api/pages").body;
  EXPECT_THAT(wang, HasSubstr("\"desk\""));
  EXPECT_THAT(wang, Not(HasSubstr("\"accounts\"")));
  EXPECT_THAT(Ask(LogIn("root"), "GET", "/api/pages").body, HasSubstr("\"accounts\""));
  EXPECT_EQ(Get({}, "/api/pages"), "401 no-credentials");
}

}  // namespace
}  // namespace yizhan::server
