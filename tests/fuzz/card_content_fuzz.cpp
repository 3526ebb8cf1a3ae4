// A card that answers each command with whatever it likes.
#include <algorithm>

#include "base/assert.h"
#include "drivers/cards/ndef.h"
#include "drivers/reader/read_ndef.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace yizhan;           // NOLINT(google-build-using-namespace)
using namespace yizhan::drivers;  // NOLINT(google-build-using-namespace)

/// Answers: a length byte, then that many bytes. At the end of the input the card is gone.
class HostileCard : public CardReader {
 public:
  explicit HostileCard(ByteView script) : script_(script) {}

  Result<std::optional<FoundCard>> Select() override { return std::nullopt; }
  Result<std::optional<FoundCard>> Await() override { return std::nullopt; }
  Result<Bytes> Transceive(ByteView command, std::chrono::milliseconds /*timeout*/) override {
    YIZHAN_ASSERT(!command.empty() && command.size() <= 260);
    YIZHAN_ASSERT(++commands_ <= 2000);
    if (script_.empty()) return Fail(ErrorCode::NotFound, "gone");
    const std::size_t length = std::min<std::size_t>(script_[0], script_.size() - 1);
    const ByteView answer = script_.subspan(1, length);
    script_ = script_.subspan(1 + length);
    return Bytes(answer.begin(), answer.end());
  }
  Result<bool> AnotherCard(const FoundCard& /*selected*/) override { return false; }
  Result<bool> StillThere(const FoundCard& /*card*/) override { return true; }

 private:
  ByteView script_;
  int commands_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const auto kind : {FoundCard::Kind::Iso14443Part4, FoundCard::Kind::Type2}) {
    HostileCard card({data, size});
    const auto content = ReadNdef(card, {.uid = {1, 2, 3, 4}, .kind = kind});
    YIZHAN_ASSERT(!content || content->ndef.size() <= kMaxNdefBytes);
  }
  return 0;
}

std::vector<Bytes> fuzz::Seeds() {
  return {*FromHex("029000"
                   "029000"
                   "11000f2000f600f60406e104040200ff9000"
                   "029000"
                   "10000cd101085402656e48454c4c4f9000"),
          *FromHex("029000"
                   "029000"
                   "11000f20000f00f60406e104040200ff9000"
                   "029000"
                   "110040d101085402656e48454c4c4f9000110040d101085402656e48454c4c4f9000"),
          *FromHex("10e1101200030cd101085402656e48454c10"
                   "4c4ffe00000000000000000000000000")};
}
