#include "backend/hospital/care/care_request.h"

#include <algorithm>

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "domain/money.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

/// A terminal's clock may be ahead of ours by this much.
constexpr std::chrono::minutes kClockTolerance{5};
constexpr std::size_t kMostSerial = 40;

bool IsTerminalName(std::string_view text) {
  return !text.empty() && text.size() <= 16 && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

}  // namespace

Result<CareRequest> ReadCareRequest(const Json& parameters, WallTime now) {
  CareRequest request;
  const auto text = [&](std::string_view name) {
    return fhir::ParameterOf(parameters, name).AsString();
  };
  request.operation_id = text("operation-id");
  request.terminal = text("terminal");
  request.serial = text("serial");
  request.arrived = now;
  if (parameters["resourceType"].AsString() != "Parameters") {
    return Fail(ErrorCode::BadData, "check-in needs Parameters");
  }
  if (!fhir::IsId(request.operation_id)) return Fail(ErrorCode::BadData, "operation-id is missing");
  if (!IsTerminalName(request.terminal)) return Fail(ErrorCode::BadData, "terminal is missing");
  if (request.serial.size() > kMostSerial) return Fail(ErrorCode::BadData, "serial is too long");
  if (const Json& arrived = fhir::ParameterOf(parameters, "arrived"); !arrived.IsNull()) {
    const std::optional<WallTime> time = ParseInstant(arrived.AsString());
    if (!time) return Fail(ErrorCode::BadData, "arrived is no instant");
    request.arrived = *time;
  }
  if (request.arrived > now + kClockTolerance) {
    return Fail(ErrorCode::BadData, "arrived lies in the future");
  }
  return request;
}

Result<Json> ReadBody(store::ReadView& view, const std::string& type, const std::string& id) {
  const Result<store::StoredResource> stored = view.Read(type, id);
  if (!stored) return Failed(stored);
  if (stored->deleted) return Fail(ErrorCode::NotFound, type + " was deleted");
  return Json::Parse(stored->text);
}

Result<std::vector<Json>> FindBodies(store::ReadView& view, const std::string& type,
                                     const store::SearchParameters& parameters, TimeZone zone,
                                     std::size_t most) {
  Result<store::SearchQuery> query =
      store::ParseSearch(type, parameters, zone, store::Handling::Strict);
  if (!query) return Failed(query);
  query->count = std::min<std::size_t>(most, 1000);
  std::vector<Json> bodies;
  while (true) {
    const Result<store::SearchResult> page = view.Search(*query);
    if (!page) return Failed(page);
    for (const store::StoredResource& stored : page->matches) {
      Result<Json> body = Json::Parse(stored.text);
      if (!body) return Failed(body);
      bodies.push_back(std::move(*body));
    }
    if (page->next_cursor.empty() || bodies.size() >= most) return bodies;
    query->cursor = page->next_cursor;
  }
}

Result<OrderPayment> PaymentOf(store::ReadView& view, const Json& order) {
  OrderPayment payment;
  std::vector<Json> information = order["supportingInfo"].Items();
  // As a MedicationRequest calls it.
  const std::vector<Json>& more = order["supportingInformation"].Items();
  information.insert(information.end(), more.begin(), more.end());
  for (const Json& one : information) {
    const std::string id = fhir::ReferencedId(one, "Invoice");
    if (id.empty()) continue;
    const Result<Json> invoice = ReadBody(view, "Invoice", id);
    if (!invoice && invoice.error().code != ErrorCode::NotFound) return Failed(invoice);
    const std::string status = invoice ? (*invoice)["status"].AsString() : "";
    if (status == "balanced") continue;
    payment.paid = false;
    if (status == "issued" || status == "draft") payment.open_invoices.push_back(id);
  }
  return payment;
}

Result<std::int64_t> SumOf(store::ReadView& view, const std::vector<std::string>& invoice_ids) {
  std::int64_t sum = 0;
  for (const std::string& id : invoice_ids) {
    const Result<Json> invoice = ReadBody(view, "Invoice", id);
    if (!invoice) return Failed(invoice);
    const auto amount = domain::ParseYuan((*invoice)["totalNet"]["value"].AsNumberText());
    sum += std::max<std::int64_t>(1, amount.value_or(1));
  }
  return sum;
}

OperationAnswer CareRefusal(std::string_view code) {
  Json outcome = fhir::Outcome("business-rule", "");
  outcome.At("issue").MutableItems().front().Set("details",
                                                 fhir::Concept(systems::kCareRefusal, code));
  return {422, std::move(outcome)};
}

OperationAnswer PaymentDue(std::int64_t due_minor, const domain::LocalText& pay_at) {
  OperationAnswer answer = CareRefusal("payment-due");
  Json& issue = answer.body.At("issue").MutableItems().front();
  issue.Set("extension", Json::Array({Json::Object({{"url", Json::String(systems::kUnpaid)},
                                                    {"valueMoney", Money(due_minor)}})}));
  if (!pay_at.zh.empty()) fhir::SetText(issue, "diagnostics", pay_at);
  return answer;
}

OperationAnswer CareFailure(const Error& error) {
  switch (error.code) {
    case ErrorCode::BadData: return {400, fhir::Outcome("invalid", error.detail)};
    case ErrorCode::NotFound: return {404, fhir::Outcome("not-found", error.detail)};
    case ErrorCode::Conflict: return {409, fhir::Outcome("conflict", error.detail)};
    case ErrorCode::Refused: return {422, fhir::Outcome("business-rule", error.detail)};
    case ErrorCode::Busy:
    case ErrorCode::Unreachable:
    case ErrorCode::Timeout:
    case ErrorCode::Cancelled: return {503, fhir::Outcome("throttled", error.detail)};
    case ErrorCode::StoreFull: return {507, fhir::Outcome("no-store", error.detail)};
    default: return {500, fhir::Outcome("exception", error.detail)};
  }
}

Json Money(std::int64_t amount_minor) {
  return Json::Object({{"value", Json::Number(domain::ToDecimal(amount_minor))},
                       {"currency", Json::String("CNY")}});
}

std::optional<int> AgeOn(const Json& patient, std::chrono::local_days day) {
  const auto born = ParseDate(patient["birthDate"].AsString());
  if (!born) return std::nullopt;
  const std::chrono::year_month_day from(*born);
  const std::chrono::year_month_day to(day);
  int age = static_cast<int>(to.year()) - static_cast<int>(from.year());
  if (to.month() < from.month() || (to.month() == from.month() && to.day() < from.day())) --age;
  return std::max(0, age);
}

}  // namespace yizhan::hospital
