/// \file
/// NFC Data Exchange Format: the envelope in which a card of NFC Forum type 2 or 4 keeps its
/// content. Everything read comes from a stranger's chip.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace yizhan::drivers {

/// The largest NDEF message that is read or written, in bytes.
inline constexpr std::size_t kMaxNdefBytes = 1024;
/// The most records of one message.
inline constexpr std::size_t kMaxNdefRecords = 16;

/// How the type of a record is to be understood (NDEF 1.0, 3.2.6).
enum class NdefTypeName { Empty = 0, WellKnown = 1, Media = 2, Uri = 3, External = 4, Unknown = 5 };

/// One record. Plain value.
struct NdefRecord {
  NdefTypeName type_name = NdefTypeName::Empty;
  std::string type{};  ///< At most 255 bytes, as they are on the card.
  Bytes id{};          ///< At most 255 bytes.
  Bytes payload{};
  friend bool operator==(const NdefRecord&, const NdefRecord&) = default;
};

/// Reads a whole message; nothing may stand behind it. BadData: empty, truncated, oversize,
/// chunked, or otherwise against the format; do not read it again. Borrows `message`.
[[nodiscard]] Result<std::vector<NdefRecord>> ParseNdef(ByteView message);

/// Writes a message. BadData: no record, too many, or one that is too long.
[[nodiscard]] Result<Bytes> BuildNdef(const std::vector<NdefRecord>& records);

}  // namespace yizhan::drivers
