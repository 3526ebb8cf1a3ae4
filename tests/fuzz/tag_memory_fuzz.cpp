#include <algorithm>

#include "base/assert.h"
#include "drivers/cards/tag_memory.h"
#include "tests/fuzz/fuzz_target.h"

using yizhan::Bytes;
using yizhan::ByteView;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yizhan::drivers;  // NOLINT(google-build-using-namespace)
  const ByteView input(data, size);
  if (const auto capability = ParseType4Capability(input)) {
    YIZHAN_ASSERT(capability->max_read >= kType4CapabilityBytes);
  }
  const std::size_t area_bytes = Type2AreaBytes(input);
  const ByteView area = input.subspan(size < 4 ? size : 4);
  const auto whole = FindType2Ndef(area, area_bytes);
  if (whole.state == Type2Search::State::Found) {
    YIZHAN_ASSERT(whole.offset + whole.length <= area_bytes);
  }
  // A decision made on part of the area does not change when more is read.
  const auto part = FindType2Ndef(area.first(area.size() / 2), area_bytes);
  if (part.state == Type2Search::State::Found) {
    YIZHAN_ASSERT(whole.offset == part.offset && whole.length == part.length);
  }
  return 0;
}

std::vector<Bytes> yizhan::fuzz::Seeds() {
  return {*FromHex("000f2000f600f60406e104040200ff"),
          *FromHex("e11012000103a00c3402030000000302aabbfe0000000000"),
          *FromHex("e1106d0003ff0120d101085402656e48454c4c4ffe")};
}
