#include "backend/server/quick_read.h"

#include <algorithm>

namespace yizhan::server {

bool IsQuickRead(const HttpRequest& request) {
  if (request.method != "GET" && request.method != "HEAD") return false;
  const std::string_view path = request.path;
  static constexpr std::string_view kFhir = "/fhir/";
  if (!path.starts_with(kFhir)) {
    // A page; data of pages look at queues and at the store.
    return path.find('/', 1) == std::string_view::npos;
  }
  const std::string_view below = path.substr(kFhir.size());
  if (below == "metadata") return true;
  // Type/id: no search, no history, no operation, nothing that has to be decoded.
  const std::size_t slash = below.find('/');
  if (slash == std::string_view::npos || slash == 0) return false;
  const std::string_view id = below.substr(slash + 1);
  return !id.empty() && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  });
}

}  // namespace yizhan::server
