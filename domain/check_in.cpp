#include "domain/check_in.h"

namespace yizhan::domain {
namespace {

CheckInOutcome OfState(const Visit& visit) {
  switch (visit.state) {
    case VisitState::CheckedIn:
    case VisitState::InConsultation: return CheckInOutcome::AlreadyCheckedIn;
    case VisitState::Done:
    case VisitState::Cancelled: return CheckInOutcome::NotBooked;
    case VisitState::NoShow: return CheckInOutcome::Late;
    case VisitState::Booked: break;
  }
  return visit.kind == BookingKind::Waiting ? CheckInOutcome::NotBooked : CheckInOutcome::Ready;
}

}  // namespace

CheckInVerdict DecideCheckIn(const Visit& visit, const SiteId& here, WallTime now, TimeZone zone,
                             const CheckInPolicy& policy) {
  const WallTime by_policy =
      visit.kind == BookingKind::Guaranteed ? visit.end : visit.start + policy.late_after_start;
  const WallTime closes = visit.kept_until.value_or(by_policy);
  const CheckInOutcome state = OfState(visit);
  if (state == CheckInOutcome::Late) return {state, closes};
  if (state != CheckInOutcome::Ready) return {state, {}};
  if (visit.site_id != here) return {CheckInOutcome::WrongSite, {}};
  if (LocalDay(visit.start, zone) != LocalDay(now, zone)) {
    return {CheckInOutcome::WrongDay, visit.start};
  }
  const WallTime opens = visit.opens_at.value_or(visit.start - policy.opens_before_start);
  if (now < opens) return {CheckInOutcome::TooEarly, opens};
  if (now > closes) return {CheckInOutcome::Late, closes};
  if (visit.due_minor > 0) return {CheckInOutcome::PaymentDue, {}};
  return {CheckInOutcome::Ready, {}};
}

}  // namespace yizhan::domain
