#include "tests/e2e/process_memory.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/unique_fd.h"

namespace yizhan::e2e {
namespace {

/// Some printable bytes on both sides.
std::string Around(std::string_view memory, std::size_t at) {
  const std::size_t from = at < 120 ? 0 : at - 120;
  std::string text(memory.substr(from, 320));
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = '.';
  }
  return text;
}

}  // namespace

Result<std::string> MemoryHolds(pid_t pid, const std::string& text) {
  const std::string base = "/proc/" + std::to_string(pid);
  std::ifstream maps(base + "/maps");
  const UniqueFd memory(::open((base + "/mem").c_str(), O_RDONLY | O_CLOEXEC));
  if (!maps || !memory) return Fail(ErrorCode::Refused, "memory cannot be read");
  constexpr std::size_t kPiece = 1U << 20U;
  std::string line;
  std::string piece;
  while (std::getline(maps, line)) {
    std::istringstream fields(line);
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    char dash = 0;
    std::string rights;
    fields >> std::hex >> from >> dash >> to >> rights;
    if (rights.size() < 2 || rights[0] != 'r' || rights[1] != 'w') continue;
    // Pieces overlap by the text's length, so that a match across the seam is seen.
    while (from < to) {
      const std::size_t want = std::min<std::uint64_t>(kPiece + text.size(), to - from);
      piece.resize(want);
      const ssize_t got = ::pread(memory.Get(), piece.data(), want, static_cast<off_t>(from));
      if (got > 0) {
        const std::string_view seen(piece.data(), static_cast<std::size_t>(got));
        const auto at = seen.find(text);
        if (at != std::string_view::npos) return line + "\n" + Around(seen, at);
      }
      from += kPiece;
    }
  }
  return std::string();
}

std::vector<pid_t> ChildrenOf(pid_t pid) {
  std::vector<pid_t> children;
  std::error_code error;
  // Each thread has its own list: a child belongs to the thread that made it.
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task", error)) {
    std::ifstream list(task.path() / "children");
    pid_t child = 0;
    while (list >> child) children.push_back(child);
  }
  return children;
}

}  // namespace yizhan::e2e
