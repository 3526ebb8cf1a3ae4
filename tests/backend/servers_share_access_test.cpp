// Several servers of one hospital, each with caches of its own, at one PostgreSQL database.
#include <gmock/gmock.h>

#include <thread>

#include "backend/security/gate.h"
#include "tests/backend/store_fixture.h"
#include "tests/security/certificate_request.h"
#include "tests/security/signer.h"

namespace yizhan::security {
namespace {

using fhir::Json;

constexpr const char* kPassword = "korrekt-pferd 49";
constexpr int kServers = 2;

class ServersShareAccessTest : public test::StoreFixture {
 protected:
  ServersShareAccessTest() : StoreFixture(test::Engine::Postgres) {}

  void SetUp() override {
    if (!test::PostgresCluster::Installed()) GTEST_SKIP() << test::PostgresCluster::WhySkipped();
    auto opened = CertificateAuthority::Open(folder.Path() + "/ca", clock);
    ASSERT_TRUE(opened);
    authority = std::move(*opened);
    GateOptions options;
    options.smart.public_url = "https://hospital.example";
    options.password = {8, 1};
    for (int i = 0; i < kServers; ++i) {
      Result<std::unique_ptr<store::ResourceStore>> another = Open(clock, zone);
      ASSERT_TRUE(another) << another.error().detail;
      stores.push_back(std::move(*another));
      gates.push_back(std::make_unique<Gate>(*stores.back(), clock, authority.get(), options));
    }
    ASSERT_TRUE(gates[0]->StaffAccounts().Add({"wang", "王建国", {"doctor"}, kPassword}, by));
  }

  template <typename T>
  static std::string ReasonOf(const Checked<T>& checked) {
    return checked ? "good" : Name(checked.error().reason);
  }
  /// Does it at all servers at once, several times, and returns how often it succeeded.
  int GoodOnesOf(const std::function<bool(Gate&)>& act) {
    std::atomic<int> good = 0;
    std::vector<std::jthread> all;
    for (int i = 0; i < 8; ++i) {
      all.emplace_back(
          [&, i] { good += act(*gates[static_cast<std::size_t>(i % kServers)]) ? 1 : 0; });
    }
    all.clear();
    return good;
  }
  /// Asks until the answer is that one, for as long as the promise is (and a slow machine).
  std::string Within(const std::string& wanted, const std::function<std::string()>& ask) {
    const MonotonicTime until = SystemClock().Monotonic() + std::chrono::seconds(10);
    std::string answer = ask();
    while (answer != wanted && SystemClock().Monotonic() < until) {
      std::this_thread::yield();
      answer = ask();
    }
    return answer;
  }

  const Accounts::Author by{ActorKind::Command, "root"};
  std::unique_ptr<CertificateAuthority> authority;
  std::vector<std::unique_ptr<store::ResourceStore>> stores;
  std::vector<std::unique_ptr<Gate>> gates;
};

TEST_F(ServersShareAccessTest, AnAssertionGetsOneTokenWhicheverServerIsAsked) {
  const test::Signer signer = test::Signer::Es384("k");
  ASSERT_TRUE(gates[0]->Systems().Register("lab", signer.KeySet(), "system/*.rs", by));
  const auto now = std::chrono::floor<std::chrono::seconds>(clock.Now()).time_since_epoch().count();
  const Json claims = Json::Object({{"iss", Json::String("lab")},
                                    {"sub", Json::String("lab")},
                                    {"aud", Json::String("https://hospital.example/auth/token")},
                                    {"exp", Json::Integer(now + 200)},
                                    {"jti", Json::String("once")}});
  const std::string form =
      "grant_type=client_credentials&client_assertion_type="
      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer&scope=system/*.rs&client_assertion=" +
      signer.Sign(claims);
  EXPECT_EQ(
      GoodOnesOf([&](Gate& gate) { return gate.Systems().Exchange(form, "10.0.0.1").has_value(); }),
      1);
}

TEST_F(ServersShareAccessTest, AnEnrolmentCodeIsUsedOnce) {
  const auto code = gates[0]->KnownDevices().MakeCode("K3", "kiosk", std::chrono::minutes(5), by);
  ASSERT_TRUE(code);
  EXPECT_EQ(GoodOnesOf([&](Gate& gate) {
              return gate.KnownDevices()
                  .EnrolByCode(code->code, test::CertificateRequest().Pem(), "10.0.0.1")
                  .has_value();
            }),
            1);
}

TEST_F(ServersShareAccessTest, WrongPasswordsAreCountedTogether) {
  std::atomic<int> looked_at = 0;
  GoodOnesOf([&](Gate& gate) {
    const auto tried = gate.StaffSessions().LogIn("wang", "wrong wrong wrong", "10.0.0.1");
    looked_at += ReasonOf(tried) == "wrong-password" ? 1 : 0;
    return false;
  });
  EXPECT_EQ(looked_at, 5);
}

TEST_F(ServersShareAccessTest, WhatOneServerEndsTheOthersEndWithinASecond) {
  const auto session = gates[0]->StaffSessions().LogIn("wang", kPassword, "10.0.0.1");
  ASSERT_TRUE(session);
  EXPECT_EQ(ReasonOf(gates[1]->StaffSessions().Check(session->token)), "good");
  const auto device =
      gates[0]->KnownDevices().EnrolByRequest("K3", "kiosk", test::CertificateRequest().Pem(), by);
  ASSERT_TRUE(device);
  const auto check = [&] {
    return ReasonOf(gates[1]->KnownDevices().Check("K3", device->fingerprint));
  };
  EXPECT_EQ(check(), "good");
  ASSERT_TRUE(gates[0]->KnownDevices().Revoke("K3", by));
  EXPECT_EQ(Within("device-revoked", check), "device-revoked");
  ASSERT_TRUE(gates[0]->StaffAccounts().EndSessions("wang", by));
  EXPECT_EQ(Within("session-over",
                   [&] { return ReasonOf(gates[1]->StaffSessions().Check(session->token)); }),
            "session-over");
}

}  // namespace
}  // namespace yizhan::security
