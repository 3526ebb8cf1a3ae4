#include "backend/hospital/exam/scanned_order.h"

#include <algorithm>

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/care/care_request.h"
#include "backend/hospital/day_search.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

constexpr std::size_t kLongest = 20;
constexpr const char* kIdentifierTypes = "http://terminology.hl7.org/CodeSystem/v2-0203";

bool IsNumber(const std::string& text) {
  return !text.empty() && text.size() <= kLongest && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
  });
}

}  // namespace

std::string OrderNumberOf(const Json& order) {
  const std::string& own = fhir::IdentifierValue(order, systems::kOrderNumber);
  if (IsNumber(own)) return own;
  for (const Json& identifier : order["identifier"].Items()) {
    const std::string& value = identifier["value"].AsString();
    if (fhir::CodeOf(identifier["type"], kIdentifierTypes) == "PLAC" && IsNumber(value)) {
      return value;
    }
  }
  return {};
}

Result<std::optional<Json>> TicketOfOrder(store::ReadView& view, const std::string& order_id,
                                          const std::string& day, TimeZone zone) {
  auto tasks = FindBodies(view, "Task",
                          OnDay({{"focus", "ServiceRequest/" + order_id},
                                 {"code", std::string(systems::kTaskCode) + "|queue-ticket"}},
                                "authored-on", day, zone),
                          zone);
  if (!tasks) return tl::unexpected<Error>(tasks.error());
  for (Json& task : *tasks) {
    const auto ticket = FromTask(task);
    if (ticket && !HasLeft(ticket->status)) return std::optional(std::move(task));
  }
  return std::optional<Json>();
}

Result<ScannedOrder> ScanOrder(Hospital& hospital, store::ResourceStore& store,
                               const std::string& room_id, const std::string& order_number) {
  if (!IsNumber(order_number)) return Fail(ErrorCode::NotFound, "no such order");
  hospital.TurnDay();
  const TimeZone zone = hospital.Options().zone;
  const auto orders = FindBodies(store, "ServiceRequest", {{"identifier", order_number}}, zone, 20);
  if (!orders) return tl::unexpected<Error>(orders.error());
  const auto order = std::ranges::find_if(
      *orders, [&](const Json& one) { return OrderNumberOf(one) == order_number; });
  if (order == orders->end()) return Fail(ErrorCode::NotFound, "no such order");

  ScannedOrder scanned;
  scanned.what = fhir::TextOf((*order)["code"], "text");
  scanned.service_id = fhir::ReferencedId((*order)["performer"], "HealthcareService");
  const std::string& id = (*order)["id"].AsString();
  const auto task = TicketOfOrder(store, id, hospital.Today(), zone);
  if (!task) return tl::unexpected<Error>(task.error());
  const auto ticket = *task ? FromTask(**task) : std::nullopt;
  if (ticket) {
    scanned.number = ticket->number;
    scanned.service_id = ticket->service_id;
  }
  const bool is_done = (*order)["status"].AsString() == "completed" ||
                       (ticket && ticket->status == TicketStatus::Done);
  if (is_done) {
    scanned.state = ScannedOrder::State::Done;
  } else if (ticket) {
    const auto called = hospital.Board().CalledTo(room_id);
    const bool is_here = ticket->room_id.empty()
                             ? hospital.Places()->ServiceOfRoom(room_id) == ticket->service_id
                             : ticket->room_id == room_id;
    scanned.state = called && called->id == ticket->id ? ScannedOrder::State::Called
                    : is_here                          ? ScannedOrder::State::Waiting
                                                       : ScannedOrder::State::Elsewhere;
  }
  return scanned;
}

}  // namespace yizhan::hospital
