#include "backend/store/epoch_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>

#include "base/unique_fd.h"

namespace yizhan::store {

Result<std::int64_t> ReadEpochFile(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) {
    if (errno == ENOENT) return 0;
    return Fail(ErrorCode::StoreFull, "epoch file cannot be read");
  }
  std::array<char, 32> text{};
  const ssize_t size = ::read(file.Get(), text.data(), text.size());
  if (size < 0) return Fail(ErrorCode::StoreFull, "epoch file cannot be read");
  std::int64_t epoch = 0;
  const char* end = text.data() + size;
  const auto parsed = std::from_chars(text.data(), end, epoch);
  if (parsed.ec != std::errc() || epoch < 1) {
    return Fail(ErrorCode::BadData, "epoch file holds no epoch");
  }
  return epoch;
}

Status WriteEpochFile(const std::string& path, std::int64_t epoch) {
  const std::string beside = path + ".new";
  const std::string text = std::to_string(epoch) + '\n';
  const UniqueFd file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  const auto size = static_cast<ssize_t>(text.size());
  if (!file || ::write(file.Get(), text.data(), text.size()) != size || ::fsync(file.Get()) != 0 ||
      std::rename(beside.c_str(), path.c_str()) != 0) {
    return Fail(ErrorCode::StoreFull, "epoch file cannot be written");
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const UniqueFd directory(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::fsync(directory.Get()) != 0) {
    return Fail(ErrorCode::StoreFull, "epoch file cannot be written");
  }
  return {};
}

}  // namespace yizhan::store
