#include "tests/offline-store/store_fixture.h"

#include <gtest/gtest.h>
#define SQLITE_HAS_CODEC
#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/bytes.h"

namespace yizhan::offline::test {
namespace {

constexpr std::uint8_t kKeyByte = 0x5A;

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "yizhan-store-XXXXXX").string();
  const char* made = ::mkdtemp(name.data());
  EXPECT_NE(made, nullptr);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

StoreKey TestKey() { return StoreKey(Bytes(StoreKey::kSizeBytes, kKeyByte)); }

StoreKey WrongKey() { return StoreKey(Bytes(StoreKey::kSizeBytes, kKeyByte + 1)); }

std::string TestKeyHex() { return ToHex(Bytes(StoreKey::kSizeBytes, kKeyByte)); }

std::unique_ptr<Database> OpenStore(const std::string& path) {
  auto database = Database::Open({.path = path, .key = TestKey()});
  if (!database) {
    ADD_FAILURE() << database.error().detail;
    return nullptr;
  }
  return std::move(*database);
}

std::string Meddle(const std::string& path, const std::string& hex_key, const std::string& sql) {
  sqlite3* handle = nullptr;
  std::string answer;
  if (sqlite3_open(path.c_str(), &handle) == SQLITE_OK) {
    if (!hex_key.empty()) {
      const std::string raw = "x'" + hex_key + "'";
      sqlite3_key(handle, raw.data(), static_cast<int>(raw.size()));
    }
    sqlite3_exec(handle, "PRAGMA locking_mode = EXCLUSIVE", nullptr, nullptr, nullptr);
    const auto keep_first = [](void* into, int columns, char** values, char**) {
      auto* text = static_cast<std::string*>(into);
      if (text->empty() && columns > 0 && values[0] != nullptr) *text = values[0];
      return 0;
    };
    const int code = sqlite3_exec(handle, sql.c_str(), keep_first, &answer, nullptr);
    if (code != SQLITE_OK) answer = "error " + std::to_string(code);
  }
  sqlite3_close(handle);
  return answer;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
}

WallTime At(int seconds) {
  return AtLocal(kDay, std::chrono::hours(8) + std::chrono::seconds(seconds), TimeZone{});
}

}  // namespace yizhan::offline::test
