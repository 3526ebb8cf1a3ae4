#include "backend/r4/address.h"

#include "backend/r4/definitions.h"

namespace yizhan::r4 {

std::string_view TypeOfAddress(std::string_view reference) {
  std::string_view head = reference.substr(0, reference.find('?'));
  if (head.size() == reference.size()) {
    const std::size_t history = head.find("/_history/");
    if (history != std::string_view::npos) head = head.substr(0, history);
    const std::size_t before_id = head.rfind('/');
    if (before_id == std::string_view::npos) return {};
    head = head.substr(0, before_id);
  }
  const std::size_t before_type = head.rfind('/');
  if (before_type != std::string_view::npos) head = head.substr(before_type + 1);
  const TypeDefinition* type = FindType(head);
  return type != nullptr && type->kind == TypeDefinition::Kind::Resource ? type->name
                                                                         : std::string_view();
}

const fhir::Json* ContainedResource(const fhir::Json& resource, std::string_view reference) {
  if (!reference.starts_with('#')) return nullptr;
  const std::string_view id = reference.substr(1);
  if (id.empty()) return &resource;
  for (const fhir::Json& contained : resource["contained"].Items()) {
    if (contained["id"].AsString() == id) return &contained;
  }
  return nullptr;
}

}  // namespace yizhan::r4
