#include "kiosk/sync/lab.h"

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "domain/money.h"
#include "kiosk/sync/care_records.h"

namespace yizhan::sync {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

int NumberOf(const Json& parameter, std::string_view name) {
  const auto number = PartOf(parameter, name).AsInteger();
  return number && *number >= 0 && *number < 1'000'000 ? static_cast<int>(*number) : 0;
}

Result<domain::LabLabel> ReadLabel(const Json& parameter) {
  domain::LabLabel label;
  label.barcode = PartOf(parameter, "barcode").AsString();
  label.name = PartOf(parameter, "name").AsString();
  if (label.barcode.empty() || label.name.empty()) {
    return Fail(ErrorCode::BadData, "a label says nothing");
  }
  label.sex = PartOf(parameter, "sex").AsString();
  if (const auto age = PartOf(parameter, "age").AsInteger()) label.age = static_cast<int>(*age);
  label.number = PartOf(parameter, "number").AsString();
  label.department = PartOf(parameter, "department").AsString();
  for (const Json& part : parameter["part"].Items()) {
    if (part["name"].AsString() == "test") label.tests.push_back(part["valueString"].AsString());
  }
  label.colour = TextPartOf(parameter, "tube");
  label.volume_ul = NumberOf(parameter, "volume-ul");
  label.minutes_after_first = NumberOf(parameter, "minutes-after-first");
  label.urgent = PartOf(parameter, "urgent").AsBoolean();
  label.place = NumberOf(parameter, "place");
  label.count = NumberOf(parameter, "count");
  label.reprints = NumberOf(parameter, "reprints");
  return label;
}

domain::LabTestNotice ReadTest(const Json& parameter) {
  domain::LabTestNotice test;
  test.name = TextPartOf(parameter, "name");
  test.fasting_hours = NumberOf(parameter, "fasting-hours");
  test.ready_at = ParseInstant(PartOf(parameter, "ready-at").AsString()).value_or(WallTime{});
  test.ready_place = TextPartOf(parameter, "ready-place");
  return test;
}

/// The place where blood is drawn is the terminal's own.
std::optional<domain::Ticket> ReadTicket(const Json& task) {
  return ReadQueueTicket(task, Directory());
}

}  // namespace

Result<domain::LabCheckIn> ReadLabCheckIn(const Json& parameters) {
  domain::LabCheckIn lab;
  const auto ticket = ReadTicket(fhir::ParameterOf(parameters, "ticket"));
  if (!ticket) return Fail(ErrorCode::BadData, "no ticket");
  lab.ticket = *ticket;
  if (const auto ahead = fhir::ParameterOf(parameters, "ahead").AsInteger()) {
    lab.ticket.ahead = static_cast<int>(*ahead);
  }
  const auto low = fhir::ParameterOf(parameters, "wait-low").AsInteger();
  const auto high = fhir::ParameterOf(parameters, "wait-high").AsInteger();
  if (low && high) {
    lab.ticket.wait = domain::WaitEstimate{std::chrono::minutes(*low), std::chrono::minutes(*high)};
  }
  for (const Json& parameter : parameters["parameter"].Items()) {
    const std::string& name = parameter["name"].AsString();
    if (name == "test") lab.tests.push_back(ReadTest(parameter));
    if (name != "label") continue;
    Result<domain::LabLabel> label = ReadLabel(parameter);
    if (!label) return tl::unexpected<Error>(label.error());
    lab.labels.push_back(std::move(*label));
  }
  const Json& unpaid = fhir::ParameterOf(parameters, "unpaid");
  lab.unpaid_minor = domain::ParseYuan(unpaid["value"].AsNumberText()).value_or(0);
  lab.pay_at = {fhir::ParameterOf(parameters, "pay-at").AsString(),
                fhir::ParameterOf(parameters, "pay-at-en").AsString()};
  return lab;
}

Result<LabAnswer> ReadLabRefusal(const Json& outcome) {
  const Json& issue = outcome["issue"][0];
  const std::string& code = fhir::CodeOf(issue["details"], systems::kCareRefusal);
  using Why = domain::LabRefusal::Why;
  if (code == "already-checked-in") {
    const auto ticket = ReadTicket(outcome["contained"][0]);
    if (!ticket) return Fail(ErrorCode::BadData, "no ticket");
    domain::LabCheckIn lab;
    lab.ticket = *ticket;
    lab.already = true;
    return LabAnswer(std::move(lab));
  }
  domain::LabRefusal refusal;
  if (code == "payment-due") {
    refusal.why = Why::PaymentDue;
    for (const Json& extension : issue["extension"].Items()) {
      if (extension["url"].AsString() != systems::kUnpaid) continue;
      refusal.due_minor =
          domain::ParseYuan(extension["valueMoney"]["value"].AsNumberText()).value_or(0);
    }
    refusal.pay_at = fhir::TextOf(issue, "diagnostics");
    return LabAnswer(std::move(refusal));
  }
  if (code == "nothing-to-do" || code == "unknown-patient") {
    refusal.why = Why::NothingToDraw;
    return LabAnswer(std::move(refusal));
  }
  if (code == "ask-staff") {
    refusal.why = Why::AskStaff;
    return LabAnswer(std::move(refusal));
  }
  return Fail(ErrorCode::BadData, "not a refusal of the laboratory");
}

}  // namespace yizhan::sync
