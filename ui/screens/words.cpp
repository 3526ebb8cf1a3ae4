#include "ui/screens/words.h"

#include <array>
#include <chrono>

#include "domain/money.h"

namespace yizhan::ui {

namespace {

using domain::CardProblem;
using domain::CheckInOutcome;
using screens::HomeTask;

constexpr std::array kMonths = {N_("January"),   N_("February"), N_("March"),    N_("April"),
                                N_("May"),       N_("June"),     N_("July"),     N_("August"),
                                N_("September"), N_("October"),  N_("November"), N_("December")};
constexpr std::array kWeekdays = {N_("Sunday"),   N_("Monday"), N_("Tuesday"), N_("Wednesday"),
                                  N_("Thursday"), N_("Friday"), N_("Saturday")};

std::string MonthAndDay(const Strings& text, std::chrono::local_days day) {
  const std::chrono::year_month_day date(day);
  return Fill(text("{2} {1}"),
              {text(kMonths[unsigned{date.month()} - 1]), std::to_string(unsigned{date.day()})},
              Spacing::Tight);
}

std::string Number(int count) { return std::to_string(count); }

/// Why a visit cannot be checked in now, in a word or two for its row.
std::string StateOf(const Strings& text, const HomeTask& task) {
  switch (task.outcome) {
    case CheckInOutcome::Ready: return task.time_range;
    case CheckInOutcome::TooEarly: return Fill(text("Opens {1}"), {task.outcome_time});
    case CheckInOutcome::Late: return text("Time has passed");
    case CheckInOutcome::WrongDay: return Day(text, task.date);
    case CheckInOutcome::WrongSite: return text("Other campus");
    case CheckInOutcome::AlreadyCheckedIn: return text("Checked in");
    case CheckInOutcome::PaymentDue: return text("Payment due");
    case CheckInOutcome::NotBooked: return text("Not valid");
  }
  return {};
}

TaskWords DescribeCheckIn(const Strings& text, const HomeTask& task) {
  const auto language = text.Language();
  TaskWords words{.icon = Icon::Calendar};
  words.title = Fill(text("{1} check-in"), {task.service.In(language)});
  words.detail =
      Joined({DoctorName(text, task.doctor, task.doctor_title), task.place.In(language)});
  words.state = StateOf(text, task);
  words.waits = task.outcome != CheckInOutcome::Ready;
  if (task.here) {
    words.action = words.waits ? text("View details") : text("Check in now");
  } else if (task.outcome == CheckInOutcome::Late) {
    words.detail = text("Please ask at the triage desk");
  } else if (task.outcome == CheckInOutcome::NotBooked) {
    words.detail = text("Please ask at the service desk");
  }
  return words;
}

TaskWords DescribeQueue(const Strings& text, const HomeTask& task) {
  const auto language = text.Language();
  TaskWords words{.icon = Icon::Queue};
  words.title = Joined({task.number, task.service.In(language)});
  std::string ahead;
  if (task.ahead) {
    ahead = Fill(text.Plural("{1} person ahead", "{1} people ahead", *task.ahead),
                 {Number(*task.ahead)});
  }
  const std::string place =
      task.place.zh.empty() ? "" : Fill(text("Wait at {1}"), {task.place.In(language)});
  words.detail = Joined({place, ahead});
  if (task.here) {
    words.action = text("View number");
  } else {
    words.state = text("Checked in");
  }
  return words;
}

/// The tasks that are a count of something and a place to go.
TaskWords DescribeCounted(const Strings& text, const HomeTask& task, Icon icon, std::string title,
                          std::string detail, const char* action) {
  TaskWords words{.icon = icon, .title = std::move(title), .detail = std::move(detail)};
  if (task.here) {
    words.action = action;
  } else if (!task.place.zh.empty()) {
    words.detail =
        Joined({words.detail, Fill(text("Please go to {1}"), {task.place.In(text.Language())})});
  } else {
    words.state = text("At the counter");
  }
  return words;
}

/// A booking, or a visit to book: department, doctor and from when under the title.
TaskWords DescribeBooking(const Strings& text, const HomeTask& task, Icon icon, std::string title,
                          const char* action) {
  const std::string from = task.date.empty() ? "" : Fill(text("From {1}"), {Day(text, task.date)});
  return DescribeCounted(text, task, icon, std::move(title),
                         Joined({task.service.In(text.Language()),
                                 DoctorName(text, task.doctor, task.doctor_title), from}),
                         action);
}

}  // namespace

Advice Sentence(CardProblem problem) {
  switch (problem) {
    case CardProblem::Unreadable:
      return {N_("The card could not be read"),
              N_("Please lay it flat on the reader and keep it still.")};
    case CardProblem::Foreign:
      return {N_("This is not one of our patient cards"),
              N_("Please use this hospital's card. The service desk can give you one.")};
    case CardProblem::Forged:
      return {N_("This card cannot be used"), N_("Please have it checked at the service desk.")};
    case CardProblem::Malformed:
      return {N_("This card is damaged"), N_("Please exchange it at the service desk.")};
    case CardProblem::SeveralCards:
      return {N_("There is more than one card on the reader"),
              N_("Please leave only your patient card on it.")};
    case CardProblem::LegacyRefused:
      return {N_("Old cards no longer work here"),
              N_("Please get a new card at the service desk.")};
  }
  return {};
}

std::string DateAndTime(const Strings& text, WallTime now, TimeZone zone) {
  const std::chrono::local_days day = LocalDay(now, zone);
  const std::chrono::weekday weekday(day);
  return Fill(text("{2} {1}, {3}"), {MonthAndDay(text, day), text(kWeekdays[weekday.c_encoding()]),
                                     ToLocalHourMinute(now, zone)});
}

std::string Day(const Strings& text, const std::string& iso_date) {
  const auto day = ParseDate(iso_date);
  return day ? MonthAndDay(text, *day) : iso_date;
}

std::string Weekday(const Strings& text, std::chrono::local_days day) {
  return text(kWeekdays[std::chrono::weekday(day).c_encoding()]);
}

std::string Joined(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) {
    if (part.empty()) continue;
    if (!out.empty()) out += " · ";
    out += part;
  }
  return out;
}

std::string DoctorName(const Strings& text, const std::string& doctor,
                       const domain::LocalText& title) {
  if (doctor.empty() || title.zh.empty()) return doctor;
  return Fill(text("{1}, {2}"), {doctor, title.In(text.Language())});
}

TaskWords Describe(const Strings& text, const HomeTask& task) {
  const std::string count = Number(task.count);
  switch (task.kind) {
    case HomeTask::Kind::CheckIn: return DescribeCheckIn(text, task);
    case HomeTask::Kind::InQueue: return DescribeQueue(text, task);
    case HomeTask::Kind::Pay:
      return DescribeCounted(
          text, task, Icon::Payment,
          Fill(text.Plural("{1} bill to pay", "{1} bills to pay", task.count), {count}),
          Fill(text("You pay {1}"), {domain::FormatYuan(task.amount_minor)}), text("Pay now"));
    case HomeTask::Kind::LabDraw:
      return DescribeCounted(
          text, task, Icon::Tube,
          Fill(text.Plural("{1} lab test", "{1} lab tests", task.count), {count}), "",
          text("Check in"));
    case HomeTask::Kind::Exam:
      return DescribeCounted(
          text, task, Icon::Person,
          Fill(text.Plural("{1} examination", "{1} examinations", task.count), {count}), "",
          text("Check in"));
    case HomeTask::Kind::Medicine:
      return DescribeCounted(text, task, Icon::Form,
                             Fill(text.Plural("{1} prescription to collect",
                                              "{1} prescriptions to collect", task.count),
                                  {count}),
                             "", text("Check in"));
    case HomeTask::Kind::Guide:
      return DescribeCounted(text, task, Icon::Place, text("Where to go next"),
                             text("All steps in the best order"), text("Show me"));
    case HomeTask::Kind::Messages:
      return DescribeCounted(
          text, task, Icon::Form,
          Fill(text.Plural("{1} new message", "{1} new messages", task.count), {count}), "",
          text("Read"));
    case HomeTask::Kind::Report:
      return DescribeCounted(
          text, task, Icon::Report,
          Fill(text.Plural("{1} report ready", "{1} reports ready", task.count), {count}), "",
          text("Print"));
    case HomeTask::Kind::FollowUp:
      return DescribeCounted(text, task, Icon::Form, text("Follow-up questions"),
                             text("About 2 minutes"), text("Answer"));
    case HomeTask::Kind::ConfirmBooking:
      return DescribeBooking(
          text, task, Icon::Calendar,
          Fill(text.Plural("{1} booking to confirm", "{1} bookings to confirm", task.count),
               {count}),
          text("Read and confirm"));
    case HomeTask::Kind::Offer:
      return DescribeBooking(text, task, Icon::Calendar, text("A place has become free"),
                             text("Answer now"));
    case HomeTask::Kind::BookingChanged:
      return DescribeBooking(
          text, task, Icon::Warning,
          Fill(text.Plural("{1} booking has changed", "{1} bookings have changed", task.count),
               {count}),
          text("See what now"));
    case HomeTask::Kind::Suggested:
      return DescribeBooking(text, task, Icon::Calendar, text("Please come again"),
                             text("Book now"));
  }
  return {};
}

}  // namespace yizhan::ui
