#include "kiosk/sync/care_records.h"

#include <algorithm>
#include <array>

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "domain/money.h"
#include "kiosk/sync/trim.h"

namespace yizhan::sync {
namespace {

using domain::GuideKind;
using domain::GuideState;
using domain::LineKind;
using domain::LocalText;
using fhir::Json;
namespace systems = fhir::systems;

template <typename Value>
struct Word {
  std::string_view code;
  Value value;
};
constexpr std::array<Word<GuideKind>, 8> kKinds = {{{"visit", GuideKind::Visit},
                                                    {"pay", GuideKind::Pay},
                                                    {"draw", GuideKind::Draw},
                                                    {"exam", GuideKind::Exam},
                                                    {"meal", GuideKind::Meal},
                                                    {"report", GuideKind::Report},
                                                    {"return", GuideKind::Return},
                                                    {"pharmacy", GuideKind::Pharmacy}}};
constexpr std::array<Word<GuideState>, 4> kStates = {{{"done", GuideState::Done},
                                                      {"waiting", GuideState::Waiting},
                                                      {"next", GuideState::Next},
                                                      {"later", GuideState::Later}}};

template <typename Words>
auto Meant(const Words& words, const std::string& code) -> std::optional<decltype(words[0].value)> {
  for (const auto& word : words) {
    if (word.code == code) return word.value;
  }
  return std::nullopt;
}

constexpr std::size_t kLongestOrderNumber = 20;
constexpr std::size_t kMostOrderNumbers = 12;  ///< Of one line.

LocalText BothParametersOf(const Json& parameters, const std::string& name) {
  return {fhir::ParameterOf(parameters, name).AsString(),
          fhir::ParameterOf(parameters, name + "-en").AsString()};
}

std::optional<int> Small(const Json& number) {
  const auto value = number.AsInteger();
  if (!value || *value < 0 || *value > 1'000'000) return std::nullopt;
  return static_cast<int>(*value);
}

/// What can be printed as bars; the rest is left out, the line still says what to do.
std::vector<std::string> OrderNumbersOf(const Json& step) {
  std::vector<std::string> numbers;
  for (const Json& part : step["part"].Items()) {
    if (part["name"].AsString() != "order-number") continue;
    const std::string& number = part["valueString"].AsString();
    const bool fits = !number.empty() && number.size() <= kLongestOrderNumber &&
                      std::ranges::all_of(number, [](char c) { return c > ' ' && c <= '~'; });
    if (fits && numbers.size() < kMostOrderNumbers) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

const Json& PartOf(const Json& parameter, std::string_view name) {
  static const Json null;
  for (const Json& part : parameter["part"].Items()) {
    if (part["name"].AsString() != name) continue;
    for (const auto& [member, value] : part.Members()) {
      if (member.starts_with("value")) return value;
    }
  }
  return null;
}

LocalText TextPartOf(const Json& parameter, const std::string& name) {
  return {PartOf(parameter, name).AsString(), PartOf(parameter, name + "-en").AsString()};
}

std::optional<domain::Ticket> ReadQueueTicket(const Json& task, const Directory& directory) {
  domain::Ticket ticket;
  ticket.number = fhir::IdentifierValue(task, systems::kTicketNumber);
  if (ticket.number.empty()) return std::nullopt;
  ticket.operation = domain::OperationId(fhir::IdentifierValue(task, systems::kOperationId));
  ticket.serial = fhir::IdentifierValue(task, systems::kSerialNumber);
  ticket.masked_name = task["for"]["display"].AsString();
  ticket.arrived_at = ParseInstant(task["authoredOn"].AsString()).value_or(WallTime{});
  const Json& service = directory.Find(LocalReference(task["owner"]));
  ticket.service = fhir::TextOf(service, "name");
  ticket.place = fhir::TextOf(directory.Find(LocalReference(service["location"][0])), "name");
  ticket.room = fhir::TextOf(directory.Find(LocalReference(task["location"])), "name");
  return ticket;
}

Result<domain::GuideFound> ReadGuide(const Json& parameters) {
  if (parameters["resourceType"].AsString() != "Parameters") {
    return Fail(ErrorCode::BadData, "no guide sheet");
  }
  domain::GuideFound found;
  for (const Json& step : parameters["parameter"].Items()) {
    if (step["name"].AsString() == "check-up") {
      domain::CheckUpToday check_up{TextPartOf(step, "package"), TextPartOf(step, "payer")};
      if (!check_up.package.zh.empty()) found.check_up = std::move(check_up);
    }
    if (step["name"].AsString() != "step") continue;
    const auto kind = Meant(kKinds, PartOf(step, "kind").AsString());
    const auto state = Meant(kStates, PartOf(step, "state").AsString());
    domain::GuideLine line;
    line.what = TextPartOf(step, "what");
    if (!kind || !state || line.what.zh.empty()) continue;
    line.kind = *kind;
    line.state = *state;
    line.where = TextPartOf(step, "where");
    line.note = TextPartOf(step, "note");
    line.ahead = Small(PartOf(step, "ahead"));
    line.order_numbers = OrderNumbersOf(step);
    found.lines.push_back(std::move(line));
  }
  return found;
}

std::optional<domain::PatientMessage> ReadMessage(const Json& communication) {
  domain::PatientMessage message;
  message.id = communication["id"].AsString();
  for (const Json& payload : communication["payload"].Items()) {
    const std::string& text = payload["contentString"].AsString();
    if (!message.text.empty() && !text.empty()) message.text += '\n';
    message.text += text;
  }
  message.sent = ParseInstant(communication["sent"].AsString()).value_or(WallTime{});
  if (!fhir::IsId(message.id) || message.text.empty()) return std::nullopt;
  return message;
}

Result<domain::CareTickets> ReadCareTickets(const Json& parameters, LineKind line,
                                            const Directory& directory) {
  domain::CareTickets tickets;
  tickets.line = line;
  for (const Json& parameter : parameters["parameter"].Items()) {
    if (parameter["name"].AsString() != "ticket") continue;
    auto ticket = ReadQueueTicket(parameter["resource"], directory);
    if (!ticket) return Fail(ErrorCode::BadData, "a ticket without a number");
    const std::string task = ReferenceOf(parameter["resource"]);
    domain::CareTickets::One one{std::move(*ticket), {}, false};
    for (const Json& hold : parameters["parameter"].Items()) {
      const bool of_it = hold["name"].AsString() == "hold" &&
                         PartOf(hold, "task").AsString() == task && !task.empty();
      if (of_it) one.hint = TextPartOf(hold, "hint");
    }
    tickets.tickets.push_back(std::move(one));
  }
  if (tickets.tickets.empty()) return Fail(ErrorCode::BadData, "no ticket");
  domain::Ticket& first = tickets.tickets.front().ticket;
  first.ahead = Small(fhir::ParameterOf(parameters, "ahead"));
  const auto low = Small(fhir::ParameterOf(parameters, "wait-low"));
  const auto high = Small(fhir::ParameterOf(parameters, "wait-high"));
  if (low && high && *low <= *high) {
    first.wait = domain::WaitEstimate{std::chrono::minutes(*low), std::chrono::minutes(*high)};
  }
  return tickets;
}

Result<domain::CareTickets> ReadBags(const Json& parameters, const Directory& directory) {
  domain::CareTickets::One one;
  one.ticket.room = BothParametersOf(parameters, "window");
  one.ready = true;
  bool any = false;
  for (const Json& parameter : parameters["parameter"].Items()) {
    if (parameter["name"].AsString() != "bag") continue;
    const Json& bag = parameter["resource"];
    any = true;
    const std::string& state = fhir::CodeOf(bag["businessStatus"], systems::kBagStatus);
    one.ready = one.ready && state == "ready";
    const Json& service = directory.Find(LocalReference(bag["owner"]));
    one.ticket.service = fhir::TextOf(service, "name");
    one.ticket.place = fhir::TextOf(directory.Find(LocalReference(service["location"][0])), "name");
    // The bag's id names the slip; it stays the same for the same prescription.
    one.ticket.operation = domain::OperationId(bag["id"].AsString());
  }
  if (!any) return Fail(ErrorCode::BadData, "no bag");
  return domain::CareTickets{LineKind::Pharmacy, {std::move(one)}, false};
}

Result<domain::CareReply> ReadCareRefusal(const Json& outcome, LineKind line,
                                          const Directory& directory) {
  const Json& issue = outcome["issue"][0];
  const std::string& code = fhir::CodeOf(issue["details"], systems::kCareRefusal);
  using Why = domain::CareRefused::Why;
  domain::CareRefused refused;
  if (code == "already-checked-in") {
    domain::CareTickets tickets;
    tickets.line = line;
    tickets.already = true;
    for (const Json& task : outcome["contained"].Items()) {
      auto ticket = ReadQueueTicket(task, directory);
      if (ticket) tickets.tickets.push_back({std::move(*ticket), {}, false});
    }
    if (!tickets.tickets.empty()) return domain::CareReply(std::move(tickets));
    refused.why = Why::AlreadyThere;
  } else if (code == "payment-due") {
    refused.why = Why::PaymentDue;
    for (const Json& extension : issue["extension"].Items()) {
      if (extension["url"].AsString() != systems::kUnpaid) continue;
      refused.due_minor =
          domain::ParseYuan(extension["valueMoney"]["value"].AsNumberText()).value_or(0);
    }
    refused.pay_at = fhir::TextOf(issue, "diagnostics");
  } else if (code == "nothing-to-do" || code == "unknown-patient") {
    refused.why = Why::NothingToDo;
  } else if (!code.empty()) {
    refused.why = Why::AskStaff;
  } else {
    return Fail(ErrorCode::BadData, "not a refusal of ours");
  }
  return domain::CareReply(std::move(refused));
}

domain::CentreFound CentreOf(const Directory& directory) {
  domain::CentreFound found;
  for (const Json* service : directory.All("HealthcareService")) {
    const bool of_centre = std::ranges::any_of((*service)["type"].Items(), [](const Json& type) {
      return fhir::CodeOf(type, systems::kQueueKind) == "service-centre";
    });
    if (!of_centre) continue;
    LocalText name = fhir::TextOf(*service, "name");
    if (!fhir::IdentifierValue(*service, systems::kQueueLetter).empty()) {
      found.name = std::move(name);
    } else {
      found.services.push_back({domain::ServiceId((*service)["id"].AsString()), std::move(name)});
    }
  }
  if (found.name.zh.empty()) found.services.clear();
  return found;
}

}  // namespace yizhan::sync
