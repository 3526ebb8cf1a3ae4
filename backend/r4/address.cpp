#include "backend/r4/address.h"

#include <algorithm>

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

const fhir::Json* ContainedResources::Find(std::string_view reference) {
  if (container_ == nullptr || !reference.starts_with('#')) return nullptr;
  const std::string_view id = reference.substr(1);
  if (id.empty()) return container_;
  if (!sorted_) {
    for (const fhir::Json& contained : (*container_)["contained"].Items()) {
      by_id_.emplace_back(contained["id"].AsString(), &contained);
    }
    std::stable_sort(by_id_.begin(), by_id_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    sorted_ = true;
  }
  const auto found =
      std::lower_bound(by_id_.begin(), by_id_.end(), id,
                       [](const auto& entry, std::string_view text) { return entry.first < text; });
  return found != by_id_.end() && found->first == id ? found->second : nullptr;
}

}  // namespace yizhan::r4
