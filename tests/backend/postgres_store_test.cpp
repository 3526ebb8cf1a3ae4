// What only PostgreSQL can do: several processes, lost connections, late commits.
#include <gmock/gmock.h>
#include <signal.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "backend/store/postgres/connection.h"
#include "tests/backend/store_fixture.h"

namespace yizhan::store {
namespace {

using fhir::Json;
using std::chrono::seconds;

Status Failed(const Error& error) { return tl::unexpected<Error>(error); }

/// What a store has told its listener. Thread-safe.
class Heard {
 public:
  void Add(const std::vector<StoredResource>& changes) {
    const std::lock_guard lock(mutex_);
    for (const StoredResource& change : changes) {
      all_.push_back(change.id + '/' + std::to_string(change.version));
    }
    changed_.notify_all();
  }
  /// Waits until that many were heard, or long enough to be sure that they will not come.
  std::vector<std::string> WaitFor(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, seconds(60), [&] { return all_.size() >= count; });
    return all_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> all_;
};

class PostgresStoreTest : public test::StoreFixture {
 protected:
  PostgresStoreTest() : StoreFixture(test::Engine::Postgres) {}

  /// Another server process at the same database.
  std::unique_ptr<ResourceStore> Another() {
    Result<std::unique_ptr<ResourceStore>> opened = Open(clock, zone);
    EXPECT_TRUE(opened) << opened.error().detail;
    return opened ? std::move(*opened) : nullptr;
  }
  std::string Query(const std::string& sql) {
    const Result<std::string> answer = test::SharedCluster()->Query(address, sql);
    EXPECT_TRUE(answer) << answer.error().detail;
    return answer ? *answer : "";
  }
  /// Waits until a session of a store waits for something of that kind.
  void WaitUntilBlocked(const std::string& wait_event) {
    const std::string count =
        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'yizhan-%' AND "
        "datname=current_database() AND wait_event='" +
        wait_event + "'";
    for (int i = 0; i < 6000 && Query(count) == "0"; ++i) {
      Query("SELECT pg_sleep(0.01)");
    }
  }
  static Status PutTo(ResourceStore& store, const std::string& id) {
    return store.Write([&](Transaction& transaction) -> Status {
      const auto kept = transaction.Update(
          test::Parse(R"({"resourceType":"Task","status":"ready","id":")" + id + "\"}"));
      return kept ? Status() : Failed(kept.error());
    });
  }
};

TEST_F(PostgresStoreTest, WhatOneProcessCommitsTheOtherHearsOnce) {
  const auto other = Another();
  Heard here;
  Heard there;
  store->Listen([&](const auto& changes) { here.Add(changes); });
  other->Listen([&](const auto& changes) { there.Add(changes); });
  ASSERT_TRUE(PutTo(*store, "a"));
  ASSERT_TRUE(PutTo(*other, "b"));
  ASSERT_TRUE(PutTo(*store, "b"));
  EXPECT_THAT(here.WaitFor(3), testing::UnorderedElementsAre("a/1", "b/1", "b/2"));
  EXPECT_THAT(there.WaitFor(3), testing::UnorderedElementsAre("a/1", "b/1", "b/2"));
  EXPECT_EQ(test::Parse(other->Read("Task", "b")->text)["meta"]["versionId"].AsString(), "2");
}

TEST_F(PostgresStoreTest, AListenerThatWasTakenAwayIsNotCalledAnyMore) {
  const auto other = Another();
  for (int round = 0; round < 20; ++round) {
    auto heard = std::make_unique<Heard>();
    store->Listen([heard = heard.get()](const auto& changes) { heard->Add(changes); });
    ASSERT_TRUE(PutTo(*other, "a" + std::to_string(round)));
    if (round % 2 == 0) heard->WaitFor(1);
    store->Listen({});
    heard.reset();  // AddressSanitizer sees who comes too late.
  }
}

TEST_F(PostgresStoreTest, AChangeThatCommitsLateIsHeardAndMissingInNoHistory) {
  Heard heard;
  store->Listen([&](const auto& changes) { heard.Add(changes); });
  // A slow writer of another process: begins first, commits last.
  auto slow = Connection::Open({.address = address});
  ASSERT_TRUE(slow);
  ASSERT_TRUE(
      (*slow)->RunScript("BEGIN; INSERT INTO resource VALUES(900,'Task','late',1,0,0,900);"
                         "INSERT INTO history(seq,key,version,updated,deleted,type,body,origin) "
                         "VALUES(900,900,1,0,0,'Task','{}',1)"));
  ASSERT_TRUE(PutTo(*store, "early"));
  // Who reads page after page must not pass by what is still to come.
  EXPECT_THAT(store->History({.type = "Task"})->versions, testing::IsEmpty());
  EXPECT_EQ(store->History({.type = "Task", .id = "early"})->versions.size(), 1U);
  ASSERT_TRUE((*slow)->RunScript("COMMIT; NOTIFY yizhan"));
  EXPECT_THAT(heard.WaitFor(2), testing::ElementsAre("early/1", "late/1"));
  EXPECT_EQ(store->History({.type = "Task"})->versions.size(), 2U);
}

TEST_F(PostgresStoreTest, NothingIsMissedWhileTheDatabaseIsAway) {
  const auto other = Another();
  Heard there;
  other->Listen([&](const auto& changes) { there.Add(changes); });
  ASSERT_TRUE(PutTo(*store, "a"));
  ASSERT_EQ(there.WaitFor(1).size(), 1U);
  test::SharedCluster()->Kill();
  EXPECT_EQ(PutTo(*store, "b").error().code, ErrorCode::Unreachable);
  EXPECT_EQ(store->Read("Task", "a").error().code, ErrorCode::Unreachable);
  ASSERT_TRUE(test::SharedCluster()->Restart());
  EXPECT_TRUE(store->Read("Task", "a"));
  ASSERT_TRUE(PutTo(*store, "c"));
  EXPECT_THAT(there.WaitFor(2), testing::ElementsAre("a/1", "c/1"));
}

TEST_F(PostgresStoreTest, ACommitWhoseAnswerIsLostCountsOnce) {
  ASSERT_TRUE(PutTo(*store, "a"));
  // A commit that waits for a standby that does not exist: done on disk, not acknowledged.
  Query("ALTER SYSTEM SET synchronous_standby_names='nobody'");
  Query("SELECT pg_reload_conf()");
  // The setting arrives a little later: some commits may still be acknowledged at once.
  std::atomic<bool> stop = false;
  std::atomic<int> runs = 0;
  int written = 0;
  std::thread writer([&] {
    while (!stop) {
      const Status done = store->Write([&](Transaction& transaction) -> Status {
        ++runs;
        const auto kept = transaction.Create(test::Parse(R"({"resourceType":"Slot"})"));
        return kept ? Status() : Failed(kept.error());
      });
      EXPECT_TRUE(done) << done.error().detail;
      ++written;
    }
  });
  WaitUntilBlocked("SyncRep");
  stop = true;
  Query("ALTER SYSTEM RESET synchronous_standby_names");
  Query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event='SyncRep'");
  Query("SELECT pg_reload_conf()");
  writer.join();
  EXPECT_EQ(runs, written);
  EXPECT_EQ(*store->Count("Slot"), written);
}

TEST_F(PostgresStoreTest, AConnectionLostBeforeTheCommitIsMadeUpForByAnother) {
  const auto other = Another();
  ASSERT_TRUE(PutTo(*store, "a"));
  // Somebody holds the table: the batch with the commit stops in the middle.
  auto holder = Connection::Open({.address = address});
  ASSERT_TRUE(holder);
  ASSERT_TRUE((*holder)->RunScript("BEGIN; LOCK TABLE history IN EXCLUSIVE MODE"));
  std::thread writer([&] { EXPECT_TRUE(PutTo(*store, "b")); });
  WaitUntilBlocked("relation");
  Query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event='relation' AND "
      "application_name LIKE 'yizhan-%'");
  ASSERT_TRUE((*holder)->RunScript("COMMIT"));
  writer.join();
  EXPECT_EQ(other->Read("Task", "b")->version, 1);
  EXPECT_EQ(Query("SELECT count(*) FROM yizhan.history WHERE type='Task'"), "2");
}

TEST_F(PostgresStoreTest, WhoLosesAgainAndAgainWinsAtLast) {
  ASSERT_TRUE(PutTo(*store, "a"));
  const auto rival = Another();
  std::atomic<bool> stop = false;
  std::mutex mutex;
  std::condition_variable changed;
  int rival_wrote = 0;
  std::thread rivals([&] {
    while (!stop) {
      EXPECT_TRUE(PutTo(*rival, "a"));
      const std::lock_guard lock(mutex);
      ++rival_wrote;
      changed.notify_all();
    }
  });
  int runs = 0;
  const Status done = store->Write([&](Transaction& transaction) -> Status {
    ++runs;
    SearchQuery query;
    query.type = "Task";
    const auto seen = transaction.Search(query);
    if (!seen) return Failed(seen.error());
    {
      // The rival is quick: it has always written before this job is done. Unless it is kept out.
      std::unique_lock lock(mutex);
      const int before = rival_wrote;
      changed.wait_for(lock, std::chrono::milliseconds(500),
                       [&] { return rival_wrote > before + 1; });
    }
    const auto kept = transaction.Update(
        test::Parse(R"({"resourceType":"Task","status":"completed","id":"a"})"), std::nullopt);
    return kept ? Status() : Failed(kept.error());
  });
  stop = true;
  rivals.join();
  EXPECT_TRUE(done) << done.error().detail;
  EXPECT_GT(runs, 2);
}

TEST_F(PostgresStoreTest, AChangedAuditRowIsNamed) {
  std::string id;
  for (int i = 0; i < 5; ++i) id = Put(R"({"resourceType":"AuditEvent","action":"E"})").id;
  EXPECT_THAT(store->VerifyAudit({})->findings, testing::IsEmpty());
  Query(
      "UPDATE yizhan.history SET body=replace(body,'\"E\"','\"R\"') WHERE seq="
      "(SELECT seq FROM yizhan.resource WHERE id='" +
      id + "')");
  const Result<AuditReport> report = store->VerifyAudit({});
  ASSERT_EQ(report->findings.size(), 1U);
  EXPECT_EQ(report->findings.front().fault, AuditFault::Changed);
  EXPECT_EQ(report->findings.front().id, id);
}

TEST_F(PostgresStoreTest, ADatabasePutBackFromABackupRaisesTheEpoch) {
  const std::int64_t before = *store->Epoch();
  Query("UPDATE yizhan.meta SET value='" + std::to_string(before + 4) + "' WHERE name='epoch'");
  Reopen();
  EXPECT_EQ(*store->Epoch(), before + 4);
  Query("UPDATE yizhan.meta SET value='" + std::to_string(before) + "' WHERE name='epoch'");
  Reopen();
  EXPECT_EQ(*store->Epoch(), before + 5);
}

TEST_F(PostgresStoreTest, AnotherZoneIsRefusedWhileAServerRuns) {
  ASSERT_TRUE(PutTo(*store, "a"));
  const auto other = Open(clock, TimeZone{std::chrono::minutes(0)});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::Busy);
}

TEST_F(PostgresStoreTest, ADatabaseOfAnotherVersionIsRefused) {
  store.reset();
  Query("UPDATE yizhan.meta SET value='999' WHERE name='schema'");
  EXPECT_EQ(Open(clock, zone).error().code, ErrorCode::BadData);
}

TEST_F(PostgresStoreTest, EverythingMovesFromSqliteAndBack) {
  const test::TempFolder old_folder;
  auto old = OpenSqliteStore({old_folder.Path(), zone}, clock);
  ASSERT_TRUE(old);
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE((*old)->Write([&](Transaction& transaction) -> Status {
      const std::string id = std::to_string(i % 7);
      static_cast<void>(transaction.Update(test::Parse(
          R"({"resourceType":"Patient","name":[{"text":"张三"}],"id":")" + id + "\"}")));
      static_cast<void>(
          transaction.Create(test::Parse(R"({"resourceType":"AuditEvent","action":"E"})")));
      static_cast<void>(transaction.NextNumber("A|" + id));
      return transaction.PutRecord({"operation", std::to_string(i), "x\ty\n", std::nullopt});
    }));
  }
  std::vector<std::string> lines;
  const LineSink sink = [&](std::string_view line) -> Status {
    lines.emplace_back(line);
    return {};
  };
  const auto source = [](std::vector<std::string>& from) {
    return [&from, at = std::size_t{0}]() mutable -> Result<std::optional<std::string>> {
      if (at == from.size()) return std::optional<std::string>();
      return std::optional<std::string>(from[at++]);
    };
  };
  ASSERT_TRUE((*old)->Export(sink));
  std::vector<std::string> broken(lines.begin(), lines.end() - 2);
  broken.push_back(lines.back());
  EXPECT_EQ(store->Import(source(broken)).error().code, ErrorCode::BadData);
  const Status imported = store->Import(source(lines));
  ASSERT_TRUE(imported) << imported.error().detail;
  EXPECT_EQ(store->Import(source(lines)).error().code, ErrorCode::Refused) << "not empty any more";
  EXPECT_EQ(*store->Epoch(), *(*old)->Epoch() + 1);
  EXPECT_EQ(*store->Count("Patient"), 7);
  EXPECT_EQ(store->Read("Patient", "3")->text, (*old)->Read("Patient", "3")->text);
  EXPECT_THAT(store->VerifyAudit({})->findings, testing::IsEmpty());
  // It works on: numbers, versions and chains go on where they were.
  Put(R"({"resourceType":"Patient","id":"3"})");
  Put(R"({"resourceType":"AuditEvent","action":"E"})");
  EXPECT_EQ(store->Read("Patient", "3")->version, 4);
  ASSERT_TRUE(store->Write([](Transaction& transaction) -> Status {
    EXPECT_EQ(*transaction.NextNumber("A|3"), 4);
    return {};
  }));
  EXPECT_THAT(store->VerifyAudit({})->findings, testing::IsEmpty());
  const std::vector<std::string> first = std::exchange(lines, {});
  ASSERT_TRUE(store->Export(sink));
  EXPECT_EQ(lines.size(), first.size() + 3) << "two versions and a link more";
}

}  // namespace
}  // namespace yizhan::store
