#include "backend/store/search_params.h"

#include <algorithm>
#include <array>
#include <limits>

#include "backend/fhir/resources.h"
#include "base/assert.h"

namespace yizhan::store {
namespace {

using fhir::Json;
using enum ParamKind;

// clang-format off
/// Ordered by type. To add a resource type, give it at least one parameter here.
constexpr SearchParam kParams[] = {
    {"Account", "identifier", Token, "identifier", ""},
    {"Account", "patient", Reference, "subject", "Patient"},
    {"Account", "status", Token, "status", ""},
    {"Account", "subject", Reference, "subject", ""},
    {"Account", "type", Token, "type", ""},
    {"Appointment", "actor", Reference, "participant.actor", ""},
    {"Appointment", "appointment-type", Token, "appointmentType", ""},
    {"Appointment", "based-on", Reference, "basedOn", ""},
    {"Appointment", "date", Date, "start", ""},
    {"Appointment", "identifier", Token, "identifier", ""},
    {"Appointment", "location", Reference, "participant.actor", "Location"},
    {"Appointment", "part-status", Token, "participant.status", ""},
    {"Appointment", "patient", Reference, "participant.actor", "Patient"},
    {"Appointment", "practitioner", Reference, "participant.actor", "Practitioner"},
    {"Appointment", "service-category", Token, "serviceCategory", ""},
    {"Appointment", "service-type", Token, "serviceType", ""},
    {"Appointment", "slot", Reference, "slot", "Slot"},
    {"Appointment", "specialty", Token, "specialty", ""},
    {"Appointment", "status", Token, "status", ""},
    {"Appointment", "supporting-info", Reference, "supportingInformation", ""},
    {"AuditEvent", "action", Token, "action", ""},
    {"AuditEvent", "date", Date, "recorded", ""},
    {"AuditEvent", "entity", Reference, "entity.what", ""},
    {"AuditEvent", "subtype", Token, "subtype", ""},
    {"AuditEvent", "type", Token, "type", ""},
    {"Basic", "code", Token, "code", ""},
    {"Basic", "created", Date, "created", ""},
    {"Basic", "identifier", Token, "identifier", ""},
    {"Basic", "patient", Reference, "subject", "Patient"},
    {"Basic", "subject", Reference, "subject", ""},
    {"ChargeItem", "account", Reference, "account", "Account"},
    {"ChargeItem", "code", Token, "code", ""},
    {"ChargeItem", "context", Reference, "context", ""},
    {"ChargeItem", "identifier", Token, "identifier", ""},
    {"ChargeItem", "occurrence", Date, "occurrenceDateTime|occurrencePeriod", ""},
    {"ChargeItem", "patient", Reference, "subject", "Patient"},
    {"ChargeItem", "service", Reference, "service", ""},
    {"ChargeItem", "subject", Reference, "subject", ""},
    {"Communication", "category", Token, "category", ""},
    {"Communication", "identifier", Token, "identifier", ""},
    {"Communication", "patient", Reference, "subject", "Patient"},
    {"Communication", "recipient", Reference, "recipient", ""},
    {"Communication", "sender", Reference, "sender", ""},
    {"Communication", "sent", Date, "sent", ""},
    {"Communication", "status", Token, "status", ""},
    {"Communication", "subject", Reference, "subject", ""},
    {"Device", "device-name", String, "deviceName.name", ""},
    {"Device", "identifier", Token, "identifier", ""},
    {"Device", "location", Reference, "location", "Location"},
    {"Device", "organization", Reference, "owner", "Organization"},
    {"Device", "status", Token, "status", ""},
    {"Device", "type", Token, "type", ""},
    {"DiagnosticReport", "based-on", Reference, "basedOn", ""},
    {"DiagnosticReport", "category", Token, "category", ""},
    {"DiagnosticReport", "code", Token, "code", ""},
    {"DiagnosticReport", "date", Date, "effectiveDateTime|effectivePeriod", ""},
    {"DiagnosticReport", "encounter", Reference, "encounter", "Encounter"},
    {"DiagnosticReport", "identifier", Token, "identifier", ""},
    {"DiagnosticReport", "issued", Date, "issued", ""},
    {"DiagnosticReport", "patient", Reference, "subject", "Patient"},
    {"DiagnosticReport", "result", Reference, "result", "Observation"},
    {"DiagnosticReport", "specimen", Reference, "specimen", "Specimen"},
    {"DiagnosticReport", "status", Token, "status", ""},
    {"DiagnosticReport", "subject", Reference, "subject", ""},
    {"Encounter", "account", Reference, "account", "Account"},
    {"Encounter", "appointment", Reference, "appointment", "Appointment"},
    {"Encounter", "class", Token, "class", ""},
    {"Encounter", "date", Date, "period", ""},
    {"Encounter", "identifier", Token, "identifier", ""},
    {"Encounter", "location", Reference, "location.location", "Location"},
    {"Encounter", "participant", Reference, "participant.individual", ""},
    {"Encounter", "patient", Reference, "subject", "Patient"},
    {"Encounter", "service-provider", Reference, "serviceProvider", "Organization"},
    {"Encounter", "status", Token, "status", ""},
    {"Encounter", "subject", Reference, "subject", ""},
    {"Encounter", "type", Token, "type", ""},
    {"HealthcareService", "active", Token, "active", ""},
    {"HealthcareService", "identifier", Token, "identifier", ""},
    {"HealthcareService", "location", Reference, "location", "Location"},
    {"HealthcareService", "name", String, "name", ""},
    {"HealthcareService", "organization", Reference, "providedBy", "Organization"},
    {"HealthcareService", "service-type", Token, "type", ""},
    {"HealthcareService", "specialty", Token, "specialty", ""},
    {"Invoice", "account", Reference, "account", "Account"},
    {"Invoice", "date", Date, "date", ""},
    {"Invoice", "identifier", Token, "identifier", ""},
    {"Invoice", "issuer", Reference, "issuer", "Organization"},
    {"Invoice", "patient", Reference, "subject", "Patient"},
    {"Invoice", "recipient", Reference, "recipient", ""},
    {"Invoice", "status", Token, "status", ""},
    {"Invoice", "subject", Reference, "subject", ""},
    {"Invoice", "type", Token, "type", ""},
    {"Location", "address", String, "address.text|address.city|address.line", ""},
    {"Location", "identifier", Token, "identifier", ""},
    {"Location", "name", String, "name|alias", ""},
    {"Location", "organization", Reference, "managingOrganization", "Organization"},
    {"Location", "partof", Reference, "partOf", "Location"},
    {"Location", "status", Token, "status", ""},
    {"Location", "type", Token, "type", ""},
    {"Observation", "based-on", Reference, "basedOn", ""},
    {"Observation", "category", Token, "category", ""},
    {"Observation", "code", Token, "code", ""},
    {"Observation", "date", Date, "effectiveDateTime|effectivePeriod|effectiveInstant", ""},
    {"Observation", "encounter", Reference, "encounter", "Encounter"},
    {"Observation", "identifier", Token, "identifier", ""},
    {"Observation", "patient", Reference, "subject", "Patient"},
    {"Observation", "status", Token, "status", ""},
    {"Observation", "subject", Reference, "subject", ""},
    {"OperationDefinition", "code", Token, "code", ""},
    {"OperationDefinition", "name", String, "name", ""},
    {"OperationDefinition", "status", Token, "status", ""},
    {"Organization", "active", Token, "active", ""},
    {"Organization", "identifier", Token, "identifier", ""},
    {"Organization", "name", String, "name|alias", ""},
    {"Organization", "partof", Reference, "partOf", "Organization"},
    {"Organization", "type", Token, "type", ""},
    {"Patient", "active", Token, "active", ""},
    {"Patient", "birthdate", Date, "birthDate", ""},
    {"Patient", "family", String, "name.family", ""},
    {"Patient", "gender", Token, "gender", ""},
    {"Patient", "given", String, "name.given", ""},
    {"Patient", "identifier", Token, "identifier", ""},
    {"Patient", "link", Reference, "link.other", ""},
    {"Patient", "name", String, "name.text|name.family|name.given", ""},
    {"Patient", "organization", Reference, "managingOrganization", "Organization"},
    {"Patient", "phone", Token, "telecom", ""},
    {"Patient", "telecom", Token, "telecom", ""},
    {"Practitioner", "active", Token, "active", ""},
    {"Practitioner", "family", String, "name.family", ""},
    {"Practitioner", "given", String, "name.given", ""},
    {"Practitioner", "identifier", Token, "identifier", ""},
    {"Practitioner", "name", String, "name.text|name.family|name.given", ""},
    {"PractitionerRole", "active", Token, "active", ""},
    {"PractitionerRole", "identifier", Token, "identifier", ""},
    {"PractitionerRole", "location", Reference, "location", "Location"},
    {"PractitionerRole", "organization", Reference, "organization", "Organization"},
    {"PractitionerRole", "practitioner", Reference, "practitioner", "Practitioner"},
    {"PractitionerRole", "role", Token, "code", ""},
    {"PractitionerRole", "service", Reference, "healthcareService", "HealthcareService"},
    {"PractitionerRole", "specialty", Token, "specialty", ""},
    {"Provenance", "agent", Reference, "agent.who", ""},
    {"Provenance", "entity", Reference, "entity.what", ""},
    {"Provenance", "recorded", Date, "recorded", ""},
    {"Provenance", "target", Reference, "target", ""},
    {"Questionnaire", "identifier", Token, "identifier", ""},
    {"Questionnaire", "name", String, "name", ""},
    {"Questionnaire", "status", Token, "status", ""},
    {"Questionnaire", "subject-type", Token, "subjectType", ""},
    {"Questionnaire", "title", String, "title", ""},
    {"Questionnaire", "url", Reference, "url", ""},
    {"Questionnaire", "version", Token, "version", ""},
    {"QuestionnaireResponse", "author", Reference, "author", ""},
    {"QuestionnaireResponse", "authored", Date, "authored", ""},
    {"QuestionnaireResponse", "based-on", Reference, "basedOn", ""},
    {"QuestionnaireResponse", "encounter", Reference, "encounter", "Encounter"},
    {"QuestionnaireResponse", "identifier", Token, "identifier", ""},
    {"QuestionnaireResponse", "patient", Reference, "subject", "Patient"},
    {"QuestionnaireResponse", "questionnaire", Reference, "questionnaire", ""},
    {"QuestionnaireResponse", "source", Reference, "source", ""},
    {"QuestionnaireResponse", "status", Token, "status", ""},
    {"QuestionnaireResponse", "subject", Reference, "subject", ""},
    {"Schedule", "active", Token, "active", ""},
    {"Schedule", "actor", Reference, "actor", ""},
    {"Schedule", "date", Date, "planningHorizon", ""},
    {"Schedule", "identifier", Token, "identifier", ""},
    {"Schedule", "service-type", Token, "serviceType", ""},
    {"Schedule", "specialty", Token, "specialty", ""},
    {"ServiceRequest", "authored", Date, "authoredOn", ""},
    {"ServiceRequest", "based-on", Reference, "basedOn", ""},
    {"ServiceRequest", "category", Token, "category", ""},
    {"ServiceRequest", "code", Token, "code", ""},
    {"ServiceRequest", "encounter", Reference, "encounter", "Encounter"},
    {"ServiceRequest", "identifier", Token, "identifier", ""},
    {"ServiceRequest", "intent", Token, "intent", ""},
    {"ServiceRequest", "occurrence", Date, "occurrenceDateTime|occurrencePeriod", ""},
    {"ServiceRequest", "patient", Reference, "subject", "Patient"},
    {"ServiceRequest", "performer", Reference, "performer", ""},
    {"ServiceRequest", "requester", Reference, "requester", ""},
    {"ServiceRequest", "requisition", Token, "requisition", ""},
    {"ServiceRequest", "specimen", Reference, "specimen", "Specimen"},
    {"ServiceRequest", "status", Token, "status", ""},
    {"ServiceRequest", "subject", Reference, "subject", ""},
    {"Slot", "appointment-type", Token, "appointmentType", ""},
    {"Slot", "identifier", Token, "identifier", ""},
    {"Slot", "schedule", Reference, "schedule", "Schedule"},
    {"Slot", "service-category", Token, "serviceCategory", ""},
    {"Slot", "service-type", Token, "serviceType", ""},
    {"Slot", "specialty", Token, "specialty", ""},
    {"Slot", "start", Date, "start", ""},
    {"Slot", "status", Token, "status", ""},
    {"Specimen", "accession", Token, "accessionIdentifier", ""},
    {"Specimen", "collected", Date, "collection.collectedDateTime|collection.collectedPeriod", ""},
    {"Specimen", "container-id", Token, "container.identifier", ""},
    {"Specimen", "identifier", Token, "identifier", ""},
    {"Specimen", "patient", Reference, "subject", "Patient"},
    {"Specimen", "status", Token, "status", ""},
    {"Specimen", "subject", Reference, "subject", ""},
    {"Specimen", "type", Token, "type", ""},
    {"Task", "authored-on", Date, "authoredOn", ""},
    {"Task", "based-on", Reference, "basedOn", ""},
    {"Task", "business-status", Token, "businessStatus", ""},
    {"Task", "code", Token, "code", ""},
    {"Task", "encounter", Reference, "encounter", "Encounter"},
    {"Task", "focus", Reference, "focus", ""},
    {"Task", "group-identifier", Token, "groupIdentifier", ""},
    {"Task", "identifier", Token, "identifier", ""},
    {"Task", "intent", Token, "intent", ""},
    {"Task", "modified", Date, "lastModified", ""},
    {"Task", "owner", Reference, "owner", ""},
    {"Task", "part-of", Reference, "partOf", "Task"},
    {"Task", "patient", Reference, "for", "Patient"},
    {"Task", "performer", Token, "performerType", ""},
    {"Task", "period", Date, "executionPeriod", ""},
    {"Task", "priority", Token, "priority", ""},
    {"Task", "requester", Reference, "requester", ""},
    {"Task", "status", Token, "status", ""},
    {"Task", "subject", Reference, "for", ""},
};
// clang-format on

constexpr std::size_t CountTypes() {
  std::size_t count = 0;
  std::string_view last;
  for (const SearchParam& param : kParams) {
    if (param.type != last) ++count;
    last = param.type;
  }
  return count;
}

constexpr auto kTypes = [] {
  std::array<std::string_view, CountTypes()> types;
  std::size_t count = 0;
  for (const SearchParam& param : kParams) {
    if (count == 0 || types[count - 1] != param.type) types[count++] = param.type;
  }
  return types;
}();
static_assert(std::ranges::is_sorted(kTypes));

constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max() / 2;

/// Calls `each` for every value at `path` (members joined by dots), walking through arrays.
template <typename Each>
void Walk(const Json& value, std::string_view path, const Each& each) {
  if (value.IsArray()) {
    for (const Json& item : value.Items()) Walk(item, path, each);
    return;
  }
  if (path.empty()) {
    if (!value.IsNull()) each(value);
    return;
  }
  const std::size_t dot = path.find('.');
  Walk(value[path.substr(0, dot)],
       dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1), each);
}

/// Calls `each` for every part of a text joined by '|'.
template <typename Each>
void EachPart(std::string_view text, const Each& each) {
  while (!text.empty()) {
    const std::size_t bar = text.find('|');
    each(text.substr(0, bar));
    if (bar == std::string_view::npos) return;
    text.remove_prefix(bar + 1);
  }
}

bool IsTarget(std::string_view targets, std::string_view type) {
  bool found = targets.empty();
  EachPart(targets, [&](std::string_view target) { found = found || target == type; });
  return found;
}

/// "Patient/1" for a reference of ours, the text itself for canonical and absolute URLs, "" when
/// it is not this parameter's.
std::string ReferenceText(const Json& value, const SearchParam& param) {
  const std::string& text = value.IsString() ? value.AsString() : value["reference"].AsString();
  if (const auto target = fhir::ParseReference(text)) {
    return IsTarget(param.targets, target->type) ? target->type + '/' + target->id : "";
  }
  return text.starts_with('#') || *param.targets != '\0' ? "" : text;
}

class Collector {
 public:
  Collector(const SearchParam& param, TimeZone zone, std::vector<IndexEntry>& out)
      : param_(param), zone_(zone), out_(out) {}

  void Add(const Json& value) {
    switch (param_.kind) {
      case Token: AddToken(value); return;
      case Reference: AddText(ReferenceText(value, param_)); return;
      case String: AddText(FoldText(value.AsString()), value.AsString()); return;
      case Date: AddDate(value); return;
    }
  }

 private:
  IndexEntry Entry() const {
    IndexEntry entry;
    entry.param = NumberOf(param_);
    entry.kind = param_.kind;
    return entry;
  }
  void AddText(std::string text, const std::string& system = "") {
    if (text.empty()) return;
    IndexEntry entry = Entry();
    entry.text = std::move(text);
    entry.system = system;
    out_.push_back(std::move(entry));
  }
  void AddToken(const Json& value) {
    if (value.IsString()) return AddText(value.AsString());
    if (value.Type() == Json::Kind::Boolean) return AddText(value.AsBoolean() ? "true" : "false");
    for (const Json& coding : value["coding"].Items()) {
      AddText(coding["code"].AsString(), coding["system"].AsString());
    }
    AddText(value["value"].AsString(), value["system"].AsString());
    AddText(value["code"].AsString(), value["system"].AsString());
  }
  void AddDate(const Json& value) {
    IndexEntry entry = Entry();
    if (value.IsObject()) {
      const TimeSpan start = SpanOf(value["start"].AsString(), zone_);
      const TimeSpan end = SpanOf(value["end"].AsString(), zone_);
      entry.low = start == TimeSpan{} ? -kForever : start.low;
      entry.high = end == TimeSpan{} ? kForever : end.high;
      if (entry.low > entry.high) return;  // A period that ends before it starts is at no time.
    } else {
      const TimeSpan span = SpanOf(value.AsString(), zone_);
      if (span == TimeSpan{}) return;
      entry.low = span.low;
      entry.high = span.high;
    }
    out_.push_back(std::move(entry));
  }

  const SearchParam& param_;
  const TimeZone zone_;
  std::vector<IndexEntry>& out_;
};

std::span<const SearchParam> ParamsOf(std::string_view type) {
  const auto type_of = [](const SearchParam& param) { return std::string_view(param.type); };
  const auto* first = std::ranges::lower_bound(kParams, type, {}, type_of);
  const auto* last = std::ranges::upper_bound(kParams, type, {}, type_of);
  return {first, last};
}

}  // namespace

std::span<const SearchParam> SearchParams() { return kParams; }

const SearchParam* FindParam(std::string_view type, std::string_view name) {
  for (const SearchParam& param : ParamsOf(type)) {
    if (param.name == name) return &param;
  }
  return nullptr;
}

std::uint16_t NumberOf(const SearchParam& param) {
  return static_cast<std::uint16_t>(&param - kParams);
}

std::span<const std::string_view> ResourceTypes() { return kTypes; }

bool IsResourceType(std::string_view type) { return std::ranges::binary_search(kTypes, type); }

std::vector<IndexEntry> IndexEntries(const Json& resource, TimeZone zone) {
  std::vector<IndexEntry> entries;
  for (const SearchParam& param : ParamsOf(resource["resourceType"].AsString())) {
    Collector collector(param, zone, entries);
    EachPart(param.path, [&](std::string_view path) {
      Walk(resource, path, [&](const Json& value) { collector.Add(value); });
    });
  }
  std::ranges::sort(entries);
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  return entries;
}

std::vector<std::string> ReferencesOf(const Json& resource, const SearchParam& param) {
  std::vector<std::string> references;
  EachPart(param.path, [&](std::string_view path) {
    Walk(resource, path, [&](const Json& value) {
      std::string text = ReferenceText(value, param);
      if (!text.empty()) references.push_back(std::move(text));
    });
  });
  return references;
}

std::string FoldText(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

}  // namespace yizhan::store
