/// \file
/// Codes about how people are called, on top of plain FHIR R4.
#pragma once

namespace yizhan::fhir::systems {

// HealthcareService.characteristic of that system: number-only. Screens and voices of such a
// clinic tell the number and no part of the name (domain.md 2.6).
inline constexpr const char* kCallPrivacy = "urn:yizhan:call-privacy";
inline constexpr const char* kNumberOnly = "number-only";

}  // namespace yizhan::fhir::systems
