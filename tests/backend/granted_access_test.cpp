// Who gets access and how much: systems, enrolment, floods, administrators.
#include "tests/backend/access_fixture.h"

namespace yizhan::server {
namespace {

using GrantedAccessTest = AccessTest;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST_F(GrantedAccessTest, ASystemDoesWhatItsScopesSayPerResourceAndInteraction) {
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

TEST_F(GrantedAccessTest, ABundleGetsNoMoreThanItsParts) {
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

TEST_F(GrantedAccessTest, TokensThatAreNotOursOpenNothing) {
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

TEST_F(GrantedAccessTest, TheTokenEndpointAnswersAsOauthSaysWithTheReasonBeside) {
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

TEST_F(GrantedAccessTest, ExpiredAndTenMinutesOfClockSkewAreRefusedWithTheirReasonAndAudited) {
  ASSERT_TRUE(gate->Systems().Register("lab", signer.KeySet(), "system/Appointment.rs", by));
  const auto reason = [this](const std::string& form) {
    return test::Parse(Ask({}, "POST", "/auth/token", form, kForm).body)["reason"].AsString();
  };
  const std::string of_now = Form("system/Appointment.rs");
  clock.Set("2026-03-10T01:10:00Z");
  EXPECT_EQ(reason(of_now), "assertion-expired") << "a client whose clock is ten minutes behind";
  const std::string of_later = Form("system/Appointment.rs");
  clock.Set("2026-03-10T01:00:00Z");
  EXPECT_EQ(reason(of_later), "assertion-clock") << "and one that is ten minutes ahead";
  EXPECT_THAT(Audited(), AllOf(Contains(HasSubstr("assertion-expired 4 lab 10.1.2.3")),
                               Contains(HasSubstr("assertion-clock 4 lab 10.1.2.3"))));
}

TEST_F(GrantedAccessTest, ATerminalEnrolsItselfWithACode) {
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

TEST_F(GrantedAccessTest, ACallScreenIsPairedWithACodeAndShowsTheHallOnly) {
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

TEST_F(GrantedAccessTest, AFloodOfRefusalsLeavesAFewRowsWithTheirCount) {
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

TEST_F(GrantedAccessTest, TooManyRequestsAreToldWhenToComeAgain) {
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

TEST_F(GrantedAccessTest, OnlyAnAdministratorChangesAccountsAndNeverTheOwnOne) {
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

TEST_F(GrantedAccessTest, AdministratorsCommandsDoWhatTheySay) {
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
