#include <cmath>

#include "ui/screens/pages.h"
#include "ui/screens/parts.h"
#include "ui/screens/words.h"

namespace yizhan::ui {

namespace {

using screens::TicketModel;
using Print = TicketModel::Print;

struct PrintWords {
  Mood mood = Mood::Ok;
  Icon icon = Icon::Printer;
  Advice advice;
};

PrintWords Describe(Print print) {
  switch (print) {
    case Print::Printing:
      return {Mood::Ok,
              Icon::Printer,
              {N_("Printing your slip"), N_("It comes out of the slot below.")}};
    case Print::Printed:
      return {Mood::Ok,
              Icon::Check,
              {N_("Your slip is printed"), N_("Please take it from the slot below.")}};
    case Print::PaperOut:
      return {Mood::Warn,
              Icon::Warning,
              {N_("The printer is out of paper, no slip came out"),
               N_("Please remember or photograph your number. It stays valid.")}};
    case Print::Jam:
      return {Mood::Warn,
              Icon::Warning,
              {N_("The paper is jammed, no slip came out"),
               N_("Please remember or photograph your number. It stays valid.")}};
    case Print::CoverOpen:
      return {Mood::Warn,
              Icon::Warning,
              {N_("The printer is open, no slip came out"),
               N_("Please remember or photograph your number. It stays valid.")}};
    case Print::PrinterAway:
      return {Mood::Warn,
              Icon::Warning,
              {N_("The printer does not answer, no slip came out"),
               N_("Please remember or photograph your number. It stays valid.")}};
    case Print::Failed:
      return {Mood::Warn,
              Icon::Warning,
              {N_("Your slip could not be printed"),
               N_("Please remember or photograph your number. It stays valid.")}};
    case Print::Uncertain:
      return {Mood::Warn,
              Icon::Warning,
              {N_("Please check whether your slip came out"),
               N_("If not, print it again. Your number stays the same.")}};
    case Print::NotAsked:
      return {Mood::Neutral,
              Icon::Check,
              {N_("You checked in before"),
               N_("Your number stays the same. You can have the slip printed again.")}};
    case Print::NoPrinter:
      return {Mood::Neutral,
              Icon::Report,
              {N_("There is no printer here"),
               N_("Please remember or photograph your number. It stays valid.")}};
  }
  return {};
}

/// The number as large as the card allows.
void AddNumber(Flow& flow, Ui& ui, const Strings& text, const domain::Ticket& ticket) {
  const Theme& theme = ui.Look();
  const auto language = text.Language();
  const float padding = theme.Px(9);
  const float width = flow.Width() - 2 * padding;
  TextStyle number{.type = Type::Number,
                   .weight = Weight::Bold,
                   .ink = inks::kNumberOnCard,
                   .align = Align::Centre,
                   .place = Place::Middle};
  for (const Type type : {Type::Number, Type::NumberLong, Type::Title}) {
    number.type = type;
    if (ui.TextWidth(ticket.number, number) <= width) break;
  }
  const TextStyle label{.weight = Weight::Bold, .ink = inks::kQuietOnCard, .align = Align::Centre};
  const TextStyle quiet{.ink = inks::kQuietOnCard, .align = Align::Centre};
  const std::string head = text("Your queue number");
  const std::string joined = ticket.provisional
                                 ? text("Offline number · you are queued by your check-in time")
                                 : Joined({ticket.service.In(language),
                                           DoctorName(text, ticket.doctor, ticket.doctor_title)});
  const std::string what = Folded(ui, joined, quiet, width);
  const float head_height = ui.TextHeight(head, label, width);
  const float number_height = theme.LinePx(number.type);
  const float what_height = ui.TextHeight(what, quiet, width);
  const float gap = theme.Px(3);
  flow.Add(2 * padding + head_height + number_height + what_height + 2 * gap,
           [=, &ui](const Rect& box) {
             ui.Card(box);
             Rect row{box.x + padding, box.y + padding, width, head_height};
             ui.Text("number/head", head, label, row);
             row.y += row.h + gap;
             row.h = number_height;
             ui.Text("number", ticket.number, number, row);
             row.y += row.h + gap;
             row.h = what_height;
             ui.Text("number/what", what, quiet, row);
           });
}

std::vector<Fact> FactsOf(const Strings& text, const domain::Ticket& ticket) {
  const auto language = text.Language();
  std::vector<Fact> facts;
  if (ticket.provisional) {
    facts.push_back({"service", text("Department"), ticket.service.In(language)});
  }
  if (!ticket.place.zh.empty()) {
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

std::string NextStep(const Strings& text, const domain::Ticket& ticket) {
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
  if (model.more_tasks) {
    buttons.push_back({.id = "another", .label = text("Do another thing")});
    intents.emplace_back(screens::DoAnother{});
  }
  buttons.push_back({.id = "done",
                     .label = has_slip ? text("Done, take slip and card") : text("Done, take card"),
                     .kind = ButtonKind::Primary});
  intents.emplace_back(screens::Exit{});
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
  AddNumber(flow, ui, text, model.ticket);
  flow.Space(gap);
  const bool second = print.mood == Mood::Warn && !first;
  if (second) {
    AddNotice(flow, ui, notice);
    flow.Space(gap);
  }
  AddFacts(flow, ui, FactsOf(text, model.ticket));
  flow.Space(gap);
  if (!first && !second) {
    AddNotice(flow, ui, notice);
    flow.Space(gap);
  }
  std::vector<std::string> steps;
  if (brief) steps.emplace_back(text(print.advice.next));
  steps.push_back(NextStep(text, model.ticket));
  AddSteps(flow, ui, "next", text("Next step"), steps);
  flow.Draw(text);
  const int pressed = actions.Draw();
  if (pressed < 0) return std::nullopt;
  return intents[static_cast<std::size_t>(pressed)];
}

}  // namespace yizhan::ui
