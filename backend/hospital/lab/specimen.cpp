#include "backend/hospital/lab/specimen.h"

#include <cstdlib>

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/fields.h"
#include "backend/hospital/care/care_request.h"
#include "backend/hospital/lab/test_catalogue.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

Json Text(std::string_view text) { return Json::String(std::string(text)); }

/// "2" or "2.7": microlitres as millilitres.
std::string Millilitres(int volume_ul) {
  std::string text = std::to_string(volume_ul / 1000);
  const int rest = volume_ul % 1000;
  if (rest == 0) return text;
  std::string digits = std::to_string(rest);
  digits.insert(0, 3 - digits.size(), '0');
  digits.erase(digits.find_last_not_of('0') + 1);
  return text + '.' + digits;
}

int MicrolitresOf(const std::string& millilitres) {
  return static_cast<int>(std::strtod(millilitres.c_str(), nullptr) * 1000 + 0.5);
}

int NumberOf(const Json& specimen, const char* url, int otherwise) {
  const Json& extension = ExtensionOf(specimen, url);
  const auto positive = extension["valuePositiveInt"].AsInteger();
  const auto number = extension["valueInteger"].AsInteger();
  return static_cast<int>(positive.value_or(number.value_or(otherwise)));
}

void SetCollection(Json& specimen, const LabTube& tube) {
  if (!tube.drawn) return;
  specimen.Set(
      "collection",
      Json::Object({{"collector", Json::Object({{"identifier", fhir::Identifier(systems::kAccount,
                                                                                tube.drawn_by)}})},
                    {"collectedDateTime", Text(ToInstant(*tube.drawn))}}));
}

}  // namespace

Json ToSpecimen(const LabTube& tube) {
  Json specimen;
  specimen.Set("resourceType", Text("Specimen"));
  if (!tube.id.empty()) specimen.Set("id", Text(tube.id));
  const auto number = [&](const char* url, const char* member, int value) {
    SetExtension(specimen, url, member, Json::Integer(value));
  };
  number(systems::kTubePlace, "valuePositiveInt", tube.place);
  number(systems::kTubeCount, "valuePositiveInt", tube.count);
  number(systems::kMinutesAfterFirst, "valueInteger", tube.minutes_after_first);
  number(systems::kReprints, "valueInteger", tube.reprints);
  SetExtension(specimen, systems::kUrgent, "valueBoolean", Json::Boolean(tube.urgent));
  if (!tube.department.empty()) {
    SetExtension(specimen, systems::kDepartment, "valueString", Text(tube.department));
  }
  if (!tube.section.empty()) {
    SetExtension(specimen, systems::kSection, "valueString", Text(tube.section));
  }
  SetInstant(specimen, systems::kReportDue, tube.report_due);
  specimen.Set("identifier",
               Json::Array({fhir::Identifier(systems::kSpecimenBarcode, tube.barcode)}));
  if (tube.state == TubeState::Drawn) specimen.Set("status", Text("available"));
  if (tube.state == TubeState::Failed) specimen.Set("status", Text("unsatisfactory"));
  specimen.Set("type", fhir::Concept("http://terminology.hl7.org/CodeSystem/v2-0487", "BLDV"));
  specimen.Set("subject", fhir::Reference("Patient", tube.patient_id));
  Json requests = Json::Array();
  for (std::size_t i = 0; i < tube.order_ids.size(); ++i) {
    Json request = fhir::Reference("ServiceRequest", tube.order_ids[i]);
    if (!tube.short_names[i].empty()) request.Set("display", Text(tube.short_names[i]));
    requests.Append(std::move(request));
  }
  specimen.Set("request", std::move(requests));
  SetCollection(specimen, tube);
  Json kind = fhir::Concept(systems::kTubeKind, Name(tube.kind));
  fhir::SetText(kind, "text", ColourOf(tube.kind));
  Json container = Json::Object({{"type", std::move(kind)}});
  if (tube.volume_ul > 0) {
    container.Set("specimenQuantity",
                  Json::Object({{"value", Json::Number(Millilitres(tube.volume_ul))},
                                {"unit", Text("mL")},
                                {"system", Text("http://unitsofmeasure.org")},
                                {"code", Text("mL")}}));
  }
  specimen.Set("container", Json::Array({std::move(container)}));
  return specimen;
}

std::optional<LabTube> FromSpecimen(const Json& specimen) {
  LabTube tube;
  tube.barcode = fhir::IdentifierValue(specimen, systems::kSpecimenBarcode);
  if (specimen["resourceType"].AsString() != "Specimen" || tube.barcode.empty()) {
    return std::nullopt;
  }
  tube.id = specimen["id"].AsString();
  tube.version = std::strtoll(specimen["meta"]["versionId"].AsString().c_str(), nullptr, 10);
  tube.patient_id = fhir::ReferencedId(specimen["subject"], "Patient");
  for (const Json& request : specimen["request"].Items()) {
    tube.order_ids.push_back(fhir::ReferencedId(request, "ServiceRequest"));
    tube.short_names.push_back(request["display"].AsString());
  }
  const Json& container = specimen["container"][0];
  const auto kind = ParseTubeKind(fhir::CodeOf(container["type"], systems::kTubeKind));
  if (!kind) return std::nullopt;
  tube.kind = *kind;
  tube.volume_ul = MicrolitresOf(container["specimenQuantity"]["value"].AsNumberText());
  tube.section = WordOf(specimen, systems::kSection);
  tube.department = WordOf(specimen, systems::kDepartment);
  tube.urgent = ExtensionOf(specimen, systems::kUrgent)["valueBoolean"].AsBoolean();
  tube.minutes_after_first = NumberOf(specimen, systems::kMinutesAfterFirst, 0);
  tube.place = NumberOf(specimen, systems::kTubePlace, 1);
  tube.count = NumberOf(specimen, systems::kTubeCount, 1);
  tube.reprints = NumberOf(specimen, systems::kReprints, 0);
  tube.report_due = InstantOf(specimen, systems::kReportDue).value_or(WallTime{});
  const std::string& status = specimen["status"].AsString();
  if (status == "available") tube.state = TubeState::Drawn;
  if (status == "unsatisfactory" || status == "entered-in-error") tube.state = TubeState::Failed;
  tube.drawn = ParseInstant(specimen["collection"]["collectedDateTime"].AsString());
  tube.drawn_by = specimen["collection"]["collector"]["identifier"]["value"].AsString();
  return tube;
}

Result<LabTube> FindTube(store::ReadView& view, const std::string& barcode, TimeZone zone) {
  if (!IsBarcode(barcode)) return Fail(ErrorCode::BadData, "no label has this number");
  const auto found =
      FindBodies(view, "Specimen",
                 {{"identifier", std::string(systems::kSpecimenBarcode) + '|' + barcode}}, zone, 2);
  if (!found) return Failed(found);
  if (found->empty()) return Fail(ErrorCode::NotFound, "no tube carries this label");
  std::optional<LabTube> tube = FromSpecimen(found->front());
  if (!tube) return Fail(ErrorCode::NotFound, "no tube carries this label");
  return std::move(*tube);
}

}  // namespace yizhan::hospital
