#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "backend/hospital/queue_ticket.h"
#include "base/mutex.h"
#include "domain/ticket.h"

namespace yizhan::hospital {

/// A request for a person, made by a terminal.
struct StaffCallNotice {
  std::string id;
  std::int64_t version = 0;
  std::string terminal;
  WallTime since{};
};

/// Today's queues in memory: who waits, in which order, who was called where. A picture of what the
/// store holds, by whichever server process it was changed; nothing may be decided by it alone.
/// Thread-safe.
class QueueBoard {
 public:
  /// Takes over a committed version of a ticket; an older one than is known is ignored.
  void Apply(const QueueTicket& ticket);
  /// Takes over a committed Task of either kind; anything else is ignored.
  void Apply(const store::StoredResource& task);
  /// Shows a ticket as a write that is not committed yet makes it, so that the next one already
  /// counts with it. Ends by Apply() of that version or a later one, or by TakeBack(). Returns what
  /// to give to TakeBack().
  [[nodiscard]] std::uint64_t Draft(const QueueTicket& ticket);
  /// That write did not survive. Does nothing when the draft has ended.
  void TakeBack(const std::string& ticket_id, std::uint64_t draft);
  /// Forgets tickets of other days and takes `day` as today.
  void SetDay(const std::string& day);
  [[nodiscard]] std::string Day() const;
  void Clear();
  /// What is shown beside the tickets (rules, pauses) has changed.
  void Touch();

  /// Tickets that wait before this one and could be called to its room. `ticket` need not be on
  /// the board.
  [[nodiscard]] int Ahead(const QueueTicket& ticket) const;
  /// Waiting time for `ahead` people, learned from today's consultations of the queue and the rooms
  /// that work: a range that is wider the less alike they were and the more are before. Empty:
  /// fewer than five of them.
  [[nodiscard]] std::optional<domain::WaitEstimate> Estimate(const std::string& service_id,
                                                             const std::string& room_id,
                                                             int ahead) const;
  /// Median length of today's consultations. Empty: fewer than five.
  [[nodiscard]] std::optional<std::chrono::seconds> TypicalLength(
      const std::string& service_id) const;

  /// Who would be called to that room, next one first.
  [[nodiscard]] std::vector<QueueTicket> WaitingFor(const std::string& service_id,
                                                    const std::string& room_id) const;
  [[nodiscard]] std::optional<QueueTicket> CalledTo(const std::string& room_id) const;
  [[nodiscard]] std::vector<QueueTicket> Of(const std::string& service_id) const;
  [[nodiscard]] std::optional<QueueTicket> Find(const std::string& ticket_id) const;
  /// Today's, by queue; the queues that have none are missing.
  [[nodiscard]] std::map<std::string, int> WaitingByService() const;
  [[nodiscard]] std::vector<StaffCallNotice> StaffCalls() const;

  /// Raised by every change. Equal revisions: nothing to send again.
  [[nodiscard]] std::uint64_t Revision() const;

 private:
  struct Consultation {
    std::chrono::milliseconds length{};
    std::string room_id;
  };

  /// What a walk along the queue asks of each ticket, so that it need not look the ticket up.
  struct Waiting {
    std::string ticket_id;
    std::string room_id;  ///< "": any.
    [[nodiscard]] bool CanBeCalledTo(const std::string& room) const;
  };

  struct QueueState {
    std::map<PlaceInQueue, Waiting> waiting;
    /// How many of them wait for each room; "": for any.
    std::map<std::string, int> waiting_by_room;
    [[nodiscard]] int CallableTo(const std::string& room) const;
    std::set<std::string> called;  ///< Ticket ids.
    /// The last consultations by their end, whatever order they became known in.
    std::multimap<WallTime, Consultation> over;
  };

  /// A ticket as it is committed, and as the latest write may leave it.
  struct Entry {
    std::optional<QueueTicket> committed;
    std::optional<QueueTicket> draft;  ///< Newer than `committed`.
    std::uint64_t draft_number = 0;
    [[nodiscard]] const QueueTicket& Shown() const { return draft ? *draft : *committed; }
  };

  void Enter(const QueueTicket& ticket) REQUIRES(mutex_);
  void Leave(const QueueTicket& ticket) REQUIRES(mutex_);
  void Count(const Entry& before, const QueueTicket& now) REQUIRES(mutex_);
  /// Rooms that call now or did a moment ago; at least 1.
  [[nodiscard]] int WorkingRooms(const QueueState& queue) const REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::string day_ GUARDED_BY(mutex_);
  std::map<std::string, Entry> tickets_ GUARDED_BY(mutex_);      ///< By Task id.
  std::map<std::string, QueueState> queues_ GUARDED_BY(mutex_);  ///< By service.
  std::map<std::string, StaffCallNotice> staff_calls_ GUARDED_BY(mutex_);
  /// Version of those that were answered: what was asked before comes late and changes nothing.
  std::map<std::string, std::int64_t> answered_ GUARDED_BY(mutex_);
  std::uint64_t last_draft_ GUARDED_BY(mutex_) = 0;
  std::uint64_t revision_ GUARDED_BY(mutex_) = 1;
};

}  // namespace yizhan::hospital
