#include <algorithm>

#include "domain/money.h"
#include "ui/screens/pages.h"
#include "ui/screens/parts.h"
#include "ui/screens/words.h"

namespace yizhan::ui {

namespace {

using screens::LabDrawModel;
using Print = screens::TicketModel::Print;

bool IsFine(Print print) {
  return print == Print::Printing || print == Print::Printed || print == Print::NotAsked;
}

/// One sentence about paper: what went wrong counts first, labels before the receipt.
Notice PaperNotice(const Strings& text, const LabDrawModel& model) {
  if (!IsFine(model.labels)) {
    return {.id = "print",
            .mood = Mood::Warn,
            .icon = Icon::Warning,
            .title = text("The labels could not be printed"),
            .detail = text("Tell the nurse at the window. Your number stays valid.")};
  }
  if (!IsFine(model.slip)) {
    return {.id = "print",
            .mood = Mood::Warn,
            .icon = Icon::Warning,
            .title = text("Your slip could not be printed"),
            .detail = text("Please remember or photograph your number. It stays valid.")};
  }
  if (model.already) {
    return {.id = "print",
            .mood = Mood::Neutral,
            .icon = Icon::Check,
            .title = text("You checked in before"),
            .detail = text("Your labels are printed already. Please wait for your number.")};
  }
  if (model.labels == Print::Printed && model.slip == Print::Printed) {
    return {.id = "print",
            .mood = Mood::Ok,
            .icon = Icon::Check,
            .title = text("Labels and slip are printed"),
            .detail = text("Take both and hand the labels to the nurse.")};
  }
  return {.id = "print",
          .mood = Mood::Ok,
          .icon = Icon::Printer,
          .title = text("Printing labels and slip"),
          .detail = text("Take both and hand the labels to the nurse.")};
}

std::string TubesText(const Strings& text, const LabDrawModel& model) {
  std::string all;
  for (const LabDrawModel::Tubes& one : model.tubes) {
    if (!all.empty()) all += " · ";
    all += one.colour.In(text.Language()) + " × " + std::to_string(one.count);
  }
  return all;
}

std::vector<Fact> FactsOf(const Strings& text, const LabDrawModel& model) {
  const auto language = text.Language();
  std::vector<Fact> facts;
  if (!model.ticket.place.zh.empty()) {
    facts.push_back(
        {"place", text("Please wait"), Fill(text("at {1}"), {model.ticket.place.In(language)})});
  }
  if (model.ticket.ahead) {
    facts.push_back({"ahead", text("Ahead of you"),
                     Fill(text.Plural("{1} person", "{1} people", *model.ticket.ahead),
                          {std::to_string(*model.ticket.ahead)})});
  }
  if (!model.tubes.empty()) facts.push_back({"tubes", text("Tubes"), TubesText(text, model)});
  for (std::size_t i = 0; i < model.tests.size(); ++i) {
    const LabDrawModel::Test& test = model.tests[i];
    const std::string day = test.ready_date.empty() ? "" : Day(text, test.ready_date);
    const std::string when =
        Fill(text("Report {1}"), {day.empty() ? test.ready_time : day + ' ' + test.ready_time});
    const std::string fasting =
        test.fasting_hours > 0 ? Fill(text("fasting {1} h"), {std::to_string(test.fasting_hours)})
                               : "";
    facts.push_back({"test-" + std::to_string(i), test.name.In(language),
                     Joined({when, test.place.In(language), fasting})});
  }
  return facts;
}

std::vector<std::string> StepsOf(const Strings& text, const LabDrawModel& model) {
  std::vector<std::string> steps;
  steps.push_back(text("Watch the screen for your number and go to the window it shows."));
  const bool fasting = std::any_of(model.tests.begin(), model.tests.end(),
                                   [](const auto& test) { return test.fasting_hours > 0; });
  if (fasting) steps.push_back(text("If you have eaten, tell the nurse before the draw."));
  if (model.unpaid_minor > 0) {
    steps.push_back(
        Fill(text("Not paid yet: {1}. Pay at {2}, then tap your card here again."),
             {domain::FormatYuan(model.unpaid_minor), model.pay_at.In(text.Language())}));
  }
  return steps;
}

}  // namespace

MaybeIntent DrawPage(const LabDrawModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Strings& text = stage.text;
  const float gap = ui.Look().GapPx(mm::kGap);
  std::vector<ButtonSpec> buttons;
  std::vector<screens::Intent> intents;
  // The guide leads back to the tasks, too.
  if (model.can_guide) {
    buttons.push_back({.id = "guide", .label = text("Where to go next")});
    intents.emplace_back(screens::ShowGuide{});
  } else if (model.more_tasks) {
    buttons.push_back({.id = "another", .label = text("Do another thing")});
    intents.emplace_back(screens::DoAnother{});
  }
  buttons.push_back({.id = "done", .label = text("Done, take card"), .kind = ButtonKind::Primary});
  intents.emplace_back(screens::Exit{});
  Rect body = stage.body;
  ActionRow actions(ui, body, buttons);
  Flow flow(ui, body);
  AddNumberCard(flow, ui,
                {.id = "number",
                 .head = text("Your draw number"),
                 .number = model.ticket.number,
                 .what = {}});
  flow.Space(gap);
  AddNotice(flow, ui, PaperNotice(text, model));
  flow.Space(gap);
  AddFacts(flow, ui, FactsOf(text, model));
  flow.Space(gap);
  AddSteps(flow, ui, "next", text("Next step"), StepsOf(text, model));
  flow.Draw(text);
  const int pressed = actions.Draw();
  if (pressed < 0) return std::nullopt;
  return intents[static_cast<std::size_t>(pressed)];
}

}  // namespace yizhan::ui
