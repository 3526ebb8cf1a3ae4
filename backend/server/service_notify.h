#pragma once

#include <string_view>

namespace yizhan::server {

/// Tells the service manager that started us how we are ("READY=1", "STOPPING=1"; sd_notify(3)).
/// Without one it does nothing.
void NotifyService(std::string_view state);

}  // namespace yizhan::server
