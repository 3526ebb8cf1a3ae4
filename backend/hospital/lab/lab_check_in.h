#pragma once

#include <string>

#include "backend/hospital/hospital.h"

namespace yizhan::hospital {

/// POST Patient/{id}/$lab-check-in; the contract is at systems::kLabCheckInOperation. All paid
/// laboratory orders of the patient become tubes, labels and one ticket in one transaction; an
/// order that has its tubes already is left alone. Thread-safe.
[[nodiscard]] OperationAnswer LabCheckIn(Hospital& hospital, const std::string& patient_id,
                                         const fhir::Json& parameters);

}  // namespace yizhan::hospital
