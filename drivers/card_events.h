/// \file
/// What a card reader tells the terminal, whatever its technology. The reader runs in a process of
/// its own (drivers/reader); these values cross the line.
#pragma once

#include <variant>

#include "domain/card.h"

namespace yizhan::drivers {

struct ReaderReady {};  ///< The reader answers; cards can be presented.
struct ReaderGone {};   ///< Unplugged, silent or restarting; it comes back by itself.
struct CardPresented {
  domain::PresentedCard card;  ///< Genuine, verified. The card still rests on the reader.
};
struct CardRefused {
  domain::CardProblem problem;  ///< A card rests on the reader and cannot be accepted.
};
struct CardRemoved {};  ///< Nothing rests on the reader any more.

using CardEvent = std::variant<ReaderReady, ReaderGone, CardPresented, CardRefused, CardRemoved>;

}  // namespace yizhan::drivers
