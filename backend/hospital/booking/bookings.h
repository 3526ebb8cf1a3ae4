#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backend/hospital/booking/booking_record.h"
#include "backend/hospital/booking/seat.h"
#include "backend/store/resource_store.h"
#include "domain/booking.h"
#include "domain/booking_limits.h"

namespace yizhan::hospital {

/// What a hospital decides about booking. Every number of domain.md that is marked [D].
struct BookingRules {
  TimeZone zone{};
  domain::BookingPolicy policy;
  /// A department's own policy, by HealthcareService id, in place of the hospital's as a whole.
  std::map<std::string, domain::BookingPolicy> by_service;
  domain::BookingLimits limits;
  domain::NoShowPolicy no_show;
  /// A seat that was given back is sold again after a random time between these, so that nobody
  /// can cancel and book it in one go (2.4). Nearer to its start than the longer one: at once.
  std::chrono::minutes release_after_least{60};
  std::chrono::minutes release_after_most{120};
  std::size_t most_waiting = 200;       ///< Per service and day.
  int most_added_per_session = 5;       ///< Numbers beyond capacity (加号) of one Schedule.
  std::chrono::days rebook_within{30};  ///< After a stopped clinic, for nothing.
};

struct BookRequest {
  std::string operation_id;  ///< The same one again: the same answer, no second effect.
  std::string channel;       ///< F13. "desk" and "kiosk" may register on site.
  std::string who;           ///< Terminal or account, for the audit.
  std::string patient_id;
  std::string slot_id;
  bool prepay = false;  ///< 保证类: the fee is paid now.
  std::string quota;    ///< The contract that this booking belongs to; "": none.
};

struct WaitRequest {
  std::string operation_id;
  std::string channel;
  std::string who;
  std::string patient_id;
  std::string service_id;
  std::string doctor_id;  ///< "": any.
  WallTime from{};        ///< Both on one day.
  WallTime until{};
};

struct ActRequest {
  std::string operation_id;
  std::string appointment_id;
  domain::BookingAct act = domain::BookingAct::Confirm;
  std::string who;
  std::string reason;
  std::int64_t paid_minor = 0;  ///< Of Take: what the payment platform confirmed.
};

/// A booking after an act, and what the slip says.
struct BookingAnswer {
  BookingRecord record;
  domain::BookingTimes times;
  std::int64_t fee_minor = 0;
};

/// The rules of booking at work on the store (domain.md F11-F26): one pool for all channels, one
/// winner per seat. Thread-safe; several processes may work on one store. Borrows both.
///
/// Errors of every act: Refused with a code of systems::kBookingRefusal as detail; NotFound; and
/// those of ResourceStore::Write.
class Bookings {
 public:
  Bookings(store::ResourceStore& store, const Clock& clock, BookingRules rules)
      : store_(store), clock_(clock), rules_(std::move(rules)) {}

  [[nodiscard]] Result<BookingAnswer> Book(const BookRequest& request);
  /// Take, Confirm, Cancel, Accept, Decline, Withdraw, Stop, CheckIn, Begin, Finish.
  [[nodiscard]] Result<BookingAnswer> Act(const ActRequest& request);
  /// The patient will come late (0.1(2)).
  [[nodiscard]] Result<BookingAnswer> NoticeLate(const std::string& appointment_id,
                                                 WallTime promised, const std::string& who);
  /// Onto the waiting list.
  [[nodiscard]] Result<BookingAnswer> Wait(const WaitRequest& request);
  /// Forgives the penalty of a no-show. Refused without a reason.
  [[nodiscard]] Result<BookingAnswer> Waive(const std::string& appointment_id,
                                            const std::string& who, const std::string& reason);
  /// 停诊: closes all seats of a Schedule and stops every booking on them. Returns the bookings.
  [[nodiscard]] Result<std::vector<BookingRecord>> StopSchedule(const std::string& schedule_id,
                                                                const std::string& who,
                                                                const std::string& reason);

  // What others do to bookings, in their own transaction.

  /// The appointment as that of a patient who has come; its deadline ends. Also for appointments
  /// that another program wrote. Errors as Transaction::Update().
  [[nodiscard]] Result<store::StoredResource> CheckIn(store::Transaction& transaction,
                                                      fhir::Json appointment) const;
  /// How long an appointment's number is kept for its patient: late notice, fixed cut-off, prepaid
  /// ones to the end of the slot. Empty: not a booking.
  [[nodiscard]] std::optional<WallTime> KeptUntil(const fhir::Json& appointment) const;
  /// Call for each Appointment that was written as plain FHIR, before the transaction ends: gives
  /// it its deadline, takes or gives back its seat. Refused: "full" (another booking has the seat),
  /// "wrong-person" (a booking does not change its person, F26).
  [[nodiscard]] Status Follow(store::Transaction& transaction,
                              const std::string& appointment_id) const;

  /// Does what became due (no-shows, expired locks and offers, releases), at most `most` of it, and
  /// tells how many. Call every second; any process may.
  [[nodiscard]] Result<int> Sweep(int most = 64);
  /// When the next thing becomes due. Empty: nothing is.
  [[nodiscard]] Result<std::optional<WallTime>> NextDue();

  [[nodiscard]] const BookingRules& Rules() const { return rules_; }

 private:
  class Job;

  store::ResourceStore& store_;
  const Clock& clock_;
  const BookingRules rules_;
};

}  // namespace yizhan::hospital
