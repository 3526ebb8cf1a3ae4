/// \file
/// The platform's way to write a message: "key=value" pairs, percent-encoded, sorted by key, with
/// an HMAC-SHA256 over all others as "sign". Pure; clients and simulator share it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace yizhan::payment {

using Form = std::map<std::string, std::string>;

/// The message with its signature.
[[nodiscard]] std::string WriteSigned(const Form& form, std::string_view key);
/// BadData: not a form, more than 64 pairs, a key twice, or the signature is not of that key.
[[nodiscard]] Result<Form> ReadSigned(std::string_view text, std::string_view key);
/// The value of a key; "" when there is none.
[[nodiscard]] std::string ValueOf(const Form& form, const std::string& key);

}  // namespace yizhan::payment
