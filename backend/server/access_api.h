#pragma once

#include <optional>
#include <string>

#include "backend/security/gate.h"
#include "backend/server/fhir_request.h"
#include "backend/server/http.h"

namespace yizhan::server {

/// The requests about access itself:
///
///   POST /auth/login      {"name", "password"}           200 {session} and the cookie
///   GET  /auth/session                                   200 {session}, or 401
///   POST /auth/active     {}                             the person is there: silence begins anew
///   POST /auth/logout     {"everywhere": true|false}     ends this session, or all of the account
///   POST /auth/password   {"old", "new"}                 200 {session} and a new cookie
///   POST /auth/screen     {"code"}                       a call screen's cookie for its code
///   POST /auth/token      SMART Backend Services (form)  200 {"access_token", ...}
///   POST /enrol           {"code", "request": PEM}       200 {"name", "certificate", "authority"}
///   GET  /enrol/ca.pem                                   the hospital's CA, to compare and trust
///   GET  /fhir/.well-known/smart-configuration
///
/// {session} is {"kind", "id", "name", "roles", "csrf"}: the csrf token goes back in the header
/// X-CSRF-Token of every POST. Refusals are {"error": reason code, "detail": text}, with
/// Retry-After where waiting helps; /auth/token answers as OAuth 2 says, with the reason code
/// beside. Thread-safe. `gate` outlives it.
class AccessApi {
 public:
  explicit AccessApi(security::Gate& gate) : gate_(gate) {}

  /// Empty optional: the request is about something else.
  [[nodiscard]] std::optional<HttpResponse> Handle(const HttpRequest& request);

 private:
  [[nodiscard]] HttpResponse LogIn(const HttpRequest& request);
  [[nodiscard]] HttpResponse PairScreen(const HttpRequest& request);
  [[nodiscard]] HttpResponse Session(const HttpRequest& request);
  [[nodiscard]] HttpResponse Act(const HttpRequest& request);
  [[nodiscard]] HttpResponse LogOut(const HttpRequest& request, const security::Principal& person,
                                    bool everywhere);
  [[nodiscard]] HttpResponse Token(const HttpRequest& request);
  [[nodiscard]] HttpResponse Enrol(const HttpRequest& request);
  [[nodiscard]] HttpResponse Refused(const security::Refusal& refusal, const HttpRequest& request,
                                     const security::Principal* principal = nullptr);

  security::Gate& gate_;
};

/// What the request says about its sender. Borrows `request`.
[[nodiscard]] security::RequestFacts FactsOf(const HttpRequest& request);
/// {"error", "detail"} with the reason's status.
[[nodiscard]] HttpResponse RefusalAsJson(const security::Refusal& refusal);
/// An OperationOutcome with the reason's status.
[[nodiscard]] HttpResponse RefusalAsOutcome(const security::Refusal& refusal);
/// JSON that no cache may keep.
[[nodiscard]] HttpResponse JsonAnswer(int status, const fhir::Json& body);
/// Whether a browser says that another site sent it.
[[nodiscard]] bool IsCrossSite(const HttpRequest& request);
/// The session of a server that asks nobody, for /auth/session.
[[nodiscard]] fhir::Json OpenSession();
/// What FHIR interactions ask, answered from a grant.
[[nodiscard]] bool Allows(const security::Grant& grant, Interaction interaction,
                          std::string_view type);

}  // namespace yizhan::server
