#include "ui/screens/print_notice.h"

namespace yizhan::ui {

using Print = screens::TicketModel::Print;

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

bool AddPaperNotice(Flow& flow, Ui& ui, const Strings& text, Print print) {
  if (print == Print::NotAsked || print == Print::NoPrinter) return false;
  const PrintWords words = Describe(print);
  const bool bad = words.mood == Mood::Warn;
  AddNotice(
      flow, ui,
      {.id = "print",
       .mood = words.mood,
       .icon = words.icon,
       .title = text(words.advice.what),
       .detail = bad ? text("Please remember or photograph this page.") : text(words.advice.next)});
  return true;
}

}  // namespace yizhan::ui
