#include "backend/hospital/booking/seat.h"

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/fields.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

SeatStatus StatusOf(const std::string& word) {
  if (word == "free") return SeatStatus::Free;
  if (word == "busy-tentative") return SeatStatus::Held;
  if (word == "busy") return SeatStatus::Taken;
  return SeatStatus::Closed;
}

const char* WordOf(SeatStatus status) {
  switch (status) {
    case SeatStatus::Free: return "free";
    case SeatStatus::Held: return "busy-tentative";
    case SeatStatus::Taken: return "busy";
    case SeatStatus::Closed: break;
  }
  return "busy-unavailable";
}

Result<Json> ReadBody(store::ReadView& view, const std::string& type, const std::string& id,
                      std::int64_t* version = nullptr) {
  const Result<store::StoredResource> stored = view.Read(type, id);
  if (!stored) return tl::unexpected<Error>(stored.error());
  if (stored->deleted) return Fail(ErrorCode::NotFound, type + " was deleted");
  if (version != nullptr) *version = stored->version;
  return Json::Parse(stored->text);
}

}  // namespace

Result<Seat> ReadSeat(store::ReadView& view, const std::string& slot_id) {
  Seat seat;
  Result<Json> slot = ReadBody(view, "Slot", slot_id, &seat.version);
  if (!slot) return tl::unexpected<Error>(slot.error());
  seat.slot_id = slot_id;
  seat.status = StatusOf((*slot)["status"].AsString());
  const auto start = ParseInstant((*slot)["start"].AsString());
  const auto end = ParseInstant((*slot)["end"].AsString());
  if (!start || !end || *end < *start) return Fail(ErrorCode::BadData, "slot has no time");
  seat.start = *start;
  seat.end = *end;
  seat.quota = WordOf(*slot, systems::kQuota);
  seat.is_added = ExtensionOf(*slot, systems::kAddedNumber)["valueBoolean"].AsBoolean();
  seat.schedule_id = fhir::ReferencedId((*slot)["schedule"], "Schedule");
  seat.slot = std::move(*slot);

  const Result<Json> schedule = ReadBody(view, "Schedule", seat.schedule_id);
  if (!schedule) return tl::unexpected<Error>(schedule.error());
  seat.stopped = schedule->Has("active") && !(*schedule)["active"].AsBoolean();
  seat.service_id = fhir::ReferencedId((*schedule)["actor"], "HealthcareService");
  seat.doctor_id = fhir::ReferencedId((*schedule)["actor"], "Practitioner");
  seat.room_id = fhir::ReferencedId((*schedule)["actor"], "Location");
  for (const Json& category : (*schedule)["serviceCategory"].Items()) {
    const std::string& kind = fhir::CodeOf(category, systems::kResourceKind);
    if (!kind.empty()) seat.kind = kind;
  }
  if (seat.kind.empty()) seat.kind = "clinic";
  seat.level = WordOf(*schedule, systems::kSessionLevel);
  seat.session = WordOf(*schedule, systems::kSession);
  seat.release_at = InstantOf(*schedule, systems::kReleaseAt).value_or(WallTime{});
  seat.closes_at = InstantOf(*schedule, systems::kClosesAt).value_or(seat.end);
  seat.fee_minor = MoneyOf(*schedule, systems::kFee);
  return seat;
}

Status SetSeat(store::Transaction& transaction, Seat& seat, SeatStatus status) {
  Json slot = seat.slot;
  slot.Set("status", Json::String(WordOf(status)));
  const Result<store::StoredResource> stored = transaction.Update(std::move(slot), seat.version);
  if (!stored) return tl::unexpected<Error>(stored.error());
  seat.version = stored->version;
  seat.status = status;
  return {};
}

}  // namespace yizhan::hospital
