#include "backend/security/smart.h"

#include <thread>

#include "tests/security/security_fixture.h"
#include "tests/security/signer.h"

namespace yizhan::security {
namespace {

using namespace std::chrono_literals;
using fhir::Json;
using test::Signer;
using testing::Contains;
using testing::HasSubstr;

constexpr const char* kAddress = "10.1.2.3";

class SmartTest : public test::SecurityFixture {
 protected:
  SmartTest() {
    EXPECT_TRUE(smart.Register("lab", signer.KeySet(),
                               "system/Appointment.rs system/DiagnosticReport.cruds", by));
  }

  /// Claims that are good now; a test spoils them.
  Json Claims(const std::string& client = "lab") {
    static std::atomic<int> number = 0;
    return Json::Object({{"iss", Json::String(client)},
                         {"sub", Json::String(client)},
                         {"aud", Json::String("https://hospital.example/auth/token")},
                         {"exp", Json::Integer(Now() + 240)},
                         {"jti", Json::String("jti-" + std::to_string(++number))}});
  }
  std::int64_t Now() const {
    return std::chrono::floor<std::chrono::seconds>(clock.Now()).time_since_epoch().count();
  }
  static std::string Form(const std::string& assertion, const std::string& scope) {
    return "grant_type=client_credentials&client_assertion_type="
           "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=" +
           assertion + "&scope=" + scope;
  }
  std::string Ask(const std::string& assertion, const std::string& scope = "system/*.rs") {
    const Checked<IssuedToken> issued = smart.Exchange(Form(assertion, scope), kAddress);
    if (issued) token = *issued;
    detail = issued ? "" : issued.error().detail;
    return ReasonOf(issued);
  }
  std::string AskWith(const Json& claims) { return Ask(signer.Sign(claims)); }

  const Signer signer = Signer::Es384("lab-1");
  Smart smart{*records, clock, {"https://hospital.example", 300s, 60s}};
  IssuedToken token;
  std::string detail;
};

TEST_F(SmartTest, AGoodAssertionGetsATokenForWhatIsAskedAndRegistered) {
  ASSERT_EQ(AskWith(Claims()), "good");
  EXPECT_EQ(token.token.size(), 43U) << "256 bits";
  EXPECT_EQ(token.lifetime, 300s);
  EXPECT_EQ(token.scopes, "system/Appointment.rs system/DiagnosticReport.rs");
  const Checked<Principal> system = smart.Check(token.token);
  ASSERT_TRUE(system);
  EXPECT_EQ(system->id, "lab");
  EXPECT_EQ(system->kind, PrincipalKind::System);
  EXPECT_TRUE(system->grant.Allows(Interaction::Read, "Appointment"));
  EXPECT_FALSE(system->grant.Allows(Interaction::Update, "DiagnosticReport")) << "not asked for";
  EXPECT_FALSE(system->grant.Allows(Interaction::Read, "Patient")) << "not registered";
  EXPECT_EQ(system->abilities, 0) << "systems have no desk";
  EXPECT_THAT(Audited(), Contains("token 0"));
}

TEST_F(SmartTest, ATokenIsStoredAsItsDigestAndEndsInFiveMinutes) {
  ASSERT_EQ(AskWith(Claims()), "good");
  const auto kept = records->All("smart-token");
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->size(), 1U);
  EXPECT_THAT((*kept)[0].key + (*kept)[0].text, Not(HasSubstr(token.token)));
  EXPECT_EQ(ReasonOf(smart.Check((*kept)[0].key)), "token-invalid");
  EXPECT_TRUE(smart.Check(token.token));
  clock.Advance(299s);
  EXPECT_TRUE(smart.Check(token.token));
  clock.Advance(1s);
  EXPECT_EQ(ReasonOf(smart.Check(token.token)), "token-invalid");
}

TEST_F(SmartTest, AnAssertionIsGoodForOneAnswer) {
  const std::string assertion = signer.Sign(Claims());
  ASSERT_EQ(Ask(assertion), "good");
  EXPECT_EQ(Ask(assertion), "assertion-replayed");
  // Neither a fresh signature over it nor the mirrored one makes it another assertion.
  const std::size_t end = assertion.rfind('.');
  const std::string text = assertion.substr(0, end);
  EXPECT_EQ(Ask(text + '.' + ToBase64Url(signer.Signature(text))), "assertion-replayed");
  EXPECT_EQ(Ask(text + '.' + ToBase64Url(signer.OtherSignature(text))), "assertion-replayed");
  clock.Advance(290s);
  EXPECT_EQ(Ask(assertion), "assertion-replayed") << "as long as it could be taken for good";
  clock.Advance(20s);
  EXPECT_EQ(Ask(assertion), "assertion-expired");
}

TEST_F(SmartTest, AReplayIsSeenByEveryServerOfTheHospital) {
  Records elsewhere(*store, clock);
  Smart other(elsewhere, clock, {"https://hospital.example", 300s, 60s});
  const std::string form = Form(signer.Sign(Claims()), "system/*.rs");
  ASSERT_TRUE(smart.Exchange(form, kAddress));
  EXPECT_EQ(ReasonOf(other.Exchange(form, kAddress)), "assertion-replayed");
}

TEST_F(SmartTest, ManyAtOnceGetOneTokenForOneAssertion) {
  const std::string form = Form(signer.Sign(Claims()), "system/*.rs");
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> all;
    for (int i = 0; i < 8; ++i) {
      all.emplace_back([&] { good += smart.Exchange(form, kAddress) ? 1 : 0; });
    }
  }
  EXPECT_EQ(good, 1);
}

TEST_F(SmartTest, OneClientCannotUseUpAnothersJti) {
  const Signer pharmacy = Signer::Rs384("p1");
  ASSERT_TRUE(smart.Register("pharmacy", pharmacy.KeySet(), "system/*.rs", by));
  Json claims = Claims();
  Json same = Claims("pharmacy");
  same.Set("jti", claims["jti"]);
  EXPECT_EQ(Ask(pharmacy.Sign(same)), "good");
  EXPECT_EQ(AskWith(claims), "good");
}

TEST_F(SmartTest, ClocksMayBeAMinuteApartAndNotTen) {
  const auto at = [&](std::int64_t skew) {
    Json claims = Claims();
    claims.Set("iat", Json::Integer(Now() + skew)).Set("exp", Json::Integer(Now() + skew + 300));
    return claims;
  };
  EXPECT_EQ(AskWith(at(0)), "good");
  EXPECT_EQ(AskWith(at(55)), "good");
  EXPECT_EQ(AskWith(at(-55)), "good");
  EXPECT_EQ(AskWith(at(600)), "assertion-clock");
  EXPECT_THAT(detail, HasSubstr("2026-03-10T00:00:00")) << "tells our time";
  EXPECT_EQ(AskWith(at(-600)), "assertion-expired");
  EXPECT_THAT(detail, HasSubstr("2026-03-10T00:00:00"));
  Json claims = at(600);
  claims.Remove("iat");
  EXPECT_EQ(AskWith(claims), "assertion-too-long");
  claims = at(0);
  claims.Set("nbf", Json::Integer(Now() + 600));
  EXPECT_EQ(AskWith(claims), "assertion-clock");
}

TEST_F(SmartTest, AssertionsLiveFiveMinutesAtMost) {
  Json claims = Claims();
  claims.Set("exp", Json::Integer(Now() + 3600));
  EXPECT_EQ(AskWith(claims), "assertion-too-long");
  claims.Set("exp", Json::Integer(Now() - 61));
  EXPECT_EQ(AskWith(claims), "assertion-expired");
  claims.Set("exp", Json::Number("1e300"));
  EXPECT_EQ(AskWith(claims), "assertion-malformed");
  claims.Set("exp", Json::Integer(-1));
  EXPECT_EQ(AskWith(claims), "assertion-malformed");
  claims.Set("exp", Json::Integer(9'223'372'036'854'775'807));
  EXPECT_EQ(AskWith(claims), "assertion-malformed");
  claims.Set("exp", Json::String(std::to_string(Now() + 100)));
  EXPECT_EQ(AskWith(claims), "assertion-malformed");
  claims.Remove("exp");
  EXPECT_EQ(AskWith(claims), "assertion-malformed");
}

TEST_F(SmartTest, AssertionsForAnotherServerAreRefused) {
  for (const char* audience :
       {"https://other.example/auth/token", "https://hospital.example",
        "https://hospital.example/auth/token/", "", "http://hospital.example/auth/token"}) {
    Json claims = Claims();
    claims.Set("aud", Json::String(audience));
    EXPECT_EQ(AskWith(claims), "assertion-audience") << audience;
  }
  Json claims = Claims();
  claims.Remove("aud");
  EXPECT_EQ(AskWith(claims), "assertion-audience");
  claims = Claims();
  claims.Set("aud", Json::Array({claims["aud"]}));
  EXPECT_EQ(AskWith(claims), "good");
}

TEST_F(SmartTest, OnlyRegisteredClientsSpeakForThemselves) {
  EXPECT_EQ(AskWith(Claims("pharmacy")), "assertion-client");
  Json claims = Claims();
  claims.Set("sub", Json::String("pharmacy"));
  EXPECT_EQ(AskWith(claims), "assertion-client");
  claims.Set("iss", Json::String("../lab")).Set("sub", Json::String("../lab"));
  EXPECT_EQ(AskWith(claims), "assertion-client");
  const Signer stranger = Signer::Es384("lab-1");
  EXPECT_EQ(Ask(stranger.Sign(Claims())), "assertion-signature");
  claims = Claims();
  claims.Remove("jti");
  EXPECT_EQ(AskWith(claims), "assertion-malformed");
  claims.Set("jti", Json::String(std::string(300, 'x')));
  EXPECT_EQ(AskWith(claims), "assertion-malformed");
}

TEST_F(SmartTest, ScopesThatAreNotRegisteredGiveNothing) {
  EXPECT_EQ(Ask(signer.Sign(Claims()), "system/Patient.rs"), "scope-refused");
  EXPECT_EQ(Ask(signer.Sign(Claims()), "system/Appointment.u"), "scope-refused");
  EXPECT_EQ(Ask(signer.Sign(Claims()), ""), "scope-refused");
  EXPECT_EQ(Ask(signer.Sign(Claims()), "user/Appointment.rs"), "scope-refused");
  EXPECT_EQ(Ask(signer.Sign(Claims()), "system/Appointment.read"), "good");
  EXPECT_EQ(token.scopes, "system/Appointment.rs");
}

TEST_F(SmartTest, TheFormMustBeWhatTheStandardSays) {
  const std::string assertion = signer.Sign(Claims());
  const std::string good = Form(assertion, "system/*.rs");
  const auto ask = [&](const std::string& form) {
    return ReasonOf(smart.Exchange(form, kAddress));
  };
  EXPECT_EQ(ask(""), "request-malformed");
  EXPECT_EQ(ask("grant_type=password&username=a&password=b"), "request-malformed");
  EXPECT_EQ(ask(good + "&grant_type=password"), "request-malformed");
  EXPECT_EQ(ask(good + "&client_assertion=x"), "assertion-malformed") << "which of the two?";
  EXPECT_EQ(ask(good + std::string(40'000, 'x')), "request-malformed");
  EXPECT_EQ(ask("grant_type=client_credentials&client_id=lab&client_secret=x"),
            "request-malformed");
  EXPECT_EQ(ask(good), "good");
}

TEST_F(SmartTest, RevokingAClientOrChangingItsKeysEndsItsTokens) {
  ASSERT_EQ(AskWith(Claims()), "good");
  const std::string before = token.token;
  const Signer next = Signer::Es384("lab-2");
  ASSERT_TRUE(smart.Register("lab", next.KeySet(), "system/Appointment.rs", by));
  EXPECT_EQ(ReasonOf(smart.Check(before)), "token-invalid");
  EXPECT_EQ(AskWith(Claims()), "assertion-key");
  ASSERT_EQ(Ask(next.Sign(Claims())), "good");
  ASSERT_TRUE(smart.Revoke("lab", by));
  EXPECT_EQ(ReasonOf(smart.Check(token.token)), "token-invalid");
  EXPECT_EQ(Ask(next.Sign(Claims())), "assertion-client");
  EXPECT_EQ(smart.Revoke("nobody", by).error().code, ErrorCode::NotFound);
}

TEST_F(SmartTest, RegistrationSaysWhatIsWrong) {
  const auto why = [&](const char* id, const std::string& keys, const char* scopes) {
    const Status registered = smart.Register(id, keys, scopes, by);
    return registered ? std::string() : registered.error().detail;
  };
  EXPECT_THAT(why("Lab System", signer.KeySet(), "system/*.rs"), HasSubstr("client id"));
  EXPECT_THAT(why("x1", "{}", "system/*.rs"), HasSubstr("key set"));
  EXPECT_THAT(why("x1", signer.KeySet(), "system/Patient.sr"), HasSubstr("scopes"));
  EXPECT_THAT(why("x1", signer.KeySet(), "system/Patient.rs patient/*.rs"), HasSubstr("scopes"));
  EXPECT_THAT(why("x1", signer.KeySet(), ""), HasSubstr("scopes"));
}

TEST_F(SmartTest, WithoutAPublicAddressThereAreNoTokens) {
  Smart unset(*records, clock, {});
  EXPECT_TRUE(unset.Configuration().IsNull());
  EXPECT_EQ(ReasonOf(unset.Exchange(Form(signer.Sign(Claims()), "system/*.rs"), kAddress)),
            "not-configured");
  EXPECT_EQ(smart.Configuration()["token_endpoint"].AsString(),
            "https://hospital.example/auth/token");
}

}  // namespace
}  // namespace yizhan::security
