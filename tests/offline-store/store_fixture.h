#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "offline-store/database.h"

namespace yizhan::offline::test {

/// A directory of its own under the system's temporary directory, removed with everything in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// The key of every test store, and one that does not fit.
[[nodiscard]] StoreKey TestKey();
[[nodiscard]] StoreKey WrongKey();

/// Opens the store with TestKey; a failure fails the test and gives null.
[[nodiscard]] std::unique_ptr<Database> OpenStore(const std::string& path);

/// Runs SQL on a store that is closed, as a hand that meddles would. With an empty key it makes
/// a plain SQLite file. Gives the first column of the first row, or "error <code>".
std::string Meddle(const std::string& path, const std::string& hex_key, const std::string& sql);
[[nodiscard]] std::string TestKeyHex();

/// The whole file's bytes.
[[nodiscard]] std::string ReadFile(const std::string& path);
void WriteFile(const std::string& path, const std::string& bytes);

/// A fixed time, `seconds` after 2026-03-10 08:00 in the hospital.
[[nodiscard]] WallTime At(int seconds);
inline constexpr auto kDay = std::chrono::local_days(std::chrono::days(20522));

}  // namespace yizhan::offline::test
