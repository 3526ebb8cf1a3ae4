/// \file
/// The questions of booking: what, which day, which department, which doctor, what time, and what
/// instead when nothing is left.
#include <algorithm>
#include <deque>

#include "domain/money.h"
#include "ui/screens/booking_parts.h"
#include "ui/screens/words.h"

namespace yizhan::ui {
namespace {

using domain::ResourceKind;

std::string SeatsLeft(const Strings& text, int free) {
  return Fill(text.Plural("{1} left", "{1} left", free), {std::to_string(free)});
}

std::string Question(const Strings& text, ResourceKind kind) {
  switch (kind) {
    case ResourceKind::Clinic: return text("Which department?");
    case ResourceKind::Exam: return text("Which examination?");
    case ResourceKind::CheckUp: return text("Which check-up?");
    case ResourceKind::Bed: return text("Which ward?");
  }
  return {};
}

void AddTimes(Flow& flow, Ui& ui, const Strings& text, const screens::ChooseTimeModel& model,
              std::deque<bool>& pressed) {
  using Part = screens::ChooseTimeModel::PartOfDay;
  const std::pair<Part, const char*> parts[] = {{Part::Morning, N_("Morning")},
                                                {Part::Afternoon, N_("Afternoon")},
                                                {Part::Night, N_("Evening")}};
  const auto open =
      std::ranges::find_if(model.times, [](const auto& time) { return time.free > 0; });
  const auto suggested = static_cast<std::size_t>(open - model.times.begin());
  for (const auto& [part, name] : parts) {
    std::vector<Choice> cells;
    std::size_t first = 0;
    for (std::size_t i = 0; i < model.times.size(); ++i) {
      if (model.times[i].part != part) continue;
      if (cells.empty()) first = i;
      cells.push_back({.id = "time-" + std::to_string(i),
                       .title = model.times[i].range,
                       .detail = model.times[i].free > 0 ? SeatsLeft(text, model.times[i].free)
                                                         : std::string(text("full")),
                       .enabled = model.times[i].free > 0,
                       .suggested = i == suggested});
    }
    if (cells.empty()) continue;
    AddGroupHeading(flow, std::string("part-") + std::to_string(static_cast<int>(part)),
                    text(name));
    flow.Space(ui.Look().Px(3));
    AddGrid(flow, ui, cells, 3, pressed, first);
    flow.Space(ui.Look().GapPx(mm::kGap));
  }
}

Choice DoctorChoice(const Strings& text, const screens::ChooseDoctorModel::Row& row,
                    const std::string& id) {
  using State = screens::ChooseDoctorModel::Row::State;
  Choice choice{.id = id, .title = row.doctor};
  choice.title = row.doctor.empty() ? std::string(text("Any doctor"))
                                    : DoctorName(text, row.doctor, row.title);
  const std::string fee = domain::FormatYuan(row.fee_minor);
  const std::string price = row.fee_minor == 0 ? ""
                            : row.from_fee     ? Fill(text("Fee from {1}"), {fee})
                                               : Fill(text("Fee {1}"), {fee});
  switch (row.state) {
    case State::Open:
      choice.detail = Joined({Fill(text("Earliest {1}"), {row.earliest}), price});
      break;
    case State::Full:
      choice.detail = price;
      choice.tag = text("Full: see alternatives");
      choice.tag_waits = true;
      break;
    case State::NotReleased:
      choice.enabled = false;
      choice.detail =
          Fill(text("Can be booked from {1}, {2}"), {Day(text, row.released_on), row.released_at});
      break;
    case State::Stopped:
      choice.enabled = false;
      choice.detail = text("No clinic that day");
      break;
  }
  return choice;
}

/// Draws a page that ends in a grid of cards and the two ways out.
MaybeIntent DrawCells(Flow& flow, ActionRow& actions, const Stage& stage,
                      const std::vector<Choice>& cells, std::size_t most_in_a_row) {
  std::deque<bool> pressed(cells.size(), false);
  AddGrid(flow, stage.ui, cells, most_in_a_row, pressed);
  flow.Draw(stage.text);
  const MaybeIntent chosen = ChosenOf(pressed);
  const MaybeIntent leave = BackOrHome(actions.Draw());
  return leave ? leave : chosen;
}

}  // namespace

MaybeIntent DrawPage(const screens::ChooseKindModel& model, const Stage& stage) {
  const Strings& text = stage.text;
  Rect body = stage.body;
  ActionRow actions(stage.ui, body, BackAndHome(text));
  Flow flow(stage.ui, body);
  AddQuestion(flow, stage.ui, text("What would you like to book?"));
  std::deque<bool> pressed(model.kinds.size(), false);
  for (std::size_t i = 0; i < model.kinds.size(); ++i) {
    AddChoice(flow, stage.ui,
              {.id = "kind-" + std::to_string(i), .title = text(NameOf(model.kinds[i]))},
              pressed[i]);
    flow.Space(stage.ui.Look().GapPx(mm::kGap));
  }
  flow.Draw(text);
  const MaybeIntent chosen = ChosenOf(pressed);
  const MaybeIntent leave = BackOrHome(actions.Draw());
  return leave ? leave : chosen;
}

MaybeIntent DrawPage(const screens::ChooseDayModel& model, const Stage& stage) {
  const Strings& text = stage.text;
  Rect body = stage.body;
  ActionRow actions(stage.ui, body, BackAndHome(text));
  Flow flow(stage.ui, body);
  const std::string decided = WhatOf(text, model.facts);
  AddQuestion(flow, stage.ui, text("Which day?"),
              decided.empty() ? std::string(text(NameOf(model.kind))) : decided);
  std::vector<Choice> cells;
  for (std::size_t i = 0; i < model.days.size(); ++i) {
    const auto& day = model.days[i];
    const auto date = ParseDate(day.date);
    const bool suggested = model.suggested == i;
    const std::string weekday = day.today ? std::string(text("Today"))
                                : date    ? Weekday(text, *date)
                                          : std::string();
    cells.push_back({.id = "day-" + std::to_string(i),
                     .title = Day(text, day.date),
                     .detail = Joined({weekday, !day.free   ? text("full")
                                                : suggested ? text("earliest")
                                                            : text("free")}),
                     .enabled = day.free,
                     .suggested = suggested});
  }
  return DrawCells(flow, actions, stage, cells, 3);
}

MaybeIntent DrawPage(const screens::ChooseDepartmentModel& model, const Stage& stage) {
  const Strings& text = stage.text;
  Rect body = stage.body;
  ActionRow actions(stage.ui, body, BackAndHome(text));
  Flow flow(stage.ui, body);
  AddQuestion(flow, stage.ui, Question(text, model.kind), DayAndWeekday(text, model.date));
  std::vector<Choice> cells;
  for (std::size_t i = 0; i < model.rows.size(); ++i) {
    const auto& row = model.rows[i];
    const bool suggested = model.suggested == i;
    const std::string left =
        row.free > 0 ? SeatsLeft(text, row.free) : std::string(text("Full: see alternatives"));
    cells.push_back({.id = "department-" + std::to_string(i),
                     .title = row.name.In(text.Language()),
                     .detail = suggested ? Joined({text("last time"), left}) : left,
                     .suggested = suggested});
  }
  return DrawCells(flow, actions, stage, cells, 2);
}

MaybeIntent DrawPage(const screens::ChooseDoctorModel& model, const Stage& stage) {
  const Strings& text = stage.text;
  Rect body = stage.body;
  ActionRow actions(stage.ui, body, BackAndHome(text));
  Flow flow(stage.ui, body);
  AddQuestion(
      flow, stage.ui, text("Which doctor?"),
      Joined({model.facts.service.In(text.Language()), DayAndWeekday(text, model.facts.date)}));
  std::deque<bool> pressed(model.rows.size(), false);
  bool marked = false;
  for (std::size_t i = 0; i < model.rows.size(); ++i) {
    Choice choice = DoctorChoice(text, model.rows[i], "doctor-" + std::to_string(i));
    const bool open = model.rows[i].state == screens::ChooseDoctorModel::Row::State::Open;
    choice.suggested = open && !marked;
    marked = marked || open;
    AddChoice(flow, stage.ui, choice, pressed[i]);
    flow.Space(stage.ui.Look().GapPx());
  }
  flow.Draw(text);
  const MaybeIntent chosen = ChosenOf(pressed);
  const MaybeIntent leave = BackOrHome(actions.Draw());
  return leave ? leave : chosen;
}

MaybeIntent DrawPage(const screens::ChooseTimeModel& model, const Stage& stage) {
  const Strings& text = stage.text;
  Rect body = stage.body;
  ActionRow actions(stage.ui, body, BackAndHome(text));
  Flow flow(stage.ui, body);
  const std::string fee = model.facts.fee_minor > 0
                              ? Fill(text("Fee {1}"), {domain::FormatYuan(model.facts.fee_minor)})
                              : "";
  AddQuestion(flow, stage.ui, text("What time?"),
              Joined({DayAndWeekday(text, model.facts.date), WhatOf(text, model.facts), fee}));
  std::deque<bool> pressed(model.times.size(), false);
  AddTimes(flow, stage.ui, text, model, pressed);
  flow.Draw(text);
  const MaybeIntent chosen = ChosenOf(pressed);
  const MaybeIntent leave = BackOrHome(actions.Draw());
  return leave ? leave : chosen;
}

MaybeIntent DrawPage(const screens::FullModel& model, const Stage& stage) {
  using Why = screens::FullModel::Row::Why;
  const Strings& text = stage.text;
  Rect body = stage.body;
  std::vector<ButtonSpec> buttons = BackAndHome(text);
  if (model.can_wait) {
    buttons.push_back({.id = "join-list",
                       .label = text("Join waiting list"),
                       .kind = ButtonKind::Primary,
                       .type = Type::Sub});
  }
  ActionRow actions(stage.ui, body, std::move(buttons));
  Flow flow(stage.ui, body);
  AddQuestion(flow, stage.ui,
              model.just_taken ? text("Somebody was faster. Something near?")
                               : text("Fully booked. Something near?"),
              Joined({DayAndWeekday(text, model.facts.date), WhatOf(text, model.facts)}));
  if (model.rows.empty()) {
    AddNotice(flow, stage.ui,
              {.id = "none",
               .icon = Icon::Calendar,
               .title = text("Nothing near is free"),
               .detail = text("On the waiting list you are asked when somebody cancels.")});
  }
  std::deque<bool> pressed(model.rows.size(), false);
  for (std::size_t i = 0; i < model.rows.size(); ++i) {
    const auto& row = model.rows[i];
    AddChoice(flow, stage.ui,
              {.id = "instead-" + std::to_string(i),
               .title = WhenOf(text, row.facts),
               .detail = WhatOf(text, row.facts),
               .tag = row.why == Why::SameDay ? text("same day") : text("as wanted, later"),
               .suggested = i == 0},
              pressed[i]);
    flow.Space(stage.ui.Look().GapPx());
  }
  flow.Draw(text);
  const MaybeIntent chosen = ChosenOf(pressed);
  const int button = actions.Draw();
  if (button == 2) return screens::JoinList{};
  const MaybeIntent leave = BackOrHome(button);
  return leave ? leave : chosen;
}

}  // namespace yizhan::ui
