#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backend/hospital/booking/booking_record.h"
#include "backend/hospital/booking/seat.h"
#include "backend/hospital/messages/message_rules.h"
#include "backend/hospital/messages/message_text.h"
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
  MessageRules messages;
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
  bool prepay = false;            ///< 保证类: the fee is paid now.
  std::string quota;              ///< The contract that this booking belongs to; "": none.
  std::string follow_up_id = {};  ///< The Task whose suggestion it answers; "": none.
  /// What the patient wrote about the illness (F15): for who treats, and for nobody else.
  std::string notes = {};
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

/// The patient said to come late. Kept with its time in the audit.
struct LateNotice {
  std::string appointment_id;
  std::string channel;  ///< As of BookRequest.
  std::string who;      ///< Terminal or account.
  WallTime promised{};
};

/// What a stopped clinic gives beside the money (F20).
enum class Remedy {
  Rebook,  ///< Another time for nothing.
  Refund,
};

struct StopRequest {
  std::string schedule_id;
  std::string who;
  std::string reason;
  Remedy remedy = Remedy::Rebook;
};

struct SubstituteRequest {
  std::string schedule_id;
  std::string doctor_id;  ///< Who takes the session over.
  std::string who;
  std::string reason;
};

struct RebookRequest {
  std::string operation_id;
  std::string channel;
  std::string who;
  std::string appointment_id;  ///< The stopped one.
  std::string slot_id;
};

struct AddRequest {
  std::string operation_id;
  std::string channel;
  std::string who;
  std::string schedule_id;
  std::string patient_id;
  std::optional<WallTime> start;  ///< Empty: with the last seat of the session.
};

struct AlternativesRequest {
  std::string service_id;
  std::string doctor_id;  ///< "": any.
  std::string level;      ///< "": any.
  WallTime near{};        ///< The nearest to it come first.
  WallTime from{};
  WallTime until{};
  std::size_t most = 6;
};

/// "Come again" as a follow-up says it (F27).
struct SuggestedVisit {
  std::string task_id;
  std::string patient_id;
  std::string service_id;
  std::string doctor_id;
  std::string status;  ///< suggested | booked | visited
  std::vector<Seat> seats;
};

struct ActRequest {
  std::string operation_id;
  std::string appointment_id;
  domain::BookingAct act = domain::BookingAct::Confirm;
  std::string who;
  std::string reason;
  std::int64_t paid_minor = 0;     ///< Of Take: what the payment platform confirmed,
  std::string payment_order = {};  ///< and its number there; "": paid in another way.
};

/// A booking after an act, and what the slip says.
struct BookingAnswer {
  BookingRecord record;
  domain::BookingTimes times;
  std::int64_t fee_minor = 0;
};

/// Tells the follow-up that suggested a booking what became of it (F27): suggested, booked,
/// visited. Does nothing for a booking that none suggested. `zone` gives the date that is said.
[[nodiscard]] Status FollowSuggestion(store::Transaction& transaction, const BookingRecord& record,
                                      TimeZone zone);

/// What the queues do about a booking whose patient has checked in, when its session is stopped or
/// taken over (the booking as it will be), in the caller's transaction. False: the visit has
/// begun, and the booking stays as it is.
using FollowInQueue = std::function<Result<bool>(store::Transaction&, const BookingRecord&)>;

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
  /// Take, Confirm, Cancel, Accept, Decline, Withdraw, Stop, CheckIn, Begin, Finish. Confirm also
  /// agrees to a substitute; Withdraw of a stopped one gives up the right to another time.
  [[nodiscard]] Result<BookingAnswer> Act(const ActRequest& request);
  /// The patient will come late (0.1(2)).
  [[nodiscard]] Result<BookingAnswer> NoticeLate(const LateNotice& notice);
  /// Onto the waiting list.
  [[nodiscard]] Result<BookingAnswer> Wait(const WaitRequest& request);
  /// Forgives a no-show: its penalty, where there is one, goes back, and it no longer counts
  /// towards a ban (爽约). Refused without a reason, and the second time.
  [[nodiscard]] Result<BookingAnswer> Waive(const std::string& appointment_id,
                                            const std::string& who, const std::string& reason);
  /// 停诊: closes all seats of a Schedule and stops every booking on them: everything prepaid goes
  /// back, nobody has a penalty or a no-show, everybody is told (F20). Returns the bookings. Knows
  /// nothing of queues: Queues::StopSession() does.
  [[nodiscard]] Result<std::vector<BookingRecord>> StopSchedule(const StopRequest& request);
  /// 替诊: another doctor of the same title keeps the session; nobody pays more, and who does not
  /// want it cancels for nothing until it begins. Refused: not-same-level, doctor-busy, stopped.
  [[nodiscard]] Result<std::vector<BookingRecord>> Substitute(const SubstituteRequest& request);
  /// Another time for a stopped booking, once, within BookingRules::rebook_within, or until it
  /// begins for one that a substitute took over, which is cancelled for nothing; what was prepaid
  /// for that pays for a seat of the same price, else it goes back. Bans do not count. Refused:
  /// wrong-state (nothing is owed, another department), too-late.
  [[nodiscard]] Result<BookingAnswer> Rebook(const RebookRequest& request);
  /// 加号: a number beyond capacity for a named patient. Refused: most-added, stopped, closed.
  [[nodiscard]] Result<BookingAnswer> AddNumber(const AddRequest& request);

  /// Free seats for somebody whose wish cannot be met, the nearest first. Reads only.
  [[nodiscard]] Result<std::vector<Seat>> Alternatives(const AlternativesRequest& request);
  /// The same for a booking: of its department and level, nearest to its time.
  [[nodiscard]] Result<std::vector<Seat>> AlternativesOf(const std::string& appointment_id,
                                                         std::size_t most = 6);
  /// A follow-up's suggestion with seats for it (F27). NotFound: no follow-up.
  [[nodiscard]] Result<SuggestedVisit> SuggestedBy(const std::string& task_id);

  /// What to do before the visit (F48), for a slip: approved texts with their versions.
  [[nodiscard]] Result<std::vector<ApprovedText>> Preparations(const fhir::Json& appointment) const;
  /// 请柬 for whoever comes along (F49); see ComposeInvitation().
  [[nodiscard]] Result<domain::LocalText> Invitation(const std::string& appointment_id) const;

  // What others do to bookings, in their own transaction.

  /// As StopSchedule() and Substitute(), with the queue's part of it.
  [[nodiscard]] Result<std::vector<BookingRecord>> StopIn(store::Transaction& transaction,
                                                          const StopRequest& request,
                                                          const FollowInQueue& queue) const;
  [[nodiscard]] Result<std::vector<BookingRecord>> SubstituteIn(store::Transaction& transaction,
                                                                const SubstituteRequest& request,
                                                                const FollowInQueue& queue) const;

  /// The appointment as that of a patient who has come; its deadline ends. Also for appointments
  /// that another program wrote. Errors as Transaction::Update().
  [[nodiscard]] Result<store::StoredResource> CheckIn(store::Transaction& transaction,
                                                      fhir::Json appointment) const;
  /// A patient who was let in without check-in (非签到) never came: a no-show like any other.
  /// Nothing for an appointment in another state.
  [[nodiscard]] Status Miss(store::Transaction& transaction,
                            const std::string& appointment_id) const;
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

  /// Runs one act in a transaction; the engine may run it again.
  template <typename T, typename Act>
  [[nodiscard]] Result<T> InOne(const Act& act) {
    Result<T> answer = Fail(ErrorCode::Internal, "did not run");
    const Status status = store_.Write([&](store::Transaction& transaction) -> Status {
      answer = act(transaction);
      return answer ? Status() : tl::unexpected<Error>(answer.error());
    });
    if (!status) return tl::unexpected<Error>(status.error());
    return answer;
  }

  store::ResourceStore& store_;
  const Clock& clock_;
  const BookingRules rules_;
};

}  // namespace yizhan::hospital
