#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace yizhan {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// Lower-case hexadecimal, two digits a byte.
[[nodiscard]] std::string ToHex(ByteView bytes);
/// Reads pairs of hexadecimal digits, either case. Empty optional when it is anything else.
[[nodiscard]] std::optional<Bytes> FromHex(std::string_view text);
/// The bytes of a text, without a terminator. Borrows `text`.
[[nodiscard]] inline ByteView AsBytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
/// The bytes as text, unchecked. Borrows `bytes`.
[[nodiscard]] inline std::string_view AsText(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace yizhan
