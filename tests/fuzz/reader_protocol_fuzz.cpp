#include <algorithm>

#include "base/assert.h"
#include "drivers/reader/reader_protocol.h"
#include "tests/fuzz/fuzz_target.h"

using yizhan::Bytes;
using yizhan::ByteView;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yizhan::drivers;  // NOLINT(google-build-using-namespace)
  const ByteView input(data, size);
  ReaderMessageDecoder decoder;
  decoder.Feed(input.first(size / 2));
  std::size_t used = 0;
  for (int feeds = 0; feeds < 2; ++feeds) {
    for (auto next = decoder.Next();; next = decoder.Next()) {
      if (!next) return 0;
      if (!*next) break;
      // There is one way to write a message: what was understood is what stood there.
      const Bytes again = EncodeReaderMessage(**next);
      YIZHAN_ASSERT(std::ranges::equal(again, input.subspan(used, again.size())));
      used += again.size();
    }
    if (feeds == 0) decoder.Feed(input.subspan(size / 2));
  }
  return 0;
}

std::vector<Bytes> yizhan::fuzz::Seeds() {
  using namespace yizhan::drivers;  // NOLINT(google-build-using-namespace)
  const domain::CardToken token{
      .issuer = "H001", .number = domain::CardNumber("2026000123"), .version = 1, .key_id = 7};
  return {EncodeReaderMessage(Heartbeat{}),
          EncodeReaderMessage(CardEvent(ReaderReady{})),
          EncodeReaderMessage(CardEvent(CardPresented{token})),
          EncodeReaderMessage(CardEvent(CardPresented{domain::LegacyCard{std::string(64, 'a')}})),
          EncodeReaderMessage(CardEvent(CardRefused{domain::CardProblem::Forged})),
          EncodeReaderMessage(CardEvent(CardRemoved{}))};
}
