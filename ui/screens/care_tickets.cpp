#include "ui/screens/booking_parts.h"
#include "ui/screens/pages.h"
#include "ui/screens/parts.h"
#include "ui/screens/print_notice.h"
#include "ui/screens/words.h"

namespace yizhan::ui {

namespace {

using domain::LineKind;
using screens::CareTicketsModel;

std::vector<Fact> FactsOf(const Strings& text, const domain::CareTickets::One& one, LineKind line,
                          const std::string& id) {
  const auto language = text.Language();
  const domain::Ticket& ticket = one.ticket;
  std::vector<Fact> facts;
  if (!ticket.place.zh.empty()) {
    facts.push_back(
        {id + "place", text("Please wait"), Fill(text("at {1}"), {ticket.place.In(language)})});
  }
  if (line != LineKind::Pharmacy && !ticket.room.zh.empty()) {
    facts.push_back({id + "room", text("Room"), ticket.room.In(language)});
  }
  if (ticket.ahead) {
    facts.push_back({id + "ahead", text("Ahead of you"),
                     Fill(text.Plural("{1} person", "{1} people", *ticket.ahead),
                          {std::to_string(*ticket.ahead)})});
  }
  if (!one.hint.zh.empty()) facts.push_back({id + "hint", text("Before"), one.hint.In(language)});
  return facts;
}

std::vector<std::string> StepsOf(const Strings& text, const CareTicketsModel& model) {
  const auto& all = model.tickets.tickets;
  if (model.tickets.line == LineKind::Pharmacy) {
    const bool ready = !all.empty() && all.front().ready;
    return {ready ? text("Your medicines are ready. Tap your card at the window.")
                  : text("Your medicines are being prepared. Watch the screen, then tap your card "
                         "at the window.")};
  }
  std::vector<std::string> steps = {
      text("Watch for your number. The screen tells you which room to go to.")};
  if (all.size() > 1) {
    steps.emplace_back(text("You are not called to two places at once. Start where fewer wait."));
  }
  return steps;
}

}  // namespace

MaybeIntent DrawPage(const CareTicketsModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Strings& text = stage.text;
  const auto language = text.Language();
  const float gap = ui.Look().GapPx(mm::kGap);
  std::vector<ButtonSpec> buttons;
  std::vector<screens::Intent> intents;
  if (model.can_reprint) {
    buttons.push_back({.id = "reprint", .label = text("Print again")});
    intents.emplace_back(screens::Reprint{});
  }
  // The guide leads back to the tasks, too.
  if (model.can_guide) {
    buttons.push_back({.id = "guide", .label = text("Where to go next")});
    intents.emplace_back(screens::ShowGuide{});
  } else {
    buttons.push_back({.id = "another", .label = text("Do another thing")});
    intents.emplace_back(screens::DoAnother{});
  }
  buttons.push_back({.id = "done", .label = text("Done, take card"), .kind = ButtonKind::Primary});
  intents.emplace_back(screens::Exit{});
  Rect body = stage.body;
  ActionRow actions(ui, body, buttons);
  Flow flow(ui, body);
  // What went wrong with the paper comes first, what goes as expected after the numbers.
  const bool first = Describe(model.print).mood == Mood::Warn;
  if (first && AddPaperNotice(flow, ui, text, model.print)) flow.Space(gap);
  const auto& all = model.tickets.tickets;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const domain::Ticket& ticket = all[i].ticket;
    const std::string id = "ticket-" + std::to_string(i) + "/";
    const bool medicine = model.tickets.line == LineKind::Pharmacy;
    const std::string number = medicine ? ticket.room.In(language) : ticket.number;
    if (!number.empty()) {
      AddNumberCard(flow, ui,
                    {.id = i == 0 ? "number" : id + "number",
                     .head = medicine ? text("Your window") : text("Your queue number"),
                     .number = number,
                     .what = ticket.service.In(language),
                     .largest = all.size() == 1 && !medicine ? Type::Number : Type::NumberLong});
      flow.Space(gap);
    }
    const std::vector<Fact> facts = FactsOf(text, all[i], model.tickets.line, id);
    if (!facts.empty()) {
      AddFacts(flow, ui, facts);
      flow.Space(gap);
    }
  }
  if (!first && AddPaperNotice(flow, ui, text, model.print)) flow.Space(gap);
  AddSteps(flow, ui, "next", text("Next step"), StepsOf(text, model));
  flow.Draw(text);
  const int pressed = actions.Draw();
  if (pressed < 0) return std::nullopt;
  return intents[static_cast<std::size_t>(pressed)];
}

MaybeIntent DrawPage(const screens::ChooseCentreModel& model, const Stage& stage) {
  const Strings& text = stage.text;
  Rect body = stage.body;
  bool any = false;
  std::vector<Choice> cells;
  for (std::size_t i = 0; i < model.rows.size(); ++i) {
    any = any || model.rows[i].chosen;
    cells.push_back({.id = "centre-" + std::to_string(i),
                     .title = model.rows[i].name.In(text.Language()),
                     .detail = model.rows[i].chosen ? text("Chosen") : text("Touch to choose"),
                     .suggested = model.rows[i].chosen});
  }
  std::vector<ButtonSpec> buttons = {
      {.id = "back", .label = text("Back to my tasks"), .type = Type::Sub},
      {.id = "confirm",
       .label = text("Take a number"),
       .kind = ButtonKind::Primary,
       .type = Type::Sub,
       .enabled = any}};
  ActionRow actions(stage.ui, body, buttons);
  Flow flow(stage.ui, body);
  AddQuestion(flow, stage.ui, text("What do you need at the inpatient service centre?"),
              text("Choose one or several: one number is enough for all of them."));
  std::deque<bool> pressed(cells.size(), false);
  AddGrid(flow, stage.ui, cells, 2, pressed);
  flow.Draw(text);
  const MaybeIntent chosen = ChosenOf(pressed);
  const int button = actions.Draw();
  if (button == 0) return screens::Back{};
  if (button == 1) return screens::Confirm{};
  return chosen;
}

}  // namespace yizhan::ui
