#include "kiosk/sync/trim.h"

#include "backend/fhir/booking_terms.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"

namespace yizhan::sync {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

// What of a list is looked at; nobody's list is longer, except an attacker's.
constexpr std::size_t kMostItems = 32;

// A longer name is no name; it would not fit on a ticket or into the store.
constexpr std::size_t kMostNameBytes = 512;

void Copy(const Json& from, Json& to, const char* member) {
  const bool plain = !from[member].IsNull() && !from[member].IsObject() && !from[member].IsArray();
  if (plain && from[member].AsString().size() <= kMostNameBytes) to.Set(member, from[member]);
}

void CopyText(const Json& from, Json& to, const char* member) {
  domain::LocalText text = fhir::TextOf(from, member);
  if (text.zh.empty() || text.zh.size() > kMostNameBytes) return;
  if (text.en.size() > kMostNameBytes) text.en.clear();
  fhir::SetText(to, member, text);
}

Json TrimReference(const Json& reference) {
  Json trimmed;
  return std::move(trimmed.Set("reference", Json::String(LocalReference(reference))));
}

/// A reference, or the first ones of a list of them.
void CopyReferences(const Json& from, Json& to, const char* member) {
  if (from[member].IsObject()) to.Set(member, TrimReference(from[member]));
  if (!from[member].IsArray()) return;
  Json list = Json::Array();
  for (const Json& item : from[member].Items()) {
    if (list.Items().size() < kMostItems) list.Append(TrimReference(item));
  }
  to.Set(member, std::move(list));
}

Json Start(const Json& resource) {
  Json trimmed;
  trimmed.Set("resourceType", resource["resourceType"]).Set("id", resource["id"]);
  return trimmed;
}

void CopyIdentifier(const Json& from, Json& to, const char* system) {
  const std::string& value = fhir::IdentifierValue(from, system);
  const bool fits = !value.empty() && value.size() <= kMostNameBytes;
  if (fits) to.Set("identifier", Json::Array({fhir::Identifier(system, value)}));
}

void CopyPersonName(const Json& from, Json& to) {
  const std::string name = fhir::PersonName(from);
  Json text;
  text.Set("text", Json::String(name));
  const bool fits = !name.empty() && name.size() <= kMostNameBytes;
  if (fits) to.Set("name", Json::Array({std::move(text)}));
}

/// What kind of place: the first code, whatever its system.
void CopyPhysicalType(const Json& from, Json& to) {
  for (const Json& coding : from["physicalType"]["coding"].Items()) {
    const std::string& code = coding["code"].AsString();
    if (code.empty() || code.size() > kMostNameBytes) continue;
    Json only;
    only.Set("code", Json::String(code));
    to.Set("physicalType", Json::Object({{"coding", Json::Array({std::move(only)})}}));
    return;
  }
}

/// The phone that stands on slips is the site's own; no other is kept.
void CopySitePhone(const Json& from, Json& to) {
  for (const Json& contact : from["telecom"].Items()) {
    const bool phone = to["physicalType"]["coding"][0]["code"].AsString() == "si" &&
                       contact["system"].AsString() == "phone";
    if (!phone) continue;
    Json kept;
    Copy(contact, kept, "system");
    Copy(contact, kept, "value");
    to.Set("telecom", Json::Array({std::move(kept)}));
    return;
  }
}

/// The services that a plan is for, and the titles of what it contains.
void CopyPlan(const Json& from, Json& to) {
  Json services = Json::Array();
  for (const Json& context : from["useContext"].Items()) {
    const Json& service = context["valueReference"];
    if (!LocalReference(service).starts_with("HealthcareService/")) continue;
    if (services.Items().size() >= kMostItems) break;
    Json kept;
    services.Append(std::move(kept.Set("valueReference", TrimReference(service))));
  }
  to.Set("useContext", std::move(services));
  Json actions = Json::Array();
  for (const Json& action : from["action"].Items()) {
    if (actions.Items().size() >= kMostItems) break;
    Json kept = Json::Object();
    CopyText(action, kept, "title");
    actions.Append(std::move(kept));
  }
  to.Set("action", std::move(actions));
}

/// What kind of service it is, and whether its name is to be kept from others.
void CopyKinds(const Json& from, Json& to) {
  Json types = Json::Array();
  for (const Json& type : from["type"].Items()) {
    if (types.Items().size() >= kMostItems) break;
    for (const char* system : {systems::kResourceKind, systems::kQueueKind}) {
      const std::string& code = fhir::CodeOf(type, system);
      const bool fits = !code.empty() && code.size() <= kMostNameBytes;
      if (fits) types.Append(fhir::Concept(system, code));
    }
  }
  if (!types.Items().empty()) to.Set("type", std::move(types));
  for (const Json& extension : from["extension"].Items()) {
    if (extension["url"].AsString() != systems::kSensitive) continue;
    Json kept;
    Copy(extension, kept, "url");
    Copy(extension, kept, "valueBoolean");
    to.Set("extension", Json::Array({std::move(kept)}));
  }
}

}  // namespace

std::string ReferenceOf(const Json& resource) {
  return resource["resourceType"].AsString() + "/" + resource["id"].AsString();
}

std::string LocalReference(const Json& reference) {
  const auto target = fhir::ParseReference(reference["reference"].AsString());
  return target ? target->type + "/" + target->id : std::string();
}

Json TrimDirectory(const Json& resource) {
  const std::string& type = resource["resourceType"].AsString();
  if (!fhir::IsId(resource["id"].AsString())) return {};
  if (type == kTermsType) {
    const auto terms = fhir::ReadBookingTerms(resource);
    if (!terms) return {};
    Json told = fhir::ToParameters(*terms);
    return std::move(told.Set("id", Json::String(kTermsId)));
  }
  Json trimmed = Start(resource);
  Copy(resource, trimmed, "active");
  if (type == "Location") {
    CopyText(resource, trimmed, "name");
    CopyText(resource, trimmed, "description");
    CopyPhysicalType(resource, trimmed);
    CopyReferences(resource, trimmed, "partOf");
    CopySitePhone(resource, trimmed);
  } else if (type == "HealthcareService") {
    CopyText(resource, trimmed, "name");
    CopyText(resource, trimmed, "extraDetails");
    CopyKinds(resource, trimmed);
    CopyIdentifier(resource, trimmed, systems::kQueueLetter);
    CopyReferences(resource, trimmed, "location");
  } else if (type == "Practitioner") {
    CopyPersonName(resource, trimmed);
  } else if (type == "PractitionerRole") {
    CopyReferences(resource, trimmed, "practitioner");
    CopyReferences(resource, trimmed, "healthcareService");
    CopyReferences(resource, trimmed, "location");
    Json title = Json::Object();
    CopyText(resource["code"][0], title, "text");
    trimmed.Set("code", Json::Array({std::move(title)}));
  } else if (type == "PlanDefinition") {
    Copy(resource, trimmed, "status");
    CopyPlan(resource, trimmed);
  } else {
    return {};
  }
  return trimmed;
}

Json TrimAppointment(const Json& appointment) {
  if (!fhir::IsId(appointment["id"].AsString())) return {};
  Json trimmed = Start(appointment);
  for (const char* member : {"status", "start", "end"}) Copy(appointment, trimmed, member);
  Json service = Json::Object();
  CopyText(appointment["serviceType"][0], service, "text");
  trimmed.Set("serviceType", Json::Array({std::move(service)}));
  Json extensions = Json::Array();
  for (const Json& extension : appointment["extension"].Items()) {
    const std::string& url = extension["url"].AsString();
    const bool wanted = url == systems::kBookingKind || url == systems::kPromisedArrival;
    if (!wanted || extensions.Items().size() >= kMostItems) continue;
    Json kept;
    kept.Set("url", extension["url"]);
    Copy(extension, kept, "valueCode");
    Copy(extension, kept, "valueInstant");
    extensions.Append(std::move(kept));
  }
  if (!extensions.Items().empty()) trimmed.Set("extension", std::move(extensions));
  Json participants = Json::Array();
  for (const Json& participant : appointment["participant"].Items()) {
    if (participants.Items().size() >= kMostItems) break;
    Json actor;
    participants.Append(std::move(actor.Set("actor", TrimReference(participant["actor"]))));
  }
  trimmed.Set("participant", std::move(participants));
  CopyReferences(appointment, trimmed, "supportingInformation");
  return trimmed;
}

Json TrimInvoice(const Json& invoice) {
  if (!fhir::IsId(invoice["id"].AsString())) return {};
  Json trimmed = Start(invoice);
  Copy(invoice, trimmed, "status");
  for (const char* total : {"totalNet", "totalGross"}) {
    if (!invoice.Has(total)) continue;
    Json amount;
    trimmed.Set(total, std::move(amount.Set("value", invoice[total]["value"])));
  }
  return trimmed;
}

}  // namespace yizhan::sync
