#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "backend/store/resource_store.h"

namespace yizhan::server {

/// Where an export goes to, or comes from, line by line. Thread-bound. The sink and the source that
/// it gives must not outlive it.
class LineFile {
 public:
  /// A new file that only its owner may read, under another name until Finish(); "-": standard
  /// output. Conflict: the file exists already. StoreFull: it cannot be written.
  [[nodiscard]] static Result<LineFile> Create(const std::string& path);
  /// An existing file; "-": standard input. NotFound: it cannot be read.
  [[nodiscard]] static Result<LineFile> Open(const std::string& path);
  /// A file without a name in `folder`, to write, Rewind() and read. StoreFull: not possible there.
  [[nodiscard]] static Result<LineFile> Temporary(const std::string& folder);

  [[nodiscard]] store::LineSink Sink();
  [[nodiscard]] store::LineSource Source();
  /// Everything that was written is on disk, under its name. StoreFull: it is not.
  [[nodiscard]] Status Finish();
  [[nodiscard]] Status Rewind();
  [[nodiscard]] std::int64_t Bytes() const { return bytes_; }

  LineFile(LineFile&&) noexcept = default;
  LineFile& operator=(LineFile&&) = delete;
  ~LineFile();

 private:
  using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
  LineFile(File file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  File file_;
  std::string path_;  ///< Of a file that has not got its name yet.
  std::int64_t bytes_ = 0;
};

}  // namespace yizhan::server
