#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "backend/fhir/json.h"
#include "backend/hospital/booking/bookings.h"
#include "backend/hospital/directory.h"
#include "backend/hospital/queue_board.h"
#include "backend/hospital/queues/queues.h"
#include "backend/store/resource_store.h"
#include "base/clock.h"
#include "domain/check_in.h"

namespace yizhan::hospital {

struct HospitalOptions {
  TimeZone zone{};
  domain::CheckInPolicy check_in;
  /// Rules of queues where the store holds none (domain.md 2.5).
  QueuePolicy queues = DefaultQueuePolicy();
  BookingRules booking;
};

/// What an operation answers over HTTP.
struct OperationAnswer {
  int status = 200;
  fhir::Json body;  ///< Parameters or OperationOutcome.
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

  /// A person at a desk admits somebody whom a terminal refused: too early, too late (who is put in
  /// as late), or given up as not come. Not who is booked for another day or has to pay. Needs a
  /// reason. Refused with a code of systems::kCheckInRefusal, or "reason".
  [[nodiscard]] Result<QueueTicket> CheckInAtDesk(const std::string& appointment_id,
                                                  const DeskAct& act,
                                                  const std::string& operation_id);

  /// All acts on queues; see their own header.
  [[nodiscard]] Queues& Queue() { return queues_; }
  // The commonest of them.
  [[nodiscard]] Result<QueueTicket> Call(const DeskAct& act) { return queues_.Call(act); }
  [[nodiscard]] Result<QueueTicket> CallAgain(const DeskAct& act) { return queues_.CallAgain(act); }
  [[nodiscard]] Result<QueueTicket> Pass(const DeskAct& act) { return queues_.Pass(act); }
  [[nodiscard]] Result<QueueTicket> Finish(const DeskAct& act) { return queues_.Finish(act); }
  [[nodiscard]] Result<QueueTicket> Recall(const DeskAct& act) { return queues_.Recall(act); }
  /// A person went to the terminal that called.
  [[nodiscard]] Status AnswerStaffCall(const std::string& task_id, const std::string& staff);

  /// The rules of booking; see their own header.
  [[nodiscard]] Bookings& Booking() { return bookings_; }
  [[nodiscard]] const QueueBoard& Board() const { return board_; }
  [[nodiscard]] std::shared_ptr<const DirectorySnapshot> Places() { return directory_.Now(); }
  [[nodiscard]] const HospitalOptions& Options() const { return options_; }
  [[nodiscard]] WallTime Now() const { return clock_.Now(); }
  [[nodiscard]] std::string Today() const { return ToDate(LocalDay(clock_.Now(), options_.zone)); }
  /// Raised by every change of an Invoice or a MedicationRequest, by whichever process: somebody
  /// may have paid for something.
  [[nodiscard]] std::uint64_t PaymentChanges() const { return payment_changes_; }
  /// Moves the board to today when the day has changed.
  void TurnDay() { queues_.TurnDay(); }

 private:
  class CheckInJob;

  store::ResourceStore& store_;
  const Clock& clock_;
  const HospitalOptions options_;
  std::atomic<std::uint64_t> payment_changes_ = 1;
  Bookings bookings_;
  Directory directory_;
  QueueBoard board_;
  Queues queues_;
};

}  // namespace yizhan::hospital
