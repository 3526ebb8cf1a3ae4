#include <gmock/gmock.h>

#include "tests/backend/store_fixture.h"

namespace yizhan::store {
namespace {

using fhir::Json;

Status Failed(const Error& error) { return tl::unexpected<Error>(error); }

class StoreHistoryTest : public test::StoreFixture {
 protected:
  /// "Patient/a/2" for each version of all pages.
  std::vector<std::string> AllPages(HistoryQuery query) {
    std::vector<std::string> versions;
    do {
      const Result<HistoryPage> page = store->History(query);
      EXPECT_TRUE(page);
      if (!page) break;
      for (const StoredResource& one : page->versions) {
        versions.push_back(one.type + '/' + one.id + '/' + std::to_string(one.version));
      }
      query.cursor = page->next_cursor;
    } while (!query.cursor.empty());
    return versions;
  }
  Status Keep(const Record& record) {
    return store->Write([&](Transaction& transaction) { return transaction.PutRecord(record); });
  }
};

TEST_F(StoreHistoryTest, PagesNeitherSkipNorRepeatWhenAllStampsAreEqual) {
  for (int i = 0; i < 10; ++i) {
    Put(R"({"resourceType":"Patient","id":"p)" + std::to_string(i % 5) + "\"}");
    Put(R"({"resourceType":"Slot","id":"s)" + std::to_string(i) + "\"}");
  }
  EXPECT_EQ(AllPages({.count = 3}).size(), 20U);
  const std::vector<std::string> patients = AllPages({.type = "Patient", .count = 3});
  EXPECT_EQ(std::set(patients.begin(), patients.end()).size(), 10U);
  EXPECT_EQ(patients.front(), "Patient/p4/2") << "newest first";
  EXPECT_THAT(AllPages({.type = "Patient", .id = "p0", .count = 1}),
              testing::ElementsAre("Patient/p0/2", "Patient/p0/1"));
}

TEST_F(StoreHistoryTest, WhatIsStoredMeanwhileDoesNotShiftPages) {
  for (int i = 0; i < 6; ++i) Put(R"({"resourceType":"Patient","id":"p"})");
  const Result<HistoryPage> first = store->History({.type = "Patient", .count = 4});
  Put(R"({"resourceType":"Patient","id":"p"})");
  const Result<HistoryPage> second =
      store->History({.type = "Patient", .count = 4, .cursor = first->next_cursor});
  ASSERT_EQ(second->versions.size(), 2U);
  EXPECT_EQ(second->versions.front().version, 2);
  EXPECT_EQ(second->next_cursor, "");
}

TEST_F(StoreHistoryTest, SinceKeepsOlderVersionsOut) {
  Put(R"({"resourceType":"Patient","id":"a"})");
  clock.Set("2026-03-11T00:00:00Z");
  Put(R"({"resourceType":"Patient","id":"b"})");
  const auto since = [](std::string_view instant) {
    return HistoryQuery{.since = ParseInstant(instant)};
  };
  EXPECT_THAT(AllPages(since("2026-03-11T00:00:00Z")), testing::ElementsAre("Patient/b/1"));
  EXPECT_EQ(AllPages(since("2026-03-10T00:00:00Z")).size(), 2U);
  EXPECT_EQ(AllPages(since("2026-03-12T00:00:00Z")).size(), 0U);
}

TEST_F(StoreHistoryTest, TotalCountsWhatPagesHold) {
  for (int i = 0; i < 5; ++i) Put(R"({"resourceType":"Patient","id":"p"})");
  EXPECT_EQ(store->History({.type = "Patient", .count = 2, .want_total = true})->total, 5);
  EXPECT_EQ(store->History({.type = "Slot", .want_total = true})->total, 0);
}

TEST_F(StoreHistoryTest, BrokenCursorIsRefused) {
  for (const char* cursor : {"x", "1;drop table history", "99999999999999999999"}) {
    EXPECT_EQ(store->History({.cursor = cursor}).error().code, ErrorCode::BadData) << cursor;
  }
}

TEST_F(StoreHistoryTest, TransactionSeesVersionsAndHistoryOfItsOwn) {
  Put(R"({"resourceType":"Patient","id":"p","gender":"male"})");
  ASSERT_TRUE(store->Write([](Transaction& transaction) -> Status {
    const auto updated = transaction.Update(test::Parse(R"({"resourceType":"Patient","id":"p"})"));
    EXPECT_TRUE(updated);
    EXPECT_EQ(transaction.ReadVersion("Patient", "p", 1)->version, 1);
    EXPECT_EQ(transaction.History({.type = "Patient", .id = "p"})->versions.size(), 2U);
    return {};
  }));
}

TEST_F(StoreHistoryTest, RecordsExpireAndAreThenReplaced) {
  const Record jti{"jti", "abc", "", clock.Now() + std::chrono::minutes(5)};
  const auto add = [&] {
    return store->Write([&](Transaction& transaction) { return transaction.AddRecord(jti); });
  };
  EXPECT_TRUE(add());
  EXPECT_EQ(add().error().code, ErrorCode::Conflict);
  EXPECT_EQ(*store->FindRecord("jti", "abc"), jti);
  clock.Set("2026-03-10T00:05:00Z");
  EXPECT_EQ(*store->FindRecord("jti", "abc"), std::nullopt);
  EXPECT_TRUE(store->Records("jti", "", 10)->empty());
  EXPECT_TRUE(add());
}

TEST_F(StoreHistoryTest, RecordsComeInTheOrderOfTheirKeysAndOneKindAtATime) {
  for (const char* key : {"c", "a", "d", "b"}) ASSERT_TRUE(Keep({"account", key, key}));
  ASSERT_TRUE(Keep({"session", "a", "x\n\t\"y"}));
  const auto keys = [&](const std::string& after, std::size_t limit) {
    std::string text;
    const std::vector<Record> records = *store->Records("account", after, limit);
    for (const Record& record : records) text += record.key;
    return text;
  };
  EXPECT_EQ(keys("", 3), "abc");
  EXPECT_EQ(keys("c", 3), "d");
  EXPECT_TRUE(store->Write(
      [](Transaction& transaction) { return transaction.RemoveRecord("account", "a"); }));
  EXPECT_EQ(keys("", 9), "bcd");
  EXPECT_EQ((*store->FindRecord("session", "a"))->text, "x\n\t\"y");
}

TEST_F(StoreHistoryTest, FailedJobTakesBackWhatItDidOutsideTheStoreLastFirst) {
  std::string undone;
  EXPECT_FALSE(store->Write([&](Transaction& transaction) -> Status {
    transaction.OnUndo([&] { undone += 'a'; });
    transaction.OnUndo([&] { undone += 'b'; });
    return Fail(ErrorCode::Refused, "no");
  }));
  EXPECT_EQ(undone, "ba");
  EXPECT_TRUE(store->Write([&](Transaction& transaction) -> Status {
    transaction.OnUndo([&] { undone += 'c'; });
    return {};
  }));
  EXPECT_EQ(undone, "ba") << "what was committed stays";
}

TEST(StoreTwiceTest, JobThatIsRunTwiceLeavesOneTrace) {
  const test::TempFolder folder;
  const test::HandClock clock("2026-03-10T00:00:00Z");
  SqliteStoreOptions options;
  options.folder = folder.Path();
  options.run_jobs_twice = true;
  const auto store = OpenSqliteStore(options, clock);
  ASSERT_TRUE(store);
  int runs = 0;
  int cached = 0;
  std::int64_t number = 0;
  ASSERT_TRUE((*store)->Write([&](Transaction& transaction) -> Status {
    ++runs;
    ++cached;
    transaction.OnUndo([&] { --cached; });
    number = *transaction.NextNumber("q");
    const auto created = transaction.Create(test::Parse(R"({"resourceType":"Task"})"));
    return created ? Status() : Failed(created.error());
  }));
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(cached, 1);
  EXPECT_EQ(number, 1);
  EXPECT_EQ(*(*store)->Count("Task"), 1);
}

}  // namespace
}  // namespace yizhan::store
