#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "drivers/cards/ed25519.h"

namespace yizhan::drivers {

/// The issuers a terminal trusts and their public keys. An issuer changes its key by adding a new
/// id and, when the last old card is gone, dropping the old one. Plain value; filled at start.
class KeyRing {
 public:
  /// BadData: the issuer's code is not 1 to 32 printable ASCII characters, or it already has a
  /// key of this id.
  [[nodiscard]] Status Add(const std::string& issuer, std::uint8_t key_id,
                           const Ed25519PublicKey& key);
  /// True when any key of this issuer is known.
  [[nodiscard]] bool Knows(const std::string& issuer) const;
  /// Null when the issuer has no key of this id. Valid until the next Add().
  [[nodiscard]] const Ed25519PublicKey* Find(const std::string& issuer, std::uint8_t key_id) const;
  [[nodiscard]] bool Empty() const { return keys_.empty(); }

 private:
  std::map<std::pair<std::string, std::uint8_t>, Ed25519PublicKey> keys_;
};

}  // namespace yizhan::drivers
