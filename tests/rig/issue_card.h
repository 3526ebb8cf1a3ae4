#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "tests/rig/virtual_card.h"

namespace yizhan::rig {

/// What is wrong with a card made for a test.
enum class CardFlaw {
  None,
  Forged,      ///< One bit of the signature is turned.
  Truncated,   ///< The record ends in its middle.
  Oversize,    ///< A record of 2000 bytes.
  Foreign,     ///< A sound record of somebody else's.
  WrongUid,    ///< A perfect copy on another chip.
  UnknownKey,  ///< Signed by a key nobody trusts.
};
/// "none", "forged", "truncated", "oversize", "foreign", "wrong-uid", "unknown-key". Empty when it
/// is none of these.
[[nodiscard]] std::optional<CardFlaw> CardFlawOf(std::string_view word);

struct IssueOptions {
  std::string name;
  std::string private_key_pem;
  std::uint8_t key_id = 1;
  std::string issuer;
  std::string number;
  ChipType type = ChipType::Type4;
  Bytes uid;  ///< Empty: a random one of 7 bytes.
  CardFlaw flaw = CardFlaw::None;
};

/// Makes a version 1 patient card. BadData: a field breaks its limits or the key is none.
[[nodiscard]] Result<CardSpec> IssueCard(const IssueOptions& options);

}  // namespace yizhan::rig
