#pragma once

#include <string_view>

namespace yizhan::server {

/// A file of the staff pages, built into the program (backend/web, see embed.cmake).
struct WebAsset {
  std::string_view path;  ///< "/desk", "/web/desk.js"
  const char* content_type;
  std::string_view text;
};

/// Null: there is none at exactly this path.
[[nodiscard]] const WebAsset* FindWebAsset(std::string_view path);

}  // namespace yizhan::server
