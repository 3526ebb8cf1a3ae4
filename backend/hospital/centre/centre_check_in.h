#pragma once

#include <string>

#include "backend/hospital/hospital.h"

namespace yizhan::hospital {

/// POST Patient/{id}/$centre-check-in; the contract is at systems::kCentreCheckInOperation. One
/// ticket of the inpatient service centre's queue for everything that is wanted there. Thread-safe.
[[nodiscard]] OperationAnswer CentreCheckIn(Hospital& hospital, const std::string& patient_id,
                                            const fhir::Json& parameters);

}  // namespace yizhan::hospital
