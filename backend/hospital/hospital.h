#pragma once

#include <functional>
#include <optional>
#include <string>

#include "backend/fhir/json.h"
#include "backend/hospital/booking/bookings.h"
#include "backend/hospital/directory.h"
#include "backend/hospital/queue_board.h"
#include "backend/store/resource_store.h"
#include "base/clock.h"
#include "domain/check_in.h"

namespace yizhan::hospital {

struct HospitalOptions {
  TimeZone zone{};
  domain::CheckInPolicy check_in;
  /// A recalled ticket goes behind so many waiting ones (domain.md 2.5, 间隔召回).
  int recall_interval = 2;
  BookingRules booking;
};

/// What an operation answers over HTTP.
struct OperationAnswer {
  int status = 200;
  fhir::Json body;  ///< Parameters or OperationOutcome.
};

/// Who acts at a calling desk. `reason` may be empty only where the order does not change.
struct DeskAct {
  std::string room_id;
  std::string staff;      ///< For the audit: the name in the client certificate, or "open".
  std::string ticket_id;  ///< Of a certain ticket; empty: the next, or the one that is called.
  std::string reason;
};

/// The hospital's rules at work on the store: check-in, queues, calling. Thread-safe. `store` and
/// `clock` outlive it; it listens to the store as long as it lives.
class Hospital {
 public:
  Hospital(store::ResourceStore& store, const Clock& clock, HospitalOptions options);
  ~Hospital();
  Hospital(const Hospital&) = delete;
  Hospital& operator=(const Hospital&) = delete;

  /// Reads today's queues from the store. Call once before anything else.
  [[nodiscard]] Status Start();

  /// POST Appointment/{id}/$check-in; see fhir::systems::kCheckInOperation for the contract.
  [[nodiscard]] OperationAnswer CheckIn(const std::string& appointment_id,
                                        const fhir::Json& parameters);

  // Acts of a calling desk. They decide by what the store holds, so that desks of several server
  // processes never call one ticket twice. Errors: NotFound (nobody waits, no such ticket or room),
  // Refused (a reason is missing, or the ticket is in another state), and those of
  // ResourceStore::Write.

  /// Finishes the consultation under way in the room and calls the next patient, or `ticket_id`.
  /// Calling somebody who is not next needs a reason.
  [[nodiscard]] Result<QueueTicket> Call(const DeskAct& act);
  /// Calls the same patient once more.
  [[nodiscard]] Result<QueueTicket> CallAgain(const DeskAct& act);
  /// The called patient did not come (过号).
  [[nodiscard]] Result<QueueTicket> Pass(const DeskAct& act);
  [[nodiscard]] Result<QueueTicket> Finish(const DeskAct& act);
  /// Puts a passed ticket back into the queue, behind `recall_interval` others. Needs a reason.
  [[nodiscard]] Result<QueueTicket> Recall(const DeskAct& act);
  /// A person went to the terminal that called.
  [[nodiscard]] Status AnswerStaffCall(const std::string& task_id, const std::string& staff);

  /// The rules of booking; see their own header.
  [[nodiscard]] Bookings& Booking() { return bookings_; }
  [[nodiscard]] const QueueBoard& Board() const { return board_; }
  [[nodiscard]] std::shared_ptr<const DirectorySnapshot> Places() { return directory_.Now(); }
  [[nodiscard]] const HospitalOptions& Options() const { return options_; }
  [[nodiscard]] WallTime Now() const { return clock_.Now(); }
  [[nodiscard]] std::string Today() const { return ToLocalDate(clock_.Now(), options_.zone); }
  /// Moves the board to today when the day has changed.
  void TurnDay();

 private:
  class CheckInJob;

  [[nodiscard]] Status LoadBoard(const std::string& day);
  /// Changes one ticket in one transaction, with its audit row.
  [[nodiscard]] Result<QueueTicket> Act(
      const DeskAct& act, std::string_view name,
      const std::function<Result<QueueTicket>(store::Transaction&, WallTime)>& change);
  [[nodiscard]] Result<QueueTicket> Save(store::Transaction& transaction, QueueTicket ticket);
  /// A ticket as the store holds it; empty when it is none.
  [[nodiscard]] static Result<std::optional<QueueTicket>> Look(store::Transaction& transaction,
                                                               const std::string& ticket_id);
  /// Who is called to a room, as the store holds it.
  [[nodiscard]] Result<std::optional<QueueTicket>> CalledTo(store::Transaction& transaction,
                                                            const std::string& service_id,
                                                            const std::string& room_id) const;
  /// As CalledTo. NotFound: nobody is called.
  [[nodiscard]] Result<QueueTicket> Current(store::Transaction& transaction, const DeskAct& act,
                                            const std::string& service_id) const;
  /// "" when nobody works there.
  [[nodiscard]] std::string ServiceOfRoom(const std::string& room_id);
  /// Who is to be called: the first that waits, or `act.ticket_id`. Errors as Call().
  [[nodiscard]] Result<QueueTicket> Choose(store::Transaction& transaction, const DeskAct& act,
                                           const std::string& service_id) const;
  /// Lets the board count with a ticket that is not committed yet.
  void ShowDraft(store::Transaction& transaction, const QueueTicket& ticket);
  [[nodiscard]] Status FinishCurrent(store::Transaction& transaction, const DeskAct& act,
                                     const std::string& service_id, WallTime now);
  [[nodiscard]] Status FulfilAppointment(store::Transaction& transaction,
                                         const std::string& appointment_id);
  /// The status of a finished write; when nobody knows what became of it, the board is read again.
  [[nodiscard]] Status Write(const store::ResourceStore::WriteJob& job);

  store::ResourceStore& store_;
  const Clock& clock_;
  const HospitalOptions options_;
  Bookings bookings_;
  Directory directory_;
  QueueBoard board_;
  std::atomic<bool> board_broken_ = false;
};

}  // namespace yizhan::hospital
