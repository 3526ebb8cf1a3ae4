#include "offline-store/database.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "offline-store/check_ins.h"
#include "offline-store/directory_cache.h"
#include "offline-store/migrations.h"
#include "offline-store/outbox.h"
#include "tests/offline-store/store_fixture.h"

namespace yizhan::offline {
namespace {

using test::Meddle;
using test::OpenStore;
using test::TemporaryDirectory;
using test::TestKeyHex;

ErrorCode OpenError(const std::string& path, StoreKey key = test::TestKey()) {
  const auto database = Database::Open({.path = path, .key = std::move(key)});
  EXPECT_FALSE(database);
  return database ? ErrorCode::Internal : database.error().code;
}

unsigned Mode(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0U;
}

OutboxEntry Act(const std::string& operation) {
  OutboxEntry entry;
  entry.operation = domain::OperationId(operation);
  entry.kind = "staff-call";
  entry.body = "{\"who\":\"Zhang Sanfeng\"}";
  entry.created = test::At(0);
  return entry;
}

TEST(DatabaseTest, AWrongKeyOpensNothingAndDestroysNothing) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("store.db");
  { ASSERT_TRUE(Outbox(*OpenStore(path)).Add(Act("op-1"))); }
  EXPECT_EQ(OpenError(path, test::WrongKey()), ErrorCode::BadData);
  auto database = OpenStore(path);
  EXPECT_TRUE(Outbox(*database).Find(domain::OperationId("op-1")));
}

TEST(DatabaseTest, APlainSqliteFileIsRefusedEvenWhenEmptyOfSecrets) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("store.db");
  Meddle(path, "", "CREATE TABLE outbox (x); PRAGMA user_version = 3");
  ASSERT_TRUE(test::ReadFile(path).starts_with("SQLite format 3"));
  EXPECT_EQ(OpenError(path), ErrorCode::BadData);
}

TEST(DatabaseTest, AFileOfRandomBytesIsRefused) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("store.db");
  test::WriteFile(path, std::string(8192, 'x'));
  EXPECT_EQ(OpenError(path), ErrorCode::BadData);
}

TEST(DatabaseTest, AFlippedByteIsNoticedAndNeverReadAsTruth) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("store.db");
  {
    auto database = OpenStore(path);
    Outbox outbox(*database);
    for (int i = 0; i < 60; ++i) ASSERT_TRUE(outbox.Add(Act("op-" + std::to_string(i))));
  }
  const std::string sound = test::ReadFile(path);
  ASSERT_GT(sound.size(), 20'000U);
  int noticed = 0;
  for (std::size_t at = 100; at < sound.size(); at += 4096) {
    std::string broken = sound;
    broken[at] = static_cast<char>(broken[at] ^ 1);
    test::WriteFile(path, broken);
    const auto database = Database::Open({.path = path, .key = test::TestKey()});
    if (!database) {
      EXPECT_EQ(database.error().code, ErrorCode::BadData);
      ++noticed;
      continue;
    }
    const auto acts = Outbox(**database).Pending(100);
    if (!acts) {
      EXPECT_EQ(acts.error().code, ErrorCode::BadData);
      ++noticed;
      continue;
    }
    // The broken page was not one of these: then every act is whole.
    EXPECT_EQ(acts->size(), 60U);
  }
  EXPECT_GE(noticed, 3);
}

TEST(DatabaseTest, NothingInTheFilesIsReadable) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("store.db");
  auto database = OpenStore(path);
  ASSERT_TRUE(Outbox(*database).Add(Act("op-1")));
  for (const std::string& name : {path, path + "-wal"}) {
    const std::string bytes = test::ReadFile(name);
    EXPECT_FALSE(bytes.empty());
    EXPECT_EQ(bytes.find("Sanfeng"), std::string::npos);
    EXPECT_EQ(bytes.find("CREATE TABLE"), std::string::npos);
  }
}

TEST(DatabaseTest, TheFilesAreTheOwnersAloneWhateverTheyWereBefore) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("store.db");
  { ASSERT_TRUE(OpenStore(path)); }
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  auto database = OpenStore(path);
  ASSERT_TRUE(Outbox(*database).Add(Act("op-1")));
  EXPECT_EQ(Mode(path), 0600U);
  EXPECT_EQ(Mode(path + "-wal"), 0600U);
}

TEST(DatabaseTest, ASecondOpenerIsRefusedAndTheFirstGoesOn) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("store.db");
  auto first = OpenStore(path);
  EXPECT_EQ(OpenError(path), ErrorCode::Conflict);
  EXPECT_TRUE(Outbox(*first).Add(Act("op-1")));
  first.reset();
  EXPECT_TRUE(OpenStore(path));
}

TEST(DatabaseTest, AMissingDirectoryIsAFullStore) {
  const TemporaryDirectory directory;
  EXPECT_EQ(OpenError(directory.File("none/store.db")), ErrorCode::StoreFull);
}

TEST(DatabaseTest, AStoreOfANewerProgramIsRefusedUntouched) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("store.db");
  { ASSERT_TRUE(OpenStore(path)); }
  Meddle(path, TestKeyHex(), "PRAGMA user_version = 99");
  EXPECT_EQ(OpenError(path), ErrorCode::BadData);
  EXPECT_EQ(Meddle(path, TestKeyHex(), "PRAGMA user_version"), "99");
}

TEST(DatabaseTest, AStoreOfEveryEarlierVersionIsBroughtUpWithItsActs) {
  for (std::size_t version = 1; version < Migrations().size(); ++version) {
    const TemporaryDirectory directory;
    const std::string path = directory.File("store.db");
    for (std::size_t step = 0; step < version; ++step) {
      ASSERT_EQ(Meddle(path, TestKeyHex(), Migrations()[step]), "");
    }
    Meddle(path, TestKeyHex(),
           "INSERT INTO outbox (operation, kind, aggregate, body, created, state) "
           "VALUES ('old', 'check-in', 'a', '{}', 5, 'pending');"
           "INSERT INTO ticket_counter VALUES ('A', '2026-03-10', 41);"
           "PRAGMA user_version = " +
               std::to_string(version));
    auto database = OpenStore(path);
    ASSERT_TRUE(database);
    const auto act = Outbox(*database).Find(domain::OperationId("old"));
    ASSERT_TRUE(act);
    EXPECT_EQ(act->state, DeliveryState::Pending);
    EXPECT_TRUE(DirectoryCache::Open(*database));
    database.reset();
    EXPECT_EQ(Meddle(path, TestKeyHex(), "PRAGMA user_version"),
              std::to_string(Migrations().size()));
  }
}

TEST(DatabaseTest, TheReadableSchemaIsWhatTheMigrationsMake) {
  const TemporaryDirectory directory;
  const std::string by_steps = directory.File("steps.db");
  { ASSERT_TRUE(OpenStore(by_steps)); }
  const std::string whole = directory.File("whole.db");
  const std::string schema = test::ReadFile("offline-store/schema.sql");
  ASSERT_FALSE(schema.empty());
  ASSERT_EQ(Meddle(whole, TestKeyHex(), schema), "");
  const std::string list =
      "SELECT group_concat(sql, char(10)) FROM (SELECT sql FROM sqlite_master "
      "WHERE name NOT LIKE 'sqlite_%' ORDER BY name)";
  const std::string made = Meddle(by_steps, TestKeyHex(), list);
  EXPECT_EQ(made, Meddle(whole, TestKeyHex(), list));
  EXPECT_NE(made.find("print_record"), std::string::npos);
}

}  // namespace
}  // namespace yizhan::offline
