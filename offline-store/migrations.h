#pragma once

#include <span>

namespace yizhan::offline {

/// The SQL of offline-store/migrations/, in order; element n leads from schema version n to n + 1.
/// Embedded when the program is built.
[[nodiscard]] std::span<const char* const> Migrations();

}  // namespace yizhan::offline
