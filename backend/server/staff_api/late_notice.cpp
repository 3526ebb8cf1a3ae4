// 迟到登记 (F18): a patient telephones, and the number is kept until the promised time.
#include "backend/server/staff_api/late_notice.h"

#include <algorithm>

#include "backend/server/staff_api/booking_parts.h"
#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {
namespace {

using domain::BookingState;
using fhir::Json;

/// A promise further away is a slip of the finger.
constexpr std::chrono::hours kFarthest{24};

/// Why nothing can be kept for the patient, in words of the page; null: it can.
const char* RefusalOf(const hospital::BookingRecord& record, WallTime now, TimeZone zone) {
  const domain::Booking& booking = record.booking;
  switch (booking.state) {
    case BookingState::CheckedIn:
    case BookingState::InVisit:
    case BookingState::Done: return "already-checked-in";
    case BookingState::Locked:
    case BookingState::PendingConfirm: return "not-confirmed";
    case BookingState::Booked:
    case BookingState::NoShow: break;
    default: return "not-booked";
  }
  if (LocalDay(booking.start, zone) != LocalDay(now, zone)) return "wrong-day";
  if (now >= booking.end) return "slot-over";
  return booking.state == BookingState::NoShow ? "lapsed" : nullptr;
}

/// {"appointment", "arrivalMs"} -> what TellKept() tells: kept until the promised time,
/// at most to the end of the slot.
Result<Json> NoticeLate(StaffContext& context, const Json& body, const security::Principal& who) {
  const WallTime now = context.hospital.Now();
  const auto arrival = body["arrivalMs"].AsInteger();
  if (!arrival) return Fail(ErrorCode::BadData, "arrival is missing");
  const WallTime promised{std::chrono::milliseconds(*arrival)};
  if (promised > now + kFarthest) return Fail(ErrorCode::BadData, "arrival is too far away");
  const std::string& id = body["appointment"].AsString();
  const auto before = hospital::FromAppointment(Body(context.store, "Appointment", id));
  if (!before) return Fail(ErrorCode::NotFound, "no such booking");
  const TimeZone zone = context.hospital.Options().zone;
  if (const char* refusal = RefusalOf(*before, now, zone)) {
    return Fail(ErrorCode::Refused, refusal);
  }
  if (promised <= now) return Fail(ErrorCode::Refused, "arrival-past");
  const auto kept = context.hospital.Booking().NoticeLate({id, "phone-agent", who.id, promised});
  if (!kept && kept.error().detail == "too-late") return Fail(ErrorCode::Refused, "lapsed");
  if (!kept) return tl::unexpected<Error>(kept.error());
  Json answer;
  TellKept(context, kept->record, answer);
  return answer;
}

constexpr StaffAct kActs[] = {{"triage/late", security::Ability::Triage, NoticeLate}};

}  // namespace

void TellKept(StaffContext& context, const hospital::BookingRecord& record, Json& row) {
  const hospital::BookingRules& rules = context.hospital.Booking().Rules();
  const WallTime lapses = TimesOf(rules, record).lapses;
  row.Set("lapses", TextView(ToLocalHourMinute(lapses, rules.zone)));
  row.Set("endMs", TimeView(record.booking.end));
  row.Set("latestMs", TimeView(std::max(lapses, record.booking.end)));
  if (const auto promised = record.booking.promised_arrival) {
    row.Set("promised", TextView(ToLocalHourMinute(*promised, rules.zone)));
  }
}

std::span<const StaffAct> LateNoticeActs() { return kActs; }

}  // namespace yizhan::server
