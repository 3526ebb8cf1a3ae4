#pragma once

#include <string_view>
#include <vector>

#include "backend/fhir/json.h"
#include "backend/r4/definitions.h"

namespace yizhan::r4 {

/// A value that a search parameter picks out of a resource. Borrows the resource.
struct Selected {
  const fhir::Json* value = nullptr;
  std::string_view
      type;  ///< "CodeableConcept", "dateTime", "Reference", "Observation.component"...
};

/// The values by which `param` finds `resource`, in the resource's order; empty where it has none
/// or is of another type. A value's JSON is only as right as the resource is valid: a reader looks
/// at its kind. Thread-safe; costs no parsing: what an expression means is worked out once.
[[nodiscard]] std::vector<Selected> Select(const fhir::Json& resource, const SearchParam& param);

/// What one repetition offers to a composite parameter.
struct SelectedGroup {
  /// The values for each of the parameter's components, in their order; none of them is empty.
  std::vector<std::vector<Selected>> components;
};
/// The groups by which a composite `param` finds `resource`: values match only within one group.
[[nodiscard]] std::vector<SelectedGroup> SelectGroups(const fhir::Json& resource,
                                                      const SearchParam& param);

}  // namespace yizhan::r4
