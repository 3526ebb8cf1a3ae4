#include "kiosk/flows/booking_facts.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

namespace yizhan::flows {

using domain::BookingState;
using screens::BookingFacts;
using screens::BookingResultModel;
using screens::ReadBackModel;

std::string TimeRange(WallTime start, WallTime end, TimeZone zone) {
  return ToLocalHourMinute(start, zone) + "–" + ToLocalHourMinute(end, zone);
}

BookingFacts FactsOf(const domain::BookableSession& session, TimeZone zone) {
  BookingFacts facts;
  facts.kind = session.kind;
  facts.service = session.service;
  facts.doctor = session.doctor;
  facts.doctor_title = session.doctor_title;
  facts.date = ToLocalDate(session.start, zone);
  facts.place = session.where.area;
  facts.fee_minor = session.fee_minor;
  return facts;
}

BookingFacts FactsOf(const domain::BookableSession& session, const domain::FreeSeat& seat,
                     TimeZone zone) {
  BookingFacts facts = FactsOf(session, zone);
  facts.date = ToLocalDate(seat.start, zone);
  facts.time_range = TimeRange(seat.start, seat.end, zone);
  return facts;
}

BookingFacts FactsOf(const domain::OwnBooking& booking, TimeZone zone) {
  const WallTime start = booking.offered ? booking.offered->start : booking.booking.start;
  const WallTime end = booking.offered ? booking.offered->end : booking.booking.end;
  BookingFacts facts;
  facts.kind = booking.kind;
  facts.service = booking.service;
  facts.doctor = booking.doctor;
  facts.doctor_title = booking.doctor_title;
  facts.date = ToLocalDate(start, zone);
  facts.time_range = TimeRange(start, end, zone);
  facts.place = booking.where.area;
  facts.fee_minor = booking.fee_minor;
  return facts;
}

domain::BookingTimes TimesOf(const domain::OwnBooking& booking, const Terminal& terminal) {
  domain::BookingTimes times = domain::TimesOf(booking.booking, terminal.zone, terminal.booking);
  const auto take = [](WallTime told, WallTime& time) {
    if (told != WallTime{}) time = told;
  };
  take(booking.times.confirm_by, times.confirm_by);
  take(booking.times.cancel_until, times.cancel_until);
  take(booking.times.advised_arrival, times.advised_arrival);
  take(booking.times.check_in_opens, times.check_in_opens);
  take(booking.times.lapses, times.lapses);
  return times;
}

domain::OwnBooking AsBooking(const domain::BookableSession& session, const domain::FreeSeat& seat,
                             Moment now, const Terminal& terminal) {
  const domain::BookingPolicy& policy = session.policy ? *session.policy : terminal.booking;
  domain::OwnBooking booking;
  booking.kind = session.kind;
  booking.service_id = session.service_id;
  booking.service = session.service;
  booking.doctor_id = session.doctor_id;
  booking.doctor = session.doctor;
  booking.doctor_title = session.doctor_title;
  booking.where = session.where;
  booking.contents = session.contents;
  booking.fee_minor = session.fee_minor;
  booking.booking.made_at = now.wall;
  booking.booking.start = seat.start;
  booking.booking.end = seat.end;
  booking.booking.kind = domain::KindOf(now.wall, seat.start, false, terminal.zone, policy);
  booking.booking.state = booking.booking.kind == domain::BookingKind::Confirmed
                              ? BookingState::PendingConfirm
                              : BookingState::Booked;
  booking.times = domain::TimesOf(booking.booking, terminal.zone, policy);
  return booking;
}

ReadBackModel ReadBackOf(const domain::OwnBooking& booking, const std::string& masked_name,
                         const Terminal& terminal) {
  using Purpose = ReadBackModel::Purpose;
  const domain::BookingTimes times = TimesOf(booking, terminal);
  ReadBackModel page;
  page.facts = FactsOf(booking, terminal.zone);
  page.masked_name = masked_name;
  if (!booking.id.Empty()) page.number = domain::BookingNumber(booking.id);
  page.paid = booking.booking.prepaid_minor > 0;
  page.preparation = booking.where.preparation;
  page.payer = booking.payer;
  page.contents = booking.contents;
  WallTime until = times.cancel_until;
  switch (booking.booking.state) {
    case BookingState::PendingConfirm:
      // What the bed centre has to confirm is not the patient's to confirm.
      page.purpose = booking.kind == domain::ResourceKind::Bed ? Purpose::Keep : Purpose::Confirm;
      if (page.purpose == Purpose::Confirm) until = times.confirm_by;
      break;
    case BookingState::Offered:
      page.purpose = Purpose::Offer;
      until = booking.booking.held_until;
      break;
    case BookingState::Waiting: page.purpose = Purpose::Waiting; break;
    default: page.purpose = Purpose::Keep;
  }
  if (page.purpose != Purpose::Waiting) {
    // What is offered begins at a time of its own; how long before it to come is the same.
    const WallTime start = booking.offered ? booking.offered->start : booking.booking.start;
    const auto before = booking.booking.start - times.advised_arrival;
    page.advised_arrival = ToLocalHourMinute(start - before, terminal.zone);
    page.until_date = ToLocalDate(until, terminal.zone);
    page.until_time = ToLocalHourMinute(until, terminal.zone);
  }
  page.can_change = page.purpose == Purpose::Confirm || page.purpose == Purpose::Keep;
  page.can_cancel = page.can_change || page.purpose == Purpose::Waiting;
  if (booking.booking.promised_arrival) {
    page.kept_until = ToLocalHourMinute(times.lapses, terminal.zone);
  }
  return page;
}

BookingResultModel ResultOf(const domain::OwnBooking& booking, BookingResultModel::What what,
                            Moment now, const Terminal& terminal) {
  const domain::BookingTimes times = TimesOf(booking, terminal);
  const WallTime until = what == BookingResultModel::What::ToConfirm   ? times.confirm_by
                         : what == BookingResultModel::What::LateNoted ? times.lapses
                                                                       : times.cancel_until;
  BookingResultModel page;
  page.what = what;
  page.facts = FactsOf(booking, terminal.zone);
  page.number = domain::BookingNumber(booking.id);
  page.paid = booking.booking.prepaid_minor > 0;
  page.advised_arrival = ToLocalHourMinute(times.advised_arrival, terminal.zone);
  // A limit that is over already would only be a puzzle.
  if (until > now.wall) {
    page.until_date = ToLocalDate(until, terminal.zone);
    page.until_time = ToLocalHourMinute(until, terminal.zone);
  }
  return page;
}

BookingResultModel::What MadeAs(const domain::OwnBooking& booking) {
  using What = BookingResultModel::What;
  const BookingState state = booking.booking.state;
  if (state == BookingState::Waiting || state == BookingState::Offered) return What::OnWaitingList;
  if (booking.kind == domain::ResourceKind::Bed) return What::ToBeAnswered;
  return state == BookingState::PendingConfirm ? What::ToConfirm : What::Booked;
}

void SetOperation(domain::BookingQuestion& question, const domain::OperationId& operation) {
  std::visit(
      [&](auto& one) {
        if constexpr (requires { one.operation; }) one.operation = operation;
      },
      question);
}

bool IsOpen(const domain::BookableSession& session, WallTime now) {
  const bool closed = session.closes_at != WallTime{} && session.closes_at <= now;
  return !session.stopped && session.release_at <= now && !closed;
}

std::vector<domain::BookableSession> OnDay(const std::vector<domain::BookableSession>& sessions,
                                           std::chrono::local_days day, TimeZone zone) {
  std::vector<domain::BookableSession> of_day;
  std::ranges::copy_if(sessions, std::back_inserter(of_day),
                       [&](const auto& session) { return LocalDay(session.start, zone) == day; });
  return of_day;
}

std::vector<TimeChoice> TimesIn(const std::vector<domain::BookableSession>& sessions,
                                const domain::ServiceId& service, const std::string& doctor_id,
                                WallTime now) {
  const auto rank = [&](const TimeChoice& choice) {
    const domain::BookableSession& session = sessions[choice.session];
    const int level = session.level ? static_cast<int>(*session.level) : 0;
    return std::tuple(level, -static_cast<int>(session.free.size()), choice.session);
  };
  std::map<std::pair<WallTime, WallTime>, TimeChoice> by_time;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    const domain::BookableSession& session = sessions[i];
    const bool fits =
        session.service_id == service && (doctor_id.empty() || session.doctor_id == doctor_id);
    if (!fits || !IsOpen(session, now)) continue;
    for (const domain::FreeSeat& seat : session.free) {
      const TimeChoice choice{seat, i, 1};
      const auto [at, is_first] = by_time.try_emplace({seat.start, seat.end}, choice);
      if (is_first) continue;
      const int free = at->second.free + 1;
      if (rank(choice) < rank(at->second)) at->second = choice;
      at->second.free = free;
    }
  }
  std::vector<TimeChoice> times;
  for (auto& [time, choice] : by_time) times.push_back(choice);
  return times;
}

std::vector<TimeChoice> AllTimesIn(const std::vector<domain::BookableSession>& sessions,
                                   const domain::ServiceId& service, const std::string& doctor_id,
                                   WallTime now) {
  std::vector<TimeChoice> times = TimesIn(sessions, service, doctor_id, now);
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    const domain::BookableSession& session = sessions[i];
    const bool fits =
        session.service_id == service && (doctor_id.empty() || session.doctor_id == doctor_id);
    if (!fits || !IsOpen(session, now)) continue;
    for (const domain::FreeSeat& seat : session.gone) {
      const bool known = std::ranges::any_of(times, [&](const TimeChoice& time) {
        return time.seat.start == seat.start && time.seat.end == seat.end;
      });
      if (!known && seat.start > now) times.push_back({seat, i, 0});
    }
  }
  std::ranges::stable_sort(times, [](const TimeChoice& one, const TimeChoice& other) {
    return std::tie(one.seat.start, one.seat.end) < std::tie(other.seat.start, other.seat.end);
  });
  return times;
}

}  // namespace yizhan::flows
