#include "backend/server/commands/line_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "base/unique_fd.h"

namespace yizhan::server {
namespace {

/// One version of a resource, with room to spare.
constexpr std::size_t kMostLine = 512U << 20U;

std::string PartOf(const std::string& path) { return path + ".part"; }

tl::unexpected<Error> CannotWrite() {
  return Fail(ErrorCode::StoreFull, "the file cannot be written");
}

int KeepOpen(std::FILE*) { return 0; }

}  // namespace

Result<LineFile> LineFile::Create(const std::string& path) {
  if (path == "-") return LineFile(File(stdout, &KeepOpen), "");
  std::error_code error;
  if (std::filesystem::exists(path, error)) {
    return Fail(ErrorCode::Conflict, path + ": exists already");
  }
  UniqueFd descriptor(::open(PartOf(path).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!descriptor) return CannotWrite();
  return LineFile(File(::fdopen(descriptor.Release(), "w"), &std::fclose), path);
}

Result<LineFile> LineFile::Open(const std::string& path) {
  if (path == "-") return LineFile(File(stdin, &KeepOpen), "");
  File file(std::fopen(path.c_str(), "re"), &std::fclose);
  if (!file) return Fail(ErrorCode::NotFound, path + ": cannot be read");
  return LineFile(std::move(file), "");
}

Result<LineFile> LineFile::Temporary(const std::string& folder) {
  std::string name = folder + "/export-XXXXXX";
  UniqueFd descriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (!descriptor) return CannotWrite();
  ::unlink(name.c_str());
  return LineFile(File(::fdopen(descriptor.Release(), "w+"), &std::fclose), "");
}

LineFile::~LineFile() {
  // What was not finished is worth nothing.
  if (file_ && !path_.empty()) ::unlink(PartOf(path_).c_str());
}

store::LineSink LineFile::Sink() {
  return [this](std::string_view line) -> Status {
    const bool written = std::fwrite(line.data(), 1, line.size(), file_.get()) == line.size() &&
                         std::fputc('\n', file_.get()) != EOF;
    if (!written) return CannotWrite();
    bytes_ += static_cast<std::int64_t>(line.size()) + 1;
    return {};
  };
}

store::LineSource LineFile::Source() {
  return [this]() -> Result<std::optional<std::string>> {
    std::string line;
    for (int next = std::getc(file_.get()); next != EOF; next = std::getc(file_.get())) {
      if (next == '\n') return line;
      if (line.size() >= kMostLine) return Fail(ErrorCode::BadData, "a line is too long");
      line += static_cast<char>(next);
    }
    if (std::ferror(file_.get()) != 0) return Fail(ErrorCode::BadData, "the file cannot be read");
    // A last line without its end was cut off; the reader of the export finds that out.
    if (line.empty()) return std::optional<std::string>();
    return line;
  };
}

Status LineFile::Finish() {
  if (std::fflush(file_.get()) != 0) return CannotWrite();
  if (path_.empty()) return {};
  if (::fsync(::fileno(file_.get())) != 0) return CannotWrite();
  // Not rename(): it would replace a file that came meanwhile.
  if (::link(PartOf(path_).c_str(), path_.c_str()) != 0) {
    return Fail(ErrorCode::Conflict, path_ + ": exists already, or cannot be made");
  }
  ::unlink(PartOf(path_).c_str());
  const std::string folder = std::filesystem::path(path_).parent_path().string();
  const UniqueFd above(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!above || ::fsync(above.Get()) != 0) return CannotWrite();
  path_.clear();
  return {};
}

Status LineFile::Rewind() {
  if (std::fflush(file_.get()) != 0) return CannotWrite();
  std::rewind(file_.get());
  return {};
}

}  // namespace yizhan::server
