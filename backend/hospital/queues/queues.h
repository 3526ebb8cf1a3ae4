#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/hospital/booking/bookings.h"
#include "backend/hospital/directory.h"
#include "backend/hospital/queue_board.h"
#include "backend/hospital/queue_ticket.h"
#include "backend/hospital/queues/enter.h"
#include "backend/hospital/queues/rule_book.h"
#include "backend/store/resource_store.h"
#include "base/clock.h"

namespace yizhan::hospital {

struct AuditedAct;

/// Who acts at a desk. `reason` may be empty only where the order does not change.
struct DeskAct {
  std::string room_id;  ///< Of acts at a calling desk; "" at the triage desk.
  std::string staff;    ///< For the audit: the account, or "open".
  /// Of a certain ticket; empty: the next, or the one that is called. An act on who is called is
  /// Refused as "not-inside" when that is somebody else: the desk acted on what it saw before.
  std::string ticket_id;
  std::string reason;
};

/// Who would stand where under other rules.
struct PreviewRow {
  QueueTicket ticket;
  int before = 0;  ///< Place in the line of now, from 1.
  int after = 0;
};

/// The acts on the hospital's queues (domain.md F29-F32, 2.5): one transaction and one audit row
/// each. They decide by what the store holds, so that desks of several server processes never call
/// one ticket twice. Thread-safe. Borrows everything that it is made of.
///
/// Errors of every act: NotFound (nobody waits, no such ticket today, no such room); Refused with a
/// word of the program as detail, never shown as it is: "reason" (one is missing), "state" (the
/// ticket is in another one), "paused", "in-another-room", "chosen-doctor", "room-full",
/// "no-results-day"; and those of ResourceStore::Write.
class Queues {
 public:
  struct Parts {
    Directory& directory;
    QueueBoard& board;
    const Bookings& bookings;  ///< Follows what becomes of appointments.
  };
  /// `base`: the rules where the store holds none.
  Queues(store::ResourceStore& store, const Clock& clock, TimeZone zone, const Parts& parts,
         QueuePolicy base);

  /// For Enter() in a transaction of one's own. Reads the store when rules or directory changed:
  /// call it before the transaction, and run that by Write(), so that the board stays true.
  [[nodiscard]] QueueContext Context();
  /// As ResourceStore::Write; when nobody knows what became of it, the board is read again.
  [[nodiscard]] Status Write(const store::ResourceStore::WriteJob& job);

  // At a room, window or desk.

  /// Finishes who is inside and calls the next patient, or `ticket_id`. Somebody who is not next
  /// needs a reason. Tickets that are held, and patients who are called elsewhere, are passed over.
  [[nodiscard]] Result<QueueTicket> Call(const DeskAct& act);
  /// Calls the same patient once more. Who was called as often as the rules say and did not answer
  /// is passed by this (过号): look at the status that comes back.
  [[nodiscard]] Result<QueueTicket> CallAgain(const DeskAct& act);
  /// The called patient did not come (过号).
  [[nodiscard]] Result<QueueTicket> Pass(const DeskAct& act);
  /// Of a centre's ticket with further stops: it waits for those.
  [[nodiscard]] Result<QueueTicket> Finish(const DeskAct& act);
  /// The called patient goes to an examination first (置为检查) and comes back by Return().
  [[nodiscard]] Result<QueueTicket> SendAway(const DeskAct& act);
  /// Nobody is called there until ResumeRoom(). Needs a reason.
  [[nodiscard]] Status PauseRoom(const DeskAct& act);
  [[nodiscard]] Status ResumeRoom(const DeskAct& act);

  /// Who would be called to a room, next one first, as the board shows it: also those who are held
  /// or called elsewhere. Empty when nobody works there.
  [[nodiscard]] std::vector<QueueTicket> LineAt(const std::string& room_id);

  // In the line, with `act.ticket_id`.

  /// Puts a passed ticket back by the queue's rule (召回). Needs a reason.
  [[nodiscard]] Result<QueueTicket> Recall(const DeskAct& act);
  /// Somebody whose visit is over, or who was sent away, comes back with results (回诊): the same
  /// ticket, no new fee. Of an earlier day, as far as the rules allow: a new ticket.
  [[nodiscard]] Result<QueueTicket> Return(const DeskAct& act);
  /// Gives a class of the queue's rules, or takes it ("" ). Needs a reason.
  [[nodiscard]] Result<QueueTicket> SetPriority(const DeskAct& act, const std::string& class_code);
  /// Right before another waiting ticket; "": to the head. Needs a reason.
  [[nodiscard]] Result<QueueTicket> MoveForward(const DeskAct& act, const std::string& before_id);
  /// Not called until Release(), without losing its place. `why` is a code ("preparing").
  [[nodiscard]] Result<QueueTicket> Hold(const DeskAct& act, const std::string& why);
  [[nodiscard]] Result<QueueTicket> Release(const DeskAct& act);
  /// To a doctor's room. What the patient chose is changed only with `consent`. Needs a reason.
  [[nodiscard]] Result<QueueTicket> AssignToRoom(const DeskAct& act, const std::string& room_id,
                                                 bool consent);
  /// To the list at a door by hand (二次分诊), as far as the room's capacity goes.
  [[nodiscard]] Result<QueueTicket> SendToDoor(const DeskAct& act, const std::string& room_id);
  /// To another queue (转诊): this ticket ends, the answer is the new one. The same operation id
  /// again: the same new ticket. Needs a reason.
  [[nodiscard]] Result<QueueTicket> Transfer(const DeskAct& act, const std::string& service_id,
                                             const std::string& operation_id);
  /// The patient leaves (弃号). Needs a reason.
  [[nodiscard]] Result<QueueTicket> GiveUp(const DeskAct& act);
  /// The check-in was a mistake: the booking stands again. Needs a reason.
  [[nodiscard]] Result<QueueTicket> CancelCheckIn(const DeskAct& act);

  // What the booking office does to a session (F20): as Bookings::StopSchedule() and Substitute(),
  // and in the same transaction what becomes of those who have checked in. With whom a doctor has
  // begun stays, and the booking with it.

  /// 停诊: the tickets leave the queue.
  [[nodiscard]] Result<std::vector<BookingRecord>> StopSession(const StopRequest& request);
  /// 替诊: the tickets go to the substitute's room and keep their places.
  [[nodiscard]] Result<std::vector<BookingRecord>> SubstituteDoctor(
      const SubstituteRequest& request);

  // Queues without check-in (非签到).

  /// Lets everybody into such clinics' queues who is booked, has paid, and could check in by now;
  /// tells how many. Call every few seconds; any process may.
  [[nodiscard]] Result<int> EnterRegistered();
  /// Of a day that is over: who was called there and never came is a no-show. Tells how many. Once
  /// more changes nothing.
  [[nodiscard]] Result<int> CloseRegistered(const std::string& day);

  // Rules. `key` is a service, an area or QueueRuleBook::kHospital.

  [[nodiscard]] std::shared_ptr<const QueueRulesSnapshot> Rules() { return rules_.Now(); }
  [[nodiscard]] QueuePolicy RulesOf(const std::string& service_id);
  /// Takes the place of the rules of `key`, and gives everybody who waits a place by them. Empty
  /// policy: `key` has none of its own any more. Needs a reason. BadData: no such key.
  [[nodiscard]] Status SetRules(const std::string& key, const std::optional<QueuePolicy>& policy,
                                const std::string& staff, const std::string& reason);
  /// Today's line of a queue as it would be, whom it would move. Changes nothing.
  [[nodiscard]] Result<std::vector<PreviewRow>> PreviewRules(const std::string& service_id,
                                                             const QueuePolicy& policy);

  /// Moves the board to today when the day has changed, or reads it again after a lost answer.
  void TurnDay();
  /// Reads today's queues from the store.
  [[nodiscard]] Status LoadBoard(const std::string& day);
  /// Tells of a committed change that is no Task.
  void Changed(const store::StoredResource& change);

 private:
  using Change = std::function<Result<QueueTicket>(store::Transaction&, const QueueContext&,
                                                   AuditedAct& audited)>;
  enum class Reason { Needed, Free };
  /// Changes one ticket in one transaction, with its audit row.
  [[nodiscard]] Result<QueueTicket> Do(const DeskAct& act, std::string_view name, Reason reason,
                                       const Change& change);
  /// As Do() with the ticket that the act names, when it is one of today.
  [[nodiscard]] Result<QueueTicket> DoTo(
      const DeskAct& act, std::string_view name, Reason reason,
      const std::function<Result<QueueTicket>(store::Transaction&, const QueueContext&, QueueTicket,
                                              AuditedAct&)>& change);
  /// Of a ticket that left: its appointment, with the seat and the deadlines.
  [[nodiscard]] Status FollowAppointment(store::Transaction& transaction,
                                         const QueueContext& context, const QueueTicket& ticket,
                                         const std::string& status);
  [[nodiscard]] Status SetPause(const DeskAct& act, bool paused);
  /// One booking into its queue. False: it is not, or no longer, to come in.
  [[nodiscard]] Result<bool> EnterBooked(store::Transaction& transaction,
                                         const QueueContext& context,
                                         const std::string& appointment_id);

  store::ResourceStore& store_;
  const Clock& clock_;
  const TimeZone zone_;
  Directory& directory_;
  QueueBoard& board_;
  const Bookings& bookings_;
  QueueRuleBook rules_;
  std::atomic<bool> board_broken_ = false;
};

}  // namespace yizhan::hospital
