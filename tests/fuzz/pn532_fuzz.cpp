// The serial line of the virtual PN532, with cards in its field: any bytes at any time.
#include <algorithm>

#include "base/assert.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/rig/pn532_chip.h"

namespace {

using namespace yizhan;       // NOLINT(google-build-using-namespace)
using namespace yizhan::rig;  // NOLINT(google-build-using-namespace)

Bytes Command(const char* hex) {
  Bytes payload = *FromHex(hex);
  const auto length = static_cast<std::uint8_t>(payload.size() + 1);
  Bytes frame = {0x55, 0x00, 0x00, 0xFF, length, static_cast<std::uint8_t>(0x100U - length), 0xD4};
  unsigned sum = 0xD4;
  for (const std::uint8_t byte : payload) sum += byte;
  frame.insert(frame.end(), payload.begin(), payload.end());
  frame.push_back(static_cast<std::uint8_t>(0x100U - (sum & 0xFFU)));
  frame.push_back(0x00);
  return frame;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  Pn532FrameParser parser;
  parser.Feed(input);
  while (const auto frame = parser.Next()) {
    YIZHAN_ASSERT(frame->kind != HostFrame::Kind::Command || !frame->payload.empty());
    YIZHAN_ASSERT(frame->payload.size() <= kMaxPn532Payload);
  }
  Pn532Chip chip(size % 2 == 0 ? Pn532Timing::Fast() : Pn532Timing::Paced());
  MonotonicTime now{};
  chip.SetField(
      {MakeCard(
           {.name = "a", .type = ChipType::Type4, .uid = {4, 1, 2, 3, 4, 5, 6}, .ndef = {1, 2}}),
       MakeCard({.name = "b", .type = ChipType::Ntag, .uid = {4, 1, 2, 3}, .ndef = {}})},
      now);
  chip.Receive(Command("1401"), now);
  constexpr std::size_t kPiece = 64;
  for (std::size_t at = 0; at < size; at += kPiece) {
    chip.Receive(input.subspan(at, std::min(kPiece, size - at)), now);
    for (int turn = 0; turn < 4; ++turn) {
      [[maybe_unused]] const Bytes sent = chip.Run(now);
      if (const auto due = chip.NextDue()) now = std::max(now, *due);
    }
    if (at == 2 * kPiece) chip.SetField({}, now);
  }
  return 0;
}

std::vector<Bytes> fuzz::Seeds() {
  return {Command("02"),
          Command("4a0100"),
          Command("4a0200"),
          Command("4a010088040102030405"),
          Command("400100a4040007d2760000850101"),
          Command("42b2"),
          Command("4400"),
          Command("6001011020"),
          Command("0663026303"),
          Command("0863020063030a"),
          Command("320100"),
          Command("3205ffff02"),
          {0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00},
          {0x00, 0x00, 0xFF, 0xFF, 0xFF, 0x01, 0x02, 0xFD, 0xD4, 0x40}};
}
