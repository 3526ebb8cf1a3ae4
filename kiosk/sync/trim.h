/// \file
/// Cuts resources down to what a terminal needs, before they are kept in memory or in the store:
/// no names of contact persons, no phone numbers, no addresses, no photographs, no narrative. Pure.
#pragma once

#include <string>

#include "backend/fhir/json.h"

namespace yizhan::sync {

/// The answer of $booking-terms lies among the resources of the directory under this type and id.
inline constexpr const char* kTermsType = "Parameters";
inline constexpr const char* kTermsId = "booking-terms";

/// A Location, HealthcareService, Practitioner, PractitionerRole or the rules of booking; null for
/// another type or for one without a usable id.
[[nodiscard]] fhir::Json TrimDirectory(const fhir::Json& resource);
/// An Appointment or Invoice as the visitor cache keeps it; null without a usable id.
[[nodiscard]] fhir::Json TrimAppointment(const fhir::Json& appointment);
[[nodiscard]] fhir::Json TrimInvoice(const fhir::Json& invoice);

/// "Type/id" of a reference inside the server, without a version behind it; "" for any other.
[[nodiscard]] std::string LocalReference(const fhir::Json& reference);
/// "Type/id" of a resource.
[[nodiscard]] std::string ReferenceOf(const fhir::Json& resource);

}  // namespace yizhan::sync
