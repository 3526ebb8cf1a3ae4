/// \file
/// What yizhan-reader writes into its socket. Each message:
///
///     2 bytes  length of what follows, big endian, at most kMaxReaderMessage
///     1 byte   version of this protocol, 1
///     1 byte   kind
///     n bytes  fields of the kind; a text is a length byte and its bytes
///
/// The reader process handles hostile cards, so the kiosk takes nothing from it on trust: whatever
/// breaks this format ends the process and starts another.
#pragma once

#include <optional>
#include <variant>

#include "base/bytes.h"
#include "base/result.h"
#include "drivers/card_events.h"

namespace yizhan::drivers {

inline constexpr std::uint8_t kReaderProtocolVersion = 1;
inline constexpr std::size_t kMaxReaderMessage = 128;

/// "I am not stuck." Sent several times a second.
struct Heartbeat {};

using ReaderMessage = std::variant<Heartbeat, CardEvent>;

/// The bytes of one message.
[[nodiscard]] Bytes EncodeReaderMessage(const ReaderMessage& message);

/// Finds messages in a stream of bytes. Thread-bound; holds less than one message between calls
/// when every message is taken.
class ReaderMessageDecoder {
 public:
  void Feed(ByteView bytes);
  /// The next whole message. Empty: more bytes are needed. BadData: the stream breaks the format
  /// and cannot be read any further.
  [[nodiscard]] Result<std::optional<ReaderMessage>> Next();

 private:
  Bytes buffer_;
};

}  // namespace yizhan::drivers
