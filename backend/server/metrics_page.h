#pragma once

#include "backend/server/http.h"

namespace yizhan::server {

/// GET /metrics: the figures of this process for Prometheus. Thread-safe.
[[nodiscard]] HttpResponse HandleMetrics(const HttpRequest& request);

}  // namespace yizhan::server
