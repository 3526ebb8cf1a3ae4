#include "offline-store/key.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <new>

#include "offline-store/files.h"
#include "tests/offline-store/store_fixture.h"

namespace yizhan::offline {
namespace {

using test::TemporaryDirectory;

void WriteKeyFile(const std::string& path, const std::string& content, mode_t mode = 0600) {
  test::WriteFile(path, content);
  ASSERT_EQ(::chmod(path.c_str(), mode), 0);
}

TEST(KeyTest, AFileThatOthersMayReadIsRefused) {
  const TemporaryDirectory directory;
  for (const mode_t mode : {0640, 0604, 0660, 0610}) {
    WriteKeyFile(directory.File("key"), std::string(64, 'a'), mode);
    const auto key = LoadKey(directory.File("key"));
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, ErrorCode::Refused);
  }
}

TEST(KeyTest, ASystemdCredentialIsPrivateAlthoughItsAccessListLooksLikeAGroup) {
  constexpr uid_t kService = 997;
  EXPECT_TRUE(IsPrivate(0440, 0, kService));
  EXPECT_TRUE(IsPrivate(0400, 0, kService));
  EXPECT_TRUE(IsPrivate(0600, kService, kService));
  EXPECT_FALSE(IsPrivate(0444, 0, kService));
  EXPECT_FALSE(IsPrivate(0460, 0, kService));
  EXPECT_FALSE(IsPrivate(0440, kService, kService));
  EXPECT_FALSE(IsPrivate(0440, 0, 0));
}

TEST(KeyTest, AnythingButAKeyIsRefusedAsBadData) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("key");
  for (const std::string& content :
       {std::string(), std::string("a"), std::string(31, 'x'), std::string(33, 'x'),
        std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g'), std::string(66, '\n'),
        std::string(32, 'a') + "\n" + std::string(32, 'a'), std::string(100'000, 'a')}) {
    WriteKeyFile(path, content);
    const auto key = LoadKey(path);
    ASSERT_FALSE(key) << content.size();
    EXPECT_EQ(key.error().code, ErrorCode::BadData);
  }
}

TEST(KeyTest, ADirectoryIsNoKey) {
  const TemporaryDirectory directory;
  ASSERT_FALSE(LoadKey(directory.File(".")));
}

TEST(KeyTest, AMissingFileIsNotFound) {
  const TemporaryDirectory directory;
  const auto key = LoadKey(directory.File("none"));
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, ErrorCode::NotFound);
}

TEST(KeyTest, HexadecimalAndRawFilesGiveTheSameKey) {
  const TemporaryDirectory directory;
  WriteKeyFile(directory.File("hex"), "00FF" + std::string(60, 'a') + "\r\n");
  WriteKeyFile(directory.File("raw"), std::string("\0\xFF", 2) + std::string(30, '\xAA'), 0400);
  const auto hex = LoadKey(directory.File("hex"));
  const auto raw = LoadKey(directory.File("raw"));
  ASSERT_TRUE(hex);
  ASSERT_TRUE(raw);
  EXPECT_EQ(ToHex(hex->Secret()), ToHex(raw->Secret()));
}

TEST(KeyTest, AMadeKeyIsPrivateLoadableAndNeverReplaced) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("key");
  ASSERT_TRUE(MakeKeyFile(path));
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  const auto key = LoadKey(path);
  ASSERT_TRUE(key);

  const Status again = MakeKeyFile(path);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::Conflict);
  EXPECT_EQ(ToHex(LoadKey(path)->Secret()), ToHex(key->Secret()));
}

TEST(KeyTest, TheCredentialsDirectoryOfSystemdIsUsed) {
  ::unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_EQ(CredentialPath("store.key").error().code, ErrorCode::NotFound);
  ::setenv("CREDENTIALS_DIRECTORY", "/run/credentials/kiosk", 1);
  EXPECT_EQ(*CredentialPath("store.key"), "/run/credentials/kiosk/store.key");
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST(KeyTest, ADestroyedOrMovedKeyLeavesNothingBehind) {
  alignas(StoreKey) std::array<std::uint8_t, sizeof(StoreKey)> place{};
  auto* key = new (place.data()) StoreKey(Bytes(StoreKey::kSizeBytes, 0x77));
  {
    const StoreKey moved(std::move(*key));
    EXPECT_EQ(place, (std::array<std::uint8_t, sizeof(StoreKey)>{}));
    *key = StoreKey(moved.Secret());
  }
  EXPECT_EQ(place[0], 0x77);
  key->~StoreKey();
  EXPECT_EQ(place, (std::array<std::uint8_t, sizeof(StoreKey)>{}));
}

}  // namespace
}  // namespace yizhan::offline
