/// \file
/// A contactless card reader, whatever its technology. Its driver runs in the reader process.
#pragma once

#include <chrono>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"

namespace yizhan::drivers {

/// A chip in the reader's field. Personal data: shown to nobody, logged nowhere.
struct FoundCard {
  enum class Kind {
    Iso14443Part4,  ///< Speaks APDUs.
    Type2,          ///< NFC Forum type 2: pages of memory.
    Other,          ///< Only its UID can be had (MIFARE Classic among them).
  };
  Bytes uid;  ///< 4, 7 or 10 bytes (ISO/IEC 14443-3).
  Kind kind = Kind::Other;
};

/// Thread-bound. Every call returns within half a second, most within a few milliseconds. Errors of
/// all calls: DeviceGone: unplugged or confused, close and open it again. Timeout: the reader was
/// silent; once may be noise, twice in a row means gone.
class CardReader {
 public:
  virtual ~CardReader() = default;

  /// Looks for a card and selects it. An empty field is an answer, not an error.
  [[nodiscard]] virtual Result<std::optional<FoundCard>> Select() = 0;

  /// The same while nobody is there: lets the chip look for up to 200 ms if it can, which costs no
  /// processor, and returns as soon as a card comes.
  [[nodiscard]] virtual Result<std::optional<FoundCard>> Await() = 0;

  /// Sends one command to the selected card (at most 260 bytes) and returns its answer. Borrows
  /// `command` for the call. NotFound: the card does not answer; it moved away, or it refused and
  /// must be selected again.
  [[nodiscard]] virtual Result<Bytes> Transceive(ByteView command,
                                                 std::chrono::milliseconds timeout) = 0;

  /// Whether another card rests beside `selected`, the one selected last. Deselects it.
  [[nodiscard]] virtual Result<bool> AnotherCard(const FoundCard& selected) = 0;

  /// Whether this card still rests on the reader. May select it again.
  [[nodiscard]] virtual Result<bool> StillThere(const FoundCard& card) = 0;
};

/// A 4-byte UID that begins with 08 is made up by the chip (a phone) for each encounter: it says
/// nothing about who holds it.
[[nodiscard]] inline bool HasRandomUid(const FoundCard& card) {
  return card.uid.size() == 4 && card.uid[0] == 0x08;
}

}  // namespace yizhan::drivers
