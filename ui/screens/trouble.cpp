#include "domain/money.h"
#include "ui/screens/pages.h"
#include "ui/screens/parts.h"
#include "ui/screens/words.h"

namespace yizhan::ui {

namespace {

using screens::TroubleModel;
using What = TroubleModel::What;

struct Explanation {
  Mood mood = Mood::Warn;
  std::string title;
  std::vector<std::string> steps;
};

/// "请到 …" with the place of the model, or with the one that always helps.
std::string GoTo(const Strings& text, const TroubleModel& model, const char* otherwise) {
  if (model.place.zh.empty()) return text(otherwise);
  return Fill(text("Please go to {1}."), {model.place.In(text.Language())});
}

Explanation AboutTheVisit(const TroubleModel& model, const Strings& text) {
  const std::string service = model.service.In(text.Language());
  switch (model.what) {
    case What::TooEarly:
      return {Mood::Warn,
              Fill(text("Too early: check-in opens at {1}"), {model.time}),
              {Fill(text("Come back here at {1} and tap your card again."), {model.time}),
               text("Until then you can rest or do other things.")}};
    case What::Late:
      return {Mood::Warn,
              Fill(text("The time to check in ended at {1}"), {model.time}),
              {GoTo(text, model, N_("Please go to the triage desk of your department.")),
               text("The nurse there arranges how you can still be seen.")}};
    case What::WrongDay:
      return {Mood::Warn,
              Fill(text("Your visit is on {1}"), {Day(text, model.date)}),
              {Fill(text("Please come on {1} and tap your card again."), {Day(text, model.date)}),
               text("To change the day, please ask at the service desk.")}};
    case What::WrongSite:
      return {Mood::Warn,
              text("Your visit is at another campus"),
              {GoTo(text, model, N_("Please ask at the service desk for the way.")),
               text("If you cannot get there in time, please ask at the service desk.")}};
    case What::PaymentDue:
      return {Mood::Warn,
              Fill(text("Please pay {1} first"), {domain::FormatYuan(model.amount_minor)}),
              {GoTo(text, model, N_("Please pay at a cashier's counter.")),
               text("Then come back and tap your card again.")}};
    case What::NotBooked:
      return {Mood::Warn,
              service.empty() ? text("This booking is not valid")
                              : Fill(text("The booking for {1} is not valid"), {service}),
              {text("It was cancelled, is over, or is only on the waiting list."),
               text("Please make a booking at the service desk.")}};
    default: return {};
  }
}

Explanation Explain(const TroubleModel& model, const Strings& text) {
  switch (model.what) {
    case What::TooEarly:
    case What::Late:
    case What::WrongDay:
    case What::WrongSite:
    case What::PaymentDue:
    case What::NotBooked: return AboutTheVisit(model, text);
    case What::NothingToday:
      return {Mood::Warn,
              text("You have no booking here today"),
              {text("If you have a booking, please check its date and place."),
               text("To see a doctor today, please go to the registration counter.")}};
    case What::NothingToDraw:
      return {
          Mood::Warn,
          text("Nothing is to be drawn for you now"),
          {text("If the doctor ordered a test just now, wait a minute and tap your card again."),
           GoTo(text, model, N_("Questions? Please ask at the draw window."))}};
    case What::AskLaboratory:
      return {Mood::Warn,
              text("A person has to look at your order"),
              {GoTo(text, model, N_("Questions? Please ask at the draw window.")),
               text("Nothing was changed or charged.")}};
    case What::NothingOrdered:
      return {
          Mood::Warn,
          text("There is nothing to check in for now"),
          {text("If the doctor ordered something just now, wait a minute and tap your card again."),
           GoTo(text, model, N_("Questions? Please ask at the triage desk."))}};
    case What::AlreadyThere:
      return {Mood::Warn,
              text("You checked in before"),
              {text("Your number is on your slip. Watch the screen for it."),
               GoTo(text, model, N_("Questions? Please ask at the triage desk."))}};
    case What::AskDesk:
      return {Mood::Warn,
              text("A person has to look at your order"),
              {GoTo(text, model, N_("Questions? Please ask at the triage desk.")),
               text("Nothing was changed or charged.")}};
    case What::UnknownPatient:
      return {Mood::Warn,
              text("We have no record of this card"),
              {text("Please register it at the service desk."),
               text("Bring your card and your identity card.")}};
    case What::BirthDateWrong:
      return {Mood::Bad,
              text("The date of birth did not match three times"),
              {text("Please go to the service desk with your card and your identity card."),
               text("Your card still works, nothing was changed.")}};
    case What::HospitalAway:
      return {Mood::Warn,
              text("The hospital's network is down"),
              {text("This cannot be done here now. Please go to a staffed counter."),
               text("Checking in may still work: tap your card again in a few minutes.")}};
    case What::StoreFailed:
      return {Mood::Bad,
              text("This machine is out of service"),
              {text("Please use another machine or a staffed counter."),
               text("Nothing was changed or charged.")}};
  }
  return {};
}

}  // namespace

MaybeIntent DrawPage(const TroubleModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Strings& text = stage.text;
  const float gap = ui.Look().GapPx(mm::kGap + 2);
  std::vector<ButtonSpec> buttons;
  if (model.can_go_back) {
    buttons.push_back({.id = "back", .label = text("Back to my tasks"), .type = Type::Sub});
  }
  if (model.can_book) {
    buttons.push_back({.id = "book",
                       .label = text("Book a visit"),
                       .kind = ButtonKind::Primary,
                       .type = Type::Sub});
  }
  Rect body = stage.body;
  ActionRow actions(ui, body, buttons);
  const Explanation explanation = Explain(model, text);
  Flow flow(ui, body);
  AddNotice(flow, ui,
            {.id = "trouble",
             .mood = explanation.mood,
             .icon = Icon::Warning,
             .title = explanation.title,
             .detail = {},
             .title_type = Type::Heading});
  flow.Space(gap);
  AddSteps(flow, ui, "now", text("What you can do now"), explanation.steps);
  flow.Draw(text);
  const int button = actions.Draw();
  if (button < 0) return std::nullopt;
  if (button == 0 && model.can_go_back) return screens::Back{};
  return screens::OpenService{screens::Service::Book};
}

}  // namespace yizhan::ui
