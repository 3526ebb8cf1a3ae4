#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "backend/fhir/json.h"

namespace yizhan::r4 {

/// The resource type that an address names: "Patient" of "Patient/1", "https://x/fhir/Patient/1",
/// "Patient/1/_history/2" and "Patient?identifier=1". Empty if it names none of R4's.
[[nodiscard]] std::string_view TypeOfAddress(std::string_view reference);

/// The resources contained in one, by their ids; looked at when first asked. Borrows the resource.
/// Thread-bound.
class ContainedResources {
 public:
  /// Null: contains nothing.
  explicit ContainedResources(const fhir::Json* container) : container_(container) {}
  /// The resource that "#id" names; "#" is the container. Null: there is none. Costs little however
  /// many there are: references and contained resources come in any number.
  [[nodiscard]] const fhir::Json* Find(std::string_view reference);

 private:
  const fhir::Json* container_;
  bool sorted_ = false;
  std::vector<std::pair<std::string_view, const fhir::Json*>> by_id_;
};

}  // namespace yizhan::r4
