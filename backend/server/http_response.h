#pragma once

#include <string>
#include <string_view>

#include "backend/server/http.h"

namespace yizhan::server {

/// Appends status line and headers, with the empty line behind them. `date` is a ToHttpDate().
void AppendHead(std::string& out, const HttpResponse& response, bool keep_alive,
                std::string_view date);
/// The same for an event stream.
void AppendStreamHead(std::string& out, std::string_view date);
/// 204 and 304 have no body, whatever the handler put there.
[[nodiscard]] bool MayHaveBody(int status);

}  // namespace yizhan::server
