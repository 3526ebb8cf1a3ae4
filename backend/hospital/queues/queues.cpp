#include "backend/hospital/queues/queues.h"

#include "backend/fhir/systems.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/day_search.h"

namespace yizhan::hospital {
namespace {

tl::unexpected<Error> Failed(const Error& error) { return tl::unexpected<Error>(error); }

}  // namespace

Queues::Queues(store::ResourceStore& store, const Clock& clock, TimeZone zone, const Parts& parts,
               QueuePolicy base)
    : store_(store),
      clock_(clock),
      zone_(zone),
      directory_(parts.directory),
      board_(parts.board),
      bookings_(parts.bookings),
      rules_(store, std::move(base)) {}

QueueContext Queues::Context() {
  TurnDay();
  return {clock_, zone_, board_, directory_.Now(), rules_.Now()};
}

Status Queues::Write(const store::ResourceStore::WriteJob& job) {
  const Status status = store_.Write(job);
  if (!status && status.error().code == ErrorCode::Timeout) board_broken_ = true;
  return status;
}

Status Queues::LoadBoard(const std::string& day) {
  const std::string code(fhir::systems::kTaskCode);
  const std::vector<store::SearchParameters> searches = {
      OnDay({{"code", code + "|queue-ticket"}, {"_count", "1000"}}, "authored-on", day, zone_),
      {{"code", code + "|staff-call"}, {"status", "requested"}, {"_count", "1000"}}};
  for (const store::SearchParameters& parameters : searches) {
    Result<store::SearchQuery> query = store::ParseSearch("Task", parameters, zone_);
    if (!query) return Failed(query.error());
    while (true) {
      const Result<store::SearchResult> page = store_.Search(*query);
      if (!page) return Failed(page.error());
      for (const store::StoredResource& task : page->matches) board_.Apply(task);
      if (page->next_cursor.empty()) break;
      query->cursor = page->next_cursor;
    }
  }
  return {};
}

void Queues::TurnDay() {
  const std::string today = ToDate(LocalDay(clock_.Now(), zone_));
  const bool broken = board_broken_.exchange(false);
  if (!broken && board_.Day() == today) return;
  if (broken) board_.Clear();
  board_.SetDay(today);
  if (!LoadBoard(today)) board_broken_ = true;
}

void Queues::Changed(const store::StoredResource& change) {
  directory_.Changed(change.type);
  if (rules_.Changed(change)) board_.Touch();
}

Result<QueueTicket> Queues::Do(const DeskAct& act, std::string_view name, Reason reason,
                               const Change& change) {
  const QueueContext context = Context();
  if (!act.room_id.empty() && !context.directory->PlaceOf(act.room_id).is_room) {
    return Fail(ErrorCode::NotFound, "no such room");
  }
  QueueTicket result;
  const Status status = Write([&](store::Transaction& transaction) -> Status {
    AuditedAct audited{.act = name,
                       .who = act.staff,
                       .where = act.room_id,
                       .task_id = "",
                       .appointment_id = "",
                       .reason = act.reason,
                       .when = clock_.Now(),
                       .who_system = fhir::systems::kAccount};
    Result<QueueTicket> changed = change(transaction, context, audited);
    if (!changed) return Failed(changed.error());
    // Last: what is not there or in another state is the better answer.
    if (reason == Reason::Needed && act.reason.empty()) return Fail(ErrorCode::Refused, "reason");
    if (audited.task_id.empty()) audited.task_id = changed->id;
    audited.appointment_id = changed->appointment_id;
    if (auto kept = transaction.Create(ToAuditEvent(audited)); !kept) return Failed(kept.error());
    result = std::move(*changed);
    return {};
  });
  if (!status) return Failed(status.error());
  return result;
}

Result<QueueTicket> Queues::DoTo(
    const DeskAct& act, std::string_view name, Reason reason,
    const std::function<Result<QueueTicket>(store::Transaction&, const QueueContext&, QueueTicket,
                                            AuditedAct&)>& change) {
  return Do(act, name, reason,
            [&](store::Transaction& transaction, const QueueContext& context,
                AuditedAct& audited) -> Result<QueueTicket> {
              Result<std::optional<QueueTicket>> found = LookTicket(transaction, act.ticket_id);
              if (!found) return Failed(found.error());
              if (!*found || (*found)->day != context.Today()) {
                return Fail(ErrorCode::NotFound, "no such ticket today");
              }
              return change(transaction, context, std::move(**found), audited);
            });
}

}  // namespace yizhan::hospital
