// What machines could not finish and a person decides: acts of terminals that were refused, and
// messages that did not get through.
#include "backend/fhir/resources.h"
#include "backend/hospital/messages/stuck_messages.h"
#include "backend/hospital/parked_acts.h"
#include "backend/server/staff_api/booking_parts.h"
#include "backend/server/staff_api/view_parts.h"
#include "domain/name.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using hospital::StuckMessage;
using security::Ability;

std::string Moment(StaffContext& context, WallTime when) {
  const TimeZone zone = context.hospital.Options().zone;
  return ToLocalDate(when, zone).substr(5) + ' ' + ToLocalHourMinute(when, zone);
}

std::string MaskedName(const Json& patient) {
  return patient.IsNull() ? "*" : domain::MaskName(fhir::PersonName(patient));
}

/// "139****0001"
std::string MaskedPhone(const Json& patient) {
  constexpr std::size_t kShown = 3;
  for (const Json& telecom : patient["telecom"].Items()) {
    const std::string& number = telecom["value"].AsString();
    if (telecom["system"].AsString() == "email" || number.size() < 2 * kShown + 1) continue;
    return number.substr(0, kShown) + "****" + number.substr(number.size() - kShown - 1);
  }
  return "";
}

const char* WhyOf(StuckMessage::Why why) {
  switch (why) {
    case StuckMessage::Why::Trying: return "trying";
    case StuckMessage::Why::NoAnswer: return "no-answer";
    case StuckMessage::Why::Refused: break;
  }
  return "not-taken";
}

Result<Json> ActRows(StaffContext& context) {
  const auto acts = hospital::ParkedActs(context.store);
  if (!acts) return tl::unexpected(acts.error());
  const auto directory = context.hospital.Places();
  Json rows = Json::Array();
  for (const hospital::ParkedAct& act : *acts) {
    const auto booking =
        hospital::FromAppointment(Body(context.store, "Appointment", act.appointment_id));
    const std::string service = booking ? booking->service_id : "";
    rows.Append(Json::Object(
        {{"key", TextView(act.id)},
         {"name", TextView(MaskedName(Body(context.store, "Patient", act.patient_id)))},
         {"number", TextView(act.number)},
         {"terminal", TextView(act.terminal)},
         {"service", LocalView(directory->ServiceOf(service).name)},
         {"why", TextView(act.why)},
         {"since", TextView(Moment(context, act.since))},
         {"trying", Json::Boolean(act.trying)}}));
  }
  return rows;
}

Result<Json> MessageRows(StaffContext& context) {
  const auto messages = hospital::StuckMessages(context.store);
  if (!messages) return tl::unexpected(messages.error());
  Json rows = Json::Array();
  for (const StuckMessage& one : *messages) {
    const auto booking =
        hospital::FromAppointment(Body(context.store, "Appointment", one.message.appointment_id));
    const Json patient = booking ? Body(context.store, "Patient", booking->patient_id) : Json();
    const bool goes_on = one.why == StuckMessage::Why::Trying;
    rows.Append(
        Json::Object({{"key", TextView(one.key)},
                      {"name", TextView(MaskedName(patient))},
                      {"phone", TextView(MaskedPhone(patient))},
                      {"kind", TextView(hospital::Name(one.message.kind))},
                      {"why", TextView(WhyOf(one.why))},
                      {"next", TextView(goes_on ? Moment(context, one.message.due) : "")}}));
  }
  return rows;
}

Json ParkedView(StaffContext& context, const Query& /*query*/) {
  Result<Json> acts = ActRows(context);
  Result<Json> messages = MessageRows(context);
  if (!acts || !messages) return {};
  return Json::Object({{"acts", std::move(*acts)}, {"messages", std::move(*messages)}});
}

hospital::Editor By(StaffContext& context, const security::Principal& who) {
  return {who.id, context.hospital.Now()};
}

Result<Json> Done(const Status& status) {
  if (!status) return tl::unexpected(status.error());
  return Json::Object();
}

/// {"key"}
Result<Json> RetryAct(StaffContext& context, const Json& body, const security::Principal& who) {
  return Done(hospital::RetryParked(context.store, body["key"].AsString(), By(context, who)));
}

/// {"key", "reason"}
Result<Json> GiveUpAct(StaffContext& context, const Json& body, const security::Principal& who) {
  const Result<std::string> reason = ReasonOf(body);
  if (!reason) return tl::unexpected(reason.error());
  return Done(
      hospital::GiveUpParked(context.store, body["key"].AsString(), *reason, By(context, who)));
}

/// {"key"}
Result<Json> RetryMessage(StaffContext& context, const Json& body, const security::Principal& who) {
  return Done(hospital::RetryMessage(context.store, body["key"].AsString(), By(context, who)));
}

/// {"key", "reason"}
Result<Json> GiveUpMessage(StaffContext& context, const Json& body,
                           const security::Principal& who) {
  const Result<std::string> reason = ReasonOf(body);
  if (!reason) return tl::unexpected(reason.error());
  return Done(
      hospital::GiveUpMessage(context.store, body["key"].AsString(), *reason, By(context, who)));
}

constexpr StaffView kViews[] = {{"parked", Ability::Administer, ParkedView}};

constexpr StaffAct kActs[] = {
    {"parked/retry-acts", Ability::Administer, RetryAct},
    {"parked/give-up-acts", Ability::Administer, GiveUpAct},
    {"parked/retry-messages", Ability::Administer, RetryMessage},
    {"parked/give-up-messages", Ability::Administer, GiveUpMessage},
};

}  // namespace

std::span<const StaffView> ParkedViews() { return kViews; }

std::span<const StaffAct> ParkedActs() { return kActs; }

}  // namespace yizhan::server
