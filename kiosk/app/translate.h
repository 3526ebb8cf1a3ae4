#pragma once

#include "drivers/card_events.h"
#include "kiosk/flows/events.h"
#include "kiosk/sync/gateway.h"

namespace yizhan::app {

// The words of one folder in the words of another: drivers and sync know nothing of flows.
[[nodiscard]] flows::Event ToEvent(const drivers::CardEvent& event);
[[nodiscard]] flows::Event ToEvent(sync::News news);

}  // namespace yizhan::app
