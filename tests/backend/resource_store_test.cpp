#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/backend/store_fixture.h"

namespace yizhan::store {
namespace {

using fhir::Json;

class StoreTest : public test::StoreFixture, public testing::WithParamInterface<test::Engine> {
 protected:
  StoreTest() : StoreFixture(GetParam()) {}
};
INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, test::AllEngines(), test::EngineName);

/// What only an engine of one folder does.
class FolderTest : public test::StoreFixture {
 protected:
  FolderTest() : StoreFixture(test::Engine::Sqlite) {}
};

Status Failed(const Error& error) { return tl::unexpected<Error>(error); }

TEST_P(StoreTest, WhatWasNeverStoredIsNotFound) {
  EXPECT_EQ(store->Read("Patient", "1").error().code, ErrorCode::NotFound);
  EXPECT_EQ(store->ReadVersion("Patient", "1", 1).error().code, ErrorCode::NotFound);
  EXPECT_EQ(store->History({.type = "Patient", .id = "1"}).error().code, ErrorCode::NotFound);
}

TEST_P(StoreTest, ResourceKeepsItsTextAndGetsIdentity) {
  const StoredResource stored =
      Put(R"({"resourceType":"Invoice","totalNet":{"value":25.00},"meta":{"tag":[{"code":"x"}]}})");
  const Json body = test::Parse(store->Read("Invoice", stored.id)->text);
  EXPECT_EQ(body["id"].AsString(), stored.id);
  EXPECT_EQ(body["meta"]["versionId"].AsString(), "1");
  EXPECT_EQ(body["meta"]["lastUpdated"].AsString(), "2026-03-10T00:00:00.000Z");
  EXPECT_EQ(body["meta"]["tag"][0]["code"].AsString(), "x");
  EXPECT_EQ(body["totalNet"]["value"].AsNumberText(), "25.00");
}

TEST_P(StoreTest, EveryVersionStaysReadable) {
  Put(R"({"resourceType":"Patient","id":"p","gender":"male"})");
  Put(R"({"resourceType":"Patient","id":"p","gender":"female"})");
  ASSERT_TRUE(store->Write([](Transaction& transaction) -> Status {
    const Result<StoredResource> deleted = transaction.Delete("Patient", "p");
    return deleted ? Status() : Failed(deleted.error());
  }));
  EXPECT_EQ(test::Parse(store->ReadVersion("Patient", "p", 1)->text)["gender"].AsString(), "male");
  EXPECT_EQ(test::Parse(store->ReadVersion("Patient", "p", 2)->text)["gender"].AsString(),
            "female");
  EXPECT_TRUE(store->Read("Patient", "p")->deleted);
  const std::vector<StoredResource> history =
      store->History({.type = "Patient", .id = "p"})->versions;
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history[0].version, 3);
  EXPECT_TRUE(history[0].deleted);
  EXPECT_EQ(Find("Patient", "gender=female"), "");
  EXPECT_EQ(Put(R"({"resourceType":"Patient","id":"p","gender":"female"})").version, 4);
  EXPECT_EQ(Find("Patient", "gender=female"), "p");
}

TEST_P(StoreTest, StaleVersionIsAConflictAndChangesNothing) {
  Put(R"({"resourceType":"Slot","id":"s","status":"free"})");
  const auto update = [&](std::int64_t expected) {
    return store->Write([expected](Transaction& transaction) -> Status {
      const Result<StoredResource> result = transaction.Update(
          test::Parse(R"({"resourceType":"Slot","id":"s","status":"busy"})"), expected);
      return result ? Status() : Failed(result.error());
    });
  };
  EXPECT_EQ(update(2).error().code, ErrorCode::Conflict);
  EXPECT_EQ(Find("Slot", "status=free"), "s");
  EXPECT_TRUE(update(1));
  EXPECT_EQ(update(1).error().code, ErrorCode::Conflict);
  EXPECT_EQ(store->Read("Slot", "s")->version, 2);
}

TEST_P(StoreTest, FailedJobLeavesNothingBehindNotEvenItsNumber) {
  std::vector<std::int64_t> numbers;
  const auto draw = [&](bool fail) {
    return store->Write([&numbers, fail](Transaction& transaction) -> Status {
      numbers.push_back(*transaction.NextNumber("A|2026-03-10"));
      const Result<StoredResource> created =
          transaction.Create(test::Parse(R"({"resourceType":"Task","status":"ready"})"));
      if (!created) return Failed(created.error());
      const Record record{"operation", "op" + std::to_string(numbers.size()), "x", std::nullopt};
      if (Status done = transaction.AddRecord(record); !done) return done;
      return fail ? Fail(ErrorCode::Refused, "no") : Status();
    });
  };
  EXPECT_TRUE(draw(false));
  EXPECT_EQ(draw(true).error().code, ErrorCode::Refused);
  EXPECT_TRUE(draw(false));
  EXPECT_THAT(numbers, testing::ElementsAre(1, 2, 2));
  EXPECT_EQ(*store->Count("Task"), 2);
  EXPECT_EQ((*store->FindRecord("operation", "op1"))->text, "x");
  EXPECT_EQ(*store->FindRecord("operation", "op2"), std::nullopt);
}

TEST_P(StoreTest, ConcurrentJobsShareTheDiskAndDrawEachNumberOnce) {
  constexpr int kThreads = 8;
  constexpr int kEach = 40;
  std::vector<std::vector<std::int64_t>> drawn(kThreads);
  std::vector<std::thread> threads;
  for (std::vector<std::int64_t>& mine : drawn) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        std::int64_t number = 0;
        const bool fail = i % 7 == 3;
        const Status status = store->Write([&](Transaction& transaction) -> Status {
          number = *transaction.NextNumber("q");
          return fail ? Fail(ErrorCode::Refused, "") : Status();
        });
        if (status) mine.push_back(number);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::int64_t> all;
  for (const auto& mine : drawn) all.insert(all.end(), mine.begin(), mine.end());
  std::ranges::sort(all);
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i], static_cast<std::int64_t>(i + 1));
  }
}

TEST_P(StoreTest, ListenerHearsExactlyWhatWasCommitted) {
  std::vector<std::string> heard;
  store->Listen([&](const std::vector<StoredResource>& changes) {
    for (const StoredResource& change : changes) {
      heard.push_back(change.type + '/' + std::to_string(change.version));
    }
  });
  Put(R"({"resourceType":"Patient","id":"p"})");
  Put(R"({"resourceType":"Patient","id":"p","gender":"male"})");
  EXPECT_FALSE(store->Write([](Transaction& transaction) -> Status {
    static_cast<void>(transaction.Create(test::Parse(R"({"resourceType":"Slot"})")));
    return Fail(ErrorCode::Refused, "no");
  }));
  EXPECT_THAT(heard, testing::ElementsAre("Patient/1", "Patient/2"));
}

TEST_F(FolderTest, SecondServerIsKeptOutOfTheFolder) {
  const auto second = OpenSqliteStore({folder.Path(), zone}, clock);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::Busy);
}

TEST_P(StoreTest, TimeNeverRunsBackwards) {
  Put(R"({"resourceType":"Patient","id":"a"})");
  clock.Set("2026-03-09T00:00:00Z");
  Put(R"({"resourceType":"Patient","id":"b"})");
  Reopen();
  Put(R"({"resourceType":"Patient","id":"c"})");
  EXPECT_EQ(Find("Patient", "_lastUpdated=ge2026-03-10T00:00:00Z"), "a b c");
}

TEST_P(StoreTest, IndexIsMadeAnewWhenTheZoneChanges) {
  Put(R"({"resourceType":"Patient","id":"p","birthDate":"1980-01-01"})");
  const std::string instant = "birthdate=1979-12-31T16:00:00Z";
  EXPECT_EQ(Find("Patient", "birthdate=ge1980-01-01T00:00:00%2B08:00"), "p");
  EXPECT_EQ(Find("Patient", "birthdate=ge1979-12-31T20:00:00Z"), "p");
  store.reset();
  Result<std::unique_ptr<ResourceStore>> utc = Open(clock, TimeZone{std::chrono::minutes(0)});
  ASSERT_TRUE(utc) << utc.error().detail;
  store = std::move(*utc);
  EXPECT_EQ(Find("Patient", "birthdate=lt1980-01-01T00:00:00Z"), "");
}

/// Writes in a process of its own, telling each acknowledged number, until it is killed.
[[noreturn]] void WriteUntilKilled(const std::string& path, int tell) {
  const test::HandClock clock("2026-03-10T00:00:00Z");
  auto store = OpenSqliteStore({path, TimeZone{}}, clock);
  if (!store) ::_exit(2);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      while (true) {
        std::int32_t number = 0;
        const Status done = (*store)->Write([&](Transaction& transaction) -> Status {
          number = static_cast<std::int32_t>(*transaction.NextNumber("q"));
          Json task = test::Parse(R"({"resourceType":"Task","status":"ready"})");
          task.Set("id", Json::String("t" + std::to_string(number)));
          const Result<StoredResource> stored = transaction.Update(std::move(task));
          return stored ? Status() : Failed(stored.error());
        });
        if (!done || ::write(tell, &number, sizeof(number)) != sizeof(number)) ::_exit(3);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ::_exit(0);
}

TEST(StoreCrashTest, NothingAcknowledgedIsLostWhenTheProcessIsKilled) {
  for (const int wanted : {1, 40, 200}) {
    const test::TempFolder folder;
    int tell[2];
    ASSERT_EQ(::pipe(tell), 0);
    const pid_t child = ::fork();
    if (child == 0) WriteUntilKilled(folder.Path(), tell[1]);
    ASSERT_GT(child, 0);
    ::close(tell[1]);
    std::vector<std::int32_t> acknowledged;
    std::int32_t number = 0;
    while (::read(tell[0], &number, sizeof(number)) == sizeof(number)) {
      acknowledged.push_back(number);
      if (acknowledged.size() == static_cast<std::size_t>(wanted)) ::kill(child, SIGKILL);
    }
    ::close(tell[0]);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    ASSERT_GE(acknowledged.size(), static_cast<std::size_t>(wanted));

    const test::HandClock clock("2026-03-10T00:00:00Z");
    auto store = OpenSqliteStore({folder.Path(), TimeZone{}}, clock);
    ASSERT_TRUE(store) << store.error().detail;
    for (const std::int32_t known : acknowledged) {
      EXPECT_TRUE((*store)->Read("Task", "t" + std::to_string(known))) << known;
    }
    std::int64_t next = 0;
    ASSERT_TRUE((*store)->Write([&](Transaction& transaction) -> Status {
      next = *transaction.NextNumber("q");
      return {};
    }));
    EXPECT_EQ(next, *(*store)->Count("Task") + 1) << "number and resource live or die together";
  }
}

TEST(StoreOpenTest, RefusesWhatItCannotUse) {
  const test::HandClock clock("2026-03-10T00:00:00Z");
  EXPECT_EQ(OpenSqliteStore({"/proc/no/such", TimeZone{}}, clock).error().code,
            ErrorCode::StoreFull);
  const test::TempFolder folder;
  std::ofstream(folder.Path() + "/hospital.db") << std::string(8192, 'x');
  EXPECT_FALSE(OpenSqliteStore({folder.Path(), TimeZone{}}, clock));
}

}  // namespace
}  // namespace yizhan::store
