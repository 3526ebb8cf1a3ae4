#include <algorithm>
#include <deque>

#include "ui/screens/booking_parts.h"
#include "ui/screens/pages.h"
#include "ui/screens/parts.h"
#include "ui/screens/print_notice.h"
#include "ui/screens/task_card.h"
#include "ui/screens/words.h"

namespace yizhan::ui {

namespace {

using domain::GuideKind;
using domain::GuideLine;
using domain::GuideState;
using screens::GuideModel;

Icon IconOf(GuideKind kind) {
  switch (kind) {
    case GuideKind::Visit:
    case GuideKind::Return: return Icon::Doctor;
    case GuideKind::Pay: return Icon::Payment;
    case GuideKind::Draw: return Icon::Tube;
    case GuideKind::Exam: return Icon::Person;
    case GuideKind::Meal: return Icon::Wait;
    case GuideKind::Report: return Icon::Report;
    case GuideKind::Pharmacy: return Icon::Form;
  }
  return Icon::Place;
}

bool IsNow(const GuideLine& line) {
  return line.state == GuideState::Next || line.state == GuideState::Waiting;
}

TaskWords WordsOf(const Strings& text, const GuideLine& line) {
  const auto language = text.Language();
  TaskWords words{.icon = IconOf(line.kind), .title = line.what.In(language)};
  std::string people;
  if (line.ahead && *line.ahead == 0 && line.state != GuideState::Waiting) {
    people = text("Nobody is waiting there");
  } else if (line.ahead) {
    people =
        line.state == GuideState::Waiting
            ? Fill(text.Plural("{1} person ahead", "{1} people ahead", *line.ahead),
                   {std::to_string(*line.ahead)})
            : Fill(text.Plural("{1} person waiting there", "{1} people waiting there", *line.ahead),
                   {std::to_string(*line.ahead)});
  }
  words.detail = Joined({line.where.In(language), people, line.note.In(language)});
  if (line.state == GuideState::Next) words.state = text("Go now");
  if (line.state == GuideState::Waiting) words.state = text("You are waiting here");
  return words;
}

/// Cards of the lines for which `wanted` holds, below a heading.
template <typename Wanted>
void AddLines(Flow& flow, Ui& ui, const Strings& text, const GuideModel& model, const char* id,
              const std::string& heading, std::deque<bool>& unused, const Wanted& wanted) {
  bool any = false;
  for (std::size_t i = 0; i < model.lines.size(); ++i) {
    if (!wanted(model.lines[i])) continue;
    if (!any) {
      AddGroupHeading(flow, id, heading);
      flow.Space(ui.Look().Px(3));
    }
    any = true;
    AddTaskRow(flow, ui, "step-" + std::to_string(i), WordsOf(text, model.lines[i]), unused[i]);
    flow.Space(ui.Look().GapPx(mm::kGap));
  }
}

}  // namespace

MaybeIntent DrawPage(const GuideModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Strings& text = stage.text;
  std::vector<ButtonSpec> buttons = {
      {.id = "back", .label = text("Back to my tasks"), .type = Type::Sub}};
  std::vector<screens::Intent> intents = {screens::Back{}};
  if (model.can_print) {
    buttons.push_back(
        {.id = "print",
         .label = model.check_up ? text("Print check-up guide sheet") : text("Print this guide"),
         .kind = ButtonKind::Primary,
         .type = Type::Sub});
    intents.emplace_back(screens::Confirm{});
  } else {
    buttons.push_back({.id = "done",
                       .label = text("Done, take card"),
                       .kind = ButtonKind::Primary,
                       .type = Type::Sub});
    intents.emplace_back(screens::Exit{});
  }
  Rect body = stage.body;
  ActionRow actions(ui, body, buttons);
  Flow flow(ui, body);
  if (model.check_up) {
    const auto language = text.Language();
    const domain::LocalText& payer = model.check_up->payer;
    const std::string unit =
        payer.zh.empty() ? "" : Fill(text("paid by {1}"), {payer.In(language)});
    AddQuestion(flow, ui, text("Check-up guide sheet"),
                Joined({model.check_up->package.In(language), unit}));
  }
  const bool open = std::ranges::any_of(
      model.lines, [](const GuideLine& line) { return line.state != GuideState::Done; });
  if (!open) {
    AddNotice(flow, ui,
              {.id = "nothing",
               .mood = Mood::Ok,
               .icon = Icon::Check,
               .title = text("Everything for today is done"),
               .detail = text("You can take your card now."),
               .title_type = Type::Heading});
    flow.Space(ui.Look().GapPx(mm::kGap));
  }
  if (AddPaperNotice(flow, ui, text, model.print)) flow.Space(ui.Look().GapPx(mm::kGap));
  std::deque<bool> unused(model.lines.size(), false);
  AddLines(flow, ui, text, model, "now", text("Where to go next"), unused, IsNow);
  AddLines(flow, ui, text, model, "later", text("After that"), unused,
           [](const GuideLine& line) { return line.state == GuideState::Later; });
  const auto done = std::ranges::count(model.lines, GuideState::Done, &GuideLine::state);
  if (done > 0) {
    const int count = static_cast<int>(done);
    AddGroupHeading(flow, "done-steps",
                    Fill(text.Plural("{1} step is done", "{1} steps are done", count),
                         {std::to_string(count)}));
  }
  flow.Draw(text);
  const int pressed = actions.Draw();
  if (pressed < 0) return std::nullopt;
  return intents[static_cast<std::size_t>(pressed)];
}

}  // namespace yizhan::ui
