// Changing the rules of queues, and stopping rooms.
#include <algorithm>
#include <map>

#include "backend/fhir/systems.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/queues/desk_steps.h"
#include "backend/hospital/queues/queues.h"

namespace yizhan::hospital {
namespace {

tl::unexpected<Error> Failed(const Error& error) { return tl::unexpected<Error>(error); }

/// The line with the place that these rules would give to each. Who was put forward by a person, or
/// stands at a door already, keeps the place.
std::vector<QueueTicket> Reordered(const std::vector<QueueTicket>& line, const QueuePolicy& policy,
                                   TimeZone zone) {
  std::vector<domain::QueueEntry> entries;
  std::map<std::string, QueueTicket> by_number;
  std::vector<QueueTicket> fixed;
  for (const QueueTicket& one : line) {
    if (one.moved || one.at_door) {
      fixed.push_back(one);
      continue;
    }
    QueueTicket ticket = one;
    const PriorityClass* known = policy.Find(ticket.priority.code);
    if (known != nullptr) ticket.priority = {known->code, known->mark, known->level};
    entries.push_back(EntryOf(ticket));
    by_number.emplace(ticket.number, std::move(ticket));
  }
  std::vector<QueueTicket> result = std::move(fixed);
  for (const domain::QueueEntry& entry :
       domain::OrderQueue(std::move(entries), policy.order, zone)) {
    QueueTicket ticket = std::move(by_number.at(entry.number));
    ticket.place = entry.place;
    result.push_back(std::move(ticket));
  }
  std::ranges::sort(result, {}, PlaceOf);
  return result;
}

/// The rules after a change, of everybody.
QueueRulesSnapshot WithChange(const QueueRulesSnapshot& now, const QueuePolicy& base,
                              const std::string& key, const std::optional<QueuePolicy>& policy) {
  QueueRulesSnapshot next = now;
  if (key == QueueRuleBook::kHospital) {
    next.hospital = policy.value_or(base);
  } else if (policy) {
    next.own[key] = *policy;
  } else {
    next.own.erase(key);
  }
  return next;
}

/// Gives who waits a place by the new rules.
Status PlaceAnew(store::Transaction& transaction, const QueueContext& context,
                 const std::string& service_id, const QueuePolicy& policy) {
  const auto line = TicketsOf(transaction, context, service_id, context.Today(), "ready");
  if (!line) return Failed(line.error());
  for (QueueTicket& ticket : Reordered(*line, policy, context.zone)) {
    const auto before = std::ranges::find(*line, ticket.id, &QueueTicket::id);
    if (before->place == ticket.place && before->priority == ticket.priority) continue;
    const Result<QueueTicket> saved = SaveTicket(transaction, context, std::move(ticket));
    if (!saved) return Failed(saved.error());
  }
  return {};
}

}  // namespace

QueuePolicy Queues::RulesOf(const std::string& service_id) {
  return rules_.Now()->Of(service_id, directory_.Now()->ServiceOf(service_id).area_id);
}

Status Queues::SetRules(const std::string& key, const std::optional<QueuePolicy>& policy,
                        const std::string& staff, const std::string& reason) {
  const QueueContext context = Context();
  const bool is_area = context.directory->places.contains(key);
  const bool is_queue = context.directory->services.contains(key);
  if (key != QueueRuleBook::kHospital && !is_area && !is_queue) {
    return Fail(ErrorCode::BadData, "no such queue or area");
  }
  if (reason.empty()) return Fail(ErrorCode::Refused, "reason");
  const QueueRulesSnapshot next = WithChange(*context.rules, rules_.Base(), key, policy);
  return Write([&](store::Transaction& transaction) -> Status {
    const Status kept =
        policy ? transaction.PutRecord({QueueRuleBook::kRules, key, ToJson(*policy).Write()})
               : transaction.RemoveRecord(QueueRuleBook::kRules, key);
    if (!kept) return kept;
    for (const auto& [id, service] : context.directory->services) {
      const QueuePolicy& now = next.Of(id, service.area_id);
      if (ToJson(now) == ToJson(context.rules->Of(id, service.area_id))) continue;
      if (Status placed = PlaceAnew(transaction, context, id, now); !placed) return placed;
    }
    const AuditedAct act{.act = QueueRuleBook::kSetRules,
                         .who = staff,
                         .where = is_area ? key : "",
                         .task_id = "",
                         .appointment_id = "",
                         .reason = reason,
                         .when = clock_.Now(),
                         .who_system = fhir::systems::kAccount,
                         .service_id = is_queue ? key : ""};
    const auto audited = transaction.Create(ToAuditEvent(act));
    return audited ? Status() : Failed(audited.error());
  });
}

Result<std::vector<PreviewRow>> Queues::PreviewRules(const std::string& service_id,
                                                     const QueuePolicy& policy) {
  const QueueContext context = Context();
  const auto line = TicketsOf(store_, context, service_id, context.Today(), "ready");
  if (!line) return Failed(line.error());
  std::vector<PreviewRow> rows;
  for (QueueTicket& ticket : Reordered(*line, policy, zone_)) {
    const auto before = std::ranges::find(*line, ticket.id, &QueueTicket::id);
    rows.push_back({std::move(ticket), static_cast<int>(before - line->begin()) + 1,
                    static_cast<int>(rows.size()) + 1});
  }
  return rows;
}

Status Queues::SetPause(const DeskAct& act, bool paused) {
  const QueueContext context = Context();
  if (!context.directory->PlaceOf(act.room_id).is_room) {
    return Fail(ErrorCode::NotFound, "no such room");
  }
  if (paused && act.reason.empty()) return Fail(ErrorCode::Refused, "reason");
  return Write([&](store::Transaction& transaction) -> Status {
    const WallTime now = clock_.Now();
    const RoomPause pause{act.staff, act.reason, now};
    const Status kept =
        paused ? transaction.PutRecord({QueueRuleBook::kPauses, act.room_id, ToJson(pause).Write()})
               : transaction.RemoveRecord(QueueRuleBook::kPauses, act.room_id);
    if (!kept) return kept;
    const AuditedAct audited{.act = paused ? QueueRuleBook::kPause : QueueRuleBook::kResume,
                             .who = act.staff,
                             .where = act.room_id,
                             .task_id = "",
                             .appointment_id = "",
                             .reason = act.reason,
                             .when = now,
                             .who_system = fhir::systems::kAccount};
    const auto row = transaction.Create(ToAuditEvent(audited));
    return row ? Status() : Failed(row.error());
  });
}

Status Queues::PauseRoom(const DeskAct& act) { return SetPause(act, true); }
Status Queues::ResumeRoom(const DeskAct& act) { return SetPause(act, false); }

}  // namespace yizhan::hospital
