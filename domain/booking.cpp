#include "domain/booking.h"

#include <algorithm>

namespace yizhan::domain {
namespace {

using State = BookingState;
using Act = BookingAct;
using std::chrono::days;
using std::chrono::milliseconds;

/// When the hospital gives the seat up.
WallTime LapsesOf(const Booking& booking, TimeZone zone, const BookingPolicy& policy) {
  // A guaranteed one is kept until its slot is over (0.1(3)).
  if (booking.kind == BookingKind::Guaranteed) return booking.end;
  WallTime lapses = booking.start + policy.check_in.late_after_start;
  if (policy.lapses_at_time_of_day) {
    // For what begins before that hour only; the others have their minutes.
    const WallTime hour =
        AtLocal(LocalDay(booking.start, zone), *policy.lapses_at_time_of_day, zone);
    if (hour > booking.start) lapses = hour;
  }
  // Who called is waited for, at most to the end of the slot (0.1(2)).
  if (booking.promised_arrival) {
    lapses = std::max(lapses, std::min(*booking.promised_arrival, booking.end));
  }
  return lapses;
}

tl::unexpected<Error> Refuse(const char* word) { return Fail(ErrorCode::Refused, word); }

Result<State> TakeLocked(const Booking& booking, WallTime now) {
  if (booking.state != State::Locked) return Refuse("wrong-state");
  if (now > booking.held_until) return Refuse("too-late");
  switch (booking.kind) {
    case BookingKind::Temporary: return State::Booked;
    case BookingKind::Confirmed: return State::PendingConfirm;
    case BookingKind::Guaranteed:
      if (booking.prepaid_minor <= 0) return Refuse("not-paid");
      return State::Booked;
    case BookingKind::Waiting: break;
  }
  return Refuse("wrong-state");
}

Result<State> CancelIt(const Booking& booking, WallTime now, const BookingTimes& times) {
  if (booking.state == State::Locked) return State::LockExpired;
  if (booking.state == State::PendingConfirm) return State::Cancelled;
  if (booking.state != State::Booked) return Refuse("wrong-state");
  if (now <= times.cancel_until) return State::Cancelled;
  if (booking.free_to_cancel && now < booking.start) return State::Cancelled;
  if (now <= times.lapses) return State::CancelledLate;
  return Refuse("too-late");
}

}  // namespace

bool IsEnd(State state) {
  switch (state) {
    case State::Done:
    case State::LockExpired:
    case State::Unconfirmed:
    case State::Cancelled:
    case State::CancelledLate:
    case State::NoShow:
    case State::Stopped:
    case State::Withdrawn: return true;
    default: return false;
  }
}

bool HoldsSeat(State state) { return !IsEnd(state) && state != State::Waiting; }

BookingKind KindOf(WallTime made_at, WallTime start, bool prepaid, TimeZone zone,
                   const BookingPolicy& policy) {
  if (prepaid) return BookingKind::Guaranteed;
  const days ahead = LocalDay(start, zone) - LocalDay(made_at, zone);
  const bool close = ahead <= days(policy.temporary_within_days);
  // Where no time is left to confirm, booking is confirming.
  const bool too_late_to_confirm = made_at >= start - policy.confirm_before;
  return close || too_late_to_confirm ? BookingKind::Temporary : BookingKind::Confirmed;
}

BookingTimes TimesOf(const Booking& booking, TimeZone zone, const BookingPolicy& policy) {
  BookingTimes times;
  const std::chrono::local_days day = LocalDay(booking.start, zone);
  times.confirm_by = booking.start - policy.confirm_before;
  times.cancel_until = LocalDay(booking.made_at, zone) == day
                           ? booking.start - policy.cancel_same_day_before
                           : AtLocal(day - days(1), policy.cancel_day_before_at, zone);
  times.advised_arrival = booking.start - policy.check_in.arrive_before_start;
  times.check_in_opens = booking.start - policy.check_in.opens_before_start;
  times.lapses = LapsesOf(booking, zone, policy);
  times.warn_at = times.lapses - policy.warn_before_lapse;
  return times;
}

Result<State> After(const Booking& booking, Act act, WallTime now, TimeZone zone,
                    const BookingPolicy& policy) {
  const State reached = AfterTime(booking, now, zone, policy);
  const BookingTimes times = TimesOf(booking, zone, policy);
  const State from = booking.state;
  const auto only = [&](State needed, State to) -> Result<State> {
    if (from != needed) return Refuse("wrong-state");
    return to;
  };
  // The hospital answers for what it stops also when the patient is late; everything else is over.
  if (act != Act::Stop && reached != from) return Refuse("too-late");
  switch (act) {
    case Act::Take: return TakeLocked(booking, now);
    case Act::Confirm:
      return from == State::Booked ? Result<State>(from)
                                   : only(State::PendingConfirm, State::Booked);
    case Act::Cancel: return CancelIt(booking, now, times);
    case Act::CheckIn: return only(State::Booked, State::CheckedIn);
    case Act::Begin: return only(State::CheckedIn, State::InVisit);
    case Act::Finish: return only(State::InVisit, State::Done);
    case Act::Stop:
      if (from == State::InVisit || IsEnd(from)) return Refuse("wrong-state");
      return State::Stopped;
    case Act::Offer: return only(State::Waiting, State::Offered);
    case Act::Accept: return only(State::Offered, State::Booked);
    case Act::Decline: return only(State::Offered, State::Waiting);
    case Act::Withdraw:
      if (from != State::Waiting && from != State::Offered) return Refuse("wrong-state");
      return State::Withdrawn;
  }
  return Refuse("wrong-state");
}

State AfterTime(const Booking& booking, WallTime now, TimeZone zone, const BookingPolicy& policy) {
  const auto over = [&](WallTime limit, State then) { return now > limit ? then : booking.state; };
  switch (booking.state) {
    case State::Locked: return over(booking.held_until, State::LockExpired);
    case State::PendingConfirm:
      return over(TimesOf(booking, zone, policy).confirm_by, State::Unconfirmed);
    case State::Booked: return over(TimesOf(booking, zone, policy).lapses, State::NoShow);
    case State::Waiting: return over(booking.end, State::Withdrawn);
    case State::Offered:
      if (now > booking.end) return State::Withdrawn;
      return over(booking.held_until, State::Waiting);
    default: return booking.state;
  }
}

std::optional<WallTime> NextDeadline(const Booking& booking, TimeZone zone,
                                     const BookingPolicy& policy) {
  switch (booking.state) {
    case State::Locked: return booking.held_until;
    case State::PendingConfirm: return TimesOf(booking, zone, policy).confirm_by;
    case State::Booked: return TimesOf(booking, zone, policy).lapses;
    case State::Waiting: return booking.end;
    case State::Offered: return std::min(booking.held_until, booking.end);
    default: return std::nullopt;
  }
}

Settlement SettlementOf(const Booking& booking, const BookingPolicy& policy) {
  Settlement settlement{0, booking.prepaid_minor};
  // Stop-clinic, cancelling in time and late cancelling cost nothing: the patient said so before.
  if (booking.state == State::NoShow && booking.kind == BookingKind::Guaranteed &&
      !booking.penalty_waived) {
    const int percent = std::clamp(policy.penalty_percent, 0, 100);
    // Division before multiplication would lose fen, the other way round could overflow.
    settlement.penalty_minor =
        booking.prepaid_minor / 100 * percent + booking.prepaid_minor % 100 * percent / 100;
    settlement.refund_minor -= settlement.penalty_minor;
  }
  if (booking.state == State::Done || !IsEnd(booking.state)) settlement = {};
  return settlement;
}

WallTime OfferUntil(WallTime now, WallTime latest, TimeZone zone, const BookingPolicy& policy) {
  const bool today = LocalDay(now, zone) == LocalDay(latest, zone);
  return std::min<WallTime>(now + (today ? policy.offer_for_same_day : policy.offer_for), latest);
}

}  // namespace yizhan::domain
