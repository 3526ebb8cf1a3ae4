/// \file
/// How the NFC Forum's type 2 and type 4 tags keep an NDEF message in their memory. Pure: the bytes
/// were read by somebody else. Everything comes from a stranger's chip.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace yizhan::drivers {

/// What the capability container of a type 4 tag promises.
struct Type4Capability {
  std::uint16_t file_id = 0;   ///< Where the message is.
  std::size_t max_read = 0;    ///< The most bytes of one READ BINARY, at least 15.
  std::size_t file_bytes = 0;  ///< Size of the file: two bytes of length, then the message.
};
/// Bytes of a capability container that are looked at.
inline constexpr std::size_t kType4CapabilityBytes = 15;
/// Empty when it is not one of version 2 or 3 with a readable message file.
[[nodiscard]] std::optional<Type4Capability> ParseType4Capability(ByteView container);

/// The data area of a type 2 tag: bytes behind the capability container (page 4 on). Zero when the
/// container (the 4 bytes of page 3) is not one of a readable version 1 tag.
[[nodiscard]] std::size_t Type2AreaBytes(ByteView container);

/// What the beginning of a data area says about the message in it.
struct Type2Search {
  enum class State {
    Found,     ///< `offset` and `length` say where; `length` may be 0.
    NeedMore,  ///< Undecided within the bytes given.
    None,      ///< There is no message.
    Broken,    ///< The list of blocks breaks its format.
  };
  State state = State::NeedMore;
  std::size_t offset = 0;
  std::size_t length = 0;
};
/// Looks for the NDEF block in the bytes read so far of an area of `area_bytes`.
[[nodiscard]] Type2Search FindType2Ndef(ByteView area_so_far, std::size_t area_bytes);

}  // namespace yizhan::drivers
