#include "kiosk/sync/hospital.h"

#include <algorithm>
#include <map>

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "kiosk/sync/care_records.h"

namespace yizhan::sync {
namespace {

using fhir::EncodeQuery;
using fhir::Json;
using fhir::Request;
using fhir::Response;
namespace systems = fhir::systems;

constexpr int kMostPages = 20;  // Of one patient's list.
constexpr int kVisitDays = 30;
// For how long another time is owed after a stopped clinic, where the hospital does not say.
constexpr std::chrono::days kUsuallyOwed{30};
constexpr std::int64_t kMostCounted = 1'000'000;

Request Get(std::string path) {
  Request request;
  request.path = std::move(path);
  return request;
}

/// "date=ge..&date=lt.." of `days` business days from `day`.
std::string DayRange(const std::string& parameter, std::chrono::local_days day, int days,
                     TimeZone zone) {
  const auto edge = [&](int offset) {
    const auto at = DayStart(day + std::chrono::days(offset), zone);
    return EncodeQuery(ToLocalDateTime(at, zone));
  };
  return parameter + "=ge" + edge(0) + "&" + parameter + "=lt" + edge(days);
}

std::string TicketCode() { return EncodeQuery(std::string(systems::kTaskCode) + "|queue-ticket"); }

std::vector<Json> Resources(const Json& bundle, const std::string& type = "") {
  std::vector<Json> found;
  for (const Json& entry : bundle["entry"].Items()) {
    const Json& resource = entry["resource"];
    const bool wanted = type.empty() || resource["resourceType"].AsString() == type;
    if (resource.IsObject() && wanted) found.push_back(resource);
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
  const auto counted = static_cast<std::int64_t>(bundle["entry"].Items().size());
  const std::int64_t total = bundle["total"].AsInteger().value_or(counted);
  return static_cast<int>(std::clamp<std::int64_t>(total, 0, kMostCounted));
}

tl::unexpected<Error> Refuse(int status) {
  return Fail(ErrorCode::Refused, "status " + std::to_string(status));
}

bool IsServerAway(int status) { return status == 502 || status == 503 || status == 504; }
bool AsksForPatience(int status) {
  return status == 401 || status == 408 || status == 425 || status == 429;
}

/// The one living patient of a search for a card.
Result<Json> OnlyPatient(const Json& bundle) {
  std::vector<Json> patients = Resources(bundle, "Patient");
  std::erase_if(patients, [](const Json& patient) {
    return (patient.Has("active") && !patient["active"].AsBoolean()) ||
           !fhir::IsId(patient["id"].AsString());
  });
  if (patients.empty()) return Fail(ErrorCode::NotFound, "no patient has this card");
  if (patients.size() > 1) return Fail(ErrorCode::Conflict, "several patients have this card");
  return std::move(patients.front());
}

}  // namespace

std::string VersionOf(const Response& response) {
  const std::string& version = response.body["meta"]["versionId"].AsString();
  if (!response.etag.empty() || version.empty()) return response.etag;
  return "W/\"" + version + "\"";
}

Result<Response> Hospital::Send(const Request& request) {
  Result<Response> response = client_.Send(request);
  if (!response) return response;
  const std::string detail = "status " + std::to_string(response->status);
  if (IsServerAway(response->status)) return Fail(ErrorCode::Timeout, detail);
  if (response->status >= 500) return Fail(ErrorCode::Internal, detail);
  if (AsksForPatience(response->status)) return Fail(ErrorCode::Busy, detail);
  return response;
}

Result<Abilities> Hospital::Probe() {
  const Result<Response> response = Send(Get("metadata"));
  if (!response) return tl::unexpected<Error>(response.error());
  if (response->status != 200) {
    return Refuse(response->status);
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
    const std::string& type = resource["type"].AsString();
    for (const Json& operation : resource["operation"].Items()) {
      const std::string& name = operation["name"].AsString();
      if (type == "Appointment") {
        if (name == systems::kCheckInOperation) abilities.check_in_operation = true;
        if (name == systems::kBookOperation) abilities.booking = true;
      } else if (type == "Patient") {
        if (name == systems::kExamCheckInOperation) abilities.care = true;
        if (name == systems::kGuideOperation) abilities.guide = true;
        if (name == systems::kCentreCheckInOperation) abilities.centre = true;
      }
    }
  }
  return abilities;
}

Result<Page> Hospital::SearchPage(const std::string& path) {
  const Result<Response> response = Send(Get(path));
  if (!response) return tl::unexpected<Error>(response.error());
  if (response->status != 200) return Refuse(response->status);
  if (response->body["resourceType"].AsString() != "Bundle") {
    return Fail(ErrorCode::BadData, "search answered without a Bundle");
  }
  return Page{Resources(response->body), NextLink(response->body)};
}

Result<std::vector<Json>> Hospital::Follow(const Json& bundle, const std::string& type) {
  std::vector<Json> all = Resources(bundle, type);
  std::string next = NextLink(bundle);
  for (int number = 1; number < kMostPages && !next.empty(); ++number) {
    Result<Page> page = SearchPage(next);
    if (!page) return tl::unexpected<Error>(page.error());
    for (Json& resource : page->resources) {
      if (resource["resourceType"].AsString() == type) all.push_back(std::move(resource));
    }
    next = std::move(page->next_path);
  }
  return all;
}

Result<Page> Hospital::DirectoryPage(const std::string& type, const std::string& path) {
  if (type == kTermsType) return TermsPage();
  return SearchPage(path.empty() ? type + "?_count=200" : path);
}

Result<Page> Hospital::TermsPage() {
  const Result<Response> response = Send(Get("HealthcareService/$booking-terms"));
  // A server that does not know the question says so in one way or another (501, too).
  const bool unknown = !response && (response.error().code == ErrorCode::Internal ||
                                     response.error().code == ErrorCode::BadData);
  if (!response && !unknown) return tl::unexpected<Error>(response.error());
  Page page;
  if (unknown || response->status != 200) return page;
  Json terms = response->body;
  terms.Set("id", Json::String(kTermsId));
  page.resources.push_back(std::move(terms));
  return page;
}

Result<Page> Hospital::WaitingPage(std::chrono::local_days day, const std::string& path) {
  if (!path.empty()) return SearchPage(path);
  return SearchPage("Task?code=" + TicketCode() + "&status=ready&" +
                    DayRange("authored-on", day, 1, station_.zone) + "&_elements=owner&_count=500");
}

Result<ChangedVisits> Hospital::Visits(std::chrono::local_days day, std::optional<WallTime> since,
                                       const std::string& path) {
  std::string query = path;
  if (query.empty()) {
    const std::string which = since ? "_lastUpdated=ge" + EncodeQuery(ToInstant(*since))
                                    : DayRange("date", day, 1, station_.zone);
    query = "Appointment?" + which +
            "&_include=Appointment:patient&_include=Appointment:supporting-info&_count=200"
            "&_sort=_lastUpdated";
  }
  Result<Page> page = SearchPage(query);
  if (!page) return tl::unexpected<Error>(page.error());
  ChangedVisits changed;
  changed.next_path = std::move(page->next_path);
  std::map<std::string, Found> by_patient;
  for (const Json& resource : page->resources) {
    if (resource["resourceType"].AsString() == "Patient") {
      by_patient[ReferenceOf(resource)].patient = resource;
    }
  }
  for (const Json& resource : page->resources) {
    if (resource["resourceType"].AsString() != "Appointment") continue;
    changed.newest =
        std::max(changed.newest, ParseInstant(resource["meta"]["lastUpdated"].AsString()));
    for (const Json& participant : resource["participant"].Items()) {
      const auto at = by_patient.find(LocalReference(participant["actor"]));
      if (at != by_patient.end()) at->second.appointments.push_back(resource);
    }
  }
  for (const Json& invoice : page->resources) {
    if (invoice["resourceType"].AsString() != "Invoice") continue;
    const auto at = by_patient.find(LocalReference(invoice["subject"]));
    if (at != by_patient.end()) at->second.invoices.push_back(invoice);
  }
  for (auto& [reference, found] : by_patient) changed.patients.push_back(std::move(found));
  return changed;
}

Result<Page> Hospital::ChangedInvoices(WallTime since, const std::string& path) {
  if (!path.empty()) return SearchPage(path);
  return SearchPage("Invoice?_lastUpdated=ge" + EncodeQuery(ToInstant(since)) +
                    "&_count=200&_sort=_lastUpdated");
}

std::vector<std::string> Hospital::SearchesOf(const std::string& whose, WallTime now,
                                              const Abilities& abilities,
                                              const Directory& directory) const {
  const auto today = LocalDay(now, station_.zone);
  const std::chrono::days owed =
      directory.Terms() != nullptr ? directory.Terms()->rebook_within : kUsuallyOwed;
  std::vector<std::string> searches = {
      "Appointment?" + whose + "&" + DayRange("date", today, kVisitDays, station_.zone) +
          "&_sort=date&_count=50",
      "Task?" + whose + "&code=" + TicketCode() + "&status=ready,in-progress,on-hold&" +
          DayRange("authored-on", today, 1, station_.zone) + "&_count=50",
      "Invoice?" + whose + "&status=issued&_count=100",
      // Where orders point to their tubes, one that has some is checked in for.
      "ServiceRequest?" + whose + "&status=active&category=laboratory" +
          (abilities.care ? "&specimen:missing=true" : "") + "&_summary=count",
      "DiagnosticReport?" + whose + "&status=final,amended,corrected&_summary=count"};
  // A waiting entry has no start, and is found by no date.
  if (abilities.booking) {
    searches.push_back("Appointment?" + whose +
                       "&status=waitlist&_include=Appointment:slot&_count=20");
    // What the hospital stopped may be taken at another time for some weeks.
    searches.push_back(
        "Appointment?" + whose + "&status=cancelled&" +
        DayRange("date", today - owed, static_cast<int>(owed.count()), station_.zone) +
        "&_sort=-date&_count=20");
    searches.push_back(
        "Task?" + whose + "&code=" + EncodeQuery(std::string(systems::kTaskCode) + "|follow-up") +
        "&business-status=" + EncodeQuery(std::string(systems::kFollowUpStatus) + "|suggested") +
        "&_count=10");
  }
  if (abilities.care) {
    searches.push_back("ServiceRequest?" + whose + "&status=active&category=imaging&_count=50");
    searches.push_back("Task?" + whose +
                       "&code=" + EncodeQuery(std::string(systems::kTaskCode) + "|medicine-bag") +
                       "&status=accepted,in-progress,ready&_count=20");
    searches.push_back("Communication?" + whose +
                       "&status=completed&received:missing=true&_summary=count");
  }
  return searches;
}

Result<std::vector<Json>> Hospital::FindTogether(const std::string& identifier,
                                                 const std::vector<std::string>& searches) {
  std::vector<std::string> paths = {"Patient?identifier=" + identifier};
  paths.insert(paths.end(), searches.begin(), searches.end());
  return Batch(paths);
}

Result<std::vector<int>> Hospital::Counts(const std::vector<std::string>& paths,
                                          const Abilities& abilities) {
  std::vector<int> counts;
  if (abilities.batch) {
    const auto bundles = Batch(paths);
    if (bundles) {
      for (const Json& bundle : *bundles) counts.push_back(CountOf(bundle));
      return counts;
    }
    const ErrorCode code = bundles.error().code;
    const bool in_turn = code == ErrorCode::Refused || code == ErrorCode::BadData;
    if (!in_turn) return tl::unexpected<Error>(bundles.error());
  }
  for (const std::string& path : paths) {
    const Result<Response> response = Send(Get(path));
    if (!response) return tl::unexpected<Error>(response.error());
    if (response->status != 200) return Refuse(response->status);
    counts.push_back(CountOf(response->body));
  }
  return counts;
}

Result<std::vector<Json>> Hospital::Batch(const std::vector<std::string>& paths) {
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
  if (response->status != 200) return Refuse(response->status);
  const std::vector<Json>& entries = response->body["entry"].Items();
  if (entries.size() != paths.size()) {
    return Fail(ErrorCode::BadData, "batch answer does not fit");
  }
  std::vector<Json> bundles;
  for (const Json& entry : entries) {
    // "No visit today" must never be what a failed search looks like.
    if (!entry["response"]["status"].AsString().starts_with("200")) {
      return Fail(ErrorCode::Refused, "a search of the batch failed");
    }
    bundles.push_back(entry["resource"]);
  }
  return bundles;
}

/// One search after another, without chained parameters, which not every server has.
Result<std::vector<Json>> Hospital::FindInTurn(const std::string& identifier, WallTime now,
                                               const Abilities& abilities,
                                               const Directory& directory) {
  const Result<Response> patients = Send(Get("Patient?identifier=" + identifier));
  if (!patients) return tl::unexpected<Error>(patients.error());
  if (patients->status != 200) return Refuse(patients->status);
  const Result<Json> patient = OnlyPatient(patients->body);
  if (!patient) return tl::unexpected<Error>(patient.error());
  std::vector<Json> bundles = {patients->body};
  const std::string whose = "patient=" + ReferenceOf(*patient);
  for (const std::string& path : SearchesOf(whose, now, abilities, directory)) {
    const Result<Response> response = Send(Get(path));
    if (!response) return tl::unexpected<Error>(response.error());
    const bool found = response->status == 200;
    // A hospital may keep its bills or reports elsewhere; its appointments must be here.
    if (!found && bundles.size() == 1) return Refuse(response->status);
    bundles.push_back(found ? response->body : Json());
  }
  return bundles;
}

Result<PatientToday> Hospital::LookUp(const domain::PresentedCard& card, WallTime now,
                                      const Abilities& abilities, const Directory& directory) {
  const std::string identifier = EncodeQuery(CardIdentifier(card));
  Result<std::vector<Json>> bundles = Fail(ErrorCode::Refused, "no batch");
  if (abilities.batch) {
    bundles = FindTogether(
        identifier, SearchesOf("patient.identifier=" + identifier, now, abilities, directory));
  }
  const bool in_turn = !bundles && (bundles.error().code == ErrorCode::Refused ||
                                    bundles.error().code == ErrorCode::BadData);
  if (in_turn) bundles = FindInTurn(identifier, now, abilities, directory);
  if (!bundles) return tl::unexpected<Error>(bundles.error());
  Result<Json> patient = OnlyPatient((*bundles)[0]);
  if (!patient) return tl::unexpected<Error>(patient.error());
  Found found;
  found.patient = std::move(*patient);
  const std::pair<const char*, std::vector<Json>*> lists[] = {
      {"Appointment", &found.appointments}, {"Task", &found.tickets}, {"Invoice", &found.invoices}};
  std::size_t at = 1;
  for (const auto& [type, list] : lists) {
    Result<std::vector<Json>> all = Follow((*bundles)[at++], type);
    if (!all) return tl::unexpected<Error>(all.error());
    *list = std::move(*all);
  }
  CountTasks(*bundles, abilities, found);
  PatientToday answer = Assemble(found, directory);
  answer.guides = abilities.guide;
  answer.has_centre = abilities.centre && !CentreOf(directory).services.empty();
  for (domain::Visit& visit : answer.visits) {
    if (visit.ticket) CountAheadOf(visit, *visit.ticket);
  }
  return answer;
}

/// In the order of SearchesOf().
void Hospital::CountTasks(const std::vector<Json>& bundles, const Abilities& abilities,
                          Found& found) const {
  std::size_t at = 4;
  found.lab_orders = CountOf(bundles[at++]);
  found.reports = CountOf(bundles[at++]);
  if (abilities.booking) {
    found.waiting = Resources(bundles[at++]);
    found.cancelled = Resources(bundles[at++], "Appointment");
    found.follow_ups = Resources(bundles[at++], "Task");
  }
  if (!abilities.care) return;
  for (const Json& order : Resources(bundles[at++], "ServiceRequest")) {
    const std::string reference = ReferenceOf(order);
    const bool waits = std::ranges::any_of(found.tickets, [&](const Json& ticket) {
      return LocalReference(ticket["focus"]) == reference;
    });
    if (!waits) ++found.care.exams;
  }
  for (const Json& bag : Resources(bundles[at++], "Task")) {
    const auto& inputs = bag["input"].Items();
    const bool came = std::ranges::any_of(inputs, [](const Json& input) {
      return fhir::CodeOf(input["type"], systems::kBagInput) == "checked-in";
    });
    if (!came) ++found.care.medicines;
  }
  found.care.messages = CountOf(bundles[at++]);
}

std::optional<int> Hospital::PeopleBefore(const domain::ServiceId& service, WallTime arrived) {
  if (service.Empty()) return std::nullopt;
  const auto begun = DayStart(LocalDay(arrived, station_.zone), station_.zone);
  const Result<Response> response =
      Send(Get("Task?code=" + TicketCode() + "&status=ready&owner=HealthcareService/" +
               EncodeQuery(service.Value()) + "&authored-on=ge" + EncodeQuery(ToInstant(begun)) +
               "&authored-on=lt" + EncodeQuery(ToInstant(arrived)) + "&_summary=count"));
  if (!response || response->status != 200) return std::nullopt;
  return CountOf(response->body);
}

void Hospital::CountAheadOf(const domain::Visit& visit, domain::Ticket& ticket) {
  // A ticket without the number of people before it is still a ticket.
  if (const auto ahead = PeopleBefore(visit.service_id, ticket.arrived_at)) ticket.ahead = ahead;
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
    return Refuse(response->status);
  }
  return {};
}

}  // namespace yizhan::sync
