#include "backend/hospital/queue_board.h"

#include <algorithm>

#include "backend/fhir/resources.h"

namespace yizhan::hospital {
namespace {

using std::chrono::milliseconds;

/// Fewer consultations than this say nothing about the next one (domain.md 2.5).
constexpr std::size_t kMinSamples = 5;
constexpr std::size_t kMaxSamples = 30;
/// A consultation that ended sooner is a slip of the finger, a longer one was forgotten.
constexpr milliseconds kShortest = std::chrono::seconds(20);
constexpr milliseconds kLongest = std::chrono::hours(2);

bool CanBeCalledTo(const QueueTicket& ticket, const std::string& room_id) {
  return room_id.empty() || ticket.room_id.empty() || ticket.room_id == room_id;
}

milliseconds Quantile(const std::deque<milliseconds>& lengths, std::size_t percent) {
  std::vector<milliseconds> sorted(lengths.begin(), lengths.end());
  std::ranges::sort(sorted);
  return sorted[(sorted.size() - 1) * percent / 100];
}

}  // namespace

void QueueBoard::Apply(const QueueTicket& ticket) {
  MutexLock lock(mutex_);
  if (ticket.day != day_) return;
  Entry& entry = tickets_[ticket.id];
  if (entry.committed && entry.committed->version >= ticket.version) return;
  if (entry.committed || entry.draft) Leave(entry.Shown());
  Count(entry, ticket);
  entry.committed = ticket;
  if (entry.draft && entry.draft->version <= ticket.version) entry.draft.reset();
  Enter(entry.Shown());
  ++revision_;
}

std::uint64_t QueueBoard::Draft(const QueueTicket& ticket) {
  MutexLock lock(mutex_);
  const std::uint64_t number = ++last_draft_;
  if (ticket.day != day_) return number;
  Entry& entry = tickets_[ticket.id];
  if (entry.committed && entry.committed->version >= ticket.version) return number;
  if (entry.committed || entry.draft) Leave(entry.Shown());
  entry.draft = ticket;
  entry.draft_number = number;
  Enter(entry.Shown());
  ++revision_;
  return number;
}

void QueueBoard::TakeBack(const std::string& ticket_id, std::uint64_t draft) {
  MutexLock lock(mutex_);
  const auto found = tickets_.find(ticket_id);
  if (found == tickets_.end()) return;
  Entry& entry = found->second;
  if (!entry.draft || entry.draft_number != draft) return;
  Leave(entry.Shown());
  entry.draft.reset();
  if (entry.committed) {
    Enter(*entry.committed);
  } else {
    tickets_.erase(found);
  }
  ++revision_;
}

void QueueBoard::Count(const Entry& before, const QueueTicket& now) {
  if (!now.first_called || !now.finished) return;
  const bool was_counted = before.committed && before.committed->finished == now.finished;
  if (was_counted) return;
  const milliseconds length = *now.finished - *now.first_called;
  std::deque<milliseconds>& lengths = queues_[now.service_id].lengths;
  if (length >= kShortest && length <= kLongest) lengths.push_back(length);
  if (lengths.size() > kMaxSamples) lengths.pop_front();
}

void QueueBoard::Apply(const store::StoredResource& task) {
  if (task.type != "Task" || task.deleted) return;
  {
    MutexLock lock(mutex_);
    const auto known = tickets_.find(task.id);
    const bool is_old = known != tickets_.end() && known->second.committed &&
                        known->second.committed->version >= task.version;
    if (is_old) return;
  }
  const Result<fhir::Json> body = fhir::Json::Parse(task.text);
  if (!body) return;
  if (const std::optional<QueueTicket> ticket = FromTask(*body)) return Apply(*ticket);
  const bool is_bag = HasTaskCode(*body, "medicine-bag");
  if (!is_bag && !HasTaskCode(*body, "staff-call")) return;
  MutexLock lock(mutex_);
  // The pharmacy's screens show bags; they ask the store for them when something changed.
  if (is_bag) {
    ++revision_;
    return;
  }
  if ((*body)["status"].AsString() == "requested") {
    const auto answered = answered_.find(task.id);
    if (answered != answered_.end() && answered->second > task.version) return;
    staff_calls_[task.id] =
        StaffCallNotice{task.id, task.version,
                        (*body)["requester"]["identifier"]["value"].AsString(), task.updated};
  } else {
    const auto asked = staff_calls_.find(task.id);
    if (asked != staff_calls_.end() && asked->second.version > task.version) return;
    staff_calls_.erase(task.id);
    answered_[task.id] = std::max(answered_[task.id], task.version);
  }
  ++revision_;
}

void QueueBoard::SetDay(const std::string& day) {
  MutexLock lock(mutex_);
  if (day == day_) return;
  day_ = day;
  tickets_.clear();
  queues_.clear();
  answered_.clear();
  ++revision_;
}

std::string QueueBoard::Day() const {
  MutexLock lock(mutex_);
  return day_;
}

void QueueBoard::Clear() {
  MutexLock lock(mutex_);
  tickets_.clear();
  queues_.clear();
  staff_calls_.clear();
  answered_.clear();
  ++revision_;
}

void QueueBoard::Touch() {
  MutexLock lock(mutex_);
  ++revision_;
}

void QueueBoard::Enter(const QueueTicket& ticket) {
  QueueState& queue = queues_[ticket.service_id];
  if (ticket.status == TicketStatus::Waiting) queue.waiting.emplace(PlaceOf(ticket), ticket.id);
  if (ticket.status == TicketStatus::Called) queue.called.insert(ticket.id);
}

void QueueBoard::Leave(const QueueTicket& ticket) {
  QueueState& queue = queues_[ticket.service_id];
  if (ticket.status == TicketStatus::Waiting) queue.waiting.erase(PlaceOf(ticket));
  if (ticket.status == TicketStatus::Called) queue.called.erase(ticket.id);
}

int QueueBoard::Ahead(const QueueTicket& ticket) const {
  MutexLock lock(mutex_);
  const auto queue = queues_.find(ticket.service_id);
  if (queue == queues_.end()) return 0;
  const PlaceInQueue place = PlaceOf(ticket);
  int ahead = 0;
  for (const auto& [other_place, id] : queue->second.waiting) {
    if (!(other_place < place)) break;
    if (CanBeCalledTo(tickets_.at(id).Shown(), ticket.room_id)) ++ahead;
  }
  return ahead;
}

std::optional<domain::WaitEstimate> QueueBoard::Estimate(const std::string& service_id,
                                                         const std::string& room_id,
                                                         int ahead) const {
  MutexLock lock(mutex_);
  const auto queue = queues_.find(service_id);
  if (queue == queues_.end() || queue->second.lengths.size() < kMinSamples) return std::nullopt;
  std::set<std::string> active_rooms;
  for (const std::string& id : queue->second.called)
    active_rooms.insert(tickets_.at(id).Shown().room_id);
  // A ticket of one doctor waits for that room alone.
  const int rooms = room_id.empty() ? std::max(1, static_cast<int>(active_rooms.size())) : 1;
  const auto first = Quantile(queue->second.lengths, 25) * ahead / rooms;
  const auto last = Quantile(queue->second.lengths, 75) * (ahead + 1) / rooms;
  return domain::WaitEstimate{std::chrono::floor<std::chrono::minutes>(first),
                              std::chrono::ceil<std::chrono::minutes>(last)};
}

std::optional<std::chrono::seconds> QueueBoard::TypicalLength(const std::string& service_id) const {
  MutexLock lock(mutex_);
  const auto queue = queues_.find(service_id);
  if (queue == queues_.end() || queue->second.lengths.size() < kMinSamples) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(Quantile(queue->second.lengths, 50));
}

std::vector<QueueTicket> QueueBoard::WaitingFor(const std::string& service_id,
                                                const std::string& room_id) const {
  MutexLock lock(mutex_);
  std::vector<QueueTicket> waiting;
  const auto queue = queues_.find(service_id);
  if (queue == queues_.end()) return waiting;
  for (const auto& [place, id] : queue->second.waiting) {
    const QueueTicket& ticket = tickets_.at(id).Shown();
    if (CanBeCalledTo(ticket, room_id)) waiting.push_back(ticket);
  }
  return waiting;
}

std::optional<QueueTicket> QueueBoard::CalledTo(const std::string& room_id) const {
  MutexLock lock(mutex_);
  std::optional<QueueTicket> latest;
  for (const auto& [service, queue] : queues_) {
    for (const std::string& id : queue.called) {
      const QueueTicket& ticket = tickets_.at(id).Shown();
      if (ticket.room_id != room_id) continue;
      if (!latest || latest->last_called < ticket.last_called) latest = ticket;
    }
  }
  return latest;
}

std::vector<QueueTicket> QueueBoard::Of(const std::string& service_id) const {
  MutexLock lock(mutex_);
  std::vector<QueueTicket> all;
  for (const auto& [id, entry] : tickets_) {
    if (entry.Shown().service_id == service_id) all.push_back(entry.Shown());
  }
  std::ranges::sort(all, {}, [](const QueueTicket& ticket) { return PlaceOf(ticket); });
  return all;
}

std::optional<QueueTicket> QueueBoard::Find(const std::string& ticket_id) const {
  MutexLock lock(mutex_);
  const auto found = tickets_.find(ticket_id);
  if (found == tickets_.end()) return std::nullopt;
  return found->second.Shown();
}

std::map<std::string, int> QueueBoard::WaitingByService() const {
  MutexLock lock(mutex_);
  std::map<std::string, int> counts;
  for (const auto& [service, queue] : queues_) {
    counts[service] = static_cast<int>(queue.waiting.size());
  }
  return counts;
}

std::vector<StaffCallNotice> QueueBoard::StaffCalls() const {
  MutexLock lock(mutex_);
  std::vector<StaffCallNotice> calls;
  for (const auto& [id, call] : staff_calls_) calls.push_back(call);
  std::ranges::sort(calls, {}, &StaffCallNotice::since);
  return calls;
}

std::uint64_t QueueBoard::Revision() const {
  MutexLock lock(mutex_);
  return revision_;
}

}  // namespace yizhan::hospital
