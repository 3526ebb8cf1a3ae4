// NDEF messages and patient cards. The expensive part, the signature, is reached by sound cards
// only.
#include "base/assert.h"
#include "drivers/cards/ndef.h"
#include "drivers/cards/patient_card.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace yizhan;           // NOLINT(google-build-using-namespace)
using namespace yizhan::drivers;  // NOLINT(google-build-using-namespace)

const Bytes kUid = {0x04, 1, 2, 3, 4, 5, 6};

/// Made for this file and used nowhere else; fixed, so that the inputs are the same everywhere.
constexpr std::string_view kKey = R"(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIGlV1iV03PVG61ZcrnqoROsC4iSdnN8tgae6nLgrlDG4
-----END PRIVATE KEY-----
)";

struct Issuer {
  Ed25519SigningKey key = Ed25519SigningKey::FromPem(kKey).value();
  KeyRing keys;
  Issuer() { YIZHAN_ASSERT(keys.Add("H001", 1, key.PublicKey().value()).has_value()); }
};

const Issuer& TheIssuer() {
  static const Issuer issuer;
  return issuer;
}

const Bytes& GenuineCard() {
  static const Bytes card =
      IssuePatientCard(
          {.issuer = "H001", .number = domain::CardNumber("2026000123"), .version = 1, .key_id = 1},
          kUid, TheIssuer().key)
          .value();
  return card;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  const auto records = ParseNdef(input);
  if (records) {
    // What was understood can be written, and is understood the same way again.
    const auto written = BuildNdef(*records);
    YIZHAN_ASSERT(written.has_value() || size > kMaxNdefBytes - 3 * kMaxNdefRecords);
    YIZHAN_ASSERT(!written || ParseNdef(*written).value() == *records);
  }
  const auto verdict = VerifyPatientCard(input, kUid, TheIssuer().keys);
  const bool accepted = std::holds_alternative<domain::CardToken>(verdict);
  YIZHAN_ASSERT(!accepted || records.value().front() == ParseNdef(GenuineCard()).value().front());
  return 0;
}

std::vector<Bytes> fuzz::Seeds() {
  return {GenuineCard(), *FromHex("d101085402656e48454c4c4f"), *FromHex("91010154aa51010154bb"),
          *FromHex("990101015477aa5901010154770bb0"), *FromHex("c1010000000454aabbccdd")};
}
