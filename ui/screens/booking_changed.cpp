/// \file
/// What the hospital changed about a booking, and when somebody who is late will be there.
#include <deque>

#include "domain/money.h"
#include "ui/screens/booking_parts.h"
#include "ui/screens/words.h"

namespace yizhan::ui {
namespace {

using screens::BookingChangedModel;

/// A choice and what it means.
struct Answer {
  Choice choice;
  screens::Intent intent;
};

Notice WhatHappened(const BookingChangedModel& model, const Strings& text) {
  Notice notice{.id = "what", .mood = Mood::Warn, .icon = Icon::Warning};
  if (model.what == BookingChangedModel::What::Substitute) {
    notice.title = model.instead_of.empty()
                       ? Fill(text("{1} sees you instead, at the same time."), {model.facts.doctor})
                       : Fill(text("{1} cannot come. {2} sees you instead, at the same time."),
                              {model.instead_of, model.facts.doctor});
    return notice;
  }
  notice.title = text("The hospital had to cancel this clinic.");
  notice.detail = model.refund_minor > 0
                      ? Fill(text("What you paid, {1}, goes back in full the way you paid."),
                             {domain::FormatYuan(model.refund_minor)})
                      : std::string(text("You were charged nothing, and nothing is noted."));
  return notice;
}

std::vector<Answer> AnswersOf(const BookingChangedModel& model, const Strings& text) {
  std::vector<Answer> answers;
  const std::string yuan = domain::FormatYuan(model.refund_minor);
  if (model.what == BookingChangedModel::What::Substitute) {
    answers.push_back({{.id = "agree",
                        .title = Fill(text("Yes, see {1}"), {model.facts.doctor}),
                        .detail = text("The title is the same, and you pay nothing more."),
                        .suggested = true},
                       screens::Confirm{}});
    answers.push_back(
        {{.id = "another-time",
          .title = text("Choose another time"),
          .detail = model.refund_minor > 0 ? text("No penalty. What you paid is not lost.")
                                           : text("There is no penalty.")},
         screens::Change{}});
    answers.push_back(
        {{.id = "give-back",
          .title = text("Cancel it"),
          .detail = model.refund_minor > 0 ? Fill(text("You get back {1}."), {yuan})
                                           : std::string(text("Cancelling costs nothing."))},
         screens::CancelIt{}});
    return answers;
  }
  answers.push_back({{.id = "another-time",
                      .title = text("Choose another time"),
                      .detail = Fill(text("Possible until {1}. There is no penalty."),
                                     {Day(text, model.until_date)}),
                      .suggested = true},
                     screens::Change{}});
  answers.push_back({{.id = "give-back",
                      .title = text("I do not want another time"),
                      .detail = text("Then nothing more is to be done.")},
                     screens::CancelIt{}});
  return answers;
}

}  // namespace

MaybeIntent DrawPage(const BookingChangedModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Strings& text = stage.text;
  Rect body = stage.body;
  ActionRow actions(ui, body, BackAndHome(text));
  Flow flow(ui, body);
  AddQuestion(flow, ui, text("Your booking has changed"),
              Joined({model.facts.service.In(text.Language()), WhenOf(text, model.facts)}));
  AddNotice(flow, ui, WhatHappened(model, text));
  flow.Space(ui.Look().GapPx());
  const std::vector<Answer> answers = AnswersOf(model, text);
  std::deque<bool> pressed(answers.size(), false);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    AddChoice(flow, ui, answers[i].choice, pressed[i]);
    flow.Space(ui.Look().GapPx());
  }
  flow.Draw(text);
  if (const MaybeIntent leave = BackOrHome(actions.Draw())) return leave;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (pressed[i]) return answers[i].intent;
  }
  return std::nullopt;
}

MaybeIntent DrawPage(const screens::ChooseArrivalModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Strings& text = stage.text;
  Rect body = stage.body;
  ActionRow actions(ui, body, BackAndHome(text));
  Flow flow(ui, body);
  AddQuestion(flow, ui, text("When will you be there?"),
              Joined({WhatOf(text, model.facts), model.facts.time_range}));
  std::deque<bool> pressed(model.arrivals.size(), false);
  for (std::size_t i = 0; i < model.arrivals.size(); ++i) {
    const std::string& at = model.arrivals[i];
    const bool last = model.to_the_end && i + 1 == model.arrivals.size();
    AddChoice(flow, ui,
              {.id = "arrival-" + std::to_string(i),
               .title = Fill(text("At {1} at the latest"), {at}),
               .detail = Fill(last ? text("Your place is kept until {1}: then your time is over.")
                                   : text("Your place is kept until {1}."),
                              {at})},
              pressed[i]);
    flow.Space(ui.Look().GapPx());
  }
  AddNotice(
      flow, ui,
      {.id = "kept",
       .icon = Icon::Calendar,
       .title = Fill(text("Without a notice your place is kept until {1}."), {model.kept_until}),
       .title_type = Type::Body});
  flow.Draw(text);
  const MaybeIntent chosen = ChosenOf(pressed);
  const MaybeIntent leave = BackOrHome(actions.Draw());
  return leave ? leave : chosen;
}

}  // namespace yizhan::ui
