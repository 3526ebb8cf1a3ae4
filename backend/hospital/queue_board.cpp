#include "backend/hospital/queue_board.h"

#include <algorithm>
#include <cmath>

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
/// A room that finished nobody for so long is not counted on.
constexpr milliseconds kStillWorking = std::chrono::minutes(20);

double Minutes(milliseconds length) {
  return std::chrono::duration<double, std::ratio<60>>(length).count();
}

}  // namespace

bool QueueBoard::Waiting::CanBeCalledTo(const std::string& room) const {
  return room.empty() || room_id.empty() || room_id == room;
}

int QueueBoard::QueueState::CallableTo(const std::string& room) const {
  if (room.empty()) return static_cast<int>(waiting.size());
  const auto count = [&](const std::string& of) {
    const auto found = waiting_by_room.find(of);
    return found == waiting_by_room.end() ? 0 : found->second;
  };
  return count("") + count(room);
}

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
  if (length < kShortest || length > kLongest) return;
  auto& over = queues_[now.service_id].over;
  over.emplace(*now.finished, Consultation{length, now.room_id});
  if (over.size() > kMaxSamples) over.erase(over.begin());
}

int QueueBoard::WorkingRooms(const QueueState& queue) const {
  std::set<std::string> rooms;
  for (const std::string& id : queue.called) rooms.insert(tickets_.at(id).Shown().room_id);
  if (!queue.over.empty()) {
    const WallTime newest = queue.over.rbegin()->first;
    for (auto one = queue.over.lower_bound(newest - kStillWorking); one != queue.over.end();
         ++one) {
      rooms.insert(one->second.room_id);
    }
  }
  return std::max(1, static_cast<int>(rooms.size()));
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
  if (ticket.status == TicketStatus::Waiting) {
    const bool is_new =
        queue.waiting.emplace(PlaceOf(ticket), Waiting{ticket.id, ticket.room_id}).second;
    if (is_new) ++queue.waiting_by_room[ticket.room_id];
  }
  if (ticket.status == TicketStatus::Called) queue.called.insert(ticket.id);
}

void QueueBoard::Leave(const QueueTicket& ticket) {
  QueueState& queue = queues_[ticket.service_id];
  if (ticket.status == TicketStatus::Waiting) {
    const auto place = queue.waiting.find(PlaceOf(ticket));
    if (place != queue.waiting.end()) {
      --queue.waiting_by_room[place->second.room_id];
      queue.waiting.erase(place);
    }
  }
  if (ticket.status == TicketStatus::Called) queue.called.erase(ticket.id);
}

int QueueBoard::Ahead(const QueueTicket& ticket) const {
  MutexLock lock(mutex_);
  const auto queue = queues_.find(ticket.service_id);
  if (queue == queues_.end()) return 0;
  // Who comes now stands near the end: fewer stand behind than before.
  int ahead = queue->second.CallableTo(ticket.room_id);
  const auto& waiting = queue->second.waiting;
  for (auto other = waiting.lower_bound(PlaceOf(ticket)); other != waiting.end(); ++other) {
    if (other->second.CanBeCalledTo(ticket.room_id)) --ahead;
  }
  return ahead;
}

std::optional<domain::WaitEstimate> QueueBoard::Estimate(const std::string& service_id,
                                                         const std::string& room_id,
                                                         int ahead) const {
  MutexLock lock(mutex_);
  const auto queue = queues_.find(service_id);
  if (queue == queues_.end() || queue->second.over.size() < kMinSamples) return std::nullopt;
  const auto samples = static_cast<double>(queue->second.over.size());
  double sum = 0;
  for (const auto& [end, one] : queue->second.over) sum += Minutes(one.length);
  const double mean = sum / samples;
  double squares = 0;
  for (const auto& [end, one] : queue->second.over) {
    squares += (Minutes(one.length) - mean) * (Minutes(one.length) - mean);
  }
  const double variance = squares / (samples - 1);
  // A ticket of one doctor waits for that room alone.
  const int rooms = room_id.empty() ? WorkingRooms(queue->second) : 1;
  // So many consultations end before the call; how far their sum strays, and how little the few
  // that were seen say about their mean.
  const double turns = ahead + 0.5;
  const double strays = std::sqrt(variance * turns + variance / samples * turns * turns) / rooms;
  const double first = std::max(0.0, mean * ahead / rooms - strays);
  const double last = mean * (ahead + 1) / rooms + strays;
  return domain::WaitEstimate{std::chrono::minutes(std::lround(std::floor(first))),
                              std::chrono::minutes(std::lround(std::ceil(last)))};
}

std::optional<std::chrono::seconds> QueueBoard::TypicalLength(const std::string& service_id) const {
  MutexLock lock(mutex_);
  const auto queue = queues_.find(service_id);
  if (queue == queues_.end() || queue->second.over.size() < kMinSamples) return std::nullopt;
  std::vector<milliseconds> lengths;
  for (const auto& [end, one] : queue->second.over) lengths.push_back(one.length);
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>((lengths.size() - 1) / 2);
  std::ranges::nth_element(lengths, middle);
  return std::chrono::floor<std::chrono::seconds>(*middle);
}

std::vector<QueueTicket> QueueBoard::WaitingFor(const std::string& service_id,
                                                const std::string& room_id) const {
  MutexLock lock(mutex_);
  std::vector<QueueTicket> waiting;
  const auto queue = queues_.find(service_id);
  if (queue == queues_.end()) return waiting;
  for (const auto& [place, one] : queue->second.waiting) {
    if (one.CanBeCalledTo(room_id)) waiting.push_back(tickets_.at(one.ticket_id).Shown());
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
