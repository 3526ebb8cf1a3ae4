#include "offline-store/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace yizhan::offline {

bool SyncDirectoryOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  std::string directory = slash == std::string::npos ? "." : path.substr(0, slash);
  if (directory.empty()) directory = "/";
  const UniqueFd entry(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return entry && ::fsync(entry.Get()) == 0;
}

bool IsPrivate(mode_t mode, uid_t owner, uid_t self) {
  const bool from_systemd = owner == 0 && self != 0;
  const mode_t others = mode & (S_IRWXG | S_IRWXO);
  return others == 0 || (from_systemd && others == S_IRGRP);
}

}  // namespace yizhan::offline
