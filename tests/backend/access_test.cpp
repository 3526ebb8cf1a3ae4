// Who may do what, seen from outside: whole requests against the whole server.
#include <gmock/gmock.h>

#include "backend/fhir/client.h"
#include "backend/security/admin.h"
#include "backend/server/app.h"
#include "backend/server/http_server.h"
#include "tests/backend/hospital_fixture.h"
#include "tests/security/certificate_request.h"
#include "tests/security/signer.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kPassword = "korrekt-pferd 49";

class AccessTest : public test::HospitalFixture {
 protected:
  AccessTest() {
    auto opened = security::CertificateAuthority::Open(folder.Path() + "/ca", clock);
    EXPECT_TRUE(opened);
    authority = std::move(*opened);
    security::GateOptions options;
    options.smart.public_url = "https://hospital.example";
    options.password = {8, 1};
    options.per_secret = {1000, 1000};
    OpenApp(options);
    for (const auto& [id, role] :
         {std::pair("wang", "doctor"), std::pair("zhao", "operator"), std::pair("root", "admin")}) {
      EXPECT_TRUE(gate->StaffAccounts().Add({id, "某某", {role}, kPassword}, by));
    }
    Book("a");
    EXPECT_EQ(CheckIn("a", "2026-03-10T08:40:00+08:00"), "A001");
  }

  void OpenApp(const security::GateOptions& options) {
    app.reset();
    gate.emplace(*store, clock, authority.get(), options);
    app.emplace(*store, *hospital, clock, *gate);
  }

  /// A request that carries what `as` carries.
  struct Identity {
    std::string cookie = {};
    std::string csrf = {};
    std::string authorization = {};
    std::string name = {};
    std::string fingerprint = {};
    std::string problem = {};
    std::string address = "10.1.2.3";
  };
  HttpResponse Ask(const Identity& as, const std::string& method, const std::string& target,
                   const std::string& body = "", const std::string& type = "application/json") {
    HttpRequest request;
    request.method = method;
    const std::size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos) request.query = target.substr(question + 1);
    request.body = body;
    request.content_type = body.empty() ? "" : type;
    request.host = "hospital.example";
    request.secure = true;
    request.cookie = as.cookie;
    request.csrf_token = as.csrf;
    request.authorization = as.authorization;
    request.client_name = as.name;
    request.client_fingerprint = as.fingerprint;
    request.client_problem = as.problem;
    request.remote_address = as.address;
    return app->Handle(request);
  }
  /// The status and, when refused, the reason code.
  std::string Said(const HttpResponse& response) {
    if (response.status < 400) return std::to_string(response.status);
    const Json body = test::Parse(response.body);
    const std::string& plain = body["error"].AsString();
    return std::to_string(response.status) + ' ' +
           (plain.empty() ? body["issue"][0]["details"]["coding"][0]["code"].AsString() : plain);
  }
  std::string Get(const Identity& as, const std::string& target) {
    return Said(Ask(as, "GET", target));
  }
  std::string Post(const Identity& as, const std::string& target, const std::string& body) {
    return Said(Ask(as, "POST", target, body));
  }

  static std::string Header(const HttpResponse& response, std::string_view wanted) {
    for (const auto& [name, value] : response.headers) {
      if (name == wanted) return value;
    }
    return "";
  }
  Identity LogIn(const std::string& name, const std::string& password = kPassword) {
    const HttpResponse response = Ask(
        {}, "POST", "/auth/login", R"({"name":")" + name + R"(","password":")" + password + "\"}");
    EXPECT_EQ(response.status, 200) << response.body;
    Identity person;
    const std::string cookie = Header(response, "Set-Cookie");
    person.cookie = "theme=dark; " + cookie.substr(0, cookie.find(';')) + "; other=1";
    person.csrf = test::Parse(response.body)["csrf"].AsString();
    return person;
  }
  Identity Kiosk(const std::string& name = "K3", const std::string& role = "kiosk") {
    const auto made =
        gate->KnownDevices().EnrolByRequest(name, role, test::CertificateRequest().Pem(), by);
    EXPECT_TRUE(made);
    Identity kiosk;
    kiosk.name = name;
    kiosk.fingerprint = made->fingerprint;
    return kiosk;
  }
  Identity System(const std::string& scopes) {
    EXPECT_TRUE(gate->Systems().Register("lab", signer.KeySet(), scopes, by));
    const HttpResponse response = Ask({}, "POST", "/auth/token", Form(scopes), kForm);
    EXPECT_EQ(response.status, 200) << response.body;
    Identity system;
    system.authorization = "Bearer " + test::Parse(response.body)["access_token"].AsString();
    return system;
  }
  std::string Form(const std::string& scopes) {
    static std::atomic<int> number = 0;
    const auto now = std::chrono::floor<std::chrono::seconds>(clock.Now());
    const Json claims = Json::Object({{"iss", Json::String("lab")},
                                      {"sub", Json::String("lab")},
                                      {"aud", Json::String("https://hospital.example/auth/token")},
                                      {"exp", Json::Integer(now.time_since_epoch().count() + 240)},
                                      {"jti", Json::String("j" + std::to_string(++number))}});
    std::string escaped = scopes;
    std::ranges::replace(escaped, ' ', '+');
    return "grant_type=client_credentials&client_assertion_type="
           "urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=" +
           signer.Sign(claims) + "&scope=" + escaped;
  }
  /// "reason outcome who address count" of each security event.
  std::vector<std::string> Audited() {
    gate->Flush();
    std::vector<std::string> rows;
    SearchAll("AuditEvent", [&](const Json& event) {
      if (event["type"]["code"].AsString() != "security") return;
      rows.push_back(event["subtype"][0]["code"].AsString() + ' ' + event["outcome"].AsString() +
                     ' ' + event["agent"][0]["who"]["identifier"]["value"].AsString() + ' ' +
                     event["agent"][0]["network"]["address"].AsString() + ' ' +
                     event["outcomeDesc"].AsString());
    });
    return rows;
  }

  static constexpr const char* kForm = "application/x-www-form-urlencoded";
  const security::Accounts::Author by{security::ActorKind::Command, "root"};
  const test::Signer signer = test::Signer::Es384("lab-1");
  std::unique_ptr<security::CertificateAuthority> authority;
  std::optional<security::Gate> gate;
  std::optional<App> app;
};

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

TEST_F(AccessTest, ASystemDoesWhatItsScopesSayPerResourceAndInteraction) {
  const Identity lab = System("system/Appointment.rs");
  EXPECT_EQ(Get(lab, "/fhir/Appointment/a"), "200");
  EXPECT_EQ(Get(lab, "/fhir/Appointment?date=2026-03-10"), "200");
  EXPECT_EQ(Ask(lab, "GET", "/fhir/Patient/a").status, 403);
  EXPECT_EQ(Ask(lab, "GET", "/fhir/Patient").status, 403);
  EXPECT_THAT(Ask(lab, "GET", "/fhir/_history").body,
              AllOf(HasSubstr("Appointment/a"), Not(HasSubstr("\"Patient\""))));
  EXPECT_EQ(Ask(lab, "GET", "/fhir/Appointment?patient.name=x").status, 403) << "chained";
  EXPECT_EQ(Ask(lab, "DELETE", "/fhir/Appointment/a").status, 403);
  const HttpResponse read = Ask(lab, "GET", "/fhir/Appointment/a");
  EXPECT_EQ(Ask(lab, "PUT", "/fhir/Appointment/a", read.body, "application/fhir+json").status, 403);
  EXPECT_EQ(Ask(lab, "POST", "/fhir/Appointment/a/$check-in", "{}", "application/fhir+json").status,
            403);
  EXPECT_THAT(Ask(lab, "GET", "/fhir/Appointment?_id=a&_include=Appointment:patient").body,
              Not(HasSubstr("\"Patient\"")));
  EXPECT_EQ(Get(lab, "/api/desk?room=room5"), "403 role");
  EXPECT_THAT(Audited(), Contains(HasSubstr("scope 4 lab 10.1.2.3")));
}

TEST_F(AccessTest, ABundleGetsNoMoreThanItsParts) {
  const Identity lab = System("system/Appointment.rs");
  const std::string batch = R"({"resourceType":"Bundle","type":"batch","entry":[)"
                            R"({"request":{"method":"GET","url":"Patient/a"}},)"
                            R"({"request":{"method":"DELETE","url":"Appointment/a"}},)"
                            R"({"request":{"method":"GET","url":"Appointment/a"}}]})";
  const Json answer = test::Parse(Ask(lab, "POST", "/fhir", batch, "application/fhir+json").body);
  EXPECT_THAT(answer["entry"][0]["response"]["status"].AsString(), testing::StartsWith("403"));
  EXPECT_THAT(answer["entry"][1]["response"]["status"].AsString(), testing::StartsWith("403"));
  EXPECT_THAT(answer["entry"][2]["response"]["status"].AsString(), testing::StartsWith("200"));
  EXPECT_THAT(Audited(), Contains(HasSubstr("scope 4 lab")));
}

TEST_F(AccessTest, TokensThatAreNotOursOpenNothing) {
  Identity lab = System("system/*.cruds");
  const std::string good = lab.authorization;
  for (const std::string& wrong :
       {std::string("Bearer"), std::string("Bearer "), good + "A", "Basic " + good.substr(7),
        "Bearer " + good, good.substr(0, good.size() - 1), "bearer  " + good.substr(7)}) {
    lab.authorization = wrong;
    EXPECT_EQ(Get(lab, "/fhir/Appointment/a"), "401 token-invalid") << wrong;
  }
  lab.authorization = "bearer " + good.substr(7);
  EXPECT_EQ(Get(lab, "/fhir/Appointment/a"), "200") << "the scheme's case does not matter";
  clock.Set("2026-03-10T01:05:00Z");
  EXPECT_EQ(Get(lab, "/fhir/Appointment/a"), "401 token-invalid") << "five minutes";
}

TEST_F(AccessTest, TheTokenEndpointAnswersAsOauthSaysWithTheReasonBeside) {
  ASSERT_TRUE(gate->Systems().Register("lab", signer.KeySet(), "system/Appointment.rs", by));
  const std::string form = Form("system/Appointment.rs");
  const HttpResponse good = Ask({}, "POST", "/auth/token", form, kForm);
  const Json token = test::Parse(good.body);
  EXPECT_EQ(token["expires_in"].AsInteger(), 300);
  EXPECT_EQ(token["scope"].AsString(), "system/Appointment.rs");
  EXPECT_EQ(Header(good, "Cache-Control"), "no-store");
  const Json again = test::Parse(Ask({}, "POST", "/auth/token", form, kForm).body);
  EXPECT_EQ(again["error"].AsString(), "invalid_client");
  EXPECT_EQ(again["reason"].AsString(), "assertion-replayed");
  const Json none = test::Parse(Ask({}, "POST", "/auth/token", Form("system/Slot.rs"), kForm).body);
  EXPECT_EQ(none["error"].AsString(), "invalid_scope");
  EXPECT_EQ(test::Parse(Ask({}, "POST", "/auth/token", "{}").body)["error"].AsString(),
            "invalid_request");
  EXPECT_THAT(Audited(), AllOf(Contains(HasSubstr("assertion-replayed 4 lab 10.1.2.3")),
                               Contains(HasSubstr("scope-refused 4 lab"))));
}

TEST_F(AccessTest, ATerminalEnrolsItselfWithACode) {
  const auto code = gate->KnownDevices().MakeCode("K7", "kiosk", std::chrono::minutes(15), by);
  ASSERT_TRUE(code);
  Json body = Json::Object({{"code", Json::String("AAAA-AAAA")},
                            {"request", Json::String(test::CertificateRequest().Pem())}});
  EXPECT_EQ(Post({}, "/enrol", body.Write()), "403 enrolment-code");
  body.Set("code", Json::String(code->code));
  const HttpResponse enrolled = Ask({}, "POST", "/enrol", body.Write());
  ASSERT_EQ(enrolled.status, 200) << enrolled.body;
  const Json answer = test::Parse(enrolled.body);
  EXPECT_EQ(answer["name"].AsString(), "K7");
  EXPECT_EQ(answer["authority"].AsString(), authority->Own().pem);
  Identity kiosk;
  kiosk.name = "K7";
  kiosk.fingerprint = security::ReadCertificatePem(answer["certificate"].AsString())->fingerprint;
  EXPECT_EQ(Get(kiosk, "/fhir/Patient/a"), "200");
}

TEST_F(AccessTest, ACallScreenIsPairedWithACodeAndShowsTheHallOnly) {
  const auto code = gate->KnownDevices().MakeCode("HALL-1", "screen", std::chrono::minutes(15), by);
  const auto kiosk_code =
      gate->KnownDevices().MakeCode("K7", "kiosk", std::chrono::minutes(15), by);
  ASSERT_TRUE(code && kiosk_code);
  EXPECT_EQ(Post({}, "/auth/screen", R"({"code":")" + kiosk_code->code + "\"}"),
            "403 enrolment-code")
      << "a cookie is not enough for a terminal";
  const HttpResponse paired = Ask({}, "POST", "/auth/screen", R"({"code":")" + code->code + "\"}");
  ASSERT_EQ(paired.status, 200);
  EXPECT_EQ(Post({}, "/auth/screen", R"({"code":")" + code->code + "\"}"), "403 enrolment-code");
  const std::string cookie = Header(paired, "Set-Cookie");
  Identity screen;
  screen.cookie = cookie.substr(0, cookie.find(';'));
  EXPECT_EQ(Get(screen, "/screen"), "200");
  EXPECT_EQ(Get(screen, "/api/screen?area=area"), "200");
  EXPECT_EQ(Get(screen, "/api/places"), "200");
  EXPECT_EQ(Get(screen, "/api/desk?room=room5"), "403 role");
  EXPECT_EQ(Ask(screen, "GET", "/fhir/Patient/a").status, 403);
  ASSERT_TRUE(gate->KnownDevices().Revoke("HALL-1", by));
  EXPECT_EQ(Get(screen, "/api/screen?area=area"), "401 device-revoked");
}

TEST_F(AccessTest, AFloodOfRefusalsLeavesAFewRowsWithTheirCount) {
  security::GateOptions options;
  options.per_address = {0, 0};
  OpenApp(options);
  for (int i = 0; i < 5000; ++i) EXPECT_EQ(Get({}, "/fhir/Patient/a"), "401 no-credentials");
  Identity other;
  for (int i = 0; i < 3000; ++i) {
    other.name = "K" + std::to_string(i);
    other.fingerprint = std::string(64, 'b');
    other.address = "10.2." + std::to_string(i / 250) + '.' + std::to_string(i % 250);
    EXPECT_EQ(Get(other, "/fhir/Patient/a"), "401 unknown-device");
  }
  std::int64_t counted = 0;
  std::size_t rows = 0;
  for (const std::string& row : Audited()) {
    if (!row.starts_with("no-cred") && !row.starts_with("unknown-device")) continue;
    ++rows;
    const std::size_t end = row.find(" times");
    const bool is_one = end == std::string::npos;
    counted += is_one ? 1 : std::stoll(row.substr(row.rfind(' ', end - 1) + 1));
  }
  EXPECT_EQ(counted, 8000) << "nothing is forgotten";
  EXPECT_LT(rows, 400U);
  EXPECT_EQ(gate->RefusalCount(), 8000U);
}

TEST_F(AccessTest, TooManyRequestsAreToldWhenToComeAgain) {
  security::GateOptions options;
  options.per_principal = {1, 5};
  options.per_address = {0.1, 3};
  options.per_secret = {0.1, 2};
  options.password = {8, 1};
  OpenApp(options);
  const Identity kiosk = Kiosk();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Get(kiosk, "/fhir/Patient/a"), "200");
  const HttpResponse fast = Ask(kiosk, "GET", "/fhir/Patient/a");
  EXPECT_EQ(Said(fast), "429 rate-limit");
  EXPECT_EQ(Header(fast, "Retry-After"), "1");
  EXPECT_EQ(test::Parse(fast.body)["resourceType"].AsString(), "OperationOutcome");
  EXPECT_EQ(Get(Kiosk("K4"), "/fhir/Patient/a"), "200") << "others are not concerned";
  const std::string wrong = R"({"name":"wang","password":"wrong wrong wrong"})";
  EXPECT_EQ(Post({}, "/auth/login", wrong), "401 wrong-password");
  EXPECT_EQ(Post({}, "/auth/login", wrong), "401 wrong-password");
  EXPECT_EQ(Post({}, "/auth/login", wrong), "429 rate-limit");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Get({}, "/fhir/Patient/a"), "401 no-credentials");
  EXPECT_EQ(Get({}, "/fhir/Patient/a"), "429 rate-limit");
}

TEST_F(AccessTest, OnlyAnAdministratorChangesAccountsAndNeverTheOwnOne) {
  const Identity root = LogIn("root");
  const Identity wang = LogIn("wang");
  const std::string liu =
      R"({"id":"liu","name":"刘洋","roles":["triage"],"password":"korrekt-pferd 49"})";
  EXPECT_EQ(Get(wang, "/api/accounts"), "403 role");
  EXPECT_EQ(Post(wang, "/api/accounts/add", liu), "403 role");
  EXPECT_EQ(Post(wang, "/api/accounts/roles", R"({"id":"zhao","roles":["admin"]})"), "403 role");
  EXPECT_EQ(Post(root, "/api/accounts/add", liu), "200");
  EXPECT_EQ(Post(root, "/api/accounts/add", liu), "409 conflict");
  EXPECT_EQ(Post(root, "/api/accounts/add",
                 R"({"id":"x1","name":"某","roles":["kiosk"],"password":"korrekt-pferd 49"})"),
            "400 bad-data")
      << "a person is no terminal";
  const Identity person = LogIn("liu");
  EXPECT_EQ(Post(person, "/api/desk/next", R"({"room":"room5"})"), "200");
  EXPECT_EQ(Post(root, "/api/accounts/disable", R"({"id":"liu"})"), "200");
  EXPECT_EQ(Get(person, "/api/desk?room=room5"), "401 session-over");
  for (const char* act : {"disable", "roles", "reset", "log-out"}) {
    EXPECT_EQ(Post(root, std::string("/api/accounts/") + act,
                   R"({"id":"root","roles":["doctor"],"password":"korrekt-pferd 49"})"),
              "422 refused")
        << act;
  }
  const HttpResponse list = Ask(root, "GET", "/api/accounts");
  EXPECT_THAT(list.body, HasSubstr("刘洋"));
  EXPECT_THAT(list.body, Not(HasSubstr("argon2")));
}

TEST_F(AccessTest, PagesAreToldByWhatOneMayDo) {
  const std::string wang = Ask(LogIn("wang"), "GET", "/api/pages").body;
  EXPECT_THAT(wang, HasSubstr("\"desk\""));
  EXPECT_THAT(wang, Not(HasSubstr("\"accounts\"")));
  EXPECT_THAT(Ask(LogIn("root"), "GET", "/api/pages").body, HasSubstr("\"accounts\""));
  EXPECT_EQ(Get({}, "/api/pages"), "401 no-credentials");
}

TEST_F(AccessTest, AdministratorsCommandsDoWhatTheySay) {
  const auto run = [&](const std::string& text) {
    const Json answer = security::RunAdmin(*gate, test::Parse(text), clock.Now());
    return answer["ok"].AsBoolean() ? answer["text"].AsString() : "! " + answer["error"].AsString();
  };
  EXPECT_THAT(run(R"({"command":"account-add","by":"root","id":"li","name":"李","roles":["nurse"],)"
                  R"("password":"another phrase 7"})"),
              HasSubstr("can log in"));
  const Identity li = LogIn("li", "another phrase 7");
  EXPECT_EQ(Get(li, "/api/desk?room=room5"), "200");
  EXPECT_THAT(run(R"({"command":"account-list"})"), HasSubstr("li\tnurse\tenabled"));
  EXPECT_THAT(run(R"({"command":"account-log-out","id":"li"})"), HasSubstr("logged out"));
  EXPECT_EQ(Get(li, "/api/desk?room=room5"), "401 session-over");
  EXPECT_THAT(run(R"({"command":"account-disable","id":"nobody"})"), HasSubstr("! there is no"));
  EXPECT_THAT(run(R"({"command":"device-code","id":"K8","role":"kiosk"})"), HasSubstr("enrols K8"));
  EXPECT_THAT(run(R"({"command":"format-disk"})"), HasSubstr("! there is no such"));
}

}  // namespace
}  // namespace yizhan::server
