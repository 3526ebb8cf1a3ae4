#include "kiosk/sync/offline_desk.h"

#include "base/log.h"

namespace yizhan::sync {
namespace {

using fhir::Json;

constexpr int kKeepDeliveredDays = 14;
// One act that the server always fails on must not hold up the acts behind it.
constexpr int kMostAttempts = 10;

/// What a visitor's row holds: enough FHIR to make the visits again, no full name, no identifier.
std::string WriteVisitor(const domain::PatientSummary& patient, const Found& found) {
  Json json;
  json.Set("id", Json::String(patient.id.Value()));
  json.Set("masked_name", Json::String(patient.masked_name));
  json.Set("birth_date", Json::String(ToDate(patient.birth_date)));
  json.Set("appointments", Json::Array(found.appointments));
  json.Set("invoices", Json::Array(found.invoices));
  return json.Write();
}

/// Later appointments of one patient replace earlier ones of the same id.
void Merge(Found& into, const Json& visitor) {
  const auto missing = [](const std::vector<Json>& list, const Json& item) {
    for (const Json& known : list) {
      if (known["id"].AsString() == item["id"].AsString()) return false;
    }
    return true;
  };
  for (const Json& appointment : visitor["appointments"].Items()) {
    if (missing(into.appointments, appointment)) into.appointments.push_back(appointment);
  }
  for (const Json& invoice : visitor["invoices"].Items()) {
    if (missing(into.invoices, invoice)) into.invoices.push_back(invoice);
  }
}

std::string WriteIntent(const domain::Visit& visit, const std::string& number, WallTime arrived) {
  Json json;
  json.Set("appointment", Json::String(visit.id.Value()));
  json.Set("patient", Json::String(visit.patient.Value()));
  json.Set("service", Json::String(visit.service_id.Value()));
  json.Set("start", Json::String(ToInstant(visit.start)));
  json.Set("number", Json::String(number));
  json.Set("arrived", Json::String(ToInstant(arrived)));
  return json.Write();
}

const char* ReasonOf(domain::CheckInOutcome outcome) {
  switch (outcome) {
    case domain::CheckInOutcome::Ready: return "ready";
    case domain::CheckInOutcome::TooEarly: return "too-early";
    case domain::CheckInOutcome::Late: return "late";
    case domain::CheckInOutcome::WrongDay: return "wrong-day";
    case domain::CheckInOutcome::WrongSite: return "wrong-site";
    case domain::CheckInOutcome::AlreadyCheckedIn: return "already-checked-in";
    case domain::CheckInOutcome::PaymentDue: return "payment-due";
    case domain::CheckInOutcome::NotBooked: return "not-booked";
  }
  return "unknown";
}

}  // namespace

Status OfflineDesk::Remember(const std::vector<Found>& patients, std::chrono::local_days day) {
  std::vector<offline::CachedVisitor> visitors;
  for (const Found& news : patients) {
    offline::CachedVisitor visitor;
    const domain::PatientSummary patient = ToPatient(news.patient);
    visitor.patient = patient.id;
    visitor.day = day;
    for (const std::string& identifier : CardIdentifiers(news.patient)) {
      visitor.cards.push_back(cache_.KeyOf(identifier));
    }
    Found found = news;
    const auto known = cache_.Visitor(patient.id);
    if (!known) return tl::unexpected<Error>(known.error());
    const Result<Json> body = *known ? Json::Parse(**known) : Json();
    if (body) Merge(found, *body);
    visitor.body = WriteVisitor(patient, found);
    visitors.push_back(std::move(visitor));
  }
  return cache_.UpdateVisitors(visitors, {});
}

Result<PatientToday> OfflineDesk::LookUp(const domain::PresentedCard& card, WallTime now,
                                         const Directory& directory) {
  const auto bodies = cache_.VisitorsByCard(cache_.KeyOf(CardIdentifier(card)));
  if (!bodies) return tl::unexpected<Error>(bodies.error());
  if (bodies->empty()) return Fail(ErrorCode::NotFound, "not expected today");
  if (bodies->size() > 1) return Fail(ErrorCode::Conflict, "several patients have this card");
  const Result<Json> body = Json::Parse(bodies->front());
  if (!body) return tl::unexpected<Error>(body.error());
  Found found;
  found.appointments = (*body)["appointments"].Items();
  found.invoices = (*body)["invoices"].Items();
  PatientToday today = Assemble(found, directory);
  today.offline = true;
  today.tasks = {};  // What is unpaid now is not known without the hospital.
  today.patient.id = domain::PatientId((*body)["id"].AsString());
  today.patient.masked_name = (*body)["masked_name"].AsString();
  today.patient.birth_date =
      ParseDate((*body)["birth_date"].AsString()).value_or(std::chrono::local_days());
  std::erase_if(today.visits, [&](const domain::Visit& visit) {
    return LocalDay(visit.start, station_.zone) != LocalDay(now, station_.zone);
  });
  for (domain::Visit& visit : today.visits) {
    visit.patient = today.patient.id;
    const auto local = check_ins_.Find(visit.id);
    if (!local) return tl::unexpected<Error>(local.error());
    if (!*local) continue;
    Result<domain::Ticket> ticket = ReadTicket((*local)->ticket);
    if (!ticket) return tl::unexpected<Error>(ticket.error());
    visit.state = domain::VisitState::CheckedIn;
    visit.ticket = std::move(*ticket);
  }
  return today;
}

Result<CheckedIn> OfflineDesk::CheckIn(const domain::OperationId& operation,
                                       const domain::Visit& visit, const std::string& masked_name,
                                       WallTime now) {
  domain::Ticket ticket;
  ticket.operation = operation;
  ticket.provisional = true;
  ticket.service = visit.service;
  ticket.doctor = visit.doctor;
  ticket.doctor_title = visit.doctor_title;
  ticket.place = visit.place;
  ticket.room = visit.room;
  ticket.masked_name = masked_name;
  ticket.slot_start = visit.start;
  ticket.slot_end = visit.end;
  ticket.arrived_at = now;
  const std::string letter = visit.queue_letter.empty() ? "Z" : visit.queue_letter;
  const offline::CheckInDraft draft{operation, visit.id, letter, LocalDay(now, station_.zone), now};
  const auto recorded = check_ins_.Record(draft, [&](int number) {
    ticket.number = domain::ProvisionalTicketNumber(letter, station_.terminal, number);
    return offline::CheckInTexts{WriteIntent(visit, ticket.number, now), WriteTicket(ticket)};
  });
  if (!recorded) return tl::unexpected<Error>(recorded.error());
  Result<domain::Ticket> kept = ReadTicket(recorded->ticket);
  if (!kept) return tl::unexpected<Error>(kept.error());
  return CheckedIn{std::move(*kept), recorded->already};
}

Result<bool> OfflineDesk::DeliverOne(Hospital& hospital, const Abilities& abilities, WallTime now) {
  const auto pending = outbox_.Pending(1);
  if (!pending) return tl::unexpected<Error>(pending.error());
  if (pending->empty()) return false;
  const offline::OutboxEntry& entry = pending->front();
  const Result<Json> intent = Json::Parse(entry.body);
  if (!intent || entry.kind != "check-in") {
    const Status parked = outbox_.Park(entry.operation, "not-understood", now);
    if (!parked) return tl::unexpected<Error>(parked.error());
    return true;
  }
  Arrival arrival;
  arrival.operation = entry.operation;
  arrival.appointment = domain::AppointmentId((*intent)["appointment"].AsString());
  arrival.at = ParseInstant((*intent)["arrived"].AsString()).value_or(entry.created);
  arrival.number = (*intent)["number"].AsString();
  arrival.provisional = true;
  domain::Visit visit;
  visit.id = arrival.appointment;
  visit.patient = domain::PatientId((*intent)["patient"].AsString());
  visit.service_id = domain::ServiceId((*intent)["service"].AsString());
  visit.start = ParseInstant((*intent)["start"].AsString()).value_or(WallTime{});
  if (const Status marked = outbox_.MarkAttempt(entry.operation); !marked) {
    return tl::unexpected<Error>(marked.error());
  }
  const Result<CheckInAnswer> answer = hospital.CheckIn(arrival, visit, abilities);
  const bool poisoned =
      entry.attempts >= kMostAttempts && !answer && answer.error().code == ErrorCode::Internal;
  if (!answer && answer.error().code != ErrorCode::Refused && !poisoned) {
    return tl::unexpected<Error>(answer.error());
  }
  Status settled;
  const auto* verdict = answer ? std::get_if<domain::CheckInVerdict>(&*answer) : nullptr;
  if (!answer || verdict != nullptr) {
    const char* reason = verdict == nullptr ? "refused" : ReasonOf(verdict->outcome);
    Log(LogEvent::OutboxParked, {{LogKey::Reason, LogWord::OfProgram(reason)}});
    settled = outbox_.Park(entry.operation, reason, now);
  } else {
    Log(LogEvent::CheckedIn, {{LogKey::Reason, "replayed"}});
    settled = check_ins_.Confirm(entry.operation, "", now);
  }
  if (!settled) return tl::unexpected<Error>(settled.error());
  return true;
}

Status OfflineDesk::Purge(std::chrono::local_days day, WallTime now) {
  if (Status cache = cache_.PurgeBefore(day); !cache) return cache;
  if (Status tickets = check_ins_.PurgeBefore(day); !tickets) return tickets;
  return outbox_.PruneDelivered(now - std::chrono::days(kKeepDeliveredDays));
}

}  // namespace yizhan::sync
