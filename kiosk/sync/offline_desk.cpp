#include "kiosk/sync/offline_desk.h"

#include <algorithm>

#include "base/log.h"
#include "kiosk/sync/visitor.h"
#include "offline-store/backoff.h"

namespace yizhan::sync {
namespace {

using fhir::Json;

constexpr int kKeepDeliveredDays = 14;
constexpr std::size_t kMostCards = 16;
constexpr std::size_t kMostVisitorBytes = 64 * 1024;
constexpr std::size_t kMostIdBytes = 128;
constexpr int kLookAtOnce = 256;  // Acts of the outbox.
// With NextAttemptDelay half an hour or more: an outage that answers 500 does not fill the desk's
// list, and an act that the server can never take does not stay unseen.
constexpr int kMostFailures = 16;

std::string WriteIntent(const domain::Visit& visit, const domain::Ticket& ticket) {
  Json json;
  json.Set("appointment", Json::String(visit.id.Value()));
  json.Set("patient", Json::String(visit.patient.Value()));
  json.Set("service", Json::String(visit.service_id.Value()));
  json.Set("start", Json::String(ToInstant(visit.start)));
  json.Set("number", Json::String(ticket.number));
  json.Set("serial", Json::String(ticket.serial));
  json.Set("arrived", Json::String(ToInstant(ticket.arrived_at)));
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

/// Empty when it does not fit into a row: that visitor is then served online only.
std::optional<offline::CachedVisitor> ToRow(const Visitor& visitor, std::chrono::local_days day) {
  offline::CachedVisitor row{visitor.patient.id, visitor.cards, day, visitor.Write()};
  const bool fits = !row.patient.Empty() && row.patient.Value().size() <= kMostIdBytes &&
                    row.body.size() <= kMostVisitorBytes;
  return fits ? std::optional(std::move(row)) : std::nullopt;
}

void AddCard(Visitor& visitor, const offline::CardKey& key) {
  const auto known = std::find(visitor.cards.begin(), visitor.cards.end(), key);
  if (known == visitor.cards.end() && visitor.cards.size() < kMostCards) {
    visitor.cards.push_back(key);
  }
}

struct Intent {
  Arrival arrival;
  domain::Visit visit;
};

/// Empty when it is none of ours.
std::optional<Intent> ReadIntent(const offline::OutboxEntry& entry) {
  const Result<Json> json = Json::Parse(entry.body);
  if (!json || entry.kind != "check-in") return std::nullopt;
  Intent intent;
  intent.arrival.operation = entry.operation;
  intent.arrival.appointment = domain::AppointmentId((*json)["appointment"].AsString());
  intent.arrival.at = ParseInstant((*json)["arrived"].AsString()).value_or(entry.created);
  intent.arrival.number = (*json)["number"].AsString();
  intent.arrival.provisional = true;
  intent.arrival.serial = (*json)["serial"].AsString();
  intent.visit.id = intent.arrival.appointment;
  intent.visit.patient = domain::PatientId((*json)["patient"].AsString());
  intent.visit.service_id = domain::ServiceId((*json)["service"].AsString());
  intent.visit.start = ParseInstant((*json)["start"].AsString()).value_or(WallTime{});
  const bool whole = !intent.visit.id.Empty() && !intent.arrival.number.empty();
  return whole ? std::optional(std::move(intent)) : std::nullopt;
}

}  // namespace

bool IsStoreFailure(const Error& error) {
  return error.code == ErrorCode::StoreFull || error.code == ErrorCode::Internal ||
         error.code == ErrorCode::BadData;
}

Status OfflineDesk::Remember(const std::vector<Found>& patients, std::chrono::local_days day) {
  std::vector<offline::CachedVisitor> rows;
  std::vector<domain::PatientId> gone;
  for (const Found& news : patients) {
    const domain::PatientSummary patient = ToPatient(news.patient);
    if (news.patient.Has("active") && !news.patient["active"].AsBoolean()) {
      if (!patient.id.Empty()) gone.push_back(patient.id);
      continue;
    }
    const auto known = cache_.Visitor(patient.id);
    if (!known) return tl::unexpected<Error>(known.error());
    const bool comes_today =
        std::any_of(news.appointments.begin(), news.appointments.end(), [&](const Json& one) {
          const auto start = ParseInstant(one["start"].AsString());
          return start && LocalDay(*start, station_.zone) == day;
        });
    if (!*known && !comes_today) continue;
    Visitor visitor = *known ? Visitor::Read(**known) : Visitor();
    visitor.patient = patient;
    visitor.cards.clear();
    for (const std::string& identifier : CardIdentifiers(news.patient)) {
      AddCard(visitor, cache_.KeyOf(identifier));
    }
    for (const Json& appointment : news.appointments) visitor.PutAppointment(appointment);
    for (const Json& invoice : news.invoices) visitor.PutInvoice(invoice);
    auto row = ToRow(visitor, day);
    // Changes are asked for with an overlap: most of them are known, and a write costs the disk.
    if (row && (!*known || row->body != **known)) rows.push_back(std::move(*row));
  }
  if (rows.empty() && gone.empty()) return {};
  return cache_.UpdateVisitors(rows, gone);
}

Status OfflineDesk::RememberInvoices(const std::vector<Json>& invoices,
                                     std::chrono::local_days day) {
  std::map<std::string, Visitor> changed;
  for (const Json& invoice : invoices) {
    const std::string subject = LocalReference(invoice["subject"]);
    if (!subject.starts_with("Patient/")) continue;
    const std::string id = subject.substr(std::string("Patient/").size());
    if (!changed.contains(id)) {
      const auto known = cache_.Visitor(domain::PatientId(id));
      if (!known) return tl::unexpected<Error>(known.error());
      if (!*known) continue;
      changed.emplace(id, Visitor::Read(**known));
    }
    changed.at(id).PutInvoice(invoice);
  }
  std::vector<offline::CachedVisitor> rows;
  for (const auto& [id, visitor] : changed) {
    if (auto row = ToRow(visitor, day)) rows.push_back(std::move(*row));
  }
  return cache_.UpdateVisitors(rows, {});
}

Status OfflineDesk::RememberTicket(const domain::Visit& visit, const domain::Ticket& ticket,
                                   std::chrono::local_days day) {
  const auto known = cache_.Visitor(visit.patient);
  if (!known) return tl::unexpected<Error>(known.error());
  if (!*known) return {};
  Visitor visitor = Visitor::Read(**known);
  for (Json& appointment : visitor.appointments) {
    if (appointment["id"].AsString() != visit.id.Value()) continue;
    appointment.Set("status", Json::String("arrived"));
    visitor.tickets.Set(visit.id.Value(), Json::String(WriteTicket(ticket)));
  }
  const auto row = ToRow(visitor, day);
  return row ? cache_.UpdateVisitors({*row}, {}) : Status();
}

Result<PatientToday> OfflineDesk::LookUp(const domain::PresentedCard& card, WallTime now,
                                         const Directory& directory) {
  const auto bodies = cache_.VisitorsByCard(cache_.KeyOf(CardIdentifier(card)));
  if (!bodies) return tl::unexpected<Error>(bodies.error());
  if (bodies->empty()) return Fail(ErrorCode::NotFound, "not expected today");
  if (bodies->size() > 1) return Fail(ErrorCode::Conflict, "several patients have this card");
  const Visitor visitor = Visitor::Read(bodies->front());
  Found found;
  found.appointments = visitor.appointments;
  found.invoices = visitor.invoices;
  PatientToday today = Assemble(found, directory);
  today.offline = true;
  today.tasks = {};  // What is unpaid now is not known without the hospital.
  today.patient = visitor.patient;
  std::erase_if(today.visits, [&](const domain::Visit& visit) {
    return LocalDay(visit.start, station_.zone) != LocalDay(now, station_.zone);
  });
  for (domain::Visit& visit : today.visits) {
    visit.patient = today.patient.id;
    const auto local = check_ins_.Find(visit.id);
    if (!local) return tl::unexpected<Error>(local.error());
    const bool arrived = visit.state == domain::VisitState::CheckedIn;
    const std::string text =
        *local ? (*local)->ticket
               : (arrived ? visitor.tickets[visit.id.Value()].AsString() : std::string());
    Result<domain::Ticket> ticket = ReadTicket(text);
    if (!ticket) continue;
    visit.state = domain::VisitState::CheckedIn;
    visit.ticket = std::move(*ticket);
  }
  return today;
}

Result<std::optional<domain::Ticket>> OfflineDesk::Promised(
    const domain::AppointmentId& appointment) {
  const auto local = check_ins_.Find(appointment);
  if (!local) return tl::unexpected<Error>(local.error());
  if (!*local || (*local)->confirmed) return std::optional<domain::Ticket>();
  const auto act = outbox_.Find((*local)->operation);
  if (!act && act.error().code != ErrorCode::NotFound) return tl::unexpected<Error>(act.error());
  const bool waits = act && act->state == offline::DeliveryState::Pending;
  if (!waits) return std::optional<domain::Ticket>();
  Result<domain::Ticket> ticket = ReadTicket((*local)->ticket);
  if (!ticket) return tl::unexpected<Error>(ticket.error());
  return std::optional(std::move(*ticket));
}

Result<CheckedIn> OfflineDesk::CheckIn(const domain::OperationId& operation,
                                       const domain::Visit& visit, const std::string& masked_name,
                                       const std::string& serial, WallTime now) {
  domain::Ticket ticket;
  ticket.serial = serial;
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
  const std::string letter = QueueLetterOf(visit);
  const offline::CheckInDraft draft{operation, visit.id, letter, LocalDay(now, station_.zone), now};
  const auto recorded = check_ins_.Record(draft, [&](int number) {
    ticket.number = domain::ProvisionalTicketNumber(letter, station_.terminal, number);
    return offline::CheckInTexts{WriteIntent(visit, ticket), WriteTicket(ticket)};
  });
  if (!recorded) return tl::unexpected<Error>(recorded.error());
  Result<domain::Ticket> kept = ReadTicket(recorded->ticket);
  if (!kept) return tl::unexpected<Error>(kept.error());
  return CheckedIn{std::move(*kept), recorded->already};
}

Result<std::optional<offline::OutboxEntry>> OfflineDesk::NextDue(MonotonicTime now) {
  auto pending = outbox_.Pending(kLookAtOnce);
  if (!pending) return tl::unexpected<Error>(pending.error());
  for (offline::OutboxEntry& entry : *pending) {
    const auto failing = failing_.find(entry.operation);
    if (failing == failing_.end() || failing->second.next <= now) {
      return std::optional(std::move(entry));
    }
  }
  return std::optional<offline::OutboxEntry>();
}

std::optional<MonotonicTime> OfflineDesk::NextTry() const {
  std::optional<MonotonicTime> next;
  for (const auto& [operation, failing] : failing_) {
    next = next ? std::min(*next, failing.next) : failing.next;
  }
  return next;
}

Result<Delivery> OfflineDesk::Park(const domain::OperationId& operation, const char* reason,
                                   WallTime now) {
  Log(LogEvent::OutboxParked, {{LogKey::Reason, LogWord::OfProgram(reason)}});
  failing_.erase(operation);
  const Status parked = outbox_.Park(operation, reason, now);
  if (!parked) return tl::unexpected<Error>(parked.error());
  return Delivery::Settled;
}

Result<Delivery> OfflineDesk::DeliverOne(Hospital& hospital, const Abilities& abilities,
                                         const Clock& clock) {
  const auto due = NextDue(clock.Monotonic());
  if (!due) return tl::unexpected<Error>(due.error());
  if (!*due) return Delivery::Nothing;
  const offline::OutboxEntry& entry = **due;
  const auto intent = ReadIntent(entry);
  if (!intent) return Park(entry.operation, "not-understood", clock.Now());
  if (const Status marked = outbox_.MarkAttempt(entry.operation); !marked) {
    return tl::unexpected<Error>(marked.error());
  }
  const Result<CheckInAnswer> answer = hospital.CheckIn(intent->arrival, intent->visit, abilities);
  if (answer || answer.error().code == ErrorCode::Refused) {
    return Settle(entry, intent->arrival.number, answer, clock.Now());
  }
  return PutOff(entry.operation, answer.error().code, clock);
}

Result<Delivery> OfflineDesk::PutOff(const domain::OperationId& operation, ErrorCode code,
                                     const Clock& clock) {
  if (code == ErrorCode::Unreachable) return Delivery::Away;
  if (code == ErrorCode::Cancelled) return Delivery::Nothing;
  // Also after a timeout: it may be this act that the server hangs on, so others go first.
  Failing& failing = failing_[operation];
  ++failing.times;
  const auto seed = std::hash<domain::OperationId>()(operation);
  failing.next = clock.Monotonic() + offline::NextAttemptDelay(failing.times, seed);
  if (code == ErrorCode::Timeout) return Delivery::Away;
  ++failing.answered;
  if (failing.answered >= kMostFailures) return Park(operation, "hospital-fails", clock.Now());
  return Delivery::Failed;
}

Result<Delivery> OfflineDesk::Settle(const offline::OutboxEntry& entry, const std::string& number,
                                     const Result<CheckInAnswer>& answer, WallTime now) {
  if (!answer) return Park(entry.operation, "refused", now);
  if (const auto* verdict = std::get_if<domain::CheckInVerdict>(&*answer)) {
    return Park(entry.operation, ReasonOf(verdict->outcome), now);
  }
  // The paper says `number`; a hospital that calls another one would call nobody.
  if (std::get<CheckedIn>(*answer).ticket.number != number) {
    return Park(entry.operation, "number-differs", now);
  }
  Log(LogEvent::CheckedIn, {{LogKey::Reason, "replayed"}});
  failing_.erase(entry.operation);
  const Status confirmed = check_ins_.Confirm(entry.operation, "", now);
  if (!confirmed) return tl::unexpected<Error>(confirmed.error());
  return Delivery::Settled;
}

Status OfflineDesk::Purge(std::chrono::local_days day, WallTime now) {
  if (Status cache = cache_.PurgeBefore(day); !cache) return cache;
  if (Status tickets = check_ins_.PurgeBefore(day); !tickets) return tickets;
  return outbox_.PruneDelivered(now - std::chrono::days(kKeepDeliveredDays));
}

}  // namespace yizhan::sync
