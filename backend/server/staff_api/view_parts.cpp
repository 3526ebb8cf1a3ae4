#include "backend/server/staff_api/view_parts.h"

#include <algorithm>

namespace yizhan::server {

using fhir::Json;
using hospital::QueueTicket;
using hospital::TicketStatus;

namespace {

Json Marks(const QueueTicket& ticket) {
  Json marks = Json::Array();
  if (ticket.offline) marks.Append(TextView("离"));
  if (ticket.status == TicketStatus::Passed) marks.Append(TextView("过"));
  if (ticket.status == TicketStatus::Away) marks.Append(TextView("检"));
  for (const std::string& mark : hospital::MarksOf(ticket)) marks.Append(TextView(mark));
  return marks;
}

}  // namespace

Json TextView(std::string_view text) { return Json::String(std::string(text)); }

Json LocalView(const domain::LocalText& text) {
  return Json::Object({{"zh", TextView(text.zh)}, {"en", TextView(text.In(domain::Language::En))}});
}

Json TimeView(WallTime time) { return Json::Integer(time.time_since_epoch().count()); }

Json CountView(std::size_t count) { return Json::Integer(static_cast<std::int64_t>(count)); }

std::optional<int> AgeOn(const std::string& today, const std::string& birth) {
  const auto born = ParseDate(birth);
  const auto now = ParseDate(today);
  if (!born || !now) return std::nullopt;
  const std::chrono::year_month_day from(*born);
  const std::chrono::year_month_day to(*now);
  int age = static_cast<int>(to.year()) - static_cast<int>(from.year());
  if (to.month() < from.month() || (to.month() == from.month() && to.day() < from.day())) --age;
  return std::max(0, age);
}

Json DoctorView(const hospital::Doctor* doctor) {
  if (doctor == nullptr) return {};
  return Json::Object({{"name", TextView(doctor->name)}, {"title", LocalView(doctor->title)}});
}

Json PauseView(hospital::Hospital& hospital, const std::string& room_id) {
  const auto rules = hospital.Queue().Rules();
  const auto pause = rules->pauses.find(room_id);
  if (pause == rules->pauses.end()) return {};
  return Json::Object(
      {{"reason", TextView(pause->second.reason)}, {"sinceMs", TimeView(pause->second.since)}});
}

Json KindView(hospital::QueueKind kind) {
  using hospital::QueueKind;
  switch (kind) {
    case QueueKind::Clinic: return TextView("clinic");
    case QueueKind::Draw: return TextView("draw");
    case QueueKind::Exam: return TextView("exam");
    case QueueKind::Pharmacy: return TextView("pharmacy");
    case QueueKind::ServiceCentre: return TextView("service-centre");
    case QueueKind::Triage: return TextView("triage");
  }
  return TextView("clinic");
}

Json ClassesView(const hospital::QueuePolicy& policy) {
  Json classes = Json::Array();
  for (const hospital::PriorityClass& one : policy.priorities) {
    classes.Append(Json::Object({{"code", TextView(one.code)},
                                 {"mark", TextView(one.mark)},
                                 {"level", Json::Integer(one.level)},
                                 {"name", LocalView(one.name)}}));
  }
  return classes;
}

Json PublicTicket(const QueueTicket& ticket) {
  return Json::Object({{"number", TextView(ticket.number)},
                       {"name", TextView(ticket.masked_name)},
                       {"marks", Marks(ticket)}});
}

Json DeskTicket(const QueueTicket& ticket, TimeZone zone) {
  Json row = PublicTicket(ticket);
  row.Set("id", TextView(ticket.id));
  // Who is not booked has no slot.
  const bool has_slot = ticket.slot_start != WallTime{};
  row.Set("slot", TextView(has_slot ? ToLocalHourMinute(ticket.slot_start, zone) + "–" +
                                          ToLocalHourMinute(ticket.slot_end, zone)
                                    : ""));
  row.Set("hold", TextView(ticket.hold));
  // Staff knows that nobody has seen the patient yet; in public it would look like a fault.
  if (ticket.registered && ticket.status != TicketStatus::Called) {
    row.At("marks").Append(TextView("约"));
  }
  row.Set("arrived", TextView(ToLocalHourMinute(ticket.arrived, zone)));
  row.Set("arrivedMs", TimeView(ticket.arrived));
  row.Set("terminal", TextView(ticket.terminal));
  return row;
}

}  // namespace yizhan::server
