#pragma once

#include <string>

namespace yizhan::offline {

/// Makes the directory entry of `path` survive a power cut. False: the disk refused.
[[nodiscard]] bool SyncDirectoryOf(const std::string& path);

}  // namespace yizhan::offline
