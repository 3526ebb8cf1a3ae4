/// \file
/// The cards of a rig: `wallet.toml` in its folder, a list of
///
///     [[card]]
///     name = "anna"
///     type = "type4"              # type4, ntag, classic or uid
///     uid = "04a1b2c3d4e5f6"
///     ndef = "d40b52..."          # what the chip's memory holds; may be missing
///
/// Where a card is named, "TYPE:UID" or "TYPE:UID:NDEF" does as well ("uid:01020304").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tests/rig/virtual_card.h"

namespace yizhan::rig {

/// Every card of the wallet, in its order; empty without a wallet. BadData: the file is wrong, the
/// detail says where.
[[nodiscard]] Result<std::vector<CardSpec>> LoadWallet(const std::string& dir);
/// Puts a card into the wallet, in the place of one with the same name. BadData: the name is not 1
/// to 40 letters, digits, '-' or '_', or the old wallet is wrong. Internal: it cannot be written.
[[nodiscard]] Status PutIntoWallet(const std::string& dir, const CardSpec& card);
/// The card with this name, or the one described inline. NotFound: no such name. BadData: neither.
[[nodiscard]] Result<CardSpec> FindCard(const std::string& dir, std::string_view word);

}  // namespace yizhan::rig
