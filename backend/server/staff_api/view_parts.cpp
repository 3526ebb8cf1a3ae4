#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {

using fhir::Json;
using hospital::QueueTicket;
using hospital::TicketStatus;

namespace {

Json Marks(const QueueTicket& ticket) {
  Json marks = Json::Array();
  if (ticket.offline) marks.Append(TextView("offline"));
  if (ticket.order || ticket.status == TicketStatus::Passed) marks.Append(TextView("passed"));
  return marks;
}

}  // namespace

Json TextView(std::string_view text) { return Json::String(std::string(text)); }

Json LocalView(const domain::LocalText& text) {
  return Json::Object({{"zh", TextView(text.zh)}, {"en", TextView(text.In(domain::Language::En))}});
}

Json TimeView(WallTime time) { return Json::Integer(time.time_since_epoch().count()); }

Json CountView(std::size_t count) { return Json::Integer(static_cast<std::int64_t>(count)); }

Json DoctorView(const hospital::Doctor* doctor) {
  if (doctor == nullptr) return {};
  return Json::Object({{"name", TextView(doctor->name)}, {"title", LocalView(doctor->title)}});
}

Json PublicTicket(const QueueTicket& ticket) {
  return Json::Object({{"number", TextView(ticket.number)},
                       {"name", TextView(ticket.masked_name)},
                       {"marks", Marks(ticket)}});
}

Json DeskTicket(const QueueTicket& ticket, TimeZone zone) {
  Json row = PublicTicket(ticket);
  row.Set("id", TextView(ticket.id));
  row.Set("slot", TextView(ToLocalHourMinute(ticket.slot_start, zone) + "–" +
                           ToLocalHourMinute(ticket.slot_end, zone)));
  row.Set("arrived", TextView(ToLocalHourMinute(ticket.arrived, zone)));
  row.Set("arrivedMs", TimeView(ticket.arrived));
  row.Set("terminal", TextView(ticket.terminal));
  return row;
}

}  // namespace yizhan::server
