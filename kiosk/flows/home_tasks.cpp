#include "kiosk/flows/home_tasks.h"

#include <algorithm>

namespace yizhan::flows {
namespace {

using domain::CheckInOutcome;
using screens::HomeTask;

/// Smaller comes first on the page.
int Rank(const HomeTask& row) {
  switch (row.kind) {
    case HomeTask::Kind::CheckIn: return row.outcome == CheckInOutcome::Ready ? 0 : 12;
    case HomeTask::Kind::InQueue: return 1;
    case HomeTask::Kind::Offer: return 2;  // Goes to the next one soon.
    case HomeTask::Kind::Pay: return 3;
    case HomeTask::Kind::LabDraw: return 4;
    case HomeTask::Kind::Exam: return 5;
    case HomeTask::Kind::Medicine: return 6;
    case HomeTask::Kind::ConfirmBooking: return 7;
    case HomeTask::Kind::Guide: return 8;
    case HomeTask::Kind::Messages: return 9;
    case HomeTask::Kind::Report: return 10;
    case HomeTask::Kind::FollowUp: return 11;
  }
  return 13;
}

HomeTask CountRow(HomeTask::Kind kind, int count, const domain::LocalText& place) {
  HomeTask row;
  row.kind = kind;
  row.count = count;
  row.place = place;
  return row;
}

/// A row for all bookings in one state, which are the patient's to answer.
void AddBookings(const PatientFound& found, domain::BookingState state, HomeTask::Kind kind,
                 std::vector<TodaysTask>& tasks) {
  HomeTask row;
  row.kind = kind;
  for (const domain::OwnBooking& booking : found.bookings) {
    const bool beds_own =
        booking.kind == domain::ResourceKind::Bed && state == domain::BookingState::PendingConfirm;
    if (booking.booking.state != state || beds_own) continue;
    if (++row.count > 1) continue;
    row.service = booking.service;
    row.doctor = booking.doctor;
    row.doctor_title = booking.doctor_title;
  }
  row.here = true;
  if (row.count > 0) tasks.push_back({std::move(row), nullptr});
}

/// What the hospital's own operations offer at any of its terminals. The guide comes last: it tells
/// about the others.
void AddCare(const PatientFound& found, std::vector<TodaysTask>& tasks) {
  if (found.offline) return;
  const auto add = [&](HomeTask::Kind kind, int count) {
    if (count <= 0) return;
    tasks.push_back({CountRow(kind, count, {}), nullptr});
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
    tasks.push_back({VisitRow(visit, terminal, now), &visit});
  }
  const OpenTasks& open = found.tasks;
  if (open.bills > 0) {
    tasks.push_back({CountRow(HomeTask::Kind::Pay, open.bills, terminal.cashier_place), nullptr});
    tasks.back().row.amount_minor = open.bills_minor;
  }
  if (open.lab_orders > 0) {
    tasks.push_back(
        {CountRow(HomeTask::Kind::LabDraw, open.lab_orders, terminal.lab_place), nullptr});
    tasks.back().row.here = terminal.station == Station::Lab && !found.offline;
  }
  if (open.reports > 0) {
    tasks.push_back(
        {CountRow(HomeTask::Kind::Report, open.reports, terminal.report_place), nullptr});
  }
  if (open.forms > 0) {
    tasks.push_back(
        {CountRow(HomeTask::Kind::FollowUp, open.forms, terminal.triage_place), nullptr});
  }
  AddBookings(found, domain::BookingState::Offered, HomeTask::Kind::Offer, tasks);
  AddBookings(found, domain::BookingState::PendingConfirm, HomeTask::Kind::ConfirmBooking, tasks);
  AddCare(found, tasks);
  std::stable_sort(tasks.begin(), tasks.end(), [](const TodaysTask& a, const TodaysTask& b) {
    return Rank(a.row) < Rank(b.row);
  });
  return tasks;
}

}  // namespace yizhan::flows
