#include "kiosk/flows/changed_booking.h"

#include "domain/late_arrival.h"

namespace yizhan::flows {

using domain::BookingState;
using screens::BookingChangedModel;

bool AwaitsAnswer(const domain::OwnBooking& booking, WallTime now) {
  const BookingState state = booking.booking.state;
  if (state == BookingState::Stopped) return now <= booking.rebook_until;
  const bool stands = state == BookingState::Booked || state == BookingState::PendingConfirm;
  return stands && booking.awaits_answer && now < booking.booking.start;
}

bool IsForgotten(const domain::OwnBooking& booking, WallTime now) {
  return booking.booking.state == BookingState::Stopped && !AwaitsAnswer(booking, now);
}

BookingChangedModel ChangedOf(const domain::OwnBooking& booking, const Terminal& terminal) {
  const bool stopped = booking.booking.state == BookingState::Stopped;
  BookingChangedModel page;
  page.what = stopped ? BookingChangedModel::What::Stopped : BookingChangedModel::What::Substitute;
  page.facts = FactsOf(booking, terminal.zone);
  page.instead_of = booking.instead_of;
  page.refund_minor = stopped ? booking.refund_minor : booking.booking.prepaid_minor;
  const WallTime until = stopped ? booking.rebook_until : booking.booking.start;
  page.until_date = ToLocalDate(until, terminal.zone);
  page.until_time = ToLocalHourMinute(until, terminal.zone);
  return page;
}

bool KeepsMoney(const domain::OwnBooking& old, std::int64_t fee_minor) {
  const bool stopped = old.booking.state == BookingState::Stopped;
  return !stopped && fee_minor > 0 && old.booking.prepaid_minor == fee_minor;
}

std::vector<WallTime> ArrivalsOf(const domain::OwnBooking& booking, WallTime now,
                                 const Terminal& terminal) {
  return domain::LateArrivals(booking.booking, TimesOf(booking, terminal).lapses, now);
}

screens::ChooseArrivalModel AskArrival(const domain::OwnBooking& booking, WallTime now,
                                       const Terminal& terminal) {
  screens::ChooseArrivalModel page;
  page.facts = FactsOf(booking, terminal.zone);
  page.kept_until = ToLocalHourMinute(TimesOf(booking, terminal).lapses, terminal.zone);
  for (const WallTime arrival : ArrivalsOf(booking, now, terminal)) {
    page.arrivals.push_back(ToLocalHourMinute(arrival, terminal.zone));
    page.to_the_end = arrival == booking.booking.end;
  }
  return page;
}

}  // namespace yizhan::flows
