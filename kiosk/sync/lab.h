/// \file
/// $lab-check-in as the terminal reads it (contract: backend/fhir/care_systems.h). Pure.
#pragma once

#include <string>
#include <variant>

#include "backend/fhir/json.h"
#include "base/result.h"
#include "domain/lab_check_in.h"

namespace yizhan::sync {

using LabAnswer = std::variant<domain::LabCheckIn, domain::LabRefusal>;

/// Parameters of a success. BadData: no ticket, or a label without its barcode or name.
[[nodiscard]] Result<domain::LabCheckIn> ReadLabCheckIn(const fhir::Json& parameters);
/// OperationOutcome of a refusal (422). BadData: not one of the laboratory's.
[[nodiscard]] Result<LabAnswer> ReadLabRefusal(const fhir::Json& outcome);

}  // namespace yizhan::sync
