#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "drivers/card_reader.h"

namespace yizhan::drivers {

/// What a card's memory gave.
struct CardContent {
  enum class State {
    Ndef,       ///< `ndef` is the message, possibly empty.
    NoMemory,   ///< No NDEF memory: all there is, is the UID.
    Malformed,  ///< The memory breaks its format or promises more than kMaxNdefBytes.
  };
  State state = State::NoMemory;
  Bytes ndef{};
};

/// Reads the NDEF message of the selected card, at most kMaxNdefBytes, with a bounded count of
/// commands. NotFound: the card stopped answering. Other errors as CardReader.
[[nodiscard]] Result<CardContent> ReadNdef(CardReader& reader, const FoundCard& card);

}  // namespace yizhan::drivers
