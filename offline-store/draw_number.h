#pragma once

#include <string>

#include "offline-store/connection.h"

namespace yizhan::offline {

/// Draws inside a Write of the caller, so that the number and its use are one commit.
[[nodiscard]] Result<int> DrawNumber(Connection& connection, const std::string& queue_letter,
                                     const std::string& day);

}  // namespace yizhan::offline
