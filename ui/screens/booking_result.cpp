/// \file
/// What became of a booking: the result, and why it could not be.
#include <algorithm>
#include <cmath>

#include "domain/money.h"
#include "ui/screens/booking_parts.h"
#include "ui/screens/words.h"

namespace yizhan::ui {
namespace {

using domain::BookingRefusal;
using screens::BookingResultModel;
using screens::BookingTroubleModel;
using Print = screens::TicketModel::Print;
using What = BookingResultModel::What;

struct Headline {
  Mood mood;
  std::string title;
  std::string detail;
};

Headline HeadlineOf(const BookingResultModel& model, const Strings& text) {
  const std::string until = Joined({Day(text, model.until_date), model.until_time});
  const std::string free =
      until.empty() ? "" : Fill(text("Cancelling is free until {1}."), {until});
  switch (model.what) {
    case What::Booked: return {Mood::Ok, text("Booked"), free};
    case What::Confirmed: return {Mood::Ok, text("Confirmed"), free};
    case What::ToConfirm:
      return {Mood::Warn, text("Booked, to be confirmed"),
              Fill(text("Please confirm until {1}: here, by phone or on the web."), {until})};
    case What::ToBeAnswered:
      return {Mood::Warn, text("The bed centre will confirm"),
              text("You get a message when a bed is ready for you.")};
    case What::OnWaitingList:
      return {Mood::Ok, text("You are on the waiting list"),
              text("When somebody cancels, you are asked in the order of the list.")};
    case What::Moved:
      return {Mood::Ok, text("Changed"), text("Your earlier booking is cancelled.")};
    case What::MovedOldStays:
      return {Mood::Warn, text("Booked, but the earlier booking still stands"),
              text("Please cancel it under \"My bookings\", or ask at the service desk.")};
    case What::Cancelled:
      return {Mood::Ok, text("Cancelled"),
              model.refund_minor > 0 ? Fill(text("You get back {1} the way you paid."),
                                            {domain::FormatYuan(model.refund_minor)})
                                     : std::string(text("It costs nothing."))};
    case What::Declined:
      return {Mood::Ok, text("The place goes to the next person"),
              text("You stay on the waiting list.")};
    case What::OffTheList: return {Mood::Ok, text("You have left the waiting list"), ""};
    case What::Agreed:
      return {Mood::Ok, text("Confirmed"),
              text("Cancelling stays free of charge until it begins.")};
    case What::NoOtherTime:
      return {Mood::Ok, text("Noted: no other time"),
              model.refund_minor > 0 ? Fill(text("You get back {1} the way you paid."),
                                            {domain::FormatYuan(model.refund_minor)})
                                     : std::string(text("It costs nothing."))};
    case What::LateNoted:
      return {Mood::Ok, text("The doctor's desk knows that you will be late"),
              Fill(text("Your place is kept until {1}."), {model.until_time})};
  }
  return {Mood::Ok, "", ""};
}

bool Stands(What what) {
  return what != What::Cancelled && what != What::Declined && what != What::OffTheList &&
         what != What::NoOtherTime;
}

std::string PaperOf(Print print, const Strings& text) {
  switch (print) {
    case Print::Printing: return text("The slip is being printed.");
    case Print::Printed: return text("The slip is printed. Please take it.");
    case Print::PaperOut: return text("The paper is out. Staff add some; the booking stands.");
    case Print::Jam:
    case Print::CoverOpen:
    case Print::PrinterAway:
    case Print::Failed: return text("The slip was not printed. The booking stands without it.");
    case Print::Uncertain: return text("No slip? You can have it printed again.");
    case Print::NoPrinter: return text("No slip here: please remember the booking number.");
    case Print::NotAsked: break;
  }
  return {};
}

Advice AdviceOf(BookingRefusal refusal) {
  switch (refusal) {
    case BookingRefusal::Full:
      return {N_("Somebody was faster"), N_("Please choose another time.")};
    case BookingRefusal::Closed:
      return {N_("Booking for this is closed"), N_("Please choose another time.")};
    case BookingRefusal::Stopped:
      return {N_("This clinic does not take place"), N_("Please choose another doctor or day.")};
    case BookingRefusal::NotReleased:
      return {N_("This cannot be booked yet"), N_("Please choose another day.")};
    case BookingRefusal::NoQuota:
      return {N_("This place is kept for others"), N_("Please choose another time.")};
    case BookingRefusal::LimitDay:
      return {N_("You have as many bookings that day as one person may have"),
              N_("Cancel one of them, or choose another day.")};
    case BookingRefusal::LimitSession:
      return {N_("You have enough bookings in this department for that half day"),
              N_("Cancel one of them, or choose another time.")};
    case BookingRefusal::LimitDoctor:
      return {N_("You have a booking with this doctor that day"),
              N_("Cancel it first, or choose another day.")};
    case BookingRefusal::Barred:
      return {N_("Booking ahead is not possible after several missed visits"),
              N_("You can still register on the day itself, and emergency care is always open.")};
    case BookingRefusal::UnknownPatient:
      return {N_("We have no record of this card"), N_("Please register it at the service desk.")};
    case BookingRefusal::AlreadyWaiting:
      return {N_("You are on this waiting list already"),
              N_("You are asked when it is your turn.")};
    case BookingRefusal::TooLate:
      return {N_("The time for this is over"), N_("Please ask at the service desk.")};
    case BookingRefusal::NotPaid:
      return {N_("The fee was not paid"), N_("Nothing was charged. Please book again.")};
    case BookingRefusal::WrongState:
      return {N_("This booking has changed meanwhile"), N_("Please look at your bookings again.")};
  }
  return {};
}

Advice AdviceOf(const BookingTroubleModel& model) {
  switch (model.what) {
    case BookingTroubleModel::What::Refused: return AdviceOf(model.refusal);
    case BookingTroubleModel::What::Away:
      return {N_("The hospital's network is down"),
              N_("Booking needs the network. Nothing was booked. Please try later or go to a "
                 "staffed counter.")};
    case BookingTroubleModel::What::Unsure:
      return {N_("The answer did not arrive"),
              N_("Try again: it is never booked twice. Or look under \"My bookings\" later.")};
    case BookingTroubleModel::What::NotOffered:
      return {N_("This cannot be booked here"), N_("Please go to a staffed counter.")};
    case BookingTroubleModel::What::NothingToBook:
      return {N_("Nothing can be booked at the moment"), N_("Please ask at the service desk.")};
  }
  return {};
}

}  // namespace

MaybeIntent DrawPage(const BookingResultModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Strings& text = stage.text;
  Rect body = stage.body;
  std::vector<ButtonSpec> buttons;
  std::vector<screens::Intent> meanings;
  const auto add = [&](const char* id, const char* label, screens::Intent intent,
                       ButtonKind kind = ButtonKind::Plain) {
    buttons.push_back({.id = id, .label = label, .kind = kind, .type = Type::Sub});
    meanings.push_back(intent);
  };
  if (model.can_invite) add("invite", text("Slip for a companion"), screens::PrintInvite{});
  if (model.can_print) add("reprint", text("Print again"), screens::Reprint{});
  add("another", text("Back to my tasks"), screens::DoAnother{}, ButtonKind::Primary);
  ActionRow actions(ui, body, std::move(buttons));
  Flow flow(ui, body);
  const Headline headline = HeadlineOf(model, text);
  AddNotice(flow, ui,
            {.id = "title",
             .mood = headline.mood,
             .icon = headline.mood == Mood::Ok ? Icon::Check : Icon::Warning,
             .title = headline.title,
             .detail = headline.detail,
             .title_type = Type::Heading});
  flow.Space(ui.Look().GapPx(mm::kGap));
  std::vector<Fact> facts = FactsToTell(text, model.facts);
  if (model.paid) facts.back().value += std::string(" · ") + text("paid");
  if (Stands(model.what)) {
    if (model.what != What::OnWaitingList && model.what != What::LateNoted) {
      facts.push_back({"arrival", text("Please arrive by"), model.advised_arrival});
    }
    facts.push_back({"number", text("Booking number"), model.number});
  }
  AddFacts(flow, ui, facts);
  const std::string paper = PaperOf(model.print, text);
  if (!paper.empty()) {
    flow.Space(ui.Look().GapPx(mm::kGap));
    const bool fine = model.print == Print::Printing || model.print == Print::Printed;
    AddNotice(flow, ui,
              {.id = "paper",
               .mood = fine ? Mood::Neutral : Mood::Warn,
               .icon = Icon::Printer,
               .title = paper,
               .title_type = Type::Body});
  }
  flow.Draw(text);
  const int button = actions.Draw();
  if (button < 0) return std::nullopt;
  return meanings[static_cast<std::size_t>(button)];
}

MaybeIntent DrawPage(const BookingTroubleModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Strings& text = stage.text;
  Rect body = stage.body;
  std::vector<ButtonSpec> buttons = BackAndHome(text);
  const bool again = model.what == BookingTroubleModel::What::Unsure;
  if (again) {
    buttons.push_back({.id = "again",
                       .label = text("Try again"),
                       .kind = ButtonKind::Primary,
                       .type = Type::Sub});
  }
  ActionRow actions(ui, body, std::move(buttons));
  const Advice advice = AdviceOf(model);
  Flow flow(ui, body);
  AddNotice(flow, ui,
            {.id = "title",
             .mood = Mood::Warn,
             .icon = Icon::Warning,
             .title = text(advice.what),
             .title_type = Type::Heading});
  flow.Space(ui.Look().GapPx(mm::kGap + 2));
  std::vector<std::string> steps = {text(advice.next)};
  if (!model.place.zh.empty()) {
    steps.push_back(Fill(text("Staff help you here: {1}."), {model.place.In(text.Language())}));
  }
  AddSteps(flow, ui, "now", text("What you can do now"), steps);
  flow.Draw(text);
  const int button = actions.Draw();
  if (button == 2) return screens::Confirm{};
  return BackOrHome(button);
}

}  // namespace yizhan::ui
