/// \file
/// Small pure functions over FHIR R4 values that kiosk and hospital both need. All of them are
/// thread-safe; what is missing or malformed reads as the empty value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backend/fhir/json.h"
#include "domain/local_text.h"

namespace yizhan::fhir {

/// True for a FHIR id: 1 to 64 of [A-Za-z0-9.-].
[[nodiscard]] bool IsId(std::string_view text);

/// Where a literal reference points inside one server.
struct Target {
  std::string type;
  std::string id;
  friend auto operator<=>(const Target&, const Target&) = default;
};
/// Reads "Patient/1", also with "/_history/2" behind. Empty for anything else: absolute URLs,
/// "urn:uuid:...", "#contained".
[[nodiscard]] std::optional<Target> ParseReference(std::string_view reference);
/// {"reference": "Patient/1"}
[[nodiscard]] Json Reference(std::string_view type, std::string_view id);
/// The id of the first reference of that type in a reference, or in an array of references; "" if
/// there is none.
[[nodiscard]] std::string ReferencedId(const Json& references, std::string_view type);

/// {"system": system, "value": value}
[[nodiscard]] Json Identifier(std::string_view system, std::string_view value);
/// The value of the first identifier of that system in resource.identifier; "" if there is none.
[[nodiscard]] const std::string& IdentifierValue(const Json& resource, std::string_view system);

/// {"coding": [{"system": system, "code": code}]}
[[nodiscard]] Json Concept(std::string_view system, std::string_view code);
/// The code of the first coding of that system in a CodeableConcept; "" if there is none.
[[nodiscard]] const std::string& CodeOf(const Json& concept_value, std::string_view system);

/// owner[member] with its English translation (extension systems::kTranslation on "_member").
[[nodiscard]] domain::LocalText TextOf(const Json& owner, std::string_view member);
/// Sets owner[member], and the translation when there is one.
void SetText(Json& owner, const std::string& member, const domain::LocalText& text);

/// The full name of a Patient or Practitioner: name.text, else family and given in the order of
/// the script. Personal data: mask it (domain::MaskName) before anybody sees it.
[[nodiscard]] std::string PersonName(const Json& person);

/// The value of a parameter of a Parameters resource whatever its type (value[x] or resource);
/// null if there is none.
[[nodiscard]] const Json& ParameterOf(const Json& parameters, std::string_view name);
/// Appends {"name": name, value_member: value} and returns the Parameters resource.
Json& AddParameter(Json& parameters, std::string_view name, std::string_view value_member,
                   Json value);

/// OperationOutcome with one error. `code` is an IssueType ("not-found"); `diagnostics` is for
/// staff and never holds patient data.
[[nodiscard]] Json Outcome(std::string_view code, std::string_view diagnostics);

}  // namespace yizhan::fhir
