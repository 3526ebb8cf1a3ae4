#include "tests/ui/sample_frames.h"

namespace yizhan::test {
namespace {

using screens::HomeTask;

HomeTask Task(HomeTask::Kind kind) {
  const screens::BookingFacts facts = BookingAt("2026-11-24", "09:00–09:30");
  HomeTask task;
  task.kind = kind;
  task.service = facts.service;
  task.doctor = facts.doctor;
  task.doctor_title = facts.doctor_title;
  task.place = kind == HomeTask::Kind::CheckIn ? facts.place : domain::LocalText();
  task.time_range = facts.time_range;
  task.count = 1;
  task.here = true;
  return task;
}

void AddHomes(std::vector<Sample>& out) {
  screens::HomeModel home{.masked_name = "张*三"};
  home.tasks = {Task(HomeTask::Kind::BookingChanged), Task(HomeTask::Kind::CheckIn),
                Task(HomeTask::Kind::Suggested)};
  home.tasks.back().date = "2026-12-01";
  home.services = {screens::Service::Book, screens::Service::BookOther,
                   screens::Service::MyBookings};
  out.push_back({"home-booking-changed", SignedIn(home)});
  home.tasks = {Task(HomeTask::Kind::Suggested)};
  out.push_back({"home-suggested", SignedIn(home)});
}

void AddChanged(std::vector<Sample>& out) {
  using What = screens::BookingChangedModel::What;
  screens::BookingChangedModel changed{.what = What::Substitute,
                                       .facts = BookingAt("2026-11-24", "09:00–09:30"),
                                       .instead_of = "买买提·艾力江",
                                       .refund_minor = 5000,
                                       .until_date = "2026-11-24",
                                       .until_time = "09:00"};
  out.push_back({"booking-substitute", SignedIn(changed)});
  changed.refund_minor = 0;
  changed.instead_of.clear();
  out.push_back({"booking-substitute-unpaid", SignedIn(changed)});
  changed.what = What::Stopped;
  changed.until_date = "2026-12-22";
  out.push_back({"booking-stopped-unpaid", SignedIn(changed)});
  changed.refund_minor = 5000;
  out.push_back({"booking-stopped", SignedIn(changed)});
  screens::CancelModel none{
      .facts = BookingAt("2026-11-24", "09:00–09:30"), .refund_minor = 5000, .stopped = true};
  out.push_back({"cancel-stopped", SignedIn(none)});
}

void AddReadBacks(std::vector<Sample>& out) {
  using Purpose = screens::ReadBackModel::Purpose;
  screens::ReadBackModel model{.purpose = Purpose::Rebook,
                               .facts = BookingAt("2026-11-25", "10:00–10:30"),
                               .masked_name = "张*三",
                               .paid = true,
                               .advised_arrival = "09:45"};
  out.push_back({"read-back-rebook-paid", SignedIn(model)});
  model.paid = false;
  model.refund_minor = 5000;
  out.push_back({"read-back-rebook-refund", SignedIn(model)});
  model.refund_minor = 0;
  model.purpose = Purpose::Agree;
  model.number = "3F9A-21C7";
  out.push_back({"read-back-agree", SignedIn(model)});
  model.purpose = Purpose::Keep;
  model.until_date = "2026-11-24";
  model.until_time = "17:00";
  model.kept_until = "10:25";
  model.can_change = true;
  model.can_cancel = true;
  model.can_tell_late = true;
  out.push_back({"read-back-late", SignedIn(model)});
  screens::ChooseArrivalModel arrival{.facts = BookingAt("2026-11-22", "08:30–09:00"),
                                      .kept_until = "08:50",
                                      .arrivals = {"08:55", "09:00"},
                                      .to_the_end = true};
  out.push_back({"choose-arrival", SignedIn(arrival)});
  screens::ChooseDayModel days{.facts = BookingAt("", "")};
  days.facts.preset = true;
  for (int i = 0; i < 5; ++i) {
    days.days.push_back({"2026-11-2" + std::to_string(3 + i), false, i % 2 == 0});
  }
  days.suggested = 0;
  out.push_back({"choose-day-suggested", SignedIn(days)});
}

void AddResults(std::vector<Sample>& out) {
  using What = screens::BookingResultModel::What;
  const std::pair<const char*, What> results[] = {{"agreed", What::Agreed},
                                                  {"no-other-time", What::NoOtherTime},
                                                  {"late-noted", What::LateNoted}};
  for (const auto& [name, what] : results) {
    screens::BookingResultModel model{.what = what,
                                      .facts = BookingAt("2026-11-24", "09:00–09:30"),
                                      .number = "3F9A-21C7",
                                      .advised_arrival = "08:45",
                                      .until_date = "2026-11-24",
                                      .until_time = "09:25",
                                      .refund_minor = what == What::NoOtherTime ? 5000 : 0};
    if (what == What::Agreed) model.print = screens::TicketModel::Print::Printed;
    out.push_back({std::string("booking-result-") + name, SignedIn(model)});
  }
}

}  // namespace

void AddChangedPages(std::vector<Sample>& out) {
  AddHomes(out);
  AddChanged(out);
  AddReadBacks(out);
  AddResults(out);
}

}  // namespace yizhan::test
