#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace yizhan::fhir {

/// RFC 4648 section 4, with padding. Thread-safe.
[[nodiscard]] std::string EncodeBase64(std::string_view bytes);
/// Reads it; white space between the characters is allowed, as in FHIR's base64Binary. Empty
/// optional: it is none, or its last bits are not zero.
[[nodiscard]] std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace yizhan::fhir
