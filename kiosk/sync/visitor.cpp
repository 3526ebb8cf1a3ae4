#include "kiosk/sync/visitor.h"

#include <algorithm>

#include "base/bytes.h"
#include "kiosk/sync/trim.h"

namespace yizhan::sync {
namespace {

using fhir::Json;

// More than this on one day is no patient's day. Keeps a row within the store's limit.
constexpr std::size_t kMostVisits = 16;
constexpr std::size_t kMostInvoices = 32;

void Put(std::vector<Json>& list, Json item, std::size_t most) {
  if (!item.IsObject()) return;
  std::erase_if(list, [&](const Json& known) { return known["id"] == item["id"]; });
  if (list.size() >= most) list.erase(list.begin());  // The oldest news.
  list.push_back(std::move(item));
}

}  // namespace

void Visitor::PutAppointment(const Json& appointment) {
  Put(appointments, TrimAppointment(appointment), kMostVisits);
}

void Visitor::PutInvoice(const Json& invoice) {
  Put(invoices, TrimInvoice(invoice), kMostInvoices);
}

Visitor Visitor::Read(const std::string& body) {
  const Json json = Json::Parse(body).value_or(Json());
  Visitor visitor;
  visitor.patient.id = domain::PatientId(json["id"].AsString());
  visitor.patient.masked_name = json["masked_name"].AsString();
  visitor.patient.birth_date =
      ParseDate(json["birth_date"].AsString()).value_or(std::chrono::local_days());
  for (const Json& text : json["cards"].Items()) {
    const auto bytes = FromHex(text.AsString());
    offline::CardKey key{};
    if (!bytes || bytes->size() != key.size()) continue;
    std::copy(bytes->begin(), bytes->end(), key.begin());
    visitor.cards.push_back(key);
  }
  for (const Json& item : json["appointments"].Items()) visitor.PutAppointment(item);
  for (const Json& item : json["invoices"].Items()) visitor.PutInvoice(item);
  if (json["tickets"].IsObject()) visitor.tickets = json["tickets"];
  return visitor;
}

std::string Visitor::Write() const {
  Json keys = Json::Array();
  for (const offline::CardKey& key : cards) keys.Append(Json::String(ToHex(key)));
  Json json;
  json.Set("id", Json::String(patient.id.Value()))
      .Set("masked_name", Json::String(patient.masked_name))
      .Set("birth_date", Json::String(ToDate(patient.birth_date)))
      .Set("cards", std::move(keys))
      .Set("appointments", Json::Array(appointments))
      .Set("invoices", Json::Array(invoices))
      .Set("tickets", tickets);
  return json.Write();
}

}  // namespace yizhan::sync
