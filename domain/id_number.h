#pragma once

#include <chrono>
#include <string_view>

namespace yizhan::domain {

/// True for a resident identity number (GB 11643): 18 characters, a birth date that exists, and the
/// right check character. Pure.
[[nodiscard]] bool IsIdNumber(std::string_view text);

}  // namespace yizhan::domain
