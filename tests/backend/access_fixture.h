/// \file
/// A whole server that asks who is there, with its own authority, accounts and a clock in the hand.
#pragma once

#include <gmock/gmock.h>

#include "backend/fhir/client.h"
#include "backend/security/admin.h"
#include "backend/server/app.h"
#include "backend/server/http_server.h"
#include "tests/backend/hospital_fixture.h"
#include "tests/security/certificate_request.h"
#include "tests/security/signer.h"

namespace yizhan::server {

using fhir::Json;

inline constexpr const char* kPassword = "korrekt-pferd 49";

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
                                      {"iat", Json::Integer(now.time_since_epoch().count())},
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

}  // namespace yizhan::server
