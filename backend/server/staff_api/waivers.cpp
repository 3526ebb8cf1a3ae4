// 爽约: who did not come, what it cost, who is barred from booking, and the hospital's forgiving
// it.
#include <algorithm>
#include <map>

#include "backend/server/staff_api/booking_parts.h"
#include "backend/server/staff_api/view_parts.h"
#include "domain/booking_limits.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using hospital::BookingRecord;
using security::Ability;

constexpr std::size_t kMostRows = 200;

/// All no-shows that a query finds, the latest first.
std::vector<BookingRecord> Missed(StaffContext& context, store::SearchParameters parameters) {
  parameters.emplace_back("status", "noshow");
  std::vector<BookingRecord> all;
  for (const Json& body : Found(context, "Appointment", std::move(parameters))) {
    if (auto record = hospital::FromAppointment(body)) all.push_back(std::move(*record));
  }
  std::ranges::sort(all, [](const BookingRecord& one, const BookingRecord& other) {
    return one.booking.start > other.booking.start;
  });
  return all;
}

/// "2026-05-01": until when somebody may not book; "": may.
std::string BarredUntil(StaffContext& context, const std::string& patient_id) {
  const hospital::BookingRules& rules = context.hospital.Booking().Rules();
  const WallTime now = context.hospital.Now();
  const WallTime since = now - rules.no_show.within - rules.no_show.barred_for;
  std::vector<WallTime> times;
  for (const BookingRecord& one :
       Missed(context, {{"patient", "Patient/" + patient_id}, {"date", "ge" + ToInstant(since)}})) {
    if (!one.booking.penalty_waived) times.push_back(one.booking.start);
  }
  const auto until = domain::BarredUntil(times, now, rules.no_show);
  return until ? ToLocalDate(*until, rules.zone) : "";
}

Json Rows(StaffContext& context, const std::vector<BookingRecord>& missed) {
  const auto directory = context.hospital.Places();
  const TimeZone zone = context.hospital.Options().zone;
  std::map<std::string, std::string> barred;
  Json rows = Json::Array();
  for (const BookingRecord& record : missed) {
    if (rows.Items().size() >= kMostRows) break;
    if (!barred.contains(record.patient_id)) {
      barred[record.patient_id] = BarredUntil(context, record.patient_id);
    }
    Json row = BookingView(context, record);
    row.Set("day", TextView(ToLocalDate(record.booking.start, zone)));
    row.Set("service", LocalView(directory->ServiceOf(record.service_id).name));
    row.Set("penaltyFen", Json::Integer(record.penalty_minor));
    row.Set("waived", Json::Boolean(record.booking.penalty_waived));
    row.Set("barredUntil", TextView(barred[record.patient_id]));
    rows.Append(std::move(row));
  }
  return rows;
}

/// ?from=2026-03-01&until=2026-03-10: who did not come on these days.
Json WaiversView(StaffContext& context, const Query& query) {
  const std::string today = context.hospital.Today();
  const std::string from = query["from"].empty() ? today : query["from"];
  const std::string until = query["until"].empty() ? today : query["until"];
  const auto first = ParseDate(from);
  const auto last = ParseDate(until);
  if (!first || !last) return {};
  const TimeZone zone = context.hospital.Options().zone;
  const WallTime begin = DayStart(*first, zone);
  const WallTime end = DayStart(*last + std::chrono::days(1), zone);
  const domain::NoShowPolicy& rule = context.hospital.Booking().Rules().no_show;
  return Json::Object(
      {{"from", TextView(from)},
       {"until", TextView(until)},
       {"count", Json::Integer(rule.count)},
       {"withinDays",
        Json::Integer(std::chrono::duration_cast<std::chrono::days>(rule.within).count())},
       {"barredDays",
        Json::Integer(std::chrono::duration_cast<std::chrono::days>(rule.barred_for).count())},
       {"rows", Rows(context, Missed(context, {{"date", "ge" + ToInstant(begin)},
                                               {"date", "lt" + ToInstant(end)}}))}});
}

/// {"q"} -> {"rows"}: of one person, whatever the day.
Result<Json> FindMissed(StaffContext& context, const Json& body,
                        const security::Principal& /*who*/) {
  const auto people = FindPeople(context, body);
  if (!people) return tl::unexpected(people.error());
  std::vector<BookingRecord> all;
  for (const Json& patient : *people) {
    std::ranges::move(Missed(context, {{"patient", "Patient/" + patient["id"].AsString()}}),
                      std::back_inserter(all));
  }
  return Json::Object({{"known", Json::Boolean(!people->empty())}, {"rows", Rows(context, all)}});
}

/// {"id", "reason"}
Result<Json> Waive(StaffContext& context, const Json& body, const security::Principal& who) {
  const Result<std::string> reason = ReasonOf(body);
  if (!reason) return tl::unexpected(reason.error());
  const auto answer = context.hospital.Booking().Waive(body["id"].AsString(), who.id, *reason);
  if (!answer) return tl::unexpected(answer.error());
  return BookingView(context, answer->record);
}

constexpr StaffView kViews[] = {{"waivers", Ability::ManageBooking, WaiversView}};

constexpr StaffAct kActs[] = {
    {"waivers/find", Ability::ManageBooking, FindMissed},
    {"waivers/waive", Ability::ManageBooking, Waive},
};

}  // namespace

std::span<const StaffView> WaiversViews() { return kViews; }

std::span<const StaffAct> WaiversActs() { return kActs; }

}  // namespace yizhan::server
