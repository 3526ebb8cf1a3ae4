#include "ui/screens/pages.h"
#include "ui/screens/parts.h"
#include "ui/screens/print_notice.h"
#include "ui/screens/words.h"

namespace yizhan::ui {

namespace {

using screens::TicketModel;
using Print = TicketModel::Print;

/// Whoever has a package walks round first; the number counts when the sheet is handed in.
bool SheetIsNext(const TicketModel& model) { return model.check_up && model.can_guide; }

std::string WhatOf(const Strings& text, const domain::Ticket& ticket) {
  if (ticket.provisional) return text("Offline number · you are queued by your check-in time");
  return Joined(
      {ticket.service.In(text.Language()), DoctorName(text, ticket.doctor, ticket.doctor_title)});
}

std::vector<Fact> FactsOf(const Strings& text, const TicketModel& model) {
  const domain::Ticket& ticket = model.ticket;
  const auto language = text.Language();
  std::vector<Fact> facts;
  if (ticket.provisional) {
    facts.push_back({"service", text("Department"), ticket.service.In(language)});
  }
  if (SheetIsNext(model) && !ticket.place.zh.empty()) {
    facts.push_back({"place", text("At the end, return to"), ticket.place.In(language)});
  } else if (!ticket.place.zh.empty()) {
    facts.push_back(
        {"place", text("Please wait"), Fill(text("at {1}"), {ticket.place.In(language)})});
  }
  if (ticket.ahead) {
    facts.push_back({"ahead", text("Ahead of you"),
                     Fill(text.Plural("{1} person", "{1} people", *ticket.ahead),
                          {std::to_string(*ticket.ahead)})});
  }
  if (ticket.wait) {
    const std::string first = std::to_string(ticket.wait->first.count());
    const std::string last = std::to_string(ticket.wait->last.count());
    facts.push_back({"wait", text("Expected wait"),
                     first == last ? Fill(text("About {1} min"), {first})
                                   : Fill(text("{1}–{2} min"), {first, last})});
  }
  facts.push_back(
      {"called", text("You will be called as"),
       ticket.masked_name.empty() ? ticket.number : ticket.number + " " + ticket.masked_name});
  return facts;
}

std::string NextStep(const Strings& text, const TicketModel& model) {
  const domain::Ticket& ticket = model.ticket;
  if (SheetIsNext(model)) {
    return text(
        "Print the check-up guide sheet, follow it, and hand it in at the check-up centre.");
  }
  const auto language = text.Language();
  if (!ticket.room.zh.empty()) {
    return Fill(text("Watch the screen for your number. When you are called, go to {1}."),
                {ticket.room.In(language)});
  }
  return text("Watch for your number. The screen tells you which room to go to.");
}

}  // namespace

MaybeIntent DrawPage(const TicketModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Strings& text = stage.text;
  const float gap = ui.Look().GapPx(mm::kGap);
  const bool has_slip = model.print == Print::Printing || model.print == Print::Printed;
  std::vector<ButtonSpec> buttons;
  std::vector<screens::Intent> intents;
  if (model.can_reprint) {
    buttons.push_back({.id = "reprint", .label = text("Print again")});
    intents.emplace_back(screens::Reprint{});
  }
  // The guide leads back to the tasks, too.
  const bool sheet_next = SheetIsNext(model);
  const auto guide = [&] {
    buttons.push_back(
        {.id = "guide",
         .label = sheet_next ? text("Print check-up guide sheet") : text("Where to go next"),
         .kind = sheet_next ? ButtonKind::Primary : ButtonKind::Quiet});
    intents.emplace_back(screens::ShowGuide{});
  };
  if (model.can_guide && !sheet_next) {
    guide();
  } else if (model.more_tasks && !sheet_next) {
    buttons.push_back({.id = "another", .label = text("Do another thing")});
    intents.emplace_back(screens::DoAnother{});
  }
  buttons.push_back({.id = "done",
                     .label = has_slip ? text("Done, take slip and card") : text("Done, take card"),
                     .kind = sheet_next ? ButtonKind::Quiet : ButtonKind::Primary});
  intents.emplace_back(screens::Exit{});
  // The main action is the last.
  if (sheet_next) guide();
  Rect body = stage.body;
  ActionRow actions(ui, body, buttons);

  const PrintWords print = Describe(model.print);
  // In large text trouble is told in one sentence, so that it fits below the number; what to do
  // about it joins the next steps.
  const bool brief = print.mood == Mood::Warn && ui.Look().Large();
  const Notice notice{.id = "print",
                      .mood = print.mood,
                      .icon = print.icon,
                      .title = text(print.advice.what),
                      .detail = brief ? "" : text(print.advice.next)};
  Flow flow(ui, body);
  // What went wrong comes first, what goes as expected after the number. In large text the number
  // comes first anyway: it must be on the first part of the page.
  const bool first = print.mood == Mood::Warn && !ui.Look().Large();
  if (first) {
    AddNotice(flow, ui, notice);
    flow.Space(gap);
  }
  AddNumberCard(flow, ui,
                {.id = "number",
                 .head = text("Your queue number"),
                 .number = model.ticket.number,
                 .what = WhatOf(text, model.ticket)});
  flow.Space(gap);
  const bool second = print.mood == Mood::Warn && !first;
  if (second) {
    AddNotice(flow, ui, notice);
    flow.Space(gap);
  }
  AddFacts(flow, ui, FactsOf(text, model));
  flow.Space(gap);
  if (!first && !second) {
    AddNotice(flow, ui, notice);
    flow.Space(gap);
  }
  std::vector<std::string> steps;
  if (brief) steps.emplace_back(text(print.advice.next));
  steps.push_back(NextStep(text, model));
  AddSteps(flow, ui, "next", text("Next step"), steps);
  flow.Draw(text);
  const int pressed = actions.Draw();
  if (pressed < 0) return std::nullopt;
  return intents[static_cast<std::size_t>(pressed)];
}

}  // namespace yizhan::ui
