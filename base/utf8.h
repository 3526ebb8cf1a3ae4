#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace yizhan {

/// Decodes strict UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF). Empty
/// optional when the text is anything else.
[[nodiscard]] std::optional<std::u32string> DecodeUtf8(std::string_view text);
/// Encodes code points; each must be a Unicode scalar value.
[[nodiscard]] std::string EncodeUtf8(std::u32string_view code_points);
/// True when DecodeUtf8 would succeed.
[[nodiscard]] bool IsUtf8(std::string_view text);

}  // namespace yizhan
