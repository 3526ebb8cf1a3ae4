#include "drivers/reader/read_ndef.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "drivers/cards/ndef.h"
#include "drivers/cards/tag_memory.h"

namespace yizhan::drivers {
namespace {

using State = CardContent::State;

constexpr std::chrono::milliseconds kCardTimeout{300};
/// The most READ BINARY may ask for: the answer and its status must fit one frame of the chip.
constexpr std::size_t kMostOfOneRead = 246;

/// The answer to an APDU: its data, and whether the card said 9000.
struct Answer {
  bool ok = false;
  Bytes data{};
};

Result<Answer> Ask(CardReader& reader, ByteView command) {
  auto reply = reader.Transceive(command, kCardTimeout);
  if (!reply) return tl::unexpected(reply.error());
  if (reply->size() < 2) return Fail(ErrorCode::NotFound, "APDU without status");
  const std::size_t size = reply->size() - 2;
  const bool ok = (*reply)[size] == 0x90 && (*reply)[size + 1] == 0x00;
  reply->resize(size);
  return Answer{.ok = ok, .data = std::move(*reply)};
}

std::uint8_t High(std::size_t value) { return static_cast<std::uint8_t>(value >> 8 & 0xFF); }
std::uint8_t Low(std::size_t value) { return static_cast<std::uint8_t>(value & 0xFF); }

Result<Answer> SelectFile(CardReader& reader, std::size_t file_id) {
  return Ask(reader, Bytes{0x00, 0xA4, 0x00, 0x0C, 0x02, High(file_id), Low(file_id)});
}

Result<Answer> ReadBinary(CardReader& reader, std::size_t offset, std::size_t count) {
  return Ask(reader, Bytes{0x00, 0xB0, High(offset), Low(offset), Low(count)});
}

/// The message file, read in as few commands as the card permits.
Result<CardContent> ReadMessageFile(CardReader& reader, const Type4Capability& capability) {
  Bytes file;
  std::size_t wanted = std::min(capability.file_bytes, kMostOfOneRead);
  while (file.size() < wanted) {
    const std::size_t count = std::min({wanted - file.size(), capability.max_read, kMostOfOneRead});
    const auto part = ReadBinary(reader, file.size(), count);
    if (!part) return tl::unexpected(part.error());
    if (!part->ok || part->data.size() > count) return CardContent{State::Malformed};
    const bool first = file.empty();
    file.insert(file.end(), part->data.begin(), part->data.end());
    if (first && file.size() < 2) return CardContent{State::Malformed};
    if (first) {
      const std::size_t length = static_cast<std::size_t>(file[0] << 8 | file[1]);
      if (length > kMaxNdefBytes || length + 2 > capability.file_bytes) {
        return CardContent{State::Malformed};
      }
      wanted = length + 2;
    } else if (part->data.empty()) {
      return CardContent{State::Malformed};
    }
  }
  return CardContent{State::Ndef,
                     Bytes(file.begin() + 2, file.begin() + static_cast<std::ptrdiff_t>(wanted))};
}

Result<CardContent> ReadType4(CardReader& reader) {
  const auto application = Ask(
      reader, Bytes{0x00, 0xA4, 0x04, 0x00, 0x07, 0xD2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01, 0x00});
  if (!application) return tl::unexpected(application.error());
  if (!application->ok) return CardContent{State::NoMemory};
  const auto container_file = SelectFile(reader, 0xE103);
  if (!container_file) return tl::unexpected(container_file.error());
  if (!container_file->ok) return CardContent{State::Malformed};
  const auto container = ReadBinary(reader, 0, kType4CapabilityBytes);
  if (!container) return tl::unexpected(container.error());
  const auto capability =
      container->ok ? ParseType4Capability(container->data) : std::optional<Type4Capability>();
  if (!capability) return CardContent{State::Malformed};
  const auto message_file = SelectFile(reader, capability->file_id);
  if (!message_file) return tl::unexpected(message_file.error());
  if (!message_file->ok) return CardContent{State::Malformed};
  return ReadMessageFile(reader, *capability);
}

/// Four pages from `page` on.
Result<Bytes> ReadPages(CardReader& reader, std::size_t page) {
  auto pages = reader.Transceive(Bytes{0x30, Low(page)}, kCardTimeout);
  if (pages && pages->size() != 16) return Fail(ErrorCode::NotFound, "READ without 16 bytes");
  return pages;
}

Result<CardContent> ReadType2(CardReader& reader) {
  constexpr std::size_t kContainerPage = 3;
  constexpr std::size_t kLastPage = 255;
  auto first = ReadPages(reader, kContainerPage);
  if (!first) return tl::unexpected(first.error());
  const std::size_t area_bytes = Type2AreaBytes(*first);
  if (area_bytes == 0) return CardContent{State::NoMemory};
  Bytes area(first->begin() + 4, first->end());
  for (std::size_t page = kContainerPage + 4;; page += 4) {
    const Type2Search search = FindType2Ndef(area, area_bytes);
    using Search = Type2Search::State;
    if (search.state == Search::None) return CardContent{State::Ndef};
    const bool found = search.state == Search::Found;
    if (search.state == Search::Broken || (found && search.length > kMaxNdefBytes)) {
      return CardContent{State::Malformed};
    }
    if (found && search.offset + search.length <= area.size()) {
      const auto begin = area.begin() + static_cast<std::ptrdiff_t>(search.offset);
      return CardContent{State::Ndef,
                         Bytes(begin, begin + static_cast<std::ptrdiff_t>(search.length))};
    }
    if (page > kLastPage) return CardContent{State::Malformed};
    const auto more = ReadPages(reader, page);
    if (!more) return tl::unexpected(more.error());
    area.insert(area.end(), more->begin(), more->end());
  }
}

}  // namespace

Result<CardContent> ReadNdef(CardReader& reader, const FoundCard& card) {
  switch (card.kind) {
    case FoundCard::Kind::Iso14443Part4: return ReadType4(reader);
    case FoundCard::Kind::Type2: return ReadType2(reader);
    case FoundCard::Kind::Other: break;
  }
  return CardContent{State::NoMemory};
}

}  // namespace yizhan::drivers
