#pragma once

#include "kiosk/screens/check_in_pages.h"
#include "printer/printer.h"

namespace yizhan::app {

/// How a page fares, as the screen tells it.
[[nodiscard]] screens::TicketModel::Print ToScreen(printer::PrintEvent::Kind kind);
/// Nothing more will be heard of the page.
[[nodiscard]] bool IsFinal(printer::PrintEvent::Kind kind);

}  // namespace yizhan::app
