#include "kiosk/sync/records.h"

#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "base/match.h"
#include "domain/money.h"
#include "domain/name.h"
#include "kiosk/sync/booking_records.h"

namespace yizhan::sync {
namespace {

using domain::BookingKind;
using domain::LocalText;
using domain::Ticket;
using domain::Visit;
using domain::VisitState;
using fhir::Json;
namespace systems = fhir::systems;

constexpr std::chrono::minutes kUsualSlot{30};
constexpr std::size_t kMostNameBytes = 200;
// A month's bills of one patient stay far below it; sums stop here instead of overflowing.
constexpr std::int64_t kMostDueMinor = 1'000'000'000'000'000;

std::int64_t Sum(std::int64_t a, std::int64_t b) {
  return std::clamp(a + b, -kMostDueMinor, kMostDueMinor);
}

/// Times that can be written, added to and shown; others are a server's way to say nothing.
bool IsPlausible(WallTime time) {
  using namespace std::chrono_literals;
  constexpr WallTime kFirst = std::chrono::sys_days(2000y / 1 / 1);
  constexpr WallTime kLast = std::chrono::sys_days(2200y / 1 / 1);
  return kFirst <= time && time < kLast;
}

/// Wished for, but not (yet) a booking.
bool IsAsked(const std::string& status) {
  return status == "waitlist" || status == "proposed" || status == "pending";
}

VisitState StateOf(const std::string& status) {
  if (status == "arrived" || status == "checked-in") return VisitState::CheckedIn;
  if (status == "fulfilled") return VisitState::Done;
  if (status == "cancelled" || status == "entered-in-error") return VisitState::Cancelled;
  if (status == "noshow") return VisitState::NoShow;
  if (status == "booked" || IsAsked(status)) return VisitState::Booked;
  // The list of R4 is closed: what is not on it is nothing that a patient may check in to.
  return VisitState::Cancelled;
}

BookingKind KindOf(const Json& appointment) {
  if (IsAsked(appointment["status"].AsString())) return BookingKind::Waiting;
  for (const Json& extension : appointment["extension"].Items()) {
    if (extension["url"].AsString() != systems::kBookingKind) continue;
    const std::string& code = extension["valueCode"].AsString();
    if (code == "temporary") return BookingKind::Temporary;
    if (code == "guaranteed") return BookingKind::Guaranteed;
    if (code == "waiting") return BookingKind::Waiting;
  }
  return BookingKind::Confirmed;
}

/// The number that the ticket is called by: an older one stays behind with use "old".
const std::string& CurrentNumber(const Json& task) {
  for (const Json& identifier : task["identifier"].Items()) {
    const bool current = identifier["use"].AsString() != "old";
    if (current && identifier["system"].AsString() == systems::kTicketNumber) {
      return identifier["value"].AsString();
    }
  }
  return Json()["none"].AsString();
}

std::map<std::string, std::int64_t> DueByInvoice(const std::vector<Json>& invoices) {
  std::map<std::string, std::int64_t> due;
  for (const Json& invoice : invoices) {
    if (invoice["status"].AsString() != "issued") continue;
    const Json& total = invoice.Has("totalNet") ? invoice["totalNet"] : invoice["totalGross"];
    // An amount that cannot be read is not asked of the patient: the hospital decides.
    due[ReferenceOf(invoice)] = domain::ParseYuan(total["value"].AsNumberText()).value_or(0);
  }
  return due;
}

Json WriteText(const LocalText& text) {
  return Json::Object({{"zh", Json::String(text.zh)}, {"en", Json::String(text.en)}});
}
LocalText ReadText(const Json& json) { return {json["zh"].AsString(), json["en"].AsString()}; }

WallTime ReadTime(const Json& json) { return ParseInstant(json.AsString()).value_or(WallTime{}); }

/// Of a late notice; zero: none.
WallTime PromisedArrival(const Json& appointment) {
  for (const Json& extension : appointment["extension"].Items()) {
    const bool promised = extension["url"].AsString() == systems::kPromisedArrival;
    if (promised) return ReadTime(extension["valueInstant"]);
  }
  return {};
}

}  // namespace

std::string CardIdentifier(const domain::PresentedCard& card) {
  return std::visit(Match{[](const domain::CardToken& token) {
                            return std::string(systems::kCardNumber) + "|" + token.number.Value();
                          },
                          [](const domain::LegacyCard& legacy) {
                            return std::string(systems::kCardUidDigest) + "|" + legacy.uid_digest;
                          }},
                    card);
}

std::vector<std::string> CardIdentifiers(const Json& patient) {
  std::vector<std::string> found;
  for (const Json& identifier : patient["identifier"].Items()) {
    const std::string& system = identifier["system"].AsString();
    const bool card = system == systems::kCardNumber || system == systems::kCardUidDigest;
    if (card) found.push_back(system + "|" + identifier["value"].AsString());
  }
  return found;
}

domain::PatientSummary ToPatient(const Json& patient) {
  domain::PatientSummary summary;
  summary.id = domain::PatientId(patient["id"].AsString());
  summary.masked_name = domain::MaskName(fhir::PersonName(patient));
  if (summary.masked_name.size() > kMostNameBytes) summary.masked_name = "*";
  summary.birth_date =
      ParseDate(patient["birthDate"].AsString()).value_or(std::chrono::local_days());
  return summary;
}

std::optional<Visit> ToVisit(const Json& appointment, const Directory& directory) {
  const auto start = ParseInstant(appointment["start"].AsString());
  if (!start || !IsPlausible(*start) || !fhir::IsId(appointment["id"].AsString())) {
    return std::nullopt;
  }
  Visit visit;
  visit.id = domain::AppointmentId(appointment["id"].AsString());
  visit.kind = KindOf(appointment);
  visit.state = StateOf(appointment["status"].AsString());
  visit.start = *start;
  const auto end = ParseInstant(appointment["end"].AsString());
  visit.end = end && *end > *start && IsPlausible(*end) ? *end : *start + kUsualSlot;
  directory.Describe(appointment, visit);
  domain::Booking booking;
  booking.kind = visit.kind;
  booking.start = visit.start;
  booking.end = visit.end;
  const WallTime promised = PromisedArrival(appointment);
  if (promised != WallTime{}) booking.promised_arrival = promised;
  if (const auto times = directory.TimesOf(booking, visit.service_id)) {
    visit.opens_at = times->check_in_opens;
    visit.kept_until = times->lapses;
  }
  return visit;
}

std::string QueueLetterOf(const Visit& visit) {
  return visit.queue_letter.empty() ? "Z" : visit.queue_letter;
}

Ticket ToTicket(const Json& task, const Visit& visit) {
  Ticket ticket;
  ticket.operation = domain::OperationId(fhir::IdentifierValue(task, systems::kOperationId));
  ticket.number = CurrentNumber(task);
  ticket.serial = fhir::IdentifierValue(task, systems::kSerialNumber);
  ticket.service = visit.service;
  ticket.doctor = visit.doctor;
  ticket.doctor_title = visit.doctor_title;
  ticket.place = visit.place;
  ticket.room = visit.room;
  ticket.slot_start = visit.start;
  ticket.slot_end = visit.end;
  ticket.arrived_at = ReadTime(task["authoredOn"]);
  return ticket;
}

PatientToday Assemble(const Found& found, const Directory& directory) {
  PatientToday today;
  today.patient = ToPatient(found.patient);
  const auto due = DueByInvoice(found.invoices);
  for (const Json& appointment : found.appointments) {
    auto visit = ToVisit(appointment, directory);
    if (!visit) continue;
    visit->patient = today.patient.id;
    for (const Json& support : appointment["supportingInformation"].Items()) {
      const auto at = due.find(LocalReference(support));
      if (at != due.end()) visit->due_minor = Sum(visit->due_minor, at->second);
    }
    for (const Json& task : found.tickets) {
      if (LocalReference(task["focus"]) != ReferenceOf(appointment)) continue;
      domain::Ticket ticket = ToTicket(task, *visit);
      if (ticket.number.empty()) continue;  // Nothing that could be called.
      visit->ticket = std::move(ticket);
      visit->ticket->masked_name = today.patient.masked_name;
    }
    today.visits.push_back(std::move(*visit));
  }
  std::stable_sort(today.visits.begin(), today.visits.end(),
                   [](const Visit& a, const Visit& b) { return a.start < b.start; });
  for (const auto& [reference, amount_minor] : due) {
    ++today.tasks.bills;
    today.tasks.bills_minor = Sum(today.tasks.bills_minor, amount_minor);
  }
  for (const auto* list : {&found.appointments, &found.waiting}) {
    for (const Json& appointment : *list) {
      const bool waits = appointment["status"].AsString() == "waitlist";
      if (waits != (list == &found.waiting)) continue;
      auto booking = ToBooking(appointment, found.waiting, directory);
      if (booking) today.bookings.push_back(std::move(*booking));
    }
  }
  for (const Json& appointment : found.cancelled) {
    auto booking = ToBooking(appointment, {}, directory);
    if (booking) today.bookings.push_back(std::move(*booking));
  }
  for (const Json& task : found.follow_ups) {
    auto suggested = ToSuggestedVisit(task, directory);
    if (suggested) today.suggested.push_back(std::move(*suggested));
  }
  std::ranges::stable_sort(today.bookings, {}, [](const domain::OwnBooking& one) {
    return one.offered ? one.offered->start : one.booking.start;
  });
  today.tasks.lab_orders = found.lab_orders;
  today.care = found.care;
  today.tasks.reports = found.reports;
  return today;
}

std::string WriteTicket(const Ticket& ticket) {
  Json json;
  json.Set("operation", Json::String(ticket.operation.Value()));
  json.Set("number", Json::String(ticket.number));
  json.Set("serial", Json::String(ticket.serial));
  json.Set("provisional", Json::Boolean(ticket.provisional));
  json.Set("service", WriteText(ticket.service));
  json.Set("doctor", Json::String(ticket.doctor));
  json.Set("doctor_title", WriteText(ticket.doctor_title));
  json.Set("place", WriteText(ticket.place));
  json.Set("room", WriteText(ticket.room));
  json.Set("masked_name", Json::String(ticket.masked_name));
  json.Set("slot_start", Json::String(ToInstant(ticket.slot_start)));
  json.Set("slot_end", Json::String(ToInstant(ticket.slot_end)));
  json.Set("arrived_at", Json::String(ToInstant(ticket.arrived_at)));
  return json.Write();
}

Result<Ticket> ReadTicket(const std::string& text) {
  const Result<Json> json = Json::Parse(text);
  if (!json) return tl::unexpected<Error>(json.error());
  Ticket ticket;
  ticket.operation = domain::OperationId((*json)["operation"].AsString());
  ticket.number = (*json)["number"].AsString();
  if (ticket.number.empty()) return Fail(ErrorCode::BadData, "stored ticket has no number");
  ticket.serial = (*json)["serial"].AsString();
  ticket.provisional = (*json)["provisional"].AsBoolean();
  ticket.service = ReadText((*json)["service"]);
  ticket.doctor = (*json)["doctor"].AsString();
  ticket.doctor_title = ReadText((*json)["doctor_title"]);
  ticket.place = ReadText((*json)["place"]);
  ticket.room = ReadText((*json)["room"]);
  ticket.masked_name = (*json)["masked_name"].AsString();
  ticket.slot_start = ReadTime((*json)["slot_start"]);
  ticket.slot_end = ReadTime((*json)["slot_end"]);
  ticket.arrived_at = ReadTime((*json)["arrived_at"]);
  return ticket;
}

}  // namespace yizhan::sync
