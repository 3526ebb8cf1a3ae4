/// \file
/// Signed JSON web tokens (RFC 7515 compact form, RFC 7519) and key sets (RFC 7517), as far as
/// SMART Backend Services needs them: RS384 and ES384, nothing else. Over OpenSSL and our own JSON:
/// the libraries that Debian has bring a second JSON parser each, and accept algorithms (none, HMAC
/// with a public key) that would have to be switched off again.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backend/fhir/json.h"
#include "backend/security/refusal.h"
#include "base/bytes.h"
#include "base/result.h"

struct evp_pkey_st;

namespace yizhan::security {

enum class SignatureAlgorithm { Rs384, Es384 };

/// A signed token, taken apart and not yet believed.
struct SignedToken {
  fhir::Json header;
  fhir::Json claims;
  std::string signed_text;  ///< What the signature is over.
  Bytes signature;
};

/// Refusal AssertionMalformed: not three parts of base64url around JSON objects, or over a limit
/// (16 KiB, a member twice); the detail says which.
[[nodiscard]] Checked<SignedToken> ParseToken(std::string_view text);

/// One public key and the only algorithm that it may be used with. Immutable, cheap to copy.
class SigningKey {
 public:
  [[nodiscard]] const std::string& Id() const { return id_; }
  [[nodiscard]] SignatureAlgorithm Algorithm() const { return algorithm_; }
  /// True only for a signature by this key over exactly this text.
  [[nodiscard]] bool Verifies(std::string_view text, ByteView signature) const;

 private:
  friend Result<SigningKey> ParseKey(const fhir::Json& key);
  std::string id_;
  SignatureAlgorithm algorithm_ = SignatureAlgorithm::Rs384;
  /// Shared because OpenSSL's keys are counted and never change after they are made.
  std::shared_ptr<evp_pkey_st> key_;
};

/// One JWK. BadData says why it cannot be used: a kid is missing, a private or symmetric key, RSA
/// below 2048 or above 8192 bits, another curve than P-384, a point off the curve, another use.
[[nodiscard]] Result<SigningKey> ParseKey(const fhir::Json& key);

/// A JWKS of 1 to 16 keys, each kid once. BadData: a key cannot be used (the detail names its
/// place), or the text is over 64 KiB or no key set.
[[nodiscard]] Result<std::vector<SigningKey>> ParseKeySet(std::string_view text);

/// Which key signed the token: it must name one of `keys` by kid, and that key's own algorithm.
/// Refusals: AssertionAlgorithm, AssertionKey, AssertionSignature, AssertionMalformed (crit).
[[nodiscard]] Checked<void> CheckSignature(const SignedToken& token,
                                           const std::vector<SigningKey>& keys);

}  // namespace yizhan::security
