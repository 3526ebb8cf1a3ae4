#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace yizhan::security {

/// RFC 4648 section 5 without padding.
[[nodiscard]] std::string ToBase64Url(ByteView bytes);
/// Empty optional: a character outside the alphabet, padding, an impossible length, or bits behind
/// the last byte that are not zero (two texts for the same bytes).
[[nodiscard]] std::optional<Bytes> FromBase64Url(std::string_view text);

}  // namespace yizhan::security
