#include "backend/server/access_api.h"

#include "backend/server/fhir_media.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using security::Checked;
using security::Principal;
using security::Reason;

/// Enough for a certificate request; nothing here needs more.
constexpr std::size_t kMaxBody = 64U << 10U;

Json Text(std::string_view text) { return Json::String(std::string(text)); }

std::string Describe(const security::Refusal& refusal) {
  std::string text = Meaning(refusal.reason);
  if (!refusal.detail.empty()) text += ": " + refusal.detail;
  return text;
}

void AddWaiting(const security::Refusal& refusal, HttpResponse& response) {
  if (refusal.retry_after) {
    response.headers.emplace_back("Retry-After", std::to_string(refusal.retry_after->count()));
  }
  if (response.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
}

const char* KindName(security::PrincipalKind kind) {
  switch (kind) {
    case security::PrincipalKind::Open: return "open";
    case security::PrincipalKind::Device: return "device";
    case security::PrincipalKind::System: return "system";
    case security::PrincipalKind::Staff: return "staff";
  }
  return "";
}

Json SessionOf(const Principal& principal, std::string_view csrf) {
  Json roles = Json::Array();
  for (const std::string& role : principal.roles) roles.Append(Json::String(role));
  return Json::Object({{"kind", Text(KindName(principal.kind))},
                       {"id", Json::String(principal.id)},
                       {"name", Json::String(principal.name)},
                       {"roles", std::move(roles)},
                       {"csrf", Text(csrf)}});
}

Json SessionOf(const security::NewSession& session) {
  Principal person;
  person.kind = security::PrincipalKind::Staff;
  person.id = session.account.id;
  person.name = session.account.name;
  person.roles = session.account.roles;
  return SessionOf(person, security::Sessions::CsrfToken(session.token));
}

/// Strict: no link from elsewhere carries it. Without an age: it ends with the browser.
void SetCookie(std::string_view token, HttpResponse& response) {
  std::string cookie = std::string(security::kSessionCookie) + '=' + std::string(token) +
                       "; Path=/; Secure; HttpOnly; SameSite=Strict";
  if (token.empty()) cookie += "; Max-Age=0";
  response.headers.emplace_back("Set-Cookie", std::move(cookie));
}

/// The JSON object in the body. No form of another site can send this type.
Checked<Json> BodyOf(const HttpRequest& request) {
  if (!request.content_type.starts_with("application/json")) {
    return security::Refuse(Reason::RequestMalformed, "body must be application/json");
  }
  if (request.body.size() > kMaxBody) {
    return security::Refuse(Reason::RequestMalformed, "body is too long");
  }
  Result<Json> body = Json::Parse(request.body, {kMaxBody, 8, 100});
  if (!body || !body->IsObject()) {
    return security::Refuse(Reason::RequestMalformed, "body must be a JSON object");
  }
  return std::move(*body);
}

/// RFC 6749 section 5.2.
const char* OauthError(Reason reason) {
  switch (reason) {
    case Reason::RequestMalformed: return "invalid_request";
    case Reason::ScopeRefused: return "invalid_scope";
    case Reason::RateLimited:
    case Reason::Busy:
    case Reason::Unavailable: return "temporarily_unavailable";
    case Reason::NotConfigured: return "unsupported_grant_type";
    default: return "invalid_client";
  }
}

}  // namespace

security::RequestFacts FactsOf(const HttpRequest& request) {
  return {request.method,         request.remote_address,
          request.client_name,    request.client_fingerprint,
          request.client_problem, request.authorization,
          request.cookie,         request.csrf_token};
}

HttpResponse JsonAnswer(int status, const Json& body) {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/json; charset=utf-8";
  response.body = body.Write();
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

HttpResponse RefusalAsJson(const security::Refusal& refusal) {
  Json body = Json::Object(
      {{"error", Text(Name(refusal.reason))}, {"detail", Json::String(Describe(refusal))}});
  if (refusal.reason == Reason::PasswordRefused) body.Set("rule", Json::String(refusal.detail));
  if (refusal.retry_after) body.Set("retryAfter", Json::Integer(refusal.retry_after->count()));
  HttpResponse response = JsonAnswer(security::StatusOf(refusal.reason), body);
  AddWaiting(refusal, response);
  return response;
}

HttpResponse RefusalAsOutcome(const security::Refusal& refusal) {
  const int status = security::StatusOf(refusal.reason);
  const char* code = status == 401   ? "login"
                     : status == 403 ? "forbidden"
                     : status == 429 ? "throttled"
                                     : "transient";
  const Json reason = Json::Object(
      {{"coding", Json::Array({Json::Object({{"system", Text("urn:yizhan:refusal")},
                                             {"code", Text(Name(refusal.reason))}})})}});
  const Json issue = Json::Object({{"severity", Text("error")},
                                   {"code", Text(code)},
                                   {"details", reason},
                                   {"diagnostics", Json::String(Describe(refusal))}});
  HttpResponse response = JsonAnswer(
      status,
      Json::Object({{"resourceType", Text("OperationOutcome")}, {"issue", Json::Array({issue})}}));
  response.content_type = "application/fhir+json; charset=utf-8";
  AddWaiting(refusal, response);
  return response;
}

bool IsCrossSite(const HttpRequest& request) {
  return request.fetch_site == "cross-site" || request.fetch_site == "same-site";
}

Json OpenSession() { return SessionOf(Principal::OfOpenServer(), ""); }

bool Allows(const security::Grant& grant, Interaction interaction, std::string_view type) {
  switch (interaction) {
    case Interaction::Read: return grant.Allows(security::Interaction::Read, type);
    case Interaction::Create: return grant.Allows(security::Interaction::Create, type);
    case Interaction::Update: return grant.Allows(security::Interaction::Update, type);
    case Interaction::Delete: return grant.Allows(security::Interaction::Delete, type);
    case Interaction::Search: return grant.Allows(security::Interaction::Search, type);
  }
  return false;
}

HttpResponse AccessApi::Refused(const security::Refusal& refusal, const HttpRequest& request,
                                const Principal* principal) {
  gate_.Refused(refusal, FactsOf(request), principal);
  return RefusalAsJson(refusal);
}

std::optional<HttpResponse> AccessApi::Handle(const HttpRequest& request) {
  const std::string& path = request.path;
  const bool is_get = request.method == "GET" || request.method == "HEAD";
  if (path == "/fhir/.well-known/smart-configuration" && is_get) {
    if (const auto admitted = gate_.Admit(FactsOf(request), security::Purpose::Page); !admitted) {
      return RefusalAsJson(admitted.error());
    }
    const Json configuration = gate_.Systems().Configuration();
    if (!configuration.IsNull()) return JsonAnswer(200, configuration);
    HttpResponse none = RefusalAsJson({Reason::NotConfigured, "public_url is not set"});
    none.status = 404;
    return none;
  }
  if (!path.starts_with("/auth/") && path != "/enrol" && path != "/enrol/ca.pem") {
    return std::nullopt;
  }
  if (IsCrossSite(request)) return Refused({Reason::CrossSite}, request);
  if (is_get && path == "/auth/session") return Session(request);
  if (is_get && path == "/enrol/ca.pem" && gate_.Authority() != nullptr) {
    if (const auto admitted = gate_.Admit(FactsOf(request), security::Purpose::Page); !admitted) {
      return RefusalAsJson(admitted.error());
    }
    HttpResponse response;
    response.content_type = "application/x-pem-file";
    response.body = gate_.Authority()->Own().pem;
    return response;
  }
  if (request.method == "POST") {
    if (path == "/auth/login") return LogIn(request);
    if (path == "/auth/screen") return PairScreen(request);
    if (path == "/auth/token") return Token(request);
    if (path == "/enrol") return Enrol(request);
    if (path == "/auth/active" || path == "/auth/logout" || path == "/auth/password") {
      return Act(request);
    }
  }
  return JsonAnswer(404, Json::Object({{"error", Text("not-found")}}));
}

HttpResponse AccessApi::LogIn(const HttpRequest& request) {
  const security::RequestFacts facts = FactsOf(request);
  if (const auto admitted = gate_.Admit(facts, security::Purpose::Secret); !admitted) {
    return RefusalAsJson(admitted.error());
  }
  const Checked<Json> body = BodyOf(request);
  if (!body) return Refused(body.error(), request);
  const Checked<security::NewSession> session = gate_.StaffSessions().LogIn(
      (*body)["name"].AsString(), (*body)["password"].AsString(), request.remote_address);
  if (!session) return Refused(session.error(), request);
  HttpResponse response = JsonAnswer(200, SessionOf(*session));
  SetCookie(session->token, response);
  return response;
}

HttpResponse AccessApi::PairScreen(const HttpRequest& request) {
  if (const auto admitted = gate_.Admit(FactsOf(request), security::Purpose::Secret); !admitted) {
    return RefusalAsJson(admitted.error());
  }
  const Checked<Json> body = BodyOf(request);
  if (!body) return Refused(body.error(), request);
  const Checked<std::string> key =
      gate_.KnownDevices().PairScreen((*body)["code"].AsString(), request.remote_address);
  if (!key) return Refused(key.error(), request);
  HttpResponse response = JsonAnswer(200, Json::Object());
  response.headers.emplace_back(
      "Set-Cookie", std::string(security::kScreenCookie) + '=' + *key +
                        "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=63072000");
  return response;
}

HttpResponse AccessApi::Session(const HttpRequest& request) {
  const std::string token = security::Gate::SessionToken(request.cookie);
  const Checked<Principal> principal = gate_.Authenticate(FactsOf(request));
  if (!principal) return RefusalAsJson(principal.error());
  const bool is_staff = principal->kind == security::PrincipalKind::Staff;
  return JsonAnswer(200,
                    SessionOf(*principal, is_staff ? security::Sessions::CsrfToken(token) : ""));
}

HttpResponse AccessApi::Act(const HttpRequest& request) {
  const Checked<Principal> person = gate_.Authenticate(FactsOf(request));
  if (!person) return RefusalAsJson(person.error());
  const Checked<Json> body = BodyOf(request);
  if (!body) return Refused(body.error(), request, &*person);
  if (person->kind != security::PrincipalKind::Staff) {
    return Refused({Reason::RoleMissing}, request, &*person);
  }
  if (request.path == "/auth/active") return JsonAnswer(200, Json::Object());
  if (request.path == "/auth/logout") {
    return LogOut(request, *person, (*body)["everywhere"].AsBoolean());
  }
  if (const auto admitted = gate_.Admit(FactsOf(request), security::Purpose::Secret); !admitted) {
    return RefusalAsJson(admitted.error());
  }
  const Checked<security::NewSession> session = gate_.StaffSessions().ChangePassword(
      *person, (*body)["old"].AsString(), (*body)["new"].AsString(), request.remote_address);
  if (!session) return Refused(session.error(), request, &*person);
  HttpResponse response = JsonAnswer(200, SessionOf(*session));
  SetCookie(session->token, response);
  return response;
}

HttpResponse AccessApi::LogOut(const HttpRequest& request, const Principal& person,
                               bool everywhere) {
  const security::Accounts::Author by{security::ActorKind::Staff, person.id,
                                      request.remote_address};
  Status ended = gate_.StaffSessions().LogOut(security::Gate::SessionToken(request.cookie), by);
  if (ended && everywhere) ended = gate_.StaffAccounts().EndSessions(person.id, by);
  if (!ended) return Refused({Reason::Unavailable, ended.error().detail}, request, &person);
  HttpResponse response = JsonAnswer(200, Json::Object());
  SetCookie("", response);
  return response;
}

HttpResponse AccessApi::Token(const HttpRequest& request) {
  const security::RequestFacts facts = FactsOf(request);
  Checked<void> admitted = gate_.Admit(facts, security::Purpose::Token);
  Checked<security::IssuedToken> issued = [&]() -> Checked<security::IssuedToken> {
    if (!admitted) return tl::unexpected<security::Refusal>(admitted.error());
    if (!IsForm(request.content_type)) {
      return security::Refuse(Reason::RequestMalformed,
                              "body must be application/x-www-form-urlencoded");
    }
    return gate_.Systems().Exchange(request.body, request.remote_address);
  }();
  if (!issued) {
    const security::Refusal& refusal = issued.error();
    if (admitted) gate_.Refused(refusal, facts, nullptr);
    HttpResponse response =
        JsonAnswer(security::StatusOf(refusal.reason),
                   Json::Object({{"error", Text(OauthError(refusal.reason))},
                                 {"error_description", Json::String(Describe(refusal))},
                                 {"reason", Text(Name(refusal.reason))}}));
    AddWaiting(refusal, response);
    return response;
  }
  HttpResponse response =
      JsonAnswer(200, Json::Object({{"access_token", Json::String(issued->token)},
                                    {"token_type", Text("bearer")},
                                    {"expires_in", Json::Integer(issued->lifetime.count())},
                                    {"scope", Json::String(issued->scopes)}}));
  response.headers.emplace_back("Pragma", "no-cache");
  return response;
}

HttpResponse AccessApi::Enrol(const HttpRequest& request) {
  if (const auto admitted = gate_.Admit(FactsOf(request), security::Purpose::Secret); !admitted) {
    return RefusalAsJson(admitted.error());
  }
  const Checked<Json> body = BodyOf(request);
  if (!body) return Refused(body.error(), request);
  const Checked<security::Certificate> made = gate_.KnownDevices().EnrolByCode(
      (*body)["code"].AsString(), (*body)["request"].AsString(), request.remote_address);
  if (!made) return Refused(made.error(), request);
  return JsonAnswer(200, Json::Object({{"name", Json::String(made->name)},
                                       {"certificate", Json::String(made->pem)},
                                       {"authority", Json::String(gate_.Authority()->Own().pem)}}));
}

}  // namespace yizhan::server
