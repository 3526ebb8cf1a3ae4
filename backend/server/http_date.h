#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace yizhan::server {

/// "Tue, 10 Mar 2026 00:45:00 GMT" (RFC 9110, IMF-fixdate); what is below a second is cut.
[[nodiscard]] std::string ToHttpDate(WallTime time);
/// Reads that form, or a FHIR instant as Bundles have it. Empty for everything else, also for the
/// two forms that HTTP calls obsolete.
[[nodiscard]] std::optional<WallTime> ParseHttpDate(std::string_view text);

}  // namespace yizhan::server
