#include "backend/hospital/booking/booking_api.h"
#include "backend/server/fhir_operations/operation.h"

namespace yizhan::server {
namespace {

using domain::BookingAct;
using fhir::Json;

FhirAnswer Book(const OperationCall& call) {
  if (!call.request.May(Interaction::Create, "Appointment")) return Forbidden("Appointment");
  return AnswerOf(hospital::BookOperation(call.hospital.Booking(), call.request.body));
}

FhirAnswer Wait(const OperationCall& call) {
  if (!call.request.May(Interaction::Create, "Appointment")) return Forbidden("Appointment");
  return AnswerOf(hospital::WaitOperation(call.hospital.Booking(), call.request.body));
}

template <BookingAct act>
FhirAnswer Act(const OperationCall& call) {
  if (!call.request.May(Interaction::Update, "Appointment")) return Forbidden("Appointment");
  return AnswerOf(hospital::ActOperation(call.hospital.Booking(), act, call.id, call.request.body));
}

FhirAnswer LateNotice(const OperationCall& call) {
  if (!call.request.May(Interaction::Update, "Appointment")) return Forbidden("Appointment");
  return AnswerOf(
      hospital::LateNoticeOperation(call.hospital.Booking(), call.id, call.request.body));
}

Json In(const char* name, int min, const char* type, const char* documentation) {
  return OperationParameter(name, "in", min, "1", type, documentation);
}

Json Out(const char* name, int min, const char* type, const char* documentation) {
  return OperationParameter(name, "out", min, "1", type, documentation);
}

/// Who acts, what it takes, and how the booking stands then.
Json Parameters(std::vector<Json> own) {
  std::vector<Json> all = {
      In("operation-id", 1, "string", "UUID; repeating it has no second effect"),
      In("terminal", 1, "string", "Short name of the terminal or account"),
      In("channel", 1, "code",
         "phone-agent | ivr | desk | web | wechat | kiosk | doctor-room | group-hospital | "
         "unit-contract | agency")};
  for (Json& one : own) all.push_back(std::move(one));
  all.push_back(Out("appointment", 1, "Appointment", "The booking as it stands now"));
  all.push_back(
      Out("held-until", 0, "instant", "A seat is held so long for a decision or payment"));
  all.push_back(Out("confirm-by", 0, "instant", "To be confirmed until then"));
  all.push_back(Out("advised-arrival", 0, "instant", "When to come"));
  all.push_back(Out("check-in-opens", 0, "instant", "Check-in is possible from then on"));
  all.push_back(Out("cancel-until", 0, "instant", "Cancelling costs nothing until then"));
  all.push_back(Out("lapses", 0, "instant", "The hospital gives the seat up after that"));
  all.push_back(Out("fee", 0, "Money", "Registration fee"));
  return Json::Array(std::move(all));
}

Json BookParameters() {
  return Parameters({In("patient", 1, "Reference", "Who comes"),
                     In("slot", 1, "Reference", "The seat"),
                     In("prepay", 0, "boolean", "Guarantee it by paying the fee now"),
                     In("quota", 0, "string", "The contract whose seats may be used"),
                     In("follow-up", 0, "Reference", "The Task whose suggestion it answers"),
                     In("notes", 0, "string", "What the patient writes, for who treats")});
}

Json WaitParameters() {
  return Parameters({In("patient", 1, "Reference", "Who waits"),
                     In("service", 1, "Reference", "HealthcareService"),
                     In("practitioner", 0, "Reference", "A certain doctor; default: any"),
                     In("from", 1, "instant", "Any seat from then on"),
                     In("until", 1, "instant", "and before then, on the same day")});
}

Json ActParameters() {
  return Parameters({In("reason", 0, "string", "Said by the patient or a member of staff")});
}

Json TakeParameters() {
  return Parameters({In("paid", 1, "Money", "What the payment platform confirmed"),
                     In("payment", 0, "string", "Number of the order at the payment platform")});
}

Json LateParameters() {
  return Parameters({In("arrival", 1, "instant", "When the patient will come")});
}

constexpr Operation OnType(std::string_view name, std::string_view title,
                           std::string_view description, FhirAnswer (*run)(const OperationCall&),
                           Json (*parameters)()) {
  Operation operation = OnInstance("Appointment", name, title, description, true, run, parameters);
  operation.on_type = true;
  operation.on_instance = false;
  return operation;
}

constexpr Operation OnBooking(std::string_view name, std::string_view title,
                              std::string_view description, FhirAnswer (*run)(const OperationCall&),
                              Json (*parameters)()) {
  return OnInstance("Appointment", name, title, description, true, run, parameters);
}

constexpr Operation kBook = OnType(
    "book", "Book", "Books a seat for a patient by the hospital's rules", Book, BookParameters);
constexpr Operation kWait =
    OnType("wait", "Wait", "Puts a patient on the waiting list", Wait, WaitParameters);
constexpr Operation kTake = OnBooking("take", "Take", "Takes a held seat whose fee was paid",
                                      Act<BookingAct::Take>, TakeParameters);
constexpr Operation kConfirm =
    OnBooking("confirm", "Confirm", "Confirms a booking", Act<BookingAct::Confirm>, ActParameters);
constexpr Operation kCancel = OnBooking("cancel", "Cancel", "Cancels a booking for the patient",
                                        Act<BookingAct::Cancel>, ActParameters);
constexpr Operation kAccept = OnBooking("accept", "Accept", "Accepts the seat that was offered",
                                        Act<BookingAct::Accept>, ActParameters);
constexpr Operation kDecline =
    OnBooking("decline", "Decline", "Declines it and stays on the waiting list",
              Act<BookingAct::Decline>, ActParameters);
constexpr Operation kWithdraw = OnBooking("withdraw", "Withdraw", "Leaves the waiting list",
                                          Act<BookingAct::Withdraw>, ActParameters);
constexpr Operation kLateNotice = OnBooking(
    "late-notice", "LateNotice", "The patient will come late", LateNotice, LateParameters);
constexpr const Operation* kAll[] = {&kBook,   &kWait,    &kTake,     &kConfirm,   &kCancel,
                                     &kAccept, &kDecline, &kWithdraw, &kLateNotice};

}  // namespace

std::span<const Operation* const> BookingOperations() { return kAll; }

}  // namespace yizhan::server
