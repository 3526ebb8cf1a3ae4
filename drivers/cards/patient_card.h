/// \file
/// Patient card (就诊卡), version 1: one NDEF record of the external type "yizhan:card" and nothing
/// else. Its payload, in this order:
///
///     1 byte   version, 1
///     1 byte   key id: which of the issuer's keys signed
///     1 byte   length of the issuer's code, 1..32
///     n bytes  the issuer's code, printable ASCII without space
///     1 byte   count of digits, 8..20
///     n bytes  the card number, ASCII digits
///     64 bytes Ed25519 signature
///
/// Signed is "yizhan card 1" and a zero byte, then the length of the chip's UID (1 byte), the UID,
/// and everything before the signature. So a copied record on another chip is a forged card. The
/// longest card is 134 bytes of NDEF and fits an NTAG213 (144). A card holds no name, no id number
/// and no medical fact (F03).
#pragma once

#include <string_view>
#include <variant>

#include "base/bytes.h"
#include "base/result.h"
#include "domain/card.h"
#include "drivers/cards/ed25519.h"
#include "drivers/cards/key_ring.h"

namespace yizhan::drivers {

inline constexpr std::uint8_t kPatientCardVersion = 1;
inline constexpr std::string_view kPatientCardRecordType = "yizhan:card";

/// 1 to 32 printable ASCII characters, no space.
[[nodiscard]] bool IsIssuerCode(std::string_view text);
/// 8 to 20 decimal digits.
[[nodiscard]] bool IsCardNumber(std::string_view text);

/// Writes the NDEF message of a card, signed for the chip with this UID. BadData: a field breaks
/// its limits or the UID is not 4, 7 or 10 bytes. Borrows all for the call.
[[nodiscard]] Result<Bytes> IssuePatientCard(const domain::CardToken& token, ByteView uid,
                                             const Ed25519SigningKey& key);

/// A genuine card, or why it is none. A card that cannot be accepted is an outcome, not a failure.
using CardVerdict = std::variant<domain::CardToken, domain::CardProblem>;

/// Judges the NDEF message read from the chip with this UID. Foreign: no patient card, another
/// version, or an issuer outside `keys`. Forged: unknown key id or wrong signature. Malformed:
/// breaks the format above. Never Unreadable. Thread-safe; borrows all for the call.
[[nodiscard]] CardVerdict VerifyPatientCard(ByteView ndef, ByteView uid, const KeyRing& keys);

}  // namespace yizhan::drivers
