#pragma once

#include "ui/screens/parts.h"
#include "ui/screens/words.h"

namespace yizhan::ui {

/// What happens to the page that is printed, in a sentence and what to do about it.
struct PrintWords {
  Mood mood = Mood::Ok;
  Icon icon = Icon::Printer;
  Advice advice;
};
[[nodiscard]] PrintWords Describe(screens::TicketModel::Print print);

/// The same as a card. Nothing, and false, when no page was asked for and nothing is wrong.
bool AddPaperNotice(Flow& flow, Ui& ui, const Strings& text, screens::TicketModel::Print print);

}  // namespace yizhan::ui
