/// \file
/// The identifier systems, codes, extensions and the operation by which kiosk and hospital
/// understand each other on top of plain FHIR R4. Everything else is base specification.
#pragma once

namespace yizhan::fhir::systems {

// Patient.identifier.system: the number on the card; SHA-256 of a legacy card's UID (hex).
inline constexpr const char* kCardNumber = "urn:yizhan:card-number";
inline constexpr const char* kCardUidDigest = "urn:yizhan:card-uid-sha256";
// HealthcareService.identifier.system: the letter of its queue ("A").
inline constexpr const char* kQueueLetter = "urn:yizhan:queue-letter";
// Task.code of a queue ticket, and its identifiers: printed number within queue and day
// ("A012"), and the operation id of the check-in that made it.
inline constexpr const char* kTaskCode = "urn:yizhan:task-code";  // queue-ticket | staff-call
inline constexpr const char* kTicketNumber = "urn:yizhan:ticket-number";
inline constexpr const char* kOperationId = "urn:yizhan:operation-id";
// Task.groupIdentifier of a ticket: "<HealthcareService id>|2026-03-10".
inline constexpr const char* kQueueDay = "urn:yizhan:queue-day";
// Task.businessStatus: waiting | called | passed | serving | done
inline constexpr const char* kTicketStatus = "urn:yizhan:ticket-status";
// Task.input.type: order key (integer milliseconds of arrival), offline mark (boolean).
inline constexpr const char* kTicketInput = "urn:yizhan:ticket-input";  // arrival | offline
// Device.identifier / Task.requester.identifier: the terminal ("K3").
inline constexpr const char* kTerminal = "urn:yizhan:terminal";
// Appointment extension valueCode: temporary | confirmed | guaranteed | waiting (F17..F23).
inline constexpr const char* kBookingKind = "urn:yizhan:booking-kind";
// OperationOutcome.issue.details.coding.system of a refused check-in; codes: too-early | late |
// wrong-day | wrong-site | already-checked-in | payment-due | not-booked | unknown-appointment.
inline constexpr const char* kCheckInRefusal = "urn:yizhan:check-in-refusal";
// Extension of the base specification for names in other languages.
inline constexpr const char* kTranslation = "http://hl7.org/fhir/StructureDefinition/translation";

/// POST [base]/Appointment/{id}/$check-in with Parameters:
///   operation-id (valueString, UUID), terminal (valueString "K3"), site (valueReference
///   Location/..), arrived (valueInstant), provisional-number (valueString, offline only).
/// 200 with Parameters: ticket (resource Task), appointment (resource Appointment), ahead
///   (valueInteger), wait-low and wait-high (valueInteger minutes, absent: not known). The same
///   operation-id again: the same answer, no second effect.
/// 422 with OperationOutcome (kCheckInRefusal); for already-checked-in the existing Task is
///   contained in OperationOutcome.contained. 404: no such appointment. 409: try again.
inline constexpr const char* kCheckInOperation = "check-in";

}  // namespace yizhan::fhir::systems
