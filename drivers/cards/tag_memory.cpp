#include "drivers/cards/tag_memory.h"

#include <algorithm>

namespace yizhan::drivers {
namespace {

std::size_t Number(ByteView bytes, std::size_t at) {
  return static_cast<std::size_t>(bytes[at] << 8 | bytes[at + 1]);
}

constexpr std::uint8_t kNullBlock = 0x00;
constexpr std::uint8_t kNdefBlock = 0x03;
constexpr std::uint8_t kTerminator = 0xFE;

}  // namespace

std::optional<Type4Capability> ParseType4Capability(ByteView container) {
  if (container.size() < kType4CapabilityBytes) return std::nullopt;
  const int major_version = container[2] >> 4;
  const bool readable = container[13] == 0x00;
  const bool file_block = container[7] == 0x04 && container[8] == 0x06;
  if (Number(container, 0) < kType4CapabilityBytes || major_version < 2 || major_version > 3 ||
      !file_block || !readable) {
    return std::nullopt;
  }
  const Type4Capability capability{.file_id = static_cast<std::uint16_t>(Number(container, 9)),
                                   .max_read = Number(container, 3),
                                   .file_bytes = Number(container, 11)};
  if (capability.max_read < kType4CapabilityBytes || capability.file_bytes < 5) return std::nullopt;
  return capability;
}

std::size_t Type2AreaBytes(ByteView container) {
  const bool sound = container.size() >= 4 && container[0] == 0xE1 && container[1] >> 4 == 1 &&
                     container[3] >> 4 == 0;
  return sound ? std::size_t{container[2]} * 8 : 0;
}

Type2Search FindType2Ndef(ByteView area_so_far, std::size_t area_bytes) {
  using State = Type2Search::State;
  area_so_far = area_so_far.first(std::min(area_so_far.size(), area_bytes));
  std::size_t at = 0;
  while (at < area_so_far.size()) {
    const std::uint8_t type = area_so_far[at];
    if (type == kTerminator) return {.state = State::None};
    if (type == kNullBlock) {
      ++at;
      continue;
    }
    if (at + 1 >= area_so_far.size()) break;
    const bool is_long = area_so_far[at + 1] == 0xFF;
    if (is_long && at + 3 >= area_so_far.size()) break;
    const std::size_t length = is_long ? Number(area_so_far, at + 2) : area_so_far[at + 1];
    const std::size_t begin = at + (is_long ? 4 : 2);
    if (begin + length > area_bytes) return {.state = State::Broken};
    if (type == kNdefBlock) return {.state = State::Found, .offset = begin, .length = length};
    at = begin + length;
  }
  // A list that runs to the end of the area without a terminator simply ends there.
  const bool whole = area_so_far.size() == area_bytes;
  return {.state = whole ? State::None : State::NeedMore};
}

}  // namespace yizhan::drivers
