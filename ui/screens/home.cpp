#include <algorithm>
#include <deque>

#include "ui/screens/booking_parts.h"
#include "ui/screens/pages.h"
#include "ui/screens/parts.h"
#include "ui/screens/task_card.h"
#include "ui/screens/words.h"

namespace yizhan::ui {

namespace {

/// Nothing is due: say so, and when to come again.
void AddNothing(Flow& flow, const screens::HomeModel& model, const Stage& stage) {
  const Strings& text = stage.text;
  AddNotice(flow, stage.ui,
            {.id = "nothing",
             .mood = Mood::Ok,
             .icon = Icon::Check,
             .title = text("Nothing to do today"),
             .detail = text("You can take your card now."),
             .title_type = Type::Heading});
  flow.Space(stage.ui.Look().GapPx(mm::kGap));
  if (model.next_visit.empty()) return;
  const std::size_t space = model.next_visit.find(' ');
  const std::string day = Day(text, model.next_visit.substr(0, space));
  const std::string time = space == std::string::npos ? "" : model.next_visit.substr(space + 1);
  AddFacts(flow, stage.ui, {{"next-visit", text("Next visit"), Joined({day, time})}});
}

bool ReadyHere(const screens::HomeTask& task) {
  return task.kind == screens::HomeTask::Kind::CheckIn && task.here;
}

/// Rows of the filled card: what the hospital changed, or else the visits that are ready, else the
/// first thing to do here.
std::vector<std::size_t> MainTasks(const screens::HomeModel& model) {
  // What waits for an answer comes before everything else.
  const bool changed = !model.tasks.empty() && model.tasks.front().here &&
                       model.tasks.front().kind == screens::HomeTask::Kind::BookingChanged;
  if (changed) return {0};
  std::vector<std::size_t> ready;
  for (std::size_t i = 0; i < model.tasks.size(); ++i) {
    if (ReadyHere(model.tasks[i])) ready.push_back(i);
  }
  if (!ready.empty()) return ready;
  for (std::size_t i = 0; i < model.tasks.size(); ++i) {
    if (model.tasks[i].here) return {i};
  }
  return {};
}

TaskWords MainWords(const screens::HomeModel& model, const std::vector<std::size_t>& main,
                    const Strings& text) {
  if (main.size() == 1) return Describe(text, model.tasks[main.front()]);
  const int count = static_cast<int>(main.size());
  TaskWords words;
  words.title = Fill(text.Plural("{1} visit to check in", "{1} visits to check in", count),
                     {std::to_string(count)});
  for (const std::size_t index : main) {
    words.detail = Joined({words.detail, model.tasks[index].service.In(text.Language())});
  }
  words.action = text("Choose a visit");
  return words;
}

const char* NameOf(screens::Service service) {
  switch (service) {
    case screens::Service::Book: return N_("Book a visit");
    case screens::Service::BookOther: return N_("Book exam, check-up, bed");
    case screens::Service::MyBookings: return N_("My bookings");
    case screens::Service::Centre: return N_("Inpatient service centre");
  }
  return "";
}

/// What can be done at any time, below what is due; draws the page.
MaybeIntent DrawServices(Flow& flow, const screens::HomeModel& model, const Stage& stage) {
  std::vector<Choice> cells;
  for (const screens::Service service : model.services) {
    cells.push_back({.id = "service-" + std::to_string(static_cast<int>(service)),
                     .title = stage.text(NameOf(service))});
  }
  std::deque<bool> pressed(cells.size(), false);
  if (!cells.empty()) AddGrid(flow, stage.ui, cells, 3, pressed);
  flow.Draw(stage.text);
  for (std::size_t i = 0; i < pressed.size(); ++i) {
    if (pressed[i]) return screens::OpenService{model.services[i]};
  }
  return std::nullopt;
}

}  // namespace

MaybeIntent DrawPage(const screens::HomeModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Strings& text = stage.text;
  const float gap = ui.Look().GapPx(mm::kGap);
  Flow flow(ui, stage.body);
  if (model.tasks.empty()) {
    AddNothing(flow, model, stage);
    return DrawServices(flow, model, stage);
  }

  // The first thing that can be done here is the main action. Several visits that are ready make
  // one card, which asks which of them.
  const std::vector<std::size_t> main = MainTasks(model);
  std::deque<bool> pressed(model.tasks.size(), false);
  bool main_pressed = false;
  if (!main.empty()) {
    AddGroupHeading(flow, "now", text("Please do this now"));
    flow.Space(ui.Look().Px(3));
    AddHeroTask(flow, ui, "main", MainWords(model, main, text), main_pressed);
    flow.Space(gap);
  }
  const int others = static_cast<int>(model.tasks.size() - main.size());
  if (others > 0) {
    const char* heading = !main.empty()
                              ? text.Plural("{1} more thing today", "{1} more things today", others)
                              : text.Plural("{1} thing today", "{1} things today", others);
    AddGroupHeading(flow, "others", Fill(heading, {std::to_string(others)}));
    flow.Space(ui.Look().Px(3));
  }
  for (std::size_t i = 0; i < model.tasks.size(); ++i) {
    if (std::find(main.begin(), main.end(), i) != main.end()) continue;
    AddTaskRow(flow, ui, "task-" + std::to_string(i), Describe(text, model.tasks[i]), pressed[i]);
    flow.Space(gap);
  }
  const MaybeIntent service = DrawServices(flow, model, stage);
  if (service) return service;
  if (main_pressed) {
    if (main.size() > 1) return screens::Confirm{};
    return screens::Choose{main.front()};
  }
  return ChosenOf(pressed);
}

}  // namespace yizhan::ui
