#include "tests/rig/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/unique_fd.h"
#include "base/utf8.h"

namespace yizhan::rig {
namespace {

Status WriteAll(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t count = ::write(fd, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return Fail(ErrorCode::Internal, std::strerror(errno));
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace

Result<std::string> ReadFile(const std::string& path, std::size_t limit_bytes) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return Fail(ErrorCode::NotFound, path);
  std::string content;
  char block[16384];
  for (;;) {
    const ssize_t count = ::read(file.Get(), block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Fail(ErrorCode::NotFound, path);
    if (count == 0) return content;
    content.append(block, static_cast<std::size_t>(count));
    if (content.size() > limit_bytes) return Fail(ErrorCode::BadData, path + " is too long");
  }
}

Status WriteFile(const std::string& path, std::string_view content) {
  const std::string fresh = path + ".new";
  const UniqueFd file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) return Fail(ErrorCode::Internal, path + ": " + std::strerror(errno));
  if (const auto written = WriteAll(file.Get(), content); !written) return written;
  if (std::rename(fresh.c_str(), path.c_str()) != 0) {
    return Fail(ErrorCode::Internal, path + ": " + std::strerror(errno));
  }
  return {};
}

Status AppendLine(const std::string& path, std::string_view line) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!file) return Fail(ErrorCode::Internal, path + ": " + std::strerror(errno));
  return WriteAll(file.Get(), std::string(line) + "\n");
}

std::string JsonText(std::string_view text) {
  std::string out;
  const bool sound = IsUtf8(text);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || (!sound && byte >= 0x80)) {
      out += '?';
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace yizhan::rig
