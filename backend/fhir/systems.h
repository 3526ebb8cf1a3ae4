/// \file
/// The identifier systems, codes, extensions and the operation by which kiosk and hospital
/// understand each other on top of plain FHIR R4. Everything else is base specification.
#pragma once

namespace yizhan::fhir::systems {

// Patient.identifier.system: the number on the card; SHA-256 of a legacy card's UID (hex).
inline constexpr const char* kCardNumber = "urn:yizhan:card-number";
inline constexpr const char* kCardUidDigest = "urn:yizhan:card-uid-sha256";
// Also there: the number of the resident identity card (GB 11643), by its national OID.
inline constexpr const char* kIdCardNumber = "urn:oid:2.16.156.10011.1.3";
// HealthcareService.identifier.system: the letter of its queue ("A").
inline constexpr const char* kQueueLetter = "urn:yizhan:queue-letter";
// Task.code of a queue ticket, and its identifiers: printed number within queue and day
// ("A012"), and the operation id of the check-in that made it.
inline constexpr const char* kTaskCode = "urn:yizhan:task-code";  // queue-ticket | staff-call | ...
inline constexpr const char* kTicketNumber = "urn:yizhan:ticket-number";
inline constexpr const char* kOperationId = "urn:yizhan:operation-id";
// Task.identifier: the serial number (流水号) that is on the slip.
inline constexpr const char* kSerialNumber = "urn:yizhan:serial-number";
// Task.groupIdentifier of a ticket: "<HealthcareService id>|2026-03-10".
inline constexpr const char* kQueueDay = "urn:yizhan:queue-day";
// HealthcareService.type: clinic | draw | exam | pharmacy | service-centre | triage; absent:
// clinic.
inline constexpr const char* kQueueKind = "urn:yizhan:queue-kind";
// Task.businessStatus: waiting | called | passed | serving | done | away (in an examination) |
// abandoned (弃号) | transferred (转诊) | withdrawn (check-in taken back) | stopped (停诊)
inline constexpr const char* kTicketStatus = "urn:yizhan:ticket-status";
// Task.input.type. Times are valueDecimal: milliseconds since 1970, too large for a FHIR integer.
//   arrival, called (the last call), entered (when it came into the line this way; absent: arrival)
//   place (valueString "period.rank.base.inserted", smaller first; absent: by arrival)
//   order (time; of tickets before places were kept: recalled to that time)
//   way (valueCode late | recalled | returned; absent: as everybody)
//   priority (valueCoding of kPriorityClass; display is its public mark)
//   moved (valueBoolean true: a person put it forward), added (valueBoolean true: 加号)
//   booked (valueBoolean true), sequence (valueInteger: order of registration, smaller first)
//   registered (valueBoolean true: by the booking alone, without check-in), substituted
//   (valueBoolean true: 替诊)
//   hold (valueCode: why it is not called now although it keeps its place: "preparing")
//   room-by (valueCode patient | rule | staff: who chose Task.location; absent: patient)
//   room-list (valueBoolean true: waits at the door of Task.location)
//   calls (valueInteger), offline (valueBoolean true)
//   stop, visited (valueReference HealthcareService: still to be served, was served)
//   transferred-from (valueReference Task)
inline constexpr const char* kTicketInput = "urn:yizhan:ticket-input";
inline constexpr const char* kPriorityClass = "urn:yizhan:priority-class";
// Task of kTaskCode parked-act: what a terminal did while it was alone and the hospital refused; a
// person decides. The terminal makes it and looks at it again: .identifier kOperationId,
// .requester kTerminal, .for Patient, .focus Appointment, .authoredOn when the patient came,
// .statusReason of kParkedReason, .input number (valueString, on the paper); .status requested,
// accepted (try again), in-progress (the terminal does), completed, rejected (given up).
inline constexpr const char* kParkedReason = "urn:yizhan:parked-reason";
// Device.identifier / Task.requester.identifier: the terminal ("K3").
inline constexpr const char* kTerminal = "urn:yizhan:terminal";
// AuditEvent.agent.who.identifier of a person: the account ("wang.jg").
inline constexpr const char* kAccount = "urn:yizhan:account";
// Appointment extension valueCode: temporary | confirmed | guaranteed | waiting (F17..F23).
inline constexpr const char* kBookingKind = "urn:yizhan:booking-kind";
// Number source (号源). Schedule extensions: level valueCode ordinary | deputy | chief | special;
// session valueCode am | pm | night; release-at valueInstant (bookable from then on); closes-at
// valueInstant (booking ends, on-site registration too); fee valueMoney. Schedule.serviceCategory
// of kResourceKind: clinic | exam | check-up | bed (F11). Schedule.active false: stopped (停诊).
inline constexpr const char* kResourceKind = "urn:yizhan:resource-kind";
inline constexpr const char* kSessionLevel = "urn:yizhan:session-level";
inline constexpr const char* kSession = "urn:yizhan:session";
inline constexpr const char* kReleaseAt = "urn:yizhan:release-at";
inline constexpr const char* kClosesAt = "urn:yizhan:closes-at";
inline constexpr const char* kFee = "urn:yizhan:fee";
// HealthcareService.type of what is no clinic: kResourceKind exam | check-up | bed. What a patient
// must do before a visit (F48) is its extraDetails. The way to a site is its Location.description,
// its phone Location.telecom.
// Slot extension valueString: the seat is kept for this channel or contract ("unit:acme"). The
// same on the Appointment that uses it.
inline constexpr const char* kQuota = "urn:yizhan:quota";
// Appointment extensions: valueCode of BookingState ("pending-confirm"); valueCode of the channel;
// valueInstant of a hold or an offer; of the arrival that a late patient promised; valueMoney
// prepaid, penalty, refund.
inline constexpr const char* kBookingState = "urn:yizhan:booking-state";
inline constexpr const char* kChannel = "urn:yizhan:channel";
inline constexpr const char* kHeldUntil = "urn:yizhan:held-until";
inline constexpr const char* kPromisedArrival = "urn:yizhan:promised-arrival";
inline constexpr const char* kPrepaid = "urn:yizhan:prepaid";
inline constexpr const char* kPenalty = "urn:yizhan:penalty";
inline constexpr const char* kRefund = "urn:yizhan:refund";
// Slot and Appointment extension valueBoolean true: a number added beyond capacity (加号).
inline constexpr const char* kAddedNumber = "urn:yizhan:added-number";
// Appointment extension valueReference Practitioner: whom a substitute stands in for (替诊); free
// to cancel or $rebook until its slot begins, its Patient needs-action until $confirm or check-in.
inline constexpr const char* kSubstituteFor = "urn:yizhan:substitute-for";
// Appointment extension valueInstant, of a stopped one: $rebook until then; $withdraw: not wanted.
inline constexpr const char* kRebookUntil = "urn:yizhan:rebook-until";
// Task of kTaskCode follow-up: .for Patient, .owner Practitioner, .input kFollowUpInput service
// (valueReference HealthcareService); .businessStatus of kFollowUpStatus: suggested | booked |
// visited; .restriction.period: when the patient should come.
inline constexpr const char* kFollowUpInput = "urn:yizhan:follow-up-input";
inline constexpr const char* kFollowUpStatus = "urn:yizhan:follow-up-status";
// HealthcareService extension valueBoolean true: its name says too much about who goes there (F49).
inline constexpr const char* kSensitive = "urn:yizhan:sensitive";
// Communication.category: what a message is about (booked | reminder | ...); extensions: the
// version of its text (valueString), what became of it on its way (valueCode queued | sent |
// delivered | failed | not-sent). A terminal that showed one to the patient sets .received.
inline constexpr const char* kMessageKind = "urn:yizhan:message-kind";
inline constexpr const char* kTextVersion = "urn:yizhan:text-version";
inline constexpr const char* kDelivery = "urn:yizhan:delivery";
// valueCode waived: a person forgave the no-show.
inline constexpr const char* kForgiven = "urn:yizhan:forgiven";
// Appointment.cancelationReason, beside the coding of HL7: the end that was reached.
inline constexpr const char* kBookingEnd = "urn:yizhan:booking-end";
// OperationOutcome.issue.details.coding.system of a refused booking act; codes: full | closed |
// stopped | not-released | no-quota | limit-day | limit-session | limit-doctor | barred |
// unknown-patient | already-waiting | too-late | not-paid | wrong-state | quota-full |
// contract-over | most-added | not-same-level | doctor-busy | wrong-person | no-seat.
inline constexpr const char* kBookingRefusal = "urn:yizhan:booking-refusal";
// OperationOutcome.issue.details.coding.system of a refused check-in; codes: too-early | late |
// wrong-day | wrong-site | wrong-person | already-checked-in | payment-due | not-booked |
// unknown-appointment.
inline constexpr const char* kCheckInRefusal = "urn:yizhan:check-in-refusal";
// Extension of the base specification for names in other languages.
inline constexpr const char* kTranslation = "http://hl7.org/fhir/StructureDefinition/translation";

// How this hospital's resources hang together (a terminal reads them, it never guesses ids):
//   Location  site (physicalType si) <- partOf - area "门诊楼 3 层 B 区" (physicalType area)
//             <- partOf - room "5 诊室" (physicalType ro)
//   HealthcareService  name, identifier kQueueLetter, type kQueueKind, location[0] = its area,
//             further ones its windows or desks
//   Practitioner name[0].text; PractitionerRole.practitioner, .healthcareService[] (the queue, then
//             what of a service centre is done there), .location[0] = room, .code[0].text = title
//   Schedule.actor  Practitioner, HealthcareService, room;  Slot.schedule
//   Appointment.participant.actor  Patient, HealthcareService, room, Practitioner (absent: any
//             doctor);  .supportingInformation  Invoice of the registration fee: while its status
//             is issued, check-in answers payment-due
//   Task (queue-ticket)  .for Patient, .focus Appointment (or ServiceRequest, or absent), .owner
//             HealthcareService, .location room, .authoredOn arrival, .status ready (waiting),
//             in-progress (called, serving), on-hold (passed, away), completed (done), cancelled
//             (abandoned, transferred, withdrawn); .requester.identifier kTerminal
//   Task (staff-call)  status requested until a person answers, then completed; .requester as
//             above, .for Patient may be absent
//   DiagnosticReport.status final|amended|corrected = ready;  ServiceRequest.category text or code
//             laboratory with status active = to be drawn;  Invoice.status issued = unpaid
//   A name in another language is the extension kTranslation on "_name" (on "_text" of a title).

/// POST [base]/Appointment/{id}/$check-in with Parameters:
///   operation-id (valueString, UUID), terminal (valueString "K3"), site (valueReference
///   Location/..), arrived (valueInstant), provisional-number (valueString, offline only),
///   serial (valueString, optional: what the slip will say), patient (valueReference, optional:
///   whose card it is; another person than the booking's is refused: wrong-person).
/// 200 with Parameters: ticket (resource Task), appointment (resource Appointment), ahead
///   (valueInteger), wait-low and wait-high (valueInteger minutes, absent: not known). The same
///   operation-id again: the same answer, no second effect. The same operation-id again with a
///   provisional-number that the ticket does not have yet (the first answer was lost, and the
///   terminal went on alone): the ticket takes that number as the one it is called by, because the
///   paper says so, and keeps the old one as a second identifier (use "old").
/// 422 with OperationOutcome (kCheckInRefusal); for already-checked-in the existing Task is
///   contained in OperationOutcome.contained. issue.diagnostics is the time that belongs to
///   too-early (opens), late (closed) and wrong-day (booked for). 404: no such appointment. 400:
///   parameters broken. 409: try again.
inline constexpr const char* kCheckInOperation = "check-in";

/// Booking, with Parameters operation-id (valueString, UUID), terminal (valueString), channel
/// (valueCode: phone-agent | ivr | desk | web | wechat | kiosk | doctor-room | group-hospital |
/// unit-contract | agency):
///   POST [base]/Appointment/$book   patient, slot (valueReference), prepay (valueBoolean), quota
///   (valueString) POST [base]/Appointment/$wait   patient, service, practitioner (valueReference),
///   from, until (valueInstant) POST [base]/Appointment/{id}/$confirm | $cancel | $accept |
///   $decline | $withdraw   reason (valueString) POST [base]/Appointment/{id}/$take          paid
///   (valueMoney), payment (valueString, order at the platform): a held seat is paid. POST
///   [base]/Appointment/{id}/$late-notice   arrival (valueInstant)
/// 200 with Parameters: appointment (resource), held-until, confirm-by, advised-arrival,
/// check-in-opens, cancel-until,
///   lapses (valueInstant, where they mean something), fee (valueMoney). The same operation-id
///   again: no second effect.
/// 422 with OperationOutcome (kBookingRefusal); 404; 400; 409: try again.
inline constexpr const char* kBookOperation = "book";
inline constexpr const char* kWaitOperation = "wait";

/// More of booking, with the same common Parameters:
///   POST [base]/Appointment/$book also takes follow-up (valueReference Task): the booking answers
///   that suggestion; and notes (valueString): what the patient writes about the illness (F15),
///   kept as Appointment.comment and shown to who treats.
///   POST [base]/Schedule/{id}/$stop        reason (valueString), remedy (valueCode rebook |
///   refund). Answer: stopped (resource Appointment)*.
///   POST [base]/Schedule/{id}/$substitute  practitioner (valueReference), reason. Answer: moved
///   (resource Appointment)*.
///   POST [base]/Schedule/{id}/$add-number  patient, start (valueInstant, optional). Answer as
///   $book. POST [base]/Appointment/{id}/$rebook   slot (valueReference). Stopped, substituted. As
///   $book. GET  [base]/Appointment/{id}/$alternatives  Answer: slot (resource Slot)*, nearest
///   first. GET  [base]/Appointment/{id}/$invitation    Answer: text, text-en (valueString), for
///   whoever comes along (F49); only when the patient asks for it.
/// Answers about one booking that stands also have preparation*, each with parts text, text-en and
/// version (valueString, F48).
inline constexpr const char* kStopOperation = "stop";
inline constexpr const char* kRebookOperation = "rebook";

/// GET [base]/Patient/{id}/$guide?date=2026-03-10: the guide sheet (导诊单). 200 with Parameters,
/// one step for each line in the best order: step with parts order (valueInteger), kind (valueCode
/// visit | pay | draw | exam | meal | report | return | pharmacy), state (valueCode next | waiting
/// | later | done), what, where, note (valueString; English in *-en), focus (valueReference),
/// ahead (valueInteger, where a queue is known), order-number* (valueString, of the orders that the
/// line stands for). On the day of a check-up also check-up with parts package and payer
/// (valueString; English in *-en): the sheet is a 体检导检单 then.
inline constexpr const char* kGuideOperation = "guide";

}  // namespace yizhan::fhir::systems
