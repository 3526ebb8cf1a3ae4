/// \file
/// Paying the fee of a booking: the code, how long the place is held, and how it ended.
#include <algorithm>
#include <cmath>

#include "domain/money.h"
#include "ui/screens/booking_parts.h"
#include "ui/screens/words.h"

namespace yizhan::ui {
namespace {

using screens::PayModel;
using State = PayModel::State;

void DrawCode(Ui& ui, const screens::CodeDots& code, const Rect& box) {
  // Four modules of white around it, as the standard of the code asks.
  const int quiet = 4;
  const float dot = std::floor(box.w / static_cast<float>(code.side + 2 * quiet));
  const float side = dot * static_cast<float>(code.side + 2 * quiet);
  const Rect paper{std::round(box.Centre().x - side / 2), box.y, side, side};
  ui.Fill(paper, 0, colors::kCard);
  for (int y = 0; y < code.side; ++y) {
    for (int x = 0; x < code.side; ++x) {
      if (!code.dark[static_cast<std::size_t>(y * code.side + x)]) continue;
      ui.Fill({paper.x + dot * static_cast<float>(x + quiet),
               paper.y + dot * static_cast<float>(y + quiet), dot, dot},
              0, colors::kInk);
    }
  }
}

struct Saying {
  const char* question;
  Mood mood = Mood::Neutral;
  const char* title;
  const char* detail;
};

Saying SayingOf(State state, const Strings& text) {
  const char* const pay = text("Pay with your phone");
  switch (state) {
    case State::Preparing:
      return {pay, Mood::Neutral, text("One moment, please"), text("The code is being made.")};
    case State::Open:
      return {pay, Mood::Neutral, text("Scan the code with WeChat or Alipay."),
              text("Take your card when the screen says that it is paid.")};
    case State::Closing:
      return {pay, Mood::Neutral, text("One moment, please"), text("The payment is being closed.")};
    case State::Paid: return {pay, Mood::Ok, text("Paid"), ""};
    case State::GivenUp:
      return {text("Not paid"), Mood::Neutral, text("Nothing was charged."),
              text("The place is free for others again.")};
    case State::Away:
      return {text("You cannot pay here now"), Mood::Warn, text("Nothing was charged."),
              text("Please book without paying now, and pay at the cashier's.")};
    case State::TimeUp:
      return {text("The time to pay is over"), Mood::Warn, text("The place was not kept."),
              text("If you have just paid, everything goes back the way you paid.")};
    case State::GivenBack:
      return {text("The place could not be kept"), Mood::Warn,
              text("What you paid goes back the way you paid."),
              text("You need not do anything for it.")};
    case State::Unknown:
      return {pay, Mood::Warn,
              text("We are finding out whether you paid. Nothing is charged twice."),
              text("You may leave: if you paid, the place is yours, or the money goes back.")};
  }
  return {pay, Mood::Neutral, "", ""};
}

/// "9:07"
std::string MinutesAndSeconds(int seconds) {
  const std::string rest = std::to_string(seconds % 60);
  return std::to_string(seconds / 60) + ":" + (rest.size() < 2 ? "0" : "") + rest;
}

void AddCode(Flow& flow, Ui& ui, const PayModel& model, const Strings& text) {
  const float side = std::min({flow.Width(), ui.Look().Px(130), std::max(flow.Left(), 1.0f)});
  flow.Add(side, [&model, &ui, side](const Rect& row) {
    DrawCode(ui, model.code, {row.Centre().x - side / 2, row.y, side, side});
  });
  flow.Space(ui.Look().Px(4));
  flow.AddText("left",
               Fill(text("The place is held for {1}."), {MinutesAndSeconds(model.seconds_left)}),
               {.ink = inks::kQuietOnPage, .align = Align::Centre});
  flow.Space(ui.Look().Px(4));
}

}  // namespace

MaybeIntent DrawPage(const PayModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Strings& text = stage.text;
  const bool over = screens::IsOver(model.state);
  const bool may_stop = model.state != State::Closing && model.state != State::Paid;
  Rect body = stage.body;
  std::vector<ButtonSpec> buttons;
  if (over) {
    buttons = BackAndHome(text);
    buttons.front().label = text("Choose again");
  } else if (may_stop) {
    buttons.push_back({.id = "back", .label = text("Do not pay"), .type = Type::Sub});
  }
  ActionRow actions(ui, body, std::move(buttons));
  Flow flow(ui, body);
  const Saying saying = SayingOf(model.state, text);
  AddQuestion(flow, ui, saying.question);
  if (!over) {
    flow.AddText(
        "sum", domain::FormatYuan(model.amount_minor),
        {.type = Type::Title, .weight = Weight::Bold, .ink = inks::kOnPage, .align = Align::Centre},
        Flow::Keep::WithNext);
    flow.Space(ui.Look().Px(3));
  }
  // The code first: it must be on the first part of a page that is too long.
  if (model.state == State::Open && model.code.side > 0) AddCode(flow, ui, model, text);
  AddNotice(flow, ui,
            {.id = "pay-state",
             .mood = saying.mood,
             .icon = over ? Icon::Warning : Icon::Payment,
             .title = saying.title,
             .detail = saying.detail});
  flow.Space(ui.Look().Px(3));
  flow.AddText("what", Joined({WhatOf(text, model.facts), WhenOf(text, model.facts)}),
               {.ink = inks::kQuietOnPage});
  flow.Draw(text);
  return BackOrHome(actions.Draw());
}

}  // namespace yizhan::ui
