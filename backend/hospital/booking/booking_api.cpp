#include "backend/hospital/booking/booking_api.h"

#include <algorithm>
#include <array>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/payment/platform_client.h"
#include "domain/money.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

constexpr std::size_t kMostReason = 200;
/// Bytes: some 600 Chinese characters.
constexpr std::size_t kMostNotes = 2000;
constexpr std::array<std::string_view, 10> kChannels = {
    "phone-agent", "ivr",         "desk",           "web",           "wechat",
    "kiosk",       "doctor-room", "group-hospital", "unit-contract", "agency"};

OperationAnswer BadRequest(std::string_view what) {
  return {400, fhir::Outcome("invalid", std::string(what) + " is missing or wrong")};
}

OperationAnswer Refused(const Error& error) {
  switch (error.code) {
    case ErrorCode::Refused: {
      Json outcome = fhir::Outcome("business-rule", "");
      outcome.At("issue").MutableItems().front().Set(
          "details", fhir::Concept(systems::kBookingRefusal, error.detail));
      return {422, std::move(outcome)};
    }
    case ErrorCode::NotFound: return {404, fhir::Outcome("not-found", error.detail)};
    case ErrorCode::BadData: return {400, fhir::Outcome("invalid", error.detail)};
    case ErrorCode::Conflict: return {409, fhir::Outcome("conflict", error.detail)};
    case ErrorCode::Busy:
    case ErrorCode::Cancelled: return {503, fhir::Outcome("throttled", error.detail)};
    case ErrorCode::StoreFull: return {507, fhir::Outcome("no-store", error.detail)};
    default: return {500, fhir::Outcome("exception", error.detail)};
  }
}

/// What the patient does before coming (F48), for the slip.
void AddPreparations(const Bookings& bookings, const Json& appointment, Json& body) {
  const auto texts = bookings.Preparations(appointment);
  // A slip without advice is better than no slip.
  if (!texts) return;
  for (const ApprovedText& one : *texts) {
    Json parts = Json::Array();
    const auto part = [&](const char* name, const std::string& value) {
      if (value.empty()) return;
      parts.Append(
          Json::Object({{"name", Json::String(name)}, {"valueString", Json::String(value)}}));
    };
    part("text", one.text.zh);
    part("text-en", one.text.en);
    part("version", one.version);
    Json all = body["parameter"];
    all.Append(Json::Object({{"name", Json::String("preparation")}, {"part", std::move(parts)}}));
    body.Set("parameter", std::move(all));
  }
}

OperationAnswer Told(const Bookings& bookings, const Result<BookingAnswer>& answer) {
  if (!answer) return Refused(answer.error());
  Json body = Json::Object({{"resourceType", Json::String("Parameters")}});
  const auto instant = [&](const char* name, WallTime time) {
    fhir::AddParameter(body, name, "valueInstant", Json::String(ToInstant(time)));
  };
  fhir::AddParameter(body, "appointment", "resource", answer->record.body);
  using State = domain::BookingState;
  const State state = answer->record.booking.state;
  if (state == State::Locked || state == State::Offered) {
    instant("held-until", answer->record.booking.held_until);
  }
  if (state == State::PendingConfirm) instant("confirm-by", answer->times.confirm_by);
  if (domain::HoldsSeat(state)) {
    instant("advised-arrival", answer->times.advised_arrival);
    instant("check-in-opens", answer->times.check_in_opens);
    instant("cancel-until", answer->times.cancel_until);
    instant("lapses", answer->times.lapses);
  }
  if (answer->fee_minor > 0) {
    fhir::AddParameter(body, "fee", "valueMoney",
                       Json::Object({{"value", Json::Number(domain::ToDecimal(answer->fee_minor))},
                                     {"currency", Json::String("CNY")}}));
  }
  if (domain::HoldsSeat(state)) AddPreparations(bookings, answer->record.body, body);
  return {200, std::move(body)};
}

/// What every act tells about itself.
struct Caller {
  std::string operation_id;
  std::string channel;
  std::string who;
};

Result<Caller> ReadCaller(const Json& parameters) {
  Caller caller;
  const auto text = [&](std::string_view name) {
    return fhir::ParameterOf(parameters, name).AsString();
  };
  caller.operation_id = text("operation-id");
  caller.channel = text("channel");
  caller.who = text("terminal");
  if (parameters["resourceType"].AsString() != "Parameters") {
    return Fail(ErrorCode::BadData, "Parameters");
  }
  if (!fhir::IsId(caller.operation_id)) return Fail(ErrorCode::BadData, "operation-id");
  if (std::ranges::find(kChannels, caller.channel) == kChannels.end()) {
    return Fail(ErrorCode::BadData, "channel");
  }
  if (!fhir::IsId(caller.who)) return Fail(ErrorCode::BadData, "terminal");
  return caller;
}

std::string IdOf(const Json& parameters, std::string_view name, std::string_view type) {
  return fhir::ReferencedId(fhir::ParameterOf(parameters, name), type);
}

}  // namespace

OperationAnswer BookOperation(Bookings& bookings, const Json& parameters) {
  const Result<Caller> caller = ReadCaller(parameters);
  if (!caller) return BadRequest(caller.error().detail);
  BookRequest request;
  request.operation_id = caller->operation_id;
  request.channel = caller->channel;
  request.who = caller->who;
  request.patient_id = IdOf(parameters, "patient", "Patient");
  request.slot_id = IdOf(parameters, "slot", "Slot");
  request.prepay = fhir::ParameterOf(parameters, "prepay").AsBoolean();
  request.quota = fhir::ParameterOf(parameters, "quota").AsString();
  request.follow_up_id = IdOf(parameters, "follow-up", "Task");
  request.notes = fhir::ParameterOf(parameters, "notes").AsString();
  if (request.patient_id.empty()) return BadRequest("patient");
  if (request.slot_id.empty()) return BadRequest("slot");
  if (request.notes.size() > kMostNotes) return BadRequest("notes");
  return Told(bookings, bookings.Book(request));
}

OperationAnswer WaitOperation(Bookings& bookings, const Json& parameters) {
  const Result<Caller> caller = ReadCaller(parameters);
  if (!caller) return BadRequest(caller.error().detail);
  WaitRequest request;
  request.operation_id = caller->operation_id;
  request.channel = caller->channel;
  request.who = caller->who;
  request.patient_id = IdOf(parameters, "patient", "Patient");
  request.service_id = IdOf(parameters, "service", "HealthcareService");
  request.doctor_id = IdOf(parameters, "practitioner", "Practitioner");
  const auto from = ParseInstant(fhir::ParameterOf(parameters, "from").AsString());
  const auto until = ParseInstant(fhir::ParameterOf(parameters, "until").AsString());
  const TimeZone zone = bookings.Rules().zone;
  if (request.patient_id.empty()) return BadRequest("patient");
  if (request.service_id.empty()) return BadRequest("service");
  if (!from || !until || *until <= *from ||
      LocalDay(*from, zone) != LocalDay(*until - std::chrono::milliseconds(1), zone)) {
    return BadRequest("from or until");
  }
  request.from = *from;
  request.until = *until;
  return Told(bookings, bookings.Wait(request));
}

OperationAnswer ActOperation(Bookings& bookings, domain::BookingAct act,
                             const std::string& appointment_id, const Json& parameters) {
  const Result<Caller> caller = ReadCaller(parameters);
  if (!caller) return BadRequest(caller.error().detail);
  ActRequest request;
  request.operation_id = caller->operation_id;
  request.appointment_id = appointment_id;
  request.act = act;
  request.who = caller->who;
  request.reason = fhir::ParameterOf(parameters, "reason").AsString();
  if (request.reason.size() > kMostReason) return BadRequest("reason");
  if (act == domain::BookingAct::Take) {
    const auto paid =
        domain::ParseYuan(fhir::ParameterOf(parameters, "paid")["value"].AsNumberText());
    if (!paid || *paid < 0) return BadRequest("paid");
    request.paid_minor = *paid;
    request.payment_order = fhir::ParameterOf(parameters, "payment").AsString();
    if (!request.payment_order.empty() && !payment::IsNumber(request.payment_order)) {
      return BadRequest("payment");
    }
  }
  return Told(bookings, bookings.Act(request));
}

OperationAnswer LateNoticeOperation(Bookings& bookings, const std::string& appointment_id,
                                    const Json& parameters) {
  const Result<Caller> caller = ReadCaller(parameters);
  if (!caller) return BadRequest(caller.error().detail);
  const auto promised = ParseInstant(fhir::ParameterOf(parameters, "arrival").AsString());
  if (!promised) return BadRequest("arrival");
  return Told(bookings,
              bookings.NoticeLate({appointment_id, caller->channel, caller->who, *promised}));
}

namespace {

OperationAnswer TellAll(const char* name, const Result<std::vector<BookingRecord>>& bookings) {
  if (!bookings) return Refused(bookings.error());
  Json body = Json::Object({{"resourceType", Json::String("Parameters")}});
  for (const BookingRecord& one : *bookings) {
    fhir::AddParameter(body, name, "resource", one.body);
  }
  return {200, std::move(body)};
}

/// A reason is what the patients and the audit are told: never empty.
Result<std::string> ReasonOf(const Json& parameters) {
  const std::string& reason = fhir::ParameterOf(parameters, "reason").AsString();
  if (reason.empty() || reason.size() > kMostReason) return Fail(ErrorCode::BadData, "reason");
  return reason;
}

}  // namespace

OperationAnswer StopOperation(Queues& queues, const std::string& schedule_id,
                              const Json& parameters) {
  const Result<Caller> caller = ReadCaller(parameters);
  if (!caller) return BadRequest(caller.error().detail);
  const Result<std::string> reason = ReasonOf(parameters);
  if (!reason) return BadRequest(reason.error().detail);
  const std::string& remedy = fhir::ParameterOf(parameters, "remedy").AsString();
  if (!remedy.empty() && remedy != "rebook" && remedy != "refund") return BadRequest("remedy");
  return TellAll("stopped",
                 queues.StopSession({schedule_id, caller->who, *reason,
                                     remedy == "refund" ? Remedy::Refund : Remedy::Rebook}));
}

OperationAnswer SubstituteOperation(Queues& queues, const std::string& schedule_id,
                                    const Json& parameters) {
  const Result<Caller> caller = ReadCaller(parameters);
  if (!caller) return BadRequest(caller.error().detail);
  const Result<std::string> reason = ReasonOf(parameters);
  if (!reason) return BadRequest(reason.error().detail);
  const std::string doctor = IdOf(parameters, "practitioner", "Practitioner");
  if (doctor.empty()) return BadRequest("practitioner");
  return TellAll("moved", queues.SubstituteDoctor({schedule_id, doctor, caller->who, *reason}));
}

OperationAnswer AddNumberOperation(Bookings& bookings, const std::string& schedule_id,
                                   const Json& parameters) {
  const Result<Caller> caller = ReadCaller(parameters);
  if (!caller) return BadRequest(caller.error().detail);
  AddRequest request;
  request.operation_id = caller->operation_id;
  request.channel = caller->channel;
  request.who = caller->who;
  request.schedule_id = schedule_id;
  request.patient_id = IdOf(parameters, "patient", "Patient");
  if (request.patient_id.empty()) return BadRequest("patient");
  if (const Json& start = fhir::ParameterOf(parameters, "start"); !start.IsNull()) {
    request.start = ParseInstant(start.AsString());
    if (!request.start) return BadRequest("start");
  }
  return Told(bookings, bookings.AddNumber(request));
}

OperationAnswer RebookOperation(Bookings& bookings, const std::string& appointment_id,
                                const Json& parameters) {
  const Result<Caller> caller = ReadCaller(parameters);
  if (!caller) return BadRequest(caller.error().detail);
  const std::string slot = IdOf(parameters, "slot", "Slot");
  if (slot.empty()) return BadRequest("slot");
  return Told(bookings, bookings.Rebook({caller->operation_id, caller->channel, caller->who,
                                         appointment_id, slot}));
}

OperationAnswer AlternativesOperation(Bookings& bookings, const std::string& appointment_id) {
  const auto seats = bookings.AlternativesOf(appointment_id);
  if (!seats) return Refused(seats.error());
  Json body = Json::Object({{"resourceType", Json::String("Parameters")}});
  for (const Seat& seat : *seats) fhir::AddParameter(body, "slot", "resource", seat.slot);
  return {200, std::move(body)};
}

OperationAnswer InvitationOperation(Bookings& bookings, const std::string& appointment_id) {
  const auto text = bookings.Invitation(appointment_id);
  if (!text) return Refused(text.error());
  Json body = Json::Object({{"resourceType", Json::String("Parameters")}});
  fhir::AddParameter(body, "text", "valueString", Json::String(text->zh));
  fhir::AddParameter(body, "text-en", "valueString", Json::String(text->en));
  return {200, std::move(body)};
}

}  // namespace yizhan::hospital
