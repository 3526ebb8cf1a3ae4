#include "backend/server/app.h"

#include <atomic>

#include "backend/server/staff_api/staff_api.h"
#include "backend/server/web_assets.h"

namespace yizhan::server {
namespace {

using fhir::Json;

const std::string kFhirPrefix = "/fhir";
constexpr std::string_view kEvents = "/events";
/// A page has only its own scripts and data; nobody may frame it.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

HttpResponse Refused(int status, std::string_view code, std::string_view detail) {
  return JsonAnswer(status, Json::Object({{"error", Json::String(std::string(code))},
                                          {"detail", Json::String(std::string(detail))}}));
}

HttpResponse Refused(const Error& error) {
  switch (error.code) {
    case ErrorCode::NotFound: return Refused(404, Name(error.code), error.detail);
    case ErrorCode::Refused: return Refused(422, Name(error.code), error.detail);
    case ErrorCode::Conflict: return Refused(409, Name(error.code), error.detail);
    case ErrorCode::BadData: return Refused(400, Name(error.code), error.detail);
    default: return Refused(503, Name(error.code), error.detail);
  }
}

/// A page elsewhere could make a browser reach a server on its own machine under another name.
bool IsThisMachine(std::string_view host) {
  const std::size_t bracket = host.find(']');
  const std::size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string_view name = host.substr(0, colon);
  return name == "127.0.0.1" || name == "localhost" || name == "[::1]";
}

bool IsFhir(const std::string& path) {
  return path == kFhirPrefix || path.starts_with(kFhirPrefix + '/');
}

/// For an address behind '=' in a query.
std::string Escaped(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '/';
    if (is_plain) {
      escaped += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      escaped += '%';
      escaped += kDigits[byte >> 4U];
      escaped += kDigits[byte & 15U];
    }
  }
  return escaped;
}

/// The pages that somebody may open, in the order of the navigation.
Json PagesFor(const security::Principal& principal) {
  Json names = Json::Array();
  for (const StaffPage& page : Pages()) {
    if (principal.Can(page.needs)) names.Append(Json::String(std::string(page.name)));
  }
  return Json::Object({{"pages", std::move(names)}});
}

HttpResponse Redirect(std::string location) {
  HttpResponse response;
  response.status = 303;
  response.headers.emplace_back("Location", std::move(location));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

/// CapabilityStatement.rest.security
Json SecurityDescription(security::Gate& gate) {
  Json services = Json::Array();
  for (const char* code : {"SMART-on-FHIR", "Certificates"}) {
    services.Append(Json::Object(
        {{"coding",
          Json::Array({Json::Object(
              {{"system",
                Json::String("http://terminology.hl7.org/CodeSystem/restful-security-service")},
               {"code", Json::String(code)}})})}}));
  }
  Json description = Json::Object({{"cors", Json::Boolean(false)}, {"service", services}});
  const Json smart = gate.Systems().Configuration();
  if (!smart.IsNull()) {
    const Json token =
        Json::Object({{"url", Json::String("token")}, {"valueUri", smart["token_endpoint"]}});
    description.Set(
        "extension",
        Json::Array({Json::Object(
            {{"url", Json::String(
                         "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris")},
             {"extension", Json::Array({token})}})}));
  }
  return description;
}

}  // namespace

App::App(store::ResourceStore& store, hospital::Hospital& hospital, const Clock& clock, Access)
    : store_(store),
      hospital_(hospital),
      gate_(nullptr),
      feeds_(hospital, clock),
      fhir_(store, hospital) {}

App::App(store::ResourceStore& store, hospital::Hospital& hospital, const Clock& clock,
         security::Gate& gate)
    : store_(store),
      hospital_(hospital),
      gate_(&gate),
      access_api_(std::in_place, gate),
      feeds_(hospital, clock),
      fhir_(store, hospital) {
  fhir_.DescribeSecurity(SecurityDescription(gate));
}

HttpResponse App::Handle(const HttpRequest& request) {
  if (gate_ == nullptr) return OpenToAll(request);
  if (std::optional<HttpResponse> answer = access_api_->Handle(request)) return std::move(*answer);
  if (IsFhir(request.path)) return Fhir(request);
  if (request.path.starts_with("/api/")) return Api(request);
  return Page(request);
}

HttpResponse App::OpenToAll(const HttpRequest& request) {
  if (!IsThisMachine(request.host)) {
    return RefusalAsJson({security::Reason::NotThisMachine});
  }
  if (request.path == "/auth/session") return JsonAnswer(200, OpenSession());
  if (IsFhir(request.path)) return Fhir(request);
  if (request.path.starts_with("/api/")) return Api(request);
  return Page(request);
}

security::Checked<security::Principal> App::Who(const HttpRequest& request) {
  if (gate_ == nullptr) return security::Principal::OfOpenServer();
  return gate_->Authenticate(FactsOf(request));
}

HttpResponse App::MayNot(security::Reason reason, const HttpRequest& request,
                         const security::Principal& principal) {
  const security::Refusal refusal{reason};
  if (gate_ != nullptr) gate_->Refused(refusal, FactsOf(request), &principal);
  return RefusalAsJson(refusal);
}

HttpResponse App::Fhir(const HttpRequest& request) {
  if (IsCrossSite(request)) {
    return RefusalAsOutcome({security::Reason::CrossSite});
  }
  if (gate_ == nullptr) return HandleFhir(fhir_, request, kFhirPrefix);
  const security::RequestFacts facts = FactsOf(request);
  // Who is to ask for access must first learn how.
  const bool is_public =
      request.path == "/fhir/metadata" && (request.method == "GET" || request.method == "HEAD");
  if (is_public) {
    const auto admitted = gate_->Admit(facts, security::Purpose::Page);
    if (!admitted) return RefusalAsOutcome(admitted.error());
    return HandleFhir(fhir_, request, kFhirPrefix);
  }
  const security::Checked<security::Principal> who = gate_->Authenticate(facts);
  if (!who) return RefusalAsOutcome(who.error());
  // Asked on the store's thread too, which is done with it before the answer is there.
  std::atomic<bool> was_refused = false;
  HttpResponse response =
      HandleFhir(fhir_, request, kFhirPrefix, [&](Interaction interaction, std::string_view type) {
        const bool may = Allows(who->grant, interaction, type);
        if (!may) was_refused = true;
        return may;
      });
  // A Bundle may have been refused in part; a search leaves out what may not be included.
  const bool is_bundle = request.method == "POST" && request.path.size() <= kFhirPrefix.size() + 1;
  if (was_refused && (response.status == 403 || is_bundle)) {
    gate_->Refused({security::Reason::ScopeMissing}, facts, &*who);
  }
  return response;
}

HttpResponse App::Page(const HttpRequest& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    return Refused(405, "refused", "method is not supported");
  }
  if (request.path == "/") return Redirect("/desk");
  if (gate_ == nullptr && request.path == "/login") return Redirect("/desk");
  // Exact names of what was built in: there is no file system to climb in.
  const WebAsset* asset = FindWebAsset(request.path);
  if (gate_ != nullptr) {
    const security::RequestFacts facts = FactsOf(request);
    const auto admitted = gate_->Admit(facts, security::Purpose::Page);
    if (!admitted) return RefusalAsJson(admitted.error());
    if (FindPage(request.path.substr(1)) != nullptr && !gate_->IsStillGood(facts)) {
      const std::string query = request.query.empty() ? "" : '?' + request.query;
      return Redirect("/login?next=" + Escaped(request.path + query));
    }
  }
  if (asset == nullptr) return Refused(404, "not-found", "no such page");
  HttpResponse response;
  response.content_type = asset->content_type;
  response.body = std::string(asset->text);
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.headers.emplace_back("Content-Security-Policy", kPolicy);
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  if (request.secure) {
    response.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
  }
  return response;
}

HttpResponse App::Api(const HttpRequest& request) {
  const std::string path = request.path.substr(std::string_view("/api/").size());
  if (IsCrossSite(request)) {
    return RefusalAsJson({security::Reason::CrossSite});
  }
  const security::Checked<security::Principal> who = Who(request);
  if (!who) return RefusalAsJson(who.error());
  if (request.method == "GET" && path == "pages") return JsonAnswer(200, PagesFor(*who));
  if (request.method == "GET") return View(request, path, *who);
  if (request.method == "POST") return Act(request, path, *who);
  return Refused(405, "refused", "method is not supported");
}

std::function<bool()> App::IsOver(const HttpRequest& request) {
  if (gate_ == nullptr) return {};
  struct Kept {
    std::string name, fingerprint, authorization, cookie;
  };
  auto kept = std::make_shared<const Kept>(
      Kept{request.client_name, request.client_fingerprint, request.authorization, request.cookie});
  return [this, kept = std::move(kept)] {
    security::RequestFacts facts;
    facts.method = "GET";
    facts.client_name = kept->name;
    facts.client_fingerprint = kept->fingerprint;
    facts.authorization = kept->authorization;
    facts.cookie = kept->cookie;
    return !gate_->IsStillGood(facts);
  };
}

HttpResponse App::View(const HttpRequest& request, std::string_view path,
                       const security::Principal& principal) {
  const bool is_stream = path.ends_with(kEvents);
  if (is_stream) path.remove_suffix(kEvents.size());
  const StaffView* found = FindView(path);
  if (found == nullptr) return Refused(404, "not-found", "no such view");
  if (!principal.Can(found->needs)) {
    return MayNot(security::Reason::RoleMissing, request, principal);
  }
  ViewFunction view = [this, found, query = Query(request.query)] {
    StaffContext context{hospital_, store_, gate_};
    return found->view(context, query);
  };
  const Json body = view();
  if (body.IsNull()) return Refused(404, "not-found", "there is no such thing");
  if (!is_stream) return JsonAnswer(200, body);
  HttpResponse response;
  response.events = EventStream{feeds_.Of(std::string(path) + '?' + request.query, std::move(view)),
                                IsOver(request)};
  return response;
}

HttpResponse App::Act(const HttpRequest& request, std::string_view path,
                      const security::Principal& principal) {
  // No form of another site can send this type.
  if (!request.content_type.starts_with("application/json")) {
    return Refused(415, "bad-data", "body must be application/json");
  }
  const StaffAct* found = FindAct(path);
  if (found == nullptr) return Refused(404, "not-found", "no such act");
  if (!principal.Can(found->needs)) {
    return MayNot(security::Reason::RoleMissing, request, principal);
  }
  const Result<Json> body = Json::Parse(request.body);
  if (!body) return Refused(body.error());
  StaffContext context{hospital_, store_, gate_};
  const Result<Json> answer = found->act(context, *body, principal);
  return answer ? JsonAnswer(200, *answer) : Refused(answer.error());
}

}  // namespace yizhan::server
