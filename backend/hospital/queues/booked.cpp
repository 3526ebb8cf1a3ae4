#include "backend/hospital/queues/booked.h"

#include <algorithm>
#include <tuple>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/fields.h"
#include "backend/hospital/visit_of.h"
#include "domain/money.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;

constexpr const char* kMostSeats = "1000";

tl::unexpected<Error> Failed(const Error& error) { return tl::unexpected<Error>(error); }

/// Null: it is not there.
Result<Json> BodyOf(store::ReadView& view, const std::string& type, const std::string& id) {
  if (id.empty()) return Json();
  const Result<store::StoredResource> stored = view.Read(type, id);
  if (!stored && stored.error().code != ErrorCode::NotFound) return Failed(stored.error());
  if (!stored || stored->deleted) return Json();
  return Json::Parse(stored->text);
}

std::string RoomOf(const Json& appointment) {
  for (const Json& participant : appointment["participant"].Items()) {
    std::string id = fhir::ReferencedId(participant["actor"], "Location");
    if (!id.empty()) return id;
  }
  return "";
}

/// 号序: the place of the booking's seat among those of its session, from 1. 0: it has no seat.
Result<int> SeatNumberOf(store::ReadView& view, const Json& appointment, TimeZone zone) {
  const std::string slot_id = fhir::ReferencedId(appointment["slot"], "Slot");
  const Result<Json> slot = BodyOf(view, "Slot", slot_id);
  if (!slot) return Failed(slot.error());
  const std::string schedule = fhir::ReferencedId((*slot)["schedule"], "Schedule");
  if (schedule.empty()) return 0;
  const auto query = store::ParseSearch(
      "Slot", {{"schedule", "Schedule/" + schedule}, {"_count", kMostSeats}}, zone);
  if (!query) return Failed(query.error());
  const Result<store::SearchResult> found = view.Search(*query);
  if (!found) return Failed(found.error());
  std::vector<std::tuple<WallTime, std::string>> seats;
  for (const store::StoredResource& one : found->matches) {
    const Result<Json> body = Json::Parse(one.text);
    if (!body) return Failed(body.error());
    const auto start = ParseInstant((*body)["start"].AsString());
    if (start) seats.emplace_back(*start, one.id);
  }
  std::ranges::sort(seats);
  const auto own = std::ranges::find(
      seats, slot_id, [](const auto& seat) -> const std::string& { return std::get<1>(seat); });
  return own == seats.end() ? 0 : static_cast<int>(own - seats.begin()) + 1;
}

}  // namespace

Result<Entrant> BookedEntrant(store::ReadView& view, const QueueContext& context,
                              const Json& appointment, const domain::Visit& visit) {
  Entrant entrant;
  entrant.patient_id = visit.patient.Value();
  entrant.service_id = visit.service_id.Value();
  entrant.room_id = RoomOf(appointment);
  entrant.focus = "Appointment/" + visit.id.Value();
  entrant.slot_start = visit.start;
  entrant.slot_end = visit.end;
  entrant.added = ExtensionOf(appointment, fhir::systems::kAddedNumber)["valueBoolean"].AsBoolean();
  entrant.booked = visit.kind != domain::BookingKind::Temporary;
  const domain::QueueRules& rules = context.PolicyOf(entrant.service_id).order;
  if (rules.order_by != domain::QueueRules::OrderBy::Number) return entrant;
  const Result<int> number = SeatNumberOf(view, appointment, context.zone);
  if (!number) return Failed(number.error());
  entrant.seat_number = *number;
  return entrant;
}

Result<std::int64_t> DueOf(store::ReadView& view, const Json& appointment) {
  std::int64_t due = 0;
  for (const std::string& id : InvoicesOf(appointment)) {
    const Result<Json> invoice = BodyOf(view, "Invoice", id);
    if (!invoice) return Failed(invoice.error());
    if ((*invoice)["status"].AsString() != "issued") continue;
    const auto amount = domain::ParseYuan((*invoice)["totalNet"]["value"].AsNumberText());
    // An open invoice whose amount cannot be read is still open.
    due += std::max<std::int64_t>(1, amount.value_or(1));
  }
  return due;
}

}  // namespace yizhan::hospital
