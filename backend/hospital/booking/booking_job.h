/// \file
/// The steps of booking inside one transaction. Private to this folder.
#pragma once

#include "backend/hospital/booking/bookings.h"
#include "backend/hospital/timed_key.h"

namespace yizhan::hospital {

/// One act on bookings. Lives as long as the transaction.
class Bookings::Job {
 public:
  Job(const Bookings& desk, store::Transaction& transaction)
      : transaction_(transaction), rules_(desk.rules_), now_(desk.clock_.Now()) {}

  [[nodiscard]] Result<BookingAnswer> Book(const BookRequest& request);
  [[nodiscard]] Result<BookingAnswer> Act(const ActRequest& request);
  [[nodiscard]] Result<BookingAnswer> NoticeLate(const LateNotice& notice);
  [[nodiscard]] Result<BookingAnswer> Wait(const WaitRequest& request);
  [[nodiscard]] Result<BookingAnswer> Waive(const std::string& id, const std::string& who,
                                            const std::string& reason);
  [[nodiscard]] Result<std::vector<BookingRecord>> StopSchedule(const StopRequest& request,
                                                                const FollowInQueue& queue);
  [[nodiscard]] Result<std::vector<BookingRecord>> Substitute(const SubstituteRequest& request,
                                                              const FollowInQueue& queue);
  [[nodiscard]] Result<BookingAnswer> Rebook(const RebookRequest& request);
  [[nodiscard]] Result<BookingAnswer> AddNumber(const AddRequest& request);
  /// Lets a booking be as its patient who has come; other fields stay.
  [[nodiscard]] Result<store::StoredResource> CheckIn(fhir::Json appointment);
  /// See Bookings::Miss().
  [[nodiscard]] Status Miss(const std::string& id);
  /// See Bookings::Follow().
  [[nodiscard]] Status Follow(const std::string& id);
  /// What became due under this key; nothing when it is no longer true.
  [[nodiscard]] Status Due(const std::string& key);

 private:
  [[nodiscard]] Status CheckSeat(const Seat& seat, const BookRequest& request) const;
  [[nodiscard]] Status CheckPerson(const Seat& seat, const BookRequest& request);
  /// What the person holds already, without one booking, against the limits.
  [[nodiscard]] Status CheckHeld(const Seat& seat, const std::string& patient_id,
                                 const std::string& except);
  [[nodiscard]] Status CheckBarred(const std::string& patient_id);
  [[nodiscard]] Result<std::vector<BookingRecord>> BookingsOf(const std::string& patient_id,
                                                              std::chrono::local_days day);
  [[nodiscard]] Result<std::vector<store::StoredResource>> SlotsOf(const std::string& schedule_id);
  /// The bookings that hold a seat.
  [[nodiscard]] Result<std::vector<BookingRecord>> BookingsOn(const std::string& slot_id);
  [[nodiscard]] Status CheckSubstitute(const std::string& schedule_id, const std::string& stopped,
                                       const std::string& substitute);
  /// The right to another time is not wanted.
  [[nodiscard]] Result<BookingAnswer> GiveUpRebooking(const BookingRecord& before,
                                                      const ActRequest& request);
  /// Refused: wrong-state, too-late.
  [[nodiscard]] Status CheckOwed(const BookingRecord& record) const;
  /// The queue's part in a change of the session: true where there is none.
  [[nodiscard]] Result<bool> MayChange(const BookingRecord& record, const FollowInQueue& queue);

  [[nodiscard]] Result<BookingRecord> Read(const std::string& id);
  /// Stores a new state with its deadline, seat, waiting entry and money. `before` empty: new.
  [[nodiscard]] Status Move(BookingRecord& record, const std::optional<BookingRecord>& before);
  [[nodiscard]] Status Store(BookingRecord& record);
  [[nodiscard]] Status FollowDeadline(const BookingRecord& record,
                                      const std::optional<BookingRecord>& before);
  [[nodiscard]] Status FollowSeat(const BookingRecord& record, const BookingRecord& before);
  /// Tells the patient what became of the booking (see messages/outbox.h).
  [[nodiscard]] Status FollowMessages(const BookingRecord& record,
                                      const std::optional<BookingRecord>& before);
  /// Counts the booking in its contract (F14).
  [[nodiscard]] Status FollowQuota(const BookingRecord& record,
                                   const std::optional<BookingRecord>& before);
  /// Settles the invoice, and owes the patient what is to go back.
  [[nodiscard]] Status FollowMoney(const BookingRecord& record,
                                   const std::optional<BookingRecord>& before);
  [[nodiscard]] Status SetInvoice(const std::string& id, const char* status);
  /// What was paid is the price of the invoice: another sum buys nothing.
  [[nodiscard]] Status CheckPrice(const BookingRecord& record);
  [[nodiscard]] Status Tell(const BookingRecord& record, MessageKind kind);
  [[nodiscard]] Status FollowForeignSeat(const std::optional<BookingRecord>& after,
                                         const std::optional<BookingRecord>& before);
  [[nodiscard]] Result<bool> HeldByOther(const std::string& slot_id,
                                         const std::string& appointment_id);
  [[nodiscard]] Status FollowWaiting(const BookingRecord& record,
                                     const std::optional<BookingRecord>& before);
  /// Somebody gave a seat back: the waiting list first, else it is sold again later.
  /// Never offered to `giver`, who did not want it.
  [[nodiscard]] Status GiveBack(Seat& seat, const std::string& giver);
  [[nodiscard]] Result<bool> OfferToFirst(Seat& seat, const std::string& giver);
  [[nodiscard]] Status TakeOffer(BookingRecord& record);
  [[nodiscard]] Status Audit(const BookingRecord& record, std::string_view act,
                             const std::string& who, const std::string& reason);
  [[nodiscard]] Result<std::optional<BookingAnswer>> Remembered(const std::string& operation_id,
                                                                const std::string& appointment_id);
  [[nodiscard]] Status Remember(const std::string& operation_id, const BookingRecord& record);

  [[nodiscard]] const domain::BookingPolicy& PolicyOf(const std::string& service_id) const;
  [[nodiscard]] BookingAnswer AnswerOf(BookingRecord record, std::int64_t fee_minor) const;

  store::Transaction& transaction_;
  const BookingRules& rules_;
  const WallTime now_;
  /// The hospital owes this number: sessions may be closed to booking, and nobody is barred.
  bool owed_ = false;
  /// What was prepaid for it pays for a seat of the same price. Null: nothing.
  const BookingRecord* paid_by_ = nullptr;
};

/// A refusal of the rules; `code` is one of systems::kBookingRefusal.
[[nodiscard]] tl::unexpected<Error> RefuseBooking(const char* code);

// Keys of the records that this folder keeps.

inline constexpr const char* kDeadlines = "deadline";  ///< By TimedKey(): what becomes due.
inline constexpr const char* kWaiting = "waiting";     ///< By service, day and order.
/// "cardio|2026-03-10|"
[[nodiscard]] std::string WaitingPrefix(const std::string& service_id, const std::string& day);

}  // namespace yizhan::hospital
