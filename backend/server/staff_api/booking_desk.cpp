// The booking office: which sessions there are, stopping one, and the waiting list.
#include <algorithm>
#include <map>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/fields.h"
#include "backend/hospital/booking/waiting_list.h"
#include "backend/hospital/day_search.h"
#include "backend/hospital/refunds/refund_book.h"
#include "backend/server/staff_api/booking_parts.h"
#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {
namespace {

using domain::BookingAct;
using domain::BookingState;
using fhir::Json;
using hospital::BookingRecord;
using security::Ability;
namespace systems = fhir::systems;

constexpr std::size_t kMostRefunds = 200;

/// ?day=2026-03-10&service=ID: the sessions of that day with their seats.
Json SessionsView(StaffContext& context, const Query& query) {
  const std::string day = query["day"].empty() ? context.hospital.Today() : query["day"];
  if (!ParseDate(day)) return {};
  const auto directory = context.hospital.Places();
  const std::string& service = query["service"];
  if (!directory->services.contains(service)) return {};
  Json list = Json::Array();
  for (const Json& schedule :
       Found(context, "Schedule",
             hospital::OnDay({{"actor", "HealthcareService/" + service}}, "date", day,
                             context.hospital.Options().zone))) {
    Json view = SessionView(context, schedule);
    // A search by date finds what touches the day.
    if (view.Has("day") && view["day"].AsString() != day) continue;
    std::size_t seats = 0;
    std::size_t taken = 0;
    std::size_t added = 0;
    for (const Json& slot :
         Found(context, "Slot", {{"schedule", "Schedule/" + schedule["id"].AsString()}})) {
      const std::string& status = slot["status"].AsString();
      const bool is_taken = status == "busy" || status == "busy-tentative";
      const bool is_added =
          hospital::ExtensionOf(slot, systems::kAddedNumber)["valueBoolean"].AsBoolean();
      if (is_added) {
        added += is_taken ? 1 : 0;
        continue;
      }
      ++seats;
      if (is_taken) ++taken;
    }
    view.Set("seats", CountView(seats));
    view.Set("taken", CountView(taken));
    view.Set("added", CountView(added));
    list.Append(std::move(view));
  }
  return Json::Object({{"day", TextView(day)}, {"sessions", std::move(list)}});
}

/// Somebody has begun with the patient of a booking, as the board shows it.
bool HasBegun(StaffContext& context, const BookingRecord& record) {
  if (record.booking.state != BookingState::CheckedIn) return false;
  const auto tickets = context.hospital.Board().Of(record.service_id);
  return std::ranges::any_of(tickets, [&](const hospital::QueueTicket& ticket) {
    return ticket.appointment_id == record.id && (ticket.status == hospital::TicketStatus::Called ||
                                                  ticket.status == hospital::TicketStatus::Away);
  });
}

/// Doctors of the department with the title of the one who is away.
Json SubstitutesOf(const hospital::DirectorySnapshot& directory, const Json& schedule) {
  Json list = Json::Array();
  const auto away = directory.doctors.find(fhir::ReferencedId(schedule["actor"], "Practitioner"));
  if (away == directory.doctors.end()) return list;
  for (const auto& [id, doctor] : directory.doctors) {
    const bool fits = id != away->first && doctor.service_id == away->second.service_id &&
                      doctor.title.zh == away->second.title.zh;
    if (!fits) continue;
    Json view = DoctorView(&doctor);
    view.Set("id", TextView(id));
    list.Append(std::move(view));
  }
  return list;
}

/// ?id=SCHEDULE: who is booked, and what would become of each if it were stopped.
Json StopView(StaffContext& context, const Query& query) {
  const Json schedule = Body(context.store, "Schedule", query["id"]);
  if (schedule.IsNull()) return {};
  const hospital::BookingRules& rules = context.hospital.Booking().Rules();
  Json view = SessionView(context, schedule);
  Json patients = Json::Array();
  std::size_t free = 0;
  for (const Json& slot : Found(context, "Slot", {{"schedule", "Schedule/" + query["id"]}})) {
    if (slot["status"].AsString() == "free") ++free;
    for (const Json& body :
         Found(context, "Appointment", {{"slot", "Slot/" + slot["id"].AsString()}})) {
      const std::optional<BookingRecord> record = hospital::FromAppointment(body);
      if (!record) continue;
      const auto policy = rules.by_service.find(record->service_id);
      const bool stops =
          domain::After(record->booking, BookingAct::Stop, context.hospital.Now(), rules.zone,
                        policy == rules.by_service.end() ? rules.policy : policy->second)
              .has_value() &&
          !HasBegun(context, *record);
      const bool is_over = domain::IsEnd(record->booking.state);
      if (is_over && record->booking.state != BookingState::Stopped) continue;
      Json row = BookingView(context, *record);
      row.Set("stops", Json::Boolean(stops));
      patients.Append(std::move(row));
    }
  }
  std::vector<Json> rows = patients.Items();
  std::ranges::sort(rows, {}, [](const Json& row) { return row["slot"].AsString(); });
  view.Set("patients", Json::Array(std::move(rows)));
  view.Set("free", CountView(free));
  view.Set("substitutes", SubstitutesOf(*context.hospital.Places(), schedule));
  return view;
}

/// {"id", "reason", "remedy": "rebook" | "refund"} -> {"patients": [...]}: every one of them gets a
/// message and the fee back.
Result<Json> StopSession(StaffContext& context, const Json& body, const security::Principal& who) {
  const Result<std::string> reason = ReasonOf(body);
  if (!reason) return tl::unexpected(reason.error());
  const auto remedy =
      body["remedy"].AsString() == "refund" ? hospital::Remedy::Refund : hospital::Remedy::Rebook;
  const auto stopped =
      context.hospital.Queue().StopSession({body["id"].AsString(), who.id, *reason, remedy});
  if (!stopped) return tl::unexpected(stopped.error());
  Json patients = Json::Array();
  for (const BookingRecord& record : *stopped) patients.Append(BookingView(context, record));
  return Json::Object({{"patients", std::move(patients)}});
}

/// {"id", "doctor", "reason"} -> {"patients": [...]}: another doctor of the same level takes over.
Result<Json> Substitute(StaffContext& context, const Json& body, const security::Principal& who) {
  const Result<std::string> reason = ReasonOf(body);
  if (!reason) return tl::unexpected(reason.error());
  const auto moved = context.hospital.Queue().SubstituteDoctor(
      {body["id"].AsString(), body["doctor"].AsString(), who.id, *reason});
  if (!moved) return tl::unexpected(moved.error());
  Json patients = Json::Array();
  for (const BookingRecord& record : *moved) patients.Append(BookingView(context, record));
  return Json::Object({{"patients", std::move(patients)}});
}

/// ?day=2026-03-10: everybody who waits for a seat of that day, by service and in their order.
Json WaitlistView(StaffContext& context, const Query& query) {
  const std::string day = query["day"].empty() ? context.hospital.Today() : query["day"];
  if (!ParseDate(day)) return {};
  const TimeZone zone = context.hospital.Options().zone;
  const auto directory = context.hospital.Places();
  Json services = Json::Array();
  for (const auto& [id, service] : directory->services) {
    const auto entries = hospital::WaitingList(context.store, id, day, zone);
    if (!entries || entries->empty()) continue;
    Json rows = Json::Array();
    for (const BookingRecord& record : *entries) {
      Json row = BookingView(context, record);
      row.Set("doctor", DoctorOf(*directory, record.doctor_id));
      row.Set("since", TextView(ToLocalDate(record.booking.made_at, zone).substr(5) + ' ' +
                                ToLocalHourMinute(record.booking.made_at, zone)));
      rows.Append(std::move(row));
    }
    services.Append(
        Json::Object({{"name", LocalView(service.name)}, {"entries", std::move(rows)}}));
  }
  return Json::Object({{"day", TextView(day)}, {"services", std::move(services)}});
}

/// {"id"} -> {"state"}: what a patient said on the telephone or at the desk.
template <BookingAct kAct>
Result<Json> OnEntry(StaffContext& context, const Json& body, const security::Principal& who) {
  const auto answer = context.hospital.Booking().Act(
      {body["operation"].AsString(), body["id"].AsString(), kAct, who.id, "", 0});
  if (!answer) return tl::unexpected(answer.error());
  return Json::Object({{"state", TextView(hospital::Name(answer->record.booking.state))}});
}

/// What is owed to patients and not given back yet; what waits for a person comes first.
Json RefundsView(StaffContext& context, const Query&) {
  const auto refunds = hospital::OpenRefunds(context.store, kMostRefunds);
  if (!refunds) return {};
  const TimeZone zone = context.hospital.Options().zone;
  Json rows = Json::Array();
  for (const hospital::Refund& refund : *refunds) {
    const auto record =
        hospital::FromAppointment(Body(context.store, "Appointment", refund.AppointmentId()));
    rows.Append(Json::Object(
        {{"id", TextView(refund.key)},
         {"name", TextView(record ? MaskedNameOf(context.store, record->patient_id) : "*")},
         {"visit", TextView(record ? ToLocalDate(record->booking.start, zone) : "")},
         {"end", TextView(record ? hospital::Name(record->booking.state) : "")},
         {"fen", Json::Integer(refund.amount_minor)},
         {"since", TextView(ToLocalDate(refund.owed_at, zone).substr(5) + ' ' +
                            ToLocalHourMinute(refund.owed_at, zone))},
         {"state", TextView(hospital::Name(refund.state))},
         {"reason", TextView(refund.reason)},
         {"number", TextView(refund.order.empty() ? "" : refund.Number())}}));
  }
  return Json::Object({{"refunds", std::move(rows)}});
}

/// {"id", "reason"}: a stuck refund is tried again, or was given back otherwise.
template <bool kByHand>
Result<Json> SettleRefund(StaffContext& context, const Json& body, const security::Principal& who) {
  const std::string& reason = body["reason"].AsString();
  if (reason.size() > kLongestReason || (kByHand && reason.empty())) {
    return Fail(ErrorCode::BadData, "reason is missing or too long");
  }
  const Status settled = hospital::SettleStuckRefund(context.store, body["id"].AsString(), kByHand,
                                                     who.id, reason, context.hospital.Now());
  if (!settled) return tl::unexpected(settled.error());
  return RefundsView(context, Query(""));
}

constexpr StaffView kViews[] = {
    {"sessions", Ability::ManageBooking, SessionsView},
    {"stop", Ability::ManageBooking, StopView},
    {"waitlist", Ability::ManageBooking, WaitlistView},
    {"refunds", Ability::ManageBooking, RefundsView},
};

constexpr StaffAct kActs[] = {
    {"stop/session", Ability::ManageBooking, StopSession},
    {"stop/substitute", Ability::ManageBooking, Substitute},
    {"waitlist/accept", Ability::ManageBooking, OnEntry<BookingAct::Accept>},
    {"waitlist/decline", Ability::ManageBooking, OnEntry<BookingAct::Decline>},
    {"waitlist/withdraw", Ability::ManageBooking, OnEntry<BookingAct::Withdraw>},
    {"refunds/again", Ability::ManageBooking, SettleRefund<false>},
    {"refunds/by-hand", Ability::ManageBooking, SettleRefund<true>},
};

}  // namespace

std::span<const StaffView> BookingDeskViews() { return kViews; }

std::span<const StaffAct> BookingDeskActs() { return kActs; }

}  // namespace yizhan::server
