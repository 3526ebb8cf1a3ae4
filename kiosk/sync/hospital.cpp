#include "kiosk/sync/hospital.h"

#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"

namespace yizhan::sync {
namespace {

using fhir::EncodeQuery;
using fhir::Json;
using fhir::Request;
using fhir::Response;
namespace systems = fhir::systems;

constexpr int kMostPages = 200;
constexpr int kVisitDays = 30;

Request Get(std::string path) {
  Request request;
  request.path = std::move(path);
  return request;
}

/// "date=ge..&date=lt.." of `days` business days from `day`.
std::string DayRange(const std::string& parameter, std::chrono::local_days day, int days,
                     TimeZone zone) {
  const auto edge = [&](int offset) {
    const auto at = AtLocal(day + std::chrono::days(offset), std::chrono::milliseconds(0), zone);
    return EncodeQuery(ToLocalDateTime(at, zone));
  };
  return parameter + "=ge" + edge(0) + "&" + parameter + "=lt" + edge(days);
}

std::string TicketCode() { return EncodeQuery(std::string(systems::kTaskCode) + "|queue-ticket"); }

std::vector<Json> Resources(const Json& bundle) {
  std::vector<Json> found;
  for (const Json& entry : bundle["entry"].Items()) {
    if (entry["resource"].IsObject()) found.push_back(entry["resource"]);
  }
  return found;
}

std::string NextLink(const Json& bundle) {
  for (const Json& link : bundle["link"].Items()) {
    if (link["relation"].AsString() == "next") return link["url"].AsString();
  }
  return {};
}

int CountOf(const Json& bundle) {
  const auto total = bundle["total"].AsInteger();
  return static_cast<int>(
      total.value_or(static_cast<std::int64_t>(bundle["entry"].Items().size())));
}

}  // namespace

Result<Response> Hospital::Send(const Request& request) {
  Result<Response> response = client_.Send(request);
  if (!response) return response;
  if (response->status >= 500) {
    return Fail(ErrorCode::Internal, "status " + std::to_string(response->status));
  }
  return response;
}

Result<Abilities> Hospital::Probe() {
  const Result<Response> response = Send(Get("metadata"));
  if (!response) return tl::unexpected<Error>(response.error());
  if (response->status != 200) {
    return Fail(ErrorCode::Refused, "status " + std::to_string(response->status));
  }
  if (response->body["resourceType"].AsString() != "CapabilityStatement") {
    return Fail(ErrorCode::BadData, "no CapabilityStatement");
  }
  Abilities abilities;
  const Json& rest = response->body["rest"][0];
  for (const Json& interaction : rest["interaction"].Items()) {
    if (interaction["code"].AsString() == "batch") abilities.batch = true;
  }
  for (const Json& resource : rest["resource"].Items()) {
    if (resource["type"].AsString() != "Appointment") continue;
    for (const Json& operation : resource["operation"].Items()) {
      if (operation["name"].AsString() == systems::kCheckInOperation) {
        abilities.check_in_operation = true;
      }
    }
  }
  return abilities;
}

Result<std::vector<Json>> Hospital::SearchAll(std::string path) {
  std::vector<Json> all;
  for (int page = 0; page < kMostPages && !path.empty(); ++page) {
    const Result<Response> response = Send(Get(std::move(path)));
    if (!response) return tl::unexpected<Error>(response.error());
    if (response->status != 200) {
      return Fail(ErrorCode::Refused, "status " + std::to_string(response->status));
    }
    for (Json& resource : Resources(response->body)) all.push_back(std::move(resource));
    path = NextLink(response->body);
  }
  return all;
}

Result<std::vector<Json>> Hospital::LoadDirectory(const std::string& type) {
  return SearchAll(type + "?_count=200");
}

Result<std::map<std::string, int>> Hospital::Waiting(std::chrono::local_days day) {
  const auto tasks =
      SearchAll("Task?code=" + TicketCode() + "&status=ready&" +
                DayRange("authored-on", day, 1, station_.zone) + "&_elements=owner&_count=500");
  if (!tasks) return tl::unexpected<Error>(tasks.error());
  std::map<std::string, int> waiting;
  for (const Json& task : *tasks) ++waiting[task["owner"]["reference"].AsString()];
  return waiting;
}

Result<ChangedVisits> Hospital::Visits(std::chrono::local_days day, const std::string& since,
                                       const std::string& path) {
  std::string query = path;
  if (query.empty()) {
    query = "Appointment?" + DayRange("date", day, 1, station_.zone) +
            "&_include=Appointment:patient&_include=Appointment:supporting-info&_count=200"
            "&_sort=_lastUpdated";
    if (!since.empty()) query += "&_lastUpdated=ge" + EncodeQuery(since);
  }
  const Result<Response> response = Send(Get(query));
  if (!response) return tl::unexpected<Error>(response.error());
  if (response->status != 200) {
    return Fail(ErrorCode::Refused, "status " + std::to_string(response->status));
  }
  ChangedVisits changed;
  std::map<std::string, Found> by_patient;
  const std::vector<Json> resources = Resources(response->body);
  for (const Json& resource : resources) {
    if (resource["resourceType"].AsString() == "Patient") {
      by_patient[ReferenceOf(resource)].patient = resource;
    }
  }
  for (const Json& resource : resources) {
    if (resource["resourceType"].AsString() != "Appointment") continue;
    changed.newest = std::max(changed.newest, resource["meta"]["lastUpdated"].AsString());
    for (const Json& participant : resource["participant"].Items()) {
      const auto at = by_patient.find(participant["actor"]["reference"].AsString());
      if (at != by_patient.end()) at->second.appointments.push_back(resource);
    }
  }
  for (const Json& invoice : resources) {
    if (invoice["resourceType"].AsString() != "Invoice") continue;
    const auto at = by_patient.find(invoice["subject"]["reference"].AsString());
    if (at != by_patient.end()) at->second.invoices.push_back(invoice);
  }
  for (auto& [reference, found] : by_patient) changed.patients.push_back(std::move(found));
  changed.next_path = NextLink(response->body);
  return changed;
}

Result<std::vector<Json>> Hospital::SearchTogether(const std::vector<std::string>& paths,
                                                   bool batch) {
  std::vector<Json> bundles;
  if (!batch) {
    for (const std::string& path : paths) {
      const Result<Response> response = Send(Get(path));
      if (!response) return tl::unexpected<Error>(response.error());
      bundles.push_back(response->status == 200 ? response->body : Json());
    }
    return bundles;
  }
  Json bundle;
  bundle.Set("resourceType", Json::String("Bundle")).Set("type", Json::String("batch"));
  for (const std::string& path : paths) {
    Json request = Json::Object({{"method", Json::String("GET")}, {"url", Json::String(path)}});
    bundle.At("entry").Append(Json::Object({{"request", std::move(request)}}));
  }
  Request request;
  request.method = "POST";
  request.body = std::move(bundle);
  const Result<Response> response = Send(request);
  if (!response) return tl::unexpected<Error>(response.error());
  const std::vector<Json>& entries = response->body["entry"].Items();
  if (response->status != 200 || entries.size() != paths.size()) {
    return Fail(ErrorCode::BadData, "batch answer does not fit");
  }
  for (const Json& entry : entries) {
    const bool ok = entry["response"]["status"].AsString().starts_with("200");
    bundles.push_back(ok ? entry["resource"] : Json());
  }
  return bundles;
}

Result<PatientToday> Hospital::LookUp(const domain::PresentedCard& card, WallTime now,
                                      const Abilities& abilities, const Directory& directory) {
  const std::string identifier = EncodeQuery(CardIdentifier(card));
  const std::string whose = "patient.identifier=" + identifier;
  const auto today = LocalDay(now, station_.zone);
  const Result<std::vector<Json>> bundles = SearchTogether(
      {"Patient?identifier=" + identifier,
       "Appointment?" + whose + "&" + DayRange("date", today, kVisitDays, station_.zone) +
           "&_sort=date&_count=50",
       "Task?" + whose + "&code=" + TicketCode() + "&status=ready,in-progress,on-hold&" +
           DayRange("authored-on", today, 1, station_.zone) + "&_count=50",
       "Invoice?" + whose + "&status=issued&_count=100",
       "ServiceRequest?" + whose + "&status=active&category=laboratory&_summary=count",
       "DiagnosticReport?" + whose + "&status=final,amended,corrected&_summary=count"},
      abilities.batch);
  if (!bundles) return tl::unexpected<Error>(bundles.error());
  std::vector<Json> patients = Resources((*bundles)[0]);
  std::erase_if(patients, [](const Json& patient) {
    return patient["resourceType"].AsString() != "Patient" ||
           (patient.Has("active") && !patient["active"].AsBoolean());
  });
  if (patients.empty()) return Fail(ErrorCode::NotFound, "no patient has this card");
  if (patients.size() > 1) return Fail(ErrorCode::Conflict, "several patients have this card");
  Found found;
  found.patient = std::move(patients.front());
  found.appointments = Resources((*bundles)[1]);
  found.tickets = Resources((*bundles)[2]);
  found.invoices = Resources((*bundles)[3]);
  found.lab_orders = CountOf((*bundles)[4]);
  found.reports = CountOf((*bundles)[5]);
  PatientToday answer = Assemble(found, directory);
  for (domain::Visit& visit : answer.visits) {
    if (!visit.ticket) continue;
    const Result<int> ahead = CountAhead(visit, visit.ticket->arrived_at);
    if (ahead) visit.ticket->ahead = *ahead;
  }
  return answer;
}

Result<int> Hospital::CountAhead(const domain::Visit& visit, WallTime arrived) {
  const auto day = LocalDay(arrived, station_.zone);
  const auto midnight = AtLocal(day, std::chrono::milliseconds(0), station_.zone);
  const Result<Response> response = Send(Get(
      "Task?code=" + TicketCode() + "&status=ready&owner=HealthcareService/" +
      EncodeQuery(visit.service_id.Value()) + "&authored-on=ge" + EncodeQuery(ToInstant(midnight)) +
      "&authored-on=lt" + EncodeQuery(ToInstant(arrived)) + "&_summary=count"));
  if (!response) return tl::unexpected<Error>(response.error());
  if (response->status != 200) return Fail(ErrorCode::Refused, "count");
  return CountOf(response->body);
}

Status Hospital::CallStaff(const domain::OperationId& operation, WallTime now) {
  Json task;
  task.Set("resourceType", Json::String("Task"))
      .Set("identifier", Json::Array({fhir::Identifier(systems::kOperationId, operation.Value())}))
      .Set("status", Json::String("requested"))
      .Set("intent", Json::String("order"))
      .Set("priority", Json::String("urgent"))
      .Set("code", fhir::Concept(systems::kTaskCode, "staff-call"))
      .Set("authoredOn", Json::String(ToInstant(now)))
      .Set("requester",
           Json::Object(
               {{"identifier", fhir::Identifier(systems::kTerminal, station_.terminal.Value())}}));
  Request request;
  request.method = "POST";
  request.path = "Task";
  request.body = std::move(task);
  request.if_none_exist =
      "identifier=" + EncodeQuery(std::string(systems::kOperationId) + "|" + operation.Value());
  const Result<Response> response = Send(request);
  if (!response) return tl::unexpected<Error>(response.error());
  if (response->status != 200 && response->status != 201) {
    return Fail(ErrorCode::Refused, "status " + std::to_string(response->status));
  }
  return {};
}

}  // namespace yizhan::sync
