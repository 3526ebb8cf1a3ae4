#include "drivers/cards/key_ring.h"

#include "drivers/cards/patient_card.h"

namespace yizhan::drivers {

Status KeyRing::Add(const std::string& issuer, std::uint8_t key_id, const Ed25519PublicKey& key) {
  if (!IsIssuerCode(issuer)) return Fail(ErrorCode::BadData, "issuer code");
  if (!keys_.emplace(std::pair(issuer, key_id), key).second) {
    return Fail(ErrorCode::BadData, "two keys with one id");
  }
  return {};
}

bool KeyRing::Knows(const std::string& issuer) const {
  const auto first = keys_.lower_bound({issuer, 0});
  return first != keys_.end() && first->first.first == issuer;
}

const Ed25519PublicKey* KeyRing::Find(const std::string& issuer, std::uint8_t key_id) const {
  const auto found = keys_.find({issuer, key_id});
  return found == keys_.end() ? nullptr : &found->second;
}

}  // namespace yizhan::drivers
