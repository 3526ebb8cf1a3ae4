#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace yizhan::drivers {

/// Ed25519 (RFC 8032) public key and signature, as they stand on the wire.
using Ed25519PublicKey = std::array<std::uint8_t, 32>;
using Ed25519Signature = std::array<std::uint8_t, 64>;

/// True when `signature` over `message` was made by the owner of `key`. Thread-safe.
[[nodiscard]] bool VerifyEd25519(const Ed25519PublicKey& key, ByteView message,
                                 const Ed25519Signature& signature);

/// The issuer's private key. Lives where cards are issued, never in a kiosk. Thread-bound; owns
/// the key and wipes it.
class Ed25519SigningKey {
 public:
  /// Makes a new key from the system's randomness. Internal: the library failed.
  [[nodiscard]] static Result<Ed25519SigningKey> Generate();
  /// Reads an unencrypted PKCS #8 key. BadData: it is not one, or another algorithm's.
  [[nodiscard]] static Result<Ed25519SigningKey> FromPem(std::string_view pem);

  Ed25519SigningKey(Ed25519SigningKey&&) noexcept;
  Ed25519SigningKey& operator=(Ed25519SigningKey&&) noexcept;
  ~Ed25519SigningKey();

  /// The key as unencrypted PKCS #8. Internal: the library failed.
  [[nodiscard]] Result<std::string> ToPem() const;
  [[nodiscard]] Result<Ed25519PublicKey> PublicKey() const;
  [[nodiscard]] Result<Ed25519Signature> Sign(ByteView message) const;

 private:
  struct Key;
  explicit Ed25519SigningKey(std::unique_ptr<Key> key);
  std::unique_ptr<Key> key_;
};

}  // namespace yizhan::drivers
