#pragma once

#include "backend/server/http.h"

namespace yizhan::server {

/// True for requests that cost one probe of an index or nothing: a resource by its id, a page, what
/// the server can do. They are answered on the network thread (HttpServerOptions::quick), because
/// handing them over would cost more than the work.
[[nodiscard]] bool IsQuickRead(const HttpRequest& request);

}  // namespace yizhan::server
