/// \file
/// The serial frames of an NXP PN532 (high speed UART), the chip's side. Pure: bytes in, frames
/// out. Whatever a host sends is survived.
#pragma once

#include <optional>

#include "base/bytes.h"

namespace yizhan::rig {

/// The chip's buffer: no frame carries more (command or reply code included, direction byte not).
inline constexpr std::size_t kMaxPn532Payload = 264;

/// Something whole that the host sent.
struct HostFrame {
  enum class Kind {
    Command,  ///< `payload` is the command code and its parameters; at least one byte.
    Ack,      ///< The host gives up waiting: abort what is under way.
    Nack,     ///< The host wants the last reply again.
  };
  Kind kind = Kind::Command;
  Bytes payload{};
};

/// Finds frames in a stream of bytes. Noise between frames and frames with a wrong checksum,
/// length or direction are dropped, as the chip does. Thread-bound; holds at most one frame.
class Pn532FrameParser {
 public:
  void Feed(ByteView bytes);
  /// The next whole frame. Empty: more bytes are needed.
  [[nodiscard]] std::optional<HostFrame> Next();
  /// Forgets what was received so far.
  void Clear() { buffer_.clear(); }

 private:
  std::optional<HostFrame> TakeInformation();
  Bytes buffer_;
};

/// A reply frame around `payload` (reply code and data, at most kMaxPn532Payload bytes; what is
/// beyond is cut).
[[nodiscard]] Bytes EncodePn532Reply(ByteView payload);
/// "I understood the frame."
[[nodiscard]] Bytes Pn532Ack();
/// "I do not know this command."
[[nodiscard]] Bytes Pn532ErrorFrame();

}  // namespace yizhan::rig
