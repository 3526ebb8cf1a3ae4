#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace yizhan::rig {

/// The whole file. NotFound: it cannot be read. BadData: longer than `limit_bytes`.
[[nodiscard]] Result<std::string> ReadFile(const std::string& path, std::size_t limit_bytes);
/// Replaces a file in one step, so that a reader sees the old or the new one. Internal: refused.
[[nodiscard]] Status WriteFile(const std::string& path, std::string_view content);
/// Adds a line in one step. Internal: refused.
[[nodiscard]] Status AppendLine(const std::string& path, std::string_view line);
/// The text between quotes as JSON wants it; bytes that are not UTF-8 become '?'.
[[nodiscard]] std::string JsonText(std::string_view text);

}  // namespace yizhan::rig
