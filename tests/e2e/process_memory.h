#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"

namespace yizhan::e2e {

/// The mapping in which `text` stands (its line in /proc/PID/maps and what is around the text), ""
/// when it is nowhere in the writable memory of process `pid`, as UTF-8. Refused: the system does
/// not let us look.
[[nodiscard]] Result<std::string> MemoryHolds(pid_t pid, const std::string& text);

/// Direct children of `pid`.
[[nodiscard]] std::vector<pid_t> ChildrenOf(pid_t pid);

}  // namespace yizhan::e2e
