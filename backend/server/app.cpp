#include "backend/server/app.h"

#include "backend/server/staff_views.h"
#include "backend/server/web_assets.h"

namespace yizhan::server {
namespace {

using fhir::Json;

constexpr const char* kFhirPrefix = "/fhir";
/// A page has only its own scripts and data; nobody may frame it.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

HttpResponse JsonResponse(int status, const Json& body) {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/json; charset=utf-8";
  response.body = body.Write();
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

HttpResponse Refused(int status, std::string_view code, std::string_view detail) {
  return JsonResponse(status, Json::Object({{"error", Json::String(std::string(code))},
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

std::string Parameter(const std::string& query, std::string_view name) {
  const Result<store::SearchParameters> parameters = store::ParseQueryString(query);
  if (!parameters) return "";
  for (const auto& [key, value] : *parameters) {
    if (key == name) return value;
  }
  return "";
}

HttpResponse Page(const HttpRequest& request) {
  if (request.path == "/") {
    HttpResponse response;
    response.status = 303;
    response.headers.emplace_back("Location", "/desk");
    return response;
  }
  // Exact names of what was built in: there is no file system to climb in.
  const WebAsset* asset = FindWebAsset(request.path);
  if (asset == nullptr) return Refused(404, "not-found", "no such page");
  HttpResponse response;
  response.content_type = asset->content_type;
  response.body = std::string(asset->text);
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.headers.emplace_back("Content-Security-Policy", kPolicy);
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  return response;
}

}  // namespace

HttpResponse App::Handle(const HttpRequest& request) {
  if (access_ == Access::Open && !IsThisMachine(request.host)) {
    return Refused(403, "refused", "open access is for this machine only");
  }
  const bool is_fhir =
      request.path == kFhirPrefix || request.path.starts_with(std::string(kFhirPrefix) + '/');
  if (is_fhir) {
    if (request.fetch_site == "cross-site") return Refused(403, "refused", "cross-site request");
    return HandleFhir(fhir_, request, kFhirPrefix);
  }
  if (request.path.starts_with("/api/")) return Api(request);
  if (request.method != "GET" && request.method != "HEAD") {
    return Refused(405, "refused", "method is not supported");
  }
  return Page(request);
}

HttpResponse App::Api(const HttpRequest& request) {
  const std::string path = request.path.substr(std::string_view("/api/").size());
  if (request.fetch_site == "cross-site") return Refused(403, "refused", "cross-site request");
  if (request.method == "GET") return View(request, path);
  if (request.method == "POST") return Act(request, path);
  return Refused(405, "refused", "method is not supported");
}

HttpResponse App::View(const HttpRequest& request, const std::string& path) {
  const std::string room = Parameter(request.query, "room");
  const std::string area = Parameter(request.query, "area");
  ViewFunction view;
  if (path == "places") view = [this] { return PlacesView(hospital_); };
  if (path == "chart") view = [this, room] { return ChartView(hospital_, store_, room); };
  if (path == "desk" || path == "desk/events") {
    view = [this, room] { return DeskView(hospital_, store_, room); };
  }
  if (path == "screen" || path == "screen/events") {
    view = [this, area] { return ScreenView(hospital_, area); };
  }
  if (!view) return Refused(404, "not-found", "no such view");
  const Json body = view();
  if (body.IsNull()) return Refused(404, "not-found", "no such room or area");
  if (!path.ends_with("/events")) return JsonResponse(200, body);
  HttpResponse response;
  response.events = EventStream{feeds_.Of(path + '?' + room + '&' + area, std::move(view))};
  return response;
}

HttpResponse App::Act(const HttpRequest& request, const std::string& path) {
  // No form of another site can send this type.
  if (!request.content_type.starts_with("application/json")) {
    return Refused(415, "bad-data", "body must be application/json");
  }
  const Result<Json> body = Json::Parse(request.body);
  if (!body) return Refused(body.error());
  const std::string staff = request.client_name.empty() ? "open" : request.client_name;
  if (path == "staff-calls/answer") {
    const Status answered = hospital_.AnswerStaffCall((*body)["id"].AsString(), staff);
    return answered ? JsonResponse(200, Json::Object()) : Refused(answered.error());
  }
  const hospital::DeskAct act{(*body)["room"].AsString(), staff, (*body)["ticket"].AsString(),
                              (*body)["reason"].AsString()};
  Result<hospital::QueueTicket> ticket = Fail(ErrorCode::NotFound, "no such act");
  if (act.reason.size() > 200) return Refused(400, "bad-data", "reason is too long");
  if (act.room_id.empty()) return Refused(400, "bad-data", "room is missing");
  if (path == "desk/next" || path == "desk/call") ticket = hospital_.Call(act);
  if (path == "desk/again") ticket = hospital_.CallAgain(act);
  if (path == "desk/pass") ticket = hospital_.Pass(act);
  if (path == "desk/finish") ticket = hospital_.Finish(act);
  if (path == "desk/recall") ticket = hospital_.Recall(act);
  if (!ticket) return Refused(ticket.error());
  return JsonResponse(200, Json::Object({{"number", Json::String(ticket->number)}}));
}

}  // namespace yizhan::server
