#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "domain/ids.h"

namespace yizhan::domain {

/// What a genuine version 1 patient card says (F03): who issued it and which number it has. The
/// signature was verified and bound to the chip's UID before this value exists.
struct CardToken {
  std::string issuer;  ///< Hospital code, printable ASCII, at most 32 characters.
  CardNumber number;   ///< Decimal digits, 8 to 20.
  std::uint8_t version = 1;
  std::uint8_t key_id = 0;
  friend bool operator==(const CardToken&, const CardToken&) = default;
};

/// A legacy card that only has a UID. A hint, not a proof: needs a second factor (birth date).
struct LegacyCard {
  std::string uid_digest;  ///< SHA-256 of the UID in hexadecimal; the UID itself goes nowhere.
  friend bool operator==(const LegacyCard&, const LegacyCard&) = default;
};

using PresentedCard = std::variant<CardToken, LegacyCard>;

/// Why a card was not accepted. Each has one sentence for the patient.
enum class CardProblem {
  Unreadable,     ///< Moved too soon or damaged: hold it still and try again.
  Foreign,        ///< Not one of this hospital's cards (no or other record, unknown issuer).
  Forged,         ///< Signature missing, wrong, by an unknown key, or made for another chip.
  Malformed,      ///< Truncated, oversize or otherwise broken record.
  SeveralCards,   ///< More than one card on the reader: present one.
  LegacyRefused,  ///< UID-only card while the hospital has them switched off.
};

}  // namespace yizhan::domain
