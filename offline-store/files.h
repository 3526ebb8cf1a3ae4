#pragma once

#include <sys/types.h>

#include <string>

namespace yizhan::offline {

/// Makes the directory entry of `path` survive a power cut. False: the disk refused.
[[nodiscard]] bool SyncDirectoryOf(const std::string& path);

/// Whether only `self` and the system's administrator can read a file with this mode and owner. A
/// systemd credential belongs to root and names the service's user in an access list, whose mask
/// shows as the group's right to read: that is private, too.
[[nodiscard]] bool IsPrivate(mode_t mode, uid_t owner, uid_t self);

}  // namespace yizhan::offline
