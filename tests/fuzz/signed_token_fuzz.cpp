// What anybody can send to the token endpoint before anything about him is known.
#include "backend/security/base64url.h"
#include "backend/security/jwt.h"
#include "backend/security/scopes.h"
#include "base/assert.h"
#include "tests/fuzz/fuzz_target.h"

using namespace yizhan;  // NOLINT(google-build-using-namespace)

namespace {

/// A key of nobody: what verifies against it was forged.
const std::vector<security::SigningKey>& Keys() {
  static constexpr std::string_view kSet =
      R"({"keys":[{"kty":"EC","crv":"P-384","kid":"e","alg":"ES384",)"
      R"("x":"qofKIr6LBTeOscce8yCtdG4dO2KLp5uYWfdB4IJUKjhVAvJdv1UpbDpUXjhydgq3",)"
      R"("y":"NhfeSpYmLG9dnpi_kpLcKfj0Hb0omhR86doxE7XwuMAKYLHOHX6BnXpDHXyQ6g5f"}]})";
  static const auto keys = security::ParseKeySet(kSet);
  YIZHAN_ASSERT(keys.has_value());
  return *keys;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = AsText({data, size});
  if (const auto token = security::ParseToken(text)) {
    YIZHAN_ASSERT(token->header.IsObject() && token->claims.IsObject());
    YIZHAN_ASSERT(text == token->signed_text + '.' + security::ToBase64Url(token->signature));
    YIZHAN_ASSERT(!security::CheckSignature(*token, Keys()));
  }
  if (const auto keys = security::ParseKeySet(text)) {
    YIZHAN_ASSERT(!keys->empty() && keys->size() <= 16);
  }
  if (const auto bytes = security::FromBase64Url(text)) {
    YIZHAN_ASSERT(security::ToBase64Url(*bytes) == text);
  }
  // A grant says the same again, and asking for everything never widens it.
  const security::Grant grant = security::Grant::Parse(text);
  YIZHAN_ASSERT(security::Grant::Parse(grant.Text()) == grant || grant.Text().size() > 4096);
  YIZHAN_ASSERT(security::Grant::All().And(grant) == grant);
  return 0;
}

std::vector<Bytes> fuzz::Seeds() {
  std::vector<Bytes> seeds;
  for (
      const std::string_view seed : {
          std::string_view("eyJhbGciOiJFUzM4NCIsImtpZCI6ImUifQ.eyJpc3MiOiJsYWIiLCJleHAiOjF9."
                           "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                           "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
          std::string_view(
              R"({"keys":[{"kty":"RSA","kid":"r","n":"sXchDaQebHnPiGvyDOAT4saGEU","e":"AQAB"}]})"),
          std::string_view(
              R"({"keys":[{"kty":"EC","crv":"P-384","kid":"e","x":"qofKIr6LBTeOscce8yCtdG4dO2KLp5uYWfdB4IJUKjhVAvJdv1UpbDpUXjhydgq3","y":"NhfeSpYmLG9dnpi_kpLcKfj0Hb0omhR86doxE7XwuMAKYLHOHX6BnXpDHXyQ6g5f"}]})"),
          std::string_view("system/Appointment.cruds system/*.read user/Patient.*"),
      }) {
    const ByteView bytes = AsBytes(seed);
    seeds.emplace_back(bytes.begin(), bytes.end());
  }
  return seeds;
}
