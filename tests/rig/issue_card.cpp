#include "tests/rig/issue_card.h"

#include <map>

#include "base/crypto.h"
#include "drivers/cards/ndef.h"
#include "drivers/cards/patient_card.h"

namespace yizhan::rig {
namespace {

using drivers::Ed25519SigningKey;

Bytes RandomUid() {
  Bytes uid = RandomBytes(7);
  uid[0] = 0x04;  // The manufacturer of most such chips; never 0x08, the mark of a random UID.
  return uid;
}

/// "en" and a greeting: what any other NFC tag in the world might hold.
Result<Bytes> SomebodyElsesNdef() {
  const std::string_view text(
      "\x02"
      "enHELLO");
  return drivers::BuildNdef({{.type_name = drivers::NdefTypeName::WellKnown,
                              .type = "T",
                              .id = {},
                              .payload = Bytes(text.begin(), text.end())}});
}

/// Header, type "yizhan:card" and a payload no reader should accept.
Bytes OversizeNdef() {
  constexpr std::size_t kPayload = 2000;
  const std::string_view type = drivers::kPatientCardRecordType;
  Bytes ndef = {0xC4, static_cast<std::uint8_t>(type.size()), 0, 0, kPayload >> 8, kPayload & 0xFF};
  ndef.insert(ndef.end(), type.begin(), type.end());
  ndef.insert(ndef.end(), kPayload, 0x01);
  return ndef;
}

}  // namespace

std::optional<CardFlaw> CardFlawOf(std::string_view word) {
  static const std::map<std::string_view, CardFlaw> kWords = {
      {"none", CardFlaw::None},
      {"forged", CardFlaw::Forged},
      {"truncated", CardFlaw::Truncated},
      {"oversize", CardFlaw::Oversize},
      {"foreign", CardFlaw::Foreign},
      {"wrong-uid", CardFlaw::WrongUid},
      {"unknown-key", CardFlaw::UnknownKey}};
  const auto found = kWords.find(word);
  return found == kWords.end() ? std::nullopt : std::optional(found->second);
}

Result<CardSpec> IssueCard(const IssueOptions& options) {
  auto key = options.flaw == CardFlaw::UnknownKey
                 ? Ed25519SigningKey::Generate()
                 : Ed25519SigningKey::FromPem(options.private_key_pem);
  if (!key) return tl::unexpected(key.error());
  CardSpec spec{.name = options.name,
                .type = options.type,
                .uid = options.uid.empty() ? RandomUid() : options.uid,
                .ndef = {}};
  const Bytes signed_uid = options.flaw == CardFlaw::WrongUid ? RandomUid() : spec.uid;
  auto ndef = drivers::IssuePatientCard({.issuer = options.issuer,
                                         .number = domain::CardNumber(options.number),
                                         .version = drivers::kPatientCardVersion,
                                         .key_id = options.key_id},
                                        signed_uid, *key);
  if (options.flaw == CardFlaw::Foreign) ndef = SomebodyElsesNdef();
  if (!ndef) return tl::unexpected(ndef.error());
  if (options.flaw == CardFlaw::Forged) ndef->back() ^= 0x01;
  if (options.flaw == CardFlaw::Truncated) ndef->resize(ndef->size() / 2);
  if (options.flaw == CardFlaw::Oversize) *ndef = OversizeNdef();
  const bool has_memory = options.type == ChipType::Type4 || options.type == ChipType::Ntag;
  if (has_memory) spec.ndef = std::move(*ndef);
  if (!MakeCard(spec)) return Fail(ErrorCode::BadData, "this chip cannot be made");
  return spec;
}

}  // namespace yizhan::rig
