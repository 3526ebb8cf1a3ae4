// Queues without check-in (非签到): who is booked stands in the line from the moment on at which
// others could check in, by the time of the booking.
#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/packages/package_orders.h"
#include "backend/hospital/queues/booked.h"
#include "backend/hospital/queues/desk_steps.h"
#include "backend/hospital/queues/queues.h"
#include "backend/hospital/visit_of.h"
#include "base/log.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

/// Who acts: nobody did anything.
constexpr const char* kNobody = "clock";
constexpr const char* kMostAtOnce = "200";

tl::unexpected<Error> Failed(const Error& error) { return tl::unexpected<Error>(error); }

/// A booking whose patient is to come into a queue.
struct Registered {
  WallTime start{};
  std::string appointment_id;
};

/// Those of a queue who are booked until `until`, by their times.
Result<std::vector<Registered>> BookedFor(store::ReadView& view, const QueueContext& context,
                                          const std::string& service_id, WallTime until) {
  const auto today = LocalDay(context.clock.Now(), context.zone);
  const auto query = store::ParseSearch("Appointment",
                                        {{"actor", "HealthcareService/" + service_id},
                                         {"status", "booked"},
                                         {"date", "ge" + ToInstant(DayStart(today, context.zone))},
                                         {"date", "le" + ToInstant(until)},
                                         {"_count", kMostAtOnce}},
                                        context.zone, store::Handling::Strict);
  if (!query) return Failed(query.error());
  const Result<store::SearchResult> found = view.Search(*query);
  if (!found) return Failed(found.error());
  std::vector<Registered> booked;
  for (const store::StoredResource& one : found->matches) {
    const Result<Json> body = Json::Parse(one.text);
    const auto start = body ? ParseInstant((*body)["start"].AsString()) : std::nullopt;
    const bool is_due =
        start && *start <= until && ToDate(LocalDay(*start, context.zone)) == context.Today();
    if (is_due) booked.push_back({*start, one.id});
  }
  std::ranges::sort(booked, {}, &Registered::start);
  return booked;
}

AuditedAct ActOf(std::string_view name, const QueueTicket& ticket, std::string reason,
                 WallTime when) {
  return {.act = name,
          .who = kNobody,
          .where = ticket.room_id,
          .task_id = ticket.id,
          .appointment_id = ticket.appointment_id,
          .reason = std::move(reason),
          .when = when};
}

}  // namespace

Result<bool> Queues::EnterBooked(store::Transaction& transaction, const QueueContext& context,
                                 const std::string& appointment_id) {
  const Result<store::StoredResource> stored = transaction.Read("Appointment", appointment_id);
  if (!stored) return Failed(stored.error());
  if (stored->deleted) return false;
  Result<Json> appointment = Json::Parse(stored->text);
  if (!appointment) return Failed(appointment.error());
  const auto record = FromAppointment(*appointment);
  const WallTime now = clock_.Now();
  // Somebody was faster, or the booking is over and the clock of bookings will say so.
  if (!record || record->booking.state != domain::BookingState::Booked) return false;
  const auto kept_until = bookings_.KeptUntil(*appointment);
  if (kept_until && now > *kept_until) return false;
  const Result<std::int64_t> due = DueOf(transaction, *appointment);
  if (!due) return Failed(due.error());
  if (*due > 0) return false;
  const domain::Visit visit = VisitOf(*appointment, *context.directory);
  Result<Entrant> entrant = BookedEntrant(transaction, context, *appointment, visit);
  if (!entrant) return Failed(entrant.error());
  const auto ordered = OrderPackage(transaction, context, *appointment, visit,
                                    {.act = "",
                                     .who = kNobody,
                                     .where = "",
                                     .task_id = "",
                                     .appointment_id = appointment_id,
                                     .reason = "",
                                     .when = now});
  if (!ordered) return Failed(ordered.error());
  if (*ordered == PackageOrders::Made) entrant->hold = kCheckUpHold;
  entrant->operation_id = appointment_id;
  entrant->terminal = kNobody;
  entrant->arrived = now;
  entrant->registered = true;
  const auto arrived = bookings_.CheckIn(transaction, std::move(*appointment));
  if (!arrived) return Failed(arrived.error());
  const Result<QueueTicket> ticket = Admit(transaction, *entrant, context);
  if (!ticket) return Failed(ticket.error());
  const auto kept = transaction.Create(ToAuditEvent(ActOf("enter-registered", *ticket, "", now)));
  if (!kept) return Failed(kept.error());
  return true;
}

Result<int> Queues::EnterRegistered() {
  const QueueContext context = Context();
  int entered = 0;
  for (const auto& [id, service] : context.directory->services) {
    const QueuePolicy& policy = context.PolicyOf(id);
    if (policy.order.check_in || service.kind != QueueKind::Clinic) continue;
    const auto tomorrow = LocalDay(clock_.Now(), zone_) + std::chrono::days(1);
    const WallTime until = policy.opens_before_start ? clock_.Now() + *policy.opens_before_start
                                                     : DayStart(tomorrow, zone_);
    const auto booked = BookedFor(store_, context, id, until);
    if (!booked) return Failed(booked.error());
    for (const Registered& one : *booked) {
      Result<bool> came = false;
      const Status done = Write([&](store::Transaction& transaction) -> Status {
        came = EnterBooked(transaction, context, one.appointment_id);
        return came ? Status() : Failed(came.error());
      });
      // One that cannot be read must not keep the others out.
      if (!done) Log(LogEvent::StoreFailed, {{LogKey::Code, LogWord(done.error().code)}});
      if (done && *came) ++entered;
    }
  }
  return entered;
}

Result<int> Queues::CloseRegistered(const std::string& day) {
  const QueueContext context = Context();
  int closed = 0;
  const Status done = Write([&](store::Transaction& transaction) -> Status {
    closed = 0;
    for (const auto& [id, service] : context.directory->services) {
      auto passed = TicketsOf(transaction, context, id, day, "on-hold");
      if (!passed) return Failed(passed.error());
      for (QueueTicket& ticket : *passed) {
        if (!ticket.registered || ticket.status != TicketStatus::Passed) continue;
        ticket.status = TicketStatus::Abandoned;
        const Result<QueueTicket> saved = SaveTicket(transaction, context, std::move(ticket));
        if (!saved) return Failed(saved.error());
        const Status ended = bookings_.Miss(transaction, saved->appointment_id);
        if (!ended) return ended;
        const auto kept = transaction.Create(
            ToAuditEvent(ActOf("never-came", *saved, "called and not there", clock_.Now())));
        if (!kept) return Failed(kept.error());
        ++closed;
      }
    }
    return {};
  });
  if (!done) return Failed(done.error());
  return closed;
}

}  // namespace yizhan::hospital
