#include "kiosk/flows/home_tasks.h"

#include <algorithm>

#include "kiosk/flows/changed_booking.h"

namespace yizhan::flows {
namespace {

using domain::CheckInOutcome;
using screens::HomeTask;

/// Smaller comes first on the page.
int Rank(const HomeTask& row) {
  switch (row.kind) {
    case HomeTask::Kind::CheckIn: return row.outcome == CheckInOutcome::Ready ? 0 : 13;
    case HomeTask::Kind::BookingChanged: return -1;  // Waits for an answer.
    case HomeTask::Kind::InQueue: return 1;
    case HomeTask::Kind::Offer: return 2;  // Goes to the next one soon.
    case HomeTask::Kind::Pay: return 3;
    case HomeTask::Kind::LabDraw: return 4;
    case HomeTask::Kind::Exam: return 5;
    case HomeTask::Kind::Medicine: return 6;
    case HomeTask::Kind::ConfirmBooking: return 7;
    case HomeTask::Kind::Suggested: return 8;
    case HomeTask::Kind::Guide: return 9;
    case HomeTask::Kind::Messages: return 10;
    case HomeTask::Kind::Report: return 11;
    case HomeTask::Kind::FollowUp: return 12;
  }
  return 14;
}

HomeTask CountRow(HomeTask::Kind kind, int count, const domain::LocalText& place) {
  HomeTask row;
  row.kind = kind;
  row.count = count;
  row.place = place;
  return row;
}

/// A row for all bookings of this kind, which are the patient's to answer.
template <typename Fits>
void AddBookings(const PatientFound& found, HomeTask::Kind kind, const Fits& fits,
                 std::vector<TodaysTask>& tasks) {
  HomeTask row;
  row.kind = kind;
  for (const domain::OwnBooking& booking : found.bookings) {
    if (!fits(booking) || ++row.count > 1) continue;
    row.service = booking.service;
    row.doctor = booking.doctor;
    row.doctor_title = booking.doctor_title;
  }
  row.here = true;
  if (row.count > 0) tasks.push_back({std::move(row), nullptr, nullptr});
}

/// What is to be answered about bookings.
void AddAnswers(const PatientFound& found, Moment now, std::vector<TodaysTask>& tasks) {
  using domain::BookingState;
  using domain::OwnBooking;
  AddBookings(
      found, HomeTask::Kind::BookingChanged,
      [&](const OwnBooking& one) { return AwaitsAnswer(one, now.wall); }, tasks);
  AddBookings(
      found, HomeTask::Kind::Offer,
      [](const OwnBooking& one) { return one.booking.state == BookingState::Offered; }, tasks);
  AddBookings(
      found, HomeTask::Kind::ConfirmBooking,
      [&](const OwnBooking& one) {
        const bool beds_own = one.kind == domain::ResourceKind::Bed;
        return one.booking.state == BookingState::PendingConfirm && !beds_own &&
               !AwaitsAnswer(one, now.wall);
      },
      tasks);
}

/// A row for each visit that a follow-up suggests: its day and time are all that is left to choose.
void AddSuggested(const PatientFound& found, const Terminal& terminal, Moment now,
                  std::vector<TodaysTask>& tasks) {
  if (!terminal.books || found.offline) return;
  for (const domain::SuggestedVisit& visit : found.suggested) {
    HomeTask row;
    row.kind = HomeTask::Kind::Suggested;
    row.service = visit.service;
    row.doctor = visit.doctor;
    row.doctor_title = visit.doctor_title;
    if (visit.from > now.wall) row.date = ToLocalDate(visit.from, terminal.zone);
    row.here = true;
    tasks.push_back({std::move(row), nullptr, &visit});
  }
}

/// What the hospital's own operations offer at any of its terminals. The guide comes last: it tells
/// about the others.
void AddCare(const PatientFound& found, std::vector<TodaysTask>& tasks) {
  if (found.offline) return;
  const auto add = [&](HomeTask::Kind kind, int count) {
    if (count <= 0) return;
    tasks.push_back({CountRow(kind, count, {}), nullptr, nullptr});
    tasks.back().row.here = true;
  };
  add(HomeTask::Kind::Exam, found.care.exams);
  add(HomeTask::Kind::Medicine, found.care.medicines);
  add(HomeTask::Kind::Messages, found.care.messages);
  const bool any = std::any_of(tasks.begin(), tasks.end(), [](const TodaysTask& task) {
    return task.row.kind != HomeTask::Kind::Messages;
  });
  add(HomeTask::Kind::Guide, found.guides && any ? 1 : 0);
}

bool Matters(const domain::Visit& visit) {
  return visit.state != domain::VisitState::Done && visit.state != domain::VisitState::Cancelled;
}

}  // namespace

HomeTask VisitRow(const domain::Visit& visit, const Terminal& terminal, Moment now) {
  HomeTask row;
  row.service = visit.service;
  row.doctor = visit.doctor;
  row.doctor_title = visit.doctor_title;
  row.place = visit.place;
  row.time_range = ToLocalHourMinute(visit.start, terminal.zone) + "–" +
                   ToLocalHourMinute(visit.end, terminal.zone);
  row.date = ToLocalDate(visit.start, terminal.zone);
  if (visit.ticket) {
    row.kind = HomeTask::Kind::InQueue;
    row.number = visit.ticket->number;
    row.ahead = visit.ticket->ahead;
    row.here = true;
    return row;
  }
  const domain::CheckInVerdict verdict =
      domain::DecideCheckIn(visit, terminal.site, now.wall, terminal.zone, terminal.check_in);
  row.kind = HomeTask::Kind::CheckIn;
  row.outcome = verdict.outcome;
  row.here = verdict.outcome == CheckInOutcome::Ready;
  row.amount_minor = visit.due_minor;
  if (verdict.outcome == CheckInOutcome::WrongSite) row.place = visit.site;
  if (verdict.at != WallTime{}) row.outcome_time = ToLocalHourMinute(verdict.at, terminal.zone);
  return row;
}

std::vector<TodaysTask> TodaysTasks(const PatientFound& found, const Terminal& terminal,
                                    Moment now) {
  std::vector<TodaysTask> tasks;
  const auto today = LocalDay(now.wall, terminal.zone);
  for (const domain::Visit& visit : found.visits) {
    if (!Matters(visit) || LocalDay(visit.start, terminal.zone) != today) continue;
    tasks.push_back({VisitRow(visit, terminal, now), &visit, nullptr});
  }
  const OpenTasks& open = found.tasks;
  if (open.bills > 0) {
    tasks.push_back(
        {CountRow(HomeTask::Kind::Pay, open.bills, terminal.cashier_place), nullptr, nullptr});
    tasks.back().row.amount_minor = open.bills_minor;
  }
  if (open.lab_orders > 0) {
    tasks.push_back(
        {CountRow(HomeTask::Kind::LabDraw, open.lab_orders, terminal.lab_place), nullptr, nullptr});
    tasks.back().row.here = terminal.station == Station::Lab && !found.offline;
  }
  if (open.reports > 0) {
    tasks.push_back(
        {CountRow(HomeTask::Kind::Report, open.reports, terminal.report_place), nullptr, nullptr});
  }
  if (open.forms > 0) {
    tasks.push_back(
        {CountRow(HomeTask::Kind::FollowUp, open.forms, terminal.triage_place), nullptr, nullptr});
  }
  AddAnswers(found, now, tasks);
  AddSuggested(found, terminal, now, tasks);
  AddCare(found, tasks);
  std::stable_sort(tasks.begin(), tasks.end(), [](const TodaysTask& a, const TodaysTask& b) {
    return Rank(a.row) < Rank(b.row);
  });
  return tasks;
}

}  // namespace yizhan::flows
