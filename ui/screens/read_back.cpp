/// \file
/// A booking once more before it counts, and what can be done with one that exists.
#include <deque>

#include "domain/money.h"
#include "ui/screens/booking_parts.h"
#include "ui/screens/words.h"

namespace yizhan::ui {
namespace {

using screens::ReadBackModel;
using Purpose = ReadBackModel::Purpose;

std::string TitleOf(const Strings& text, Purpose purpose) {
  switch (purpose) {
    case Purpose::Book:
    case Purpose::Agree: return text("Is this right?");
    case Purpose::Move:
    case Purpose::Rebook: return text("Take this instead?");
    case Purpose::Wait: return text("Join the waiting list for this?");
    case Purpose::Confirm: return text("Please confirm your booking");
    case Purpose::Offer: return text("A place is free for you");
    case Purpose::Keep: return text("Your booking");
    case Purpose::Waiting: return text("You are on the waiting list");
  }
  return {};
}

/// The label of the main action; empty: there is none.
std::string ActionOf(const Strings& text, Purpose purpose) {
  switch (purpose) {
    case Purpose::Book:
    case Purpose::Agree: return text("Confirm booking");
    case Purpose::Move:
    case Purpose::Rebook: return text("Confirm change");
    case Purpose::Wait: return text("Join waiting list");
    case Purpose::Confirm: return text("Confirm booking");
    case Purpose::Offer: return text("Take this place");
    case Purpose::Keep:
    case Purpose::Waiting: break;
  }
  return {};
}

std::vector<std::string> StepsOf(const ReadBackModel& model, const Strings& text) {
  std::vector<std::string> steps;
  const std::string until = Joined({Day(text, model.until_date), model.until_time});
  switch (model.purpose) {
    case Purpose::Book:
      if (!model.until_date.empty()) {
        steps.push_back(Fill(text("Cancelling is free until {1}."), {until}));
      }
      break;
    case Purpose::Move: steps.push_back(text("Your earlier booking is then cancelled.")); break;
    case Purpose::Rebook:
      steps.push_back(text("It takes the place of the earlier booking. There is no penalty."));
      if (model.paid) steps.push_back(text("What you paid counts for this booking."));
      if (model.refund_minor > 0) {
        steps.push_back(Fill(text("You get back {1} the way you paid."),
                             {domain::FormatYuan(model.refund_minor)}));
      }
      break;
    case Purpose::Agree:
      steps.push_back(text("Cancelling stays free of charge until it begins."));
      break;
    case Purpose::Wait:
      steps.push_back(text("When somebody cancels, you are asked in the order of the list."));
      steps.push_back(text("A place is held for you for some minutes; you get a message."));
      break;
    case Purpose::Confirm:
      steps.push_back(
          Fill(text("Please confirm until {1}, or the place is given to others."), {until}));
      break;
    case Purpose::Offer:
      steps.push_back(Fill(text("It is held for you until {1}."), {until}));
      break;
    case Purpose::Keep:
      if (!model.until_date.empty()) {
        steps.push_back(Fill(text("Cancelling is free until {1}."), {until}));
      }
      break;
    case Purpose::Waiting:
      steps.push_back(text("When somebody cancels, you are asked in the order of the list."));
      break;
  }
  if (!model.kept_until.empty()) {
    steps.push_back(Fill(text("Your place is kept until {1}."), {model.kept_until}));
  }
  if (model.facts.kind == domain::ResourceKind::Bed && model.purpose != Purpose::Wait) {
    steps.push_back(text("The bed centre confirms it and informs you."));
  }
  if (!model.preparation.zh.empty()) steps.push_back(model.preparation.In(text.Language()));
  return steps;
}

/// As many as are read at a glance, and how many more there are.
std::string ContentsText(const Strings& text, const std::vector<domain::LocalText>& contents) {
  constexpr std::size_t kMostNamed = 8;
  // One more is named rather than counted.
  const std::size_t named = contents.size() <= kMostNamed + 1 ? contents.size() : kMostNamed;
  std::string list;
  for (std::size_t i = 0; i < named; ++i) {
    list = Joined({list, contents[i].In(text.Language())});
  }
  if (named == contents.size()) return list;
  return Fill(text("{1}, and {2} more"), {list, std::to_string(contents.size() - named)});
}

std::vector<Fact> FactsOf(const ReadBackModel& model, const Strings& text) {
  std::vector<Fact> facts = {{"name", text("Name"), model.masked_name}};
  for (Fact& fact : FactsToTell(text, model.facts)) facts.push_back(std::move(fact));
  if (model.paid) facts.back().value += std::string(" · ") + text("paid");
  if (!model.advised_arrival.empty()) {
    facts.push_back({"arrival", text("Please arrive by"), model.advised_arrival});
  }
  if (!model.number.empty()) facts.push_back({"number", text("Booking number"), model.number});
  if (!model.payer.zh.empty()) {
    facts.push_back({"payer", text("Paid by"), model.payer.In(text.Language())});
  }
  if (!model.contents.empty()) {
    facts.push_back({"contents", text("It includes"), ContentsText(text, model.contents)});
  }
  return facts;
}

/// One card; of large text one that may be split between the parts of a page.
void AddGoodToKnow(Flow& flow, Ui& ui, const std::string& heading,
                   const std::vector<std::string>& steps) {
  if (!ui.Look().Large()) return AddSteps(flow, ui, "know", heading, steps);
  std::vector<Fact> rows;
  for (const std::string& step : steps) {
    rows.push_back({"know-" + std::to_string(rows.size()), heading, step});
  }
  AddFacts(flow, ui, rows);
}

}  // namespace

MaybeIntent DrawPage(const ReadBackModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Strings& text = stage.text;
  Rect body = stage.body;
  std::vector<ButtonSpec> buttons = BackAndHome(text);
  std::vector<screens::Intent> meanings = {screens::Back{}, screens::GoHome{}};
  // Back from one's own booking is home, or one step from it.
  if (!model.number.empty()) {
    buttons.pop_back();
    meanings.pop_back();
  }
  const auto add = [&](const char* id, const char* label, screens::Intent intent) {
    buttons.push_back({.id = id, .label = label, .type = Type::Sub});
    meanings.push_back(intent);
  };
  if (model.purpose == Purpose::Offer)
    add("decline", text("No, stay on the list"), screens::Decline{});
  if (model.can_change) add("change", text("Change"), screens::Change{});
  if (model.can_cancel) {
    const bool waits = model.purpose == Purpose::Waiting;
    add("cancel-it", waits ? text("Leave the list") : text("Cancel it"), screens::CancelIt{});
  }
  if (model.can_tell_late) add("tell-late", text("I will be late"), screens::TellLate{});
  if (model.can_prepay) add("prepay", text("Pay now"), screens::Prepay{});
  const std::string action = ActionOf(text, model.purpose);
  if (!action.empty()) {
    buttons.push_back(
        {.id = "confirm", .label = action, .kind = ButtonKind::Primary, .type = Type::Sub});
    meanings.push_back(screens::Confirm{});
  }
  ActionRow actions(ui, body, std::move(buttons));
  Flow flow(ui, body);
  AddQuestion(flow, ui, TitleOf(text, model.purpose));
  AddFacts(flow, ui, FactsOf(model, text));
  const std::vector<std::string> steps = StepsOf(model, text);
  if (!steps.empty()) {
    flow.Space(ui.Look().GapPx(mm::kGap));
    AddGoodToKnow(flow, ui, text("Good to know"), steps);
  }
  flow.Draw(text);
  const int button = actions.Draw();
  if (button < 0) return std::nullopt;
  return meanings[static_cast<std::size_t>(button)];
}

MaybeIntent DrawPage(const screens::CancelModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Strings& text = stage.text;
  Rect body = stage.body;
  ActionRow actions(ui, body,
                    {{.id = "back",
                      .label = model.stopped ? text("Back") : text("No, keep it"),
                      .type = Type::Sub},
                     {.id = "confirm",
                      .label = model.stopped ? text("No other time") : text("Yes, cancel"),
                      .kind = ButtonKind::Primary,
                      .type = Type::Sub}});
  Flow flow(ui, body);
  AddQuestion(flow, ui,
              model.stopped ? text("You really do not want another time?")
                            : text("Do you really want to cancel?"));
  const std::string until = Joined({Day(text, model.until_date), model.until_time});
  std::string cost = text("Cancelling costs nothing.");
  if (model.late) {
    cost =
        Fill(text("The time for cancelling was over on {1}. It is noted as a late cancellation."),
             {until});
  }
  std::string money;
  if (model.refund_minor > 0) {
    money = Fill(text("You get back {1}."), {domain::FormatYuan(model.refund_minor)});
  }
  if (model.kept_minor > 0) {
    money += (money.empty() ? "" : " ") +
             Fill(text("The hospital keeps {1}."), {domain::FormatYuan(model.kept_minor)});
  }
  if (model.stopped) {
    cost = model.refund_minor > 0
               ? Fill(text("What you paid, {1}, goes back in full the way you paid."),
                      {domain::FormatYuan(model.refund_minor)})
               : std::string(text("You were charged nothing, and nothing is noted."));
    money.clear();
  }
  AddNotice(flow, ui,
            {.id = "cost",
             .mood = model.late || model.kept_minor > 0 ? Mood::Warn : Mood::Neutral,
             .icon = Icon::Payment,
             .title = cost,
             .detail = money});
  flow.Space(ui.Look().GapPx(mm::kGap));
  AddFacts(flow, ui, FactsToTell(text, model.facts));
  flow.Draw(text);
  switch (actions.Draw()) {
    case 0: return screens::Back{};
    case 1: return screens::Confirm{};
    default: return std::nullopt;
  }
}

MaybeIntent DrawPage(const screens::MyBookingsModel& model, const Stage& stage) {
  using State = screens::MyBookingsModel::Row::State;
  const Strings& text = stage.text;
  Rect body = stage.body;
  ActionRow actions(stage.ui, body, {{.id = "home", .label = text("Home"), .type = Type::Sub}});
  Flow flow(stage.ui, body);
  AddQuestion(flow, stage.ui, text("Your bookings"));
  if (model.rows.empty()) {
    AddNotice(flow, stage.ui,
              {.id = "none", .icon = Icon::Calendar, .title = text("You have no bookings")});
  }
  std::deque<bool> pressed(model.rows.size(), false);
  for (std::size_t i = 0; i < model.rows.size(); ++i) {
    const auto& row = model.rows[i];
    const char* tag = "";
    switch (row.state) {
      case State::Booked: tag = text("booked"); break;
      case State::ToConfirm: tag = text("please confirm"); break;
      case State::ToBeAnswered: tag = text("bed centre will confirm"); break;
      case State::Waiting: tag = text("waiting list"); break;
      case State::Offered: tag = text("place free: answer"); break;
      case State::Substitute: tag = text("other doctor: answer"); break;
      case State::Stopped: tag = text("clinic cancelled: answer"); break;
    }
    AddChoice(flow, stage.ui,
              {.id = "booking-" + std::to_string(i),
               .title = WhatOf(text, row.facts),
               .detail = WhenOf(text, row.facts),
               .tag = tag,
               .tag_waits = row.state == State::Substitute || row.state == State::Stopped},
              pressed[i]);
    flow.Space(stage.ui.Look().GapPx());
  }
  flow.Draw(text);
  const MaybeIntent chosen = ChosenOf(pressed);
  if (actions.Draw() == 0) return screens::GoHome{};
  return chosen;
}

}  // namespace yizhan::ui
