// What became of the hospital's numbers: by channel, and by doctor. Counts only, no patient.
#include "backend/hospital/booking/reports.h"

#include "backend/server/staff_api/booking_parts.h"
#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using security::Ability;

/// A quarter is looked at often, more is asked of the database itself.
constexpr std::chrono::days kMostDays{100};
/// Where nothing is asked for: so many days back and ahead.
constexpr std::chrono::days kUsual{7};

Json ChannelRows(const hospital::ChannelReport& report) {
  Json rows = Json::Array();
  for (const hospital::ChannelLine& line : report.lines) {
    rows.Append(Json::Object({{"channel", TextView(line.channel)},
                              {"stands", Json::Integer(line.stands)},
                              {"visited", Json::Integer(line.visited)},
                              {"cancelled", Json::Integer(line.cancelled)},
                              {"noShows", Json::Integer(line.no_shows)},
                              {"stopped", Json::Integer(line.stopped)},
                              {"waiting", Json::Integer(line.waiting)},
                              {"total", Json::Integer(line.Total())}}));
  }
  return rows;
}

Json DoctorRows(const hospital::DirectorySnapshot& directory,
                const std::vector<hospital::ResourceLine>& lines) {
  Json rows = Json::Array();
  for (const hospital::ResourceLine& line : lines) {
    rows.Append(Json::Object({{"service", LocalView(directory.ServiceOf(line.service_id).name)},
                              {"doctor", DoctorOf(directory, line.doctor_id)},
                              {"offered", Json::Integer(line.offered)},
                              {"used", Json::Integer(line.used)},
                              {"added", Json::Integer(line.added)},
                              {"idle", Json::Boolean(line.IsIdle())},
                              {"overloaded", Json::Boolean(line.IsOverloaded())}}));
  }
  return rows;
}

/// ?from=2026-03-01&until=2026-03-31
Json ReportsView(StaffContext& context, const Query& query) {
  const TimeZone zone = context.hospital.Options().zone;
  const auto today = LocalDay(context.hospital.Now(), zone);
  const auto from =
      query["from"].empty() ? today - kUsual : ParseDate(query["from"]).value_or(today - kUsual);
  const auto until =
      query["until"].empty() ? today + kUsual : ParseDate(query["until"]).value_or(today + kUsual);
  if (until < from || until - from > kMostDays) return {};
  const auto channels = hospital::ReportChannels(context.store, from, until, zone);
  const auto doctors = hospital::ReportResources(context.store, from, until, zone);
  if (!channels || !doctors) return {};
  return Json::Object({{"from", TextView(ToDate(from))},
                       {"until", TextView(ToDate(until))},
                       {"channels", ChannelRows(*channels)},
                       {"total", Json::Integer(channels->total)},
                       {"inSlotPercent", Json::Integer(channels->seen_in_slot_percent)},
                       {"doctors", DoctorRows(*context.hospital.Places(), *doctors)}});
}

constexpr StaffView kViews[] = {{"reports", Ability::ManageBooking, ReportsView}};

}  // namespace

std::span<const StaffView> ReportsViews() { return kViews; }

}  // namespace yizhan::server
