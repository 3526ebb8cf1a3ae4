/// \file
/// A booking as a contract: its states, its clocks, what an act or the time does to it, and what
/// becomes of the money (domain.md F17-F23, 0.1, part 6). Pure; every number is policy.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <variant>

#include "base/clock.h"
#include "base/result.h"
#include "domain/check_in.h"
#include "domain/visit.h"

namespace yizhan::domain {

enum class BookingState {
  Locked,          ///< The seat is held while the patient decides or pays.
  PendingConfirm,  ///< 确认类 before its confirmation.
  Booked,          ///< Confirmed; a guaranteed one is paid.
  CheckedIn,
  InVisit,
  Waiting,  ///< On the waiting list.
  Offered,  ///< A seat became free and is held for this entry.
  // Ends. Nothing leaves them.
  Done,
  LockExpired,    ///< Nothing was charged.
  Unconfirmed,    ///< The confirm deadline passed; counts against nobody.
  Cancelled,      ///< By the patient, in time.
  CancelledLate,  ///< By the patient, after the free limit and before the hospital gave up.
  NoShow,
  Stopped,    ///< By the hospital (停诊); a substitute or another booking takes its place.
  Withdrawn,  ///< A waiting entry that was given up, or whose time came without an offer.
};

[[nodiscard]] bool IsEnd(BookingState state);
/// A seat of the pool is taken by a booking in this state.
[[nodiscard]] bool HoldsSeat(BookingState state);

/// Of a hospital or a department. Defaults are the house's where the sources give none.
struct BookingPolicy {
  CheckInPolicy check_in;
  /// Booked so few days ahead or fewer: temporary, confirmed at once (F17).
  int temporary_within_days = 0;
  std::chrono::minutes lock_for{10};             ///< To decide and to pay (F21).
  std::chrono::minutes confirm_before{24 * 60};  ///< Of the slot's start (F19).
  /// Free cancelling ends on the day before at this time of day ...
  std::chrono::minutes cancel_day_before_at{17 * 60};
  /// ... and for what was booked on the day itself, so long before the start.
  std::chrono::minutes cancel_same_day_before{30};
  /// When a booking lapses: minutes after the start are in `check_in.late_after_start`; a hospital
  /// may set one time of day instead (0.1(1)), which counts for what begins before it.
  std::optional<std::chrono::minutes> lapses_at_time_of_day;
  std::chrono::minutes warn_before_lapse{10};  ///< The list 即将逾时.
  int penalty_percent = 20;                    ///< Of the prepaid fee; 0: none (F22).
  std::chrono::minutes offer_for{15};          ///< A waiting entry's time to answer (F23) ...
  std::chrono::minutes offer_for_same_day{5};  ///< ... when the slot is today.
  friend bool operator==(const BookingPolicy&, const BookingPolicy&) = default;
};

struct Booking {
  BookingKind kind = BookingKind::Confirmed;
  BookingState state = BookingState::Locked;
  WallTime made_at{};
  /// The slot; of a waiting entry the time within which any slot will do.
  WallTime start{};
  WallTime end{};
  WallTime held_until{};  ///< Of Locked and Offered.
  /// The patient called: late, will come at that time (0.1(2)).
  std::optional<WallTime> promised_arrival;
  std::int64_t prepaid_minor = 0;
  /// The hospital changed it (替诊): cancelling is free until it begins.
  bool free_to_cancel = false;
  bool penalty_waived = false;  ///< By a named person with a reason.
};

/// Temporary when the visit is close, else confirmed; prepaid: guaranteed (F17, F21).
[[nodiscard]] BookingKind KindOf(WallTime made_at, WallTime start, bool prepaid, TimeZone zone,
                                 const BookingPolicy& policy);

/// The clocks of a booking.
struct BookingTimes {
  WallTime confirm_by{};
  WallTime cancel_until{};     ///< Inclusive; later is late.
  WallTime advised_arrival{};  ///< 建议到院 (F24).
  WallTime check_in_opens{};
  WallTime warn_at{};  ///< 即将逾时.
  WallTime lapses{};   ///< Exactly then is still in time; the next instant is a no-show.
};
[[nodiscard]] BookingTimes TimesOf(const Booking& booking, TimeZone zone,
                                   const BookingPolicy& policy);

enum class BookingAct {
  Take,     ///< Of Locked: the patient agreed (and paid, if guaranteed).
  Confirm,  ///< By phone, on the web or on site; once more changes nothing.
  Cancel,
  CheckIn,
  Begin,
  Finish,
  Stop,   ///< The hospital cannot keep it.
  Offer,  ///< Of Waiting: a seat became free.
  Accept,
  Decline,  ///< The entry stays on the list.
  Withdraw,
};

/// The state after an act. Refused: not from this state, or too late; the detail is a word of the
/// program ("too-late", "not-paid", "wrong-state"), never shown as it is.
[[nodiscard]] Result<BookingState> After(const Booking& booking, BookingAct act, WallTime now,
                                         TimeZone zone, const BookingPolicy& policy);

/// The state that time alone has led to by `now`; the same state when nothing has run out.
[[nodiscard]] BookingState AfterTime(const Booking& booking, WallTime now, TimeZone zone,
                                     const BookingPolicy& policy);
/// When AfterTime() will next say something else. Empty: never.
[[nodiscard]] std::optional<WallTime> NextDeadline(const Booking& booking, TimeZone zone,
                                                   const BookingPolicy& policy);

/// What becomes of the prepaid fee at an end; keeps + refunds = prepaid.
struct Settlement {
  std::int64_t penalty_minor = 0;  ///< Rounded down: in the patient's favour (part 7).
  std::int64_t refund_minor = 0;
  friend bool operator==(const Settlement&, const Settlement&) = default;
};
[[nodiscard]] Settlement SettlementOf(const Booking& booking, const BookingPolicy& policy);

/// How long an offer made at `now` stands; never beyond `latest`, the start of the slot or, when it
/// has begun, its end.
[[nodiscard]] WallTime OfferUntil(WallTime now, WallTime latest, TimeZone zone,
                                  const BookingPolicy& policy);

}  // namespace yizhan::domain
