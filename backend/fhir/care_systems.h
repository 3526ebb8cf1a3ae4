/// \file
/// Words of the laboratory, the pharmacy and the examination rooms on top of plain FHIR R4; see
/// systems.h for the others.
#pragma once

namespace yizhan::fhir::systems {

// ServiceRequest.code of an order: a test or an examination of the hospital's catalogue ("CBC").
// How it is done (tube, volume, fasting, turn-around, preparation) is the catalogue's record.
inline constexpr const char* kCatalogueCode = "urn:yizhan:catalogue";
// ServiceRequest.identifier: the number of the order, digits that guide sheets carry as bars; an
// identifier of type PLAC (v2-0203) of any system counts as well.
inline constexpr const char* kOrderNumber = "urn:yizhan:order-number";
// Specimen.identifier: the twelve digits on its label.
inline constexpr const char* kSpecimenBarcode = "urn:yizhan:specimen-barcode";
// Specimen.container.type: culture | citrate | citrate-esr | serum | heparin | edta | fluoride; its
// text is the colour by which staff knows it.
inline constexpr const char* kTubeKind = "urn:yizhan:tube";
// Specimen extensions: valuePositiveInteger its place among the tubes of one check-in and how many
// there are; valueBoolean urgent; valueInteger minutes after the first of a timed series;
// valueInteger labels that were printed instead of this one before; valueString department that
// ordered; valueCode section of the laboratory; valueInstant when its report will be ready.
inline constexpr const char* kTubePlace = "urn:yizhan:tube-place";
inline constexpr const char* kTubeCount = "urn:yizhan:tube-count";
inline constexpr const char* kUrgent = "urn:yizhan:urgent";
inline constexpr const char* kMinutesAfterFirst = "urn:yizhan:minutes-after-first";
inline constexpr const char* kReprints = "urn:yizhan:reprints";
inline constexpr const char* kDepartment = "urn:yizhan:department";
inline constexpr const char* kSection = "urn:yizhan:laboratory-section";
inline constexpr const char* kReportDue = "urn:yizhan:report-due";
// Patient.identifier: the number on outpatient papers (门诊号); absent: the card number serves.
inline constexpr const char* kOutpatientNumber = "urn:yizhan:outpatient-number";

// Task of code medicine-bag: .identifier the prescription, .groupIdentifier the pharmacy,
// .businessStatus paid | picking | ready | dispensed | withdrawn.
inline constexpr const char* kPrescription = "urn:yizhan:prescription";
inline constexpr const char* kPharmacy = "urn:yizhan:pharmacy";
inline constexpr const char* kBagStatus = "urn:yizhan:bag-status";
// Its .input.type: mode (valueCode ahead | on-arrival); checked-in, to-pick, ready (valueInstant);
// picker, opened-at, wrong-item (valueString); item and, when its package was scanned, scanned
// (valueReference MedicationRequest with the package's code as identifier).
inline constexpr const char* kBagInput = "urn:yizhan:bag-input";
inline constexpr const char* kAmount = "urn:yizhan:amount";
// MedicationRequest.medicationCodeableConcept: the code on the package.
inline constexpr const char* kMedicine = "urn:yizhan:medicine";

// How orders and tubes hang together:
//   ServiceRequest.category laboratory | imaging, .status active, .supportingInfo Invoice: paid
//   when
//     every one of them is balanced, or there is none; .specimen its tubes, from check-in on;
//     .performer[HealthcareService] of an examination: whose rooms do it
//   Specimen without status: labelled, not drawn yet; available: drawn (.collection);
//   unsatisfactory:
//     the draw failed, another tube has taken its place. .request its orders.
//   MedicationRequest.groupIdentifier: the prescription; .supportingInfo Invoice as above.
//   Task of code medicine-bag: one prescription on its way through the pharmacy (backend/hospital/
//     pharmacy). .focus the first MedicationRequest, .owner the pharmacy, .location its window.

// What a check-up package contains (F14): a PlanDefinition of type order-set, status active, whose
// useContext[].valueReference is the HealthcareService (one plan for each). .action[].title is what
// patients read; .action[].code[] of kCatalogueCode the test or examination that check-in orders;
// an action without a code is done at the check-up centre itself.
// ServiceRequest.requisition of kPackageVisit: the Appointment whose package ordered it;
// .instantiatesCanonical PlanDefinition.url. An Appointment that goes by a contract names who pays
// in .supportingInformation: a reference of type Organization with a display and no address.
inline constexpr const char* kPackageVisit = "urn:yizhan:package-visit";

/// POST [base]/Patient/{id}/$lab-check-in with Parameters operation-id (valueString, UUID),
/// terminal (valueString "L1"), arrived (valueInstant, optional), serial (valueString, optional):
/// one tap checks in for everything that is ordered and paid. 200 with Parameters: ticket (resource
/// Task), ahead (valueInteger), wait-low and wait-high
///   (valueInteger minutes, absent: not known), specimen* (resource), label* (parts barcode, name,
///   sex, age, number, department, tests, tube, tube-en, volume, urgent, place, count: what the
///   label says), test* (parts name, name-en, fasting-hours, ready-at, ready-place,
///   ready-place-en), and where something is unpaid: unpaid (valueMoney), pay-at, pay-at-en. The
///   same operation-id again: the same answer.
/// 422 with OperationOutcome of kCareRefusal: payment-due (nothing is paid; extension of the issue:
///   valueMoney; diagnostics: where to pay) | nothing-to-do | already-checked-in (the Task is
///   contained) | unknown-patient | ask-staff (no order is one of the catalogue's).
inline constexpr const char* kLabCheckInOperation = "lab-check-in";
/// The same for examinations: as many tickets as there are orders (ticket*), each with the
/// preparation that holds it (hold). already-checked-in: the Tasks are contained.
inline constexpr const char* kExamCheckInOperation = "exam-check-in";
/// And for prescriptions: bag* (resource Task), window and window-en (valueString). 422 also with
/// not-signed: there is a prescription that no doctor answers for (no requester, or a draft).
inline constexpr const char* kPharmacyCheckInOperation = "pharmacy-check-in";
/// For the inpatient service centre: service* (valueReference HealthcareService, what it is about),
/// one ticket for all of them, ahead, wait-low and wait-high. already-checked-in: the Task of the
/// ticket that is still open is contained.
inline constexpr const char* kCentreCheckInOperation = "centre-check-in";
inline constexpr const char* kCareRefusal = "urn:yizhan:care-refusal";
/// Extension of an OperationOutcome.issue of kCareRefusal: what is unpaid.
inline constexpr const char* kUnpaid = "urn:yizhan:unpaid";

}  // namespace yizhan::fhir::systems
