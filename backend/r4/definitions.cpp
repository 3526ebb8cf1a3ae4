#include "backend/r4/definitions.h"

#include <algorithm>

#include "backend/r4/table.h"

namespace yizhan::r4 {

bool CodeSet::HasCode(std::string_view code) const {
  return std::any_of(systems.begin(), systems.end(), [&](const System& system) {
    return system.codes.empty() ||
           std::binary_search(system.codes.begin(), system.codes.end(), code);
  });
}

bool CodeSet::HasCoding(std::string_view uri, std::string_view code) const {
  return std::any_of(systems.begin(), systems.end(), [&](const System& system) {
    return system.uri == uri &&
           (system.codes.empty() ||
            std::binary_search(system.codes.begin(), system.codes.end(), code));
  });
}

const Member* TypeDefinition::FindMember(std::string_view wanted) const {
  const auto found = std::lower_bound(
      members.begin(), members.end(), wanted,
      [](const Member& member, std::string_view text) { return member.name < text; });
  return found != members.end() && found->name == wanted ? &*found : nullptr;
}

const Element* TypeDefinition::FindElement(std::string_view wanted) const {
  const auto found = std::find_if(elements.begin(), elements.end(),
                                  [&](const Element* element) { return element->name == wanted; });
  return found != elements.end() ? *found : nullptr;
}

bool TypeDefinition::Is(std::string_view wanted) const {
  for (const TypeDefinition* type = this; type != nullptr; type = type->base) {
    if (type->name == wanted) return true;
  }
  return false;
}

const TypeDefinition* FindType(std::string_view name) {
  const auto& by_name = TheTable().types_by_name;
  const auto found = by_name.find(name);
  return found != by_name.end() ? found->second : nullptr;
}

std::span<const TypeDefinition> Types() { return TheTable().types; }
std::span<const Invariant> Invariants() { return TheTable().invariants; }
std::span<const std::string_view> ResourceTypes() { return TheTable().resource_types; }

bool IsResourceType(std::string_view type) {
  const auto types = ResourceTypes();
  return std::binary_search(types.begin(), types.end(), type);
}

const char* Name(ParamKind kind) {
  switch (kind) {
    case ParamKind::Token: return "token";
    case ParamKind::Reference: return "reference";
    case ParamKind::Date: return "date";
    case ParamKind::String: return "string";
    case ParamKind::Number: return "number";
    case ParamKind::Quantity: return "quantity";
    case ParamKind::Uri: return "uri";
    case ParamKind::Composite: return "composite";
    case ParamKind::Special: return "special";
  }
  return "";
}

std::span<const SearchParam> SearchParams() { return TheTable().params; }

std::span<const SearchParam> SearchParamsOf(std::string_view type) {
  const std::span<const SearchParam> all = SearchParams();
  const auto less = [](const SearchParam& a, const SearchParam& b) { return a.type < b.type; };
  SearchParam wanted;
  wanted.type = type;
  const auto [first, last] = std::equal_range(all.begin(), all.end(), wanted, less);
  return {first, last};
}

const SearchParam* FindParam(std::string_view type, std::string_view name) {
  for (const std::string_view owner : {type, std::string_view("Resource")}) {
    const std::span<const SearchParam> own = SearchParamsOf(owner);
    const auto found = std::lower_bound(
        own.begin(), own.end(), name,
        [](const SearchParam& param, std::string_view text) { return param.name < text; });
    if (found != own.end() && found->name == name) return &*found;
  }
  return nullptr;
}

std::uint64_t SearchParamsMark() { return TheTable().params_mark; }

std::span<const std::string_view> PatientCompartment(std::string_view type) {
  const auto& compartment = TheTable().patient_compartment;
  const auto found = compartment.find(type);
  if (found == compartment.end()) return {};
  return found->second;
}

}  // namespace yizhan::r4
