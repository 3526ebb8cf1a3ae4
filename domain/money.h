#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace yizhan::domain {

/// "¥128.50" from 12850 fen; a minus sign stands before the currency sign.
[[nodiscard]] std::string FormatYuan(std::int64_t amount_minor);
/// Reads a FHIR decimal ("128.5", "-0.05") as fen. Empty when it is no plain decimal, has more
/// than two decimals that are not zero, or exceeds 10^15 fen: money is never rounded silently.
[[nodiscard]] std::optional<std::int64_t> ParseYuan(std::string_view decimal);
/// "128.50", for the wire.
[[nodiscard]] std::string ToDecimal(std::int64_t amount_minor);

}  // namespace yizhan::domain
