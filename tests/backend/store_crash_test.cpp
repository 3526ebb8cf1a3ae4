// The process is killed again and again under load, always on the same folder: nothing that was
// acknowledged may be missing afterwards, and nothing half done may be there.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "backend/r4/definitions.h"
#include "tests/backend/store_fixture.h"

namespace yizhan::store {
namespace {

using fhir::Json;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kRounds = 20;
#else
constexpr int kRounds = 200;
#endif
constexpr int kWriters = 4;

/// A task, its audit row and its number: all or nothing.
Status WriteOne(Transaction& transaction, std::int32_t& number) {
  const Result<std::int64_t> next = transaction.NextNumber("q");
  if (!next) return tl::unexpected<Error>(next.error());
  number = static_cast<std::int32_t>(*next);
  const std::string id = std::to_string(number);
  for (const char* text : {R"({"resourceType":"Task","status":"ready"})",
                           R"({"resourceType":"AuditEvent","action":"C"})"}) {
    Result<Json> resource = Json::Parse(text);
    resource->Set("id", Json::String(id));
    const Result<StoredResource> stored = transaction.Update(std::move(*resource));
    if (!stored) return tl::unexpected<Error>(stored.error());
  }
  return transaction.AddRecord({"operation", id, id, std::nullopt});
}

/// Writes in a process of its own, telling each acknowledged number, until it is killed.
[[noreturn]] void WriteUntilKilled(const std::string& path, int tell) {
  auto store = OpenSqliteStore({path, TimeZone{}}, SystemClock());
  if (!store) ::_exit(2);
  std::vector<std::thread> threads;
  for (int t = 0; t < kWriters; ++t) {
    threads.emplace_back([&] {
      while (true) {
        std::int32_t number = 0;
        const Status done = (*store)->Write(
            [&](Transaction& transaction) { return WriteOne(transaction, number); });
        if (!done || ::write(tell, &number, sizeof(number)) != sizeof(number)) ::_exit(3);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ::_exit(0);
}

/// The numbers acknowledged until the writer was killed.
std::vector<std::int32_t> WriteAndKill(const std::string& path, std::size_t wanted) {
  int tell[2];
  EXPECT_EQ(::pipe(tell), 0);
  const pid_t child = ::fork();
  if (child == 0) WriteUntilKilled(path, tell[1]);
  EXPECT_GT(child, 0);
  ::close(tell[1]);
  std::vector<std::int32_t> acknowledged;
  std::int32_t number = 0;
  while (::read(tell[0], &number, sizeof(number)) == sizeof(number)) {
    acknowledged.push_back(number);
    if (acknowledged.size() == wanted) ::kill(child, SIGKILL);
  }
  ::close(tell[0]);
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_GE(acknowledged.size(), wanted) << "the writer ended by itself";
  return acknowledged;
}

TEST(StoreCrashRoundsTest, NothingAcknowledgedIsLostHoweverOftenTheProcessIsKilled) {
  static_cast<void>(r4::SearchParams());  // Read once here, not in every process.
  const test::TempFolder folder;
  std::vector<std::int32_t> acknowledged;
  for (int round = 0; round < kRounds; ++round) {
    const std::size_t wanted = 1 + static_cast<std::size_t>(round * 7 % 23);
    const std::vector<std::int32_t> more = WriteAndKill(folder.Path(), wanted);
    ASSERT_GE(more.size(), wanted) << round;
    acknowledged.insert(acknowledged.end(), more.begin(), more.end());
  }
  const auto store = OpenSqliteStore({folder.Path(), TimeZone{}}, SystemClock());
  ASSERT_TRUE(store) << store.error().detail;
  for (const std::int32_t number : acknowledged) {
    const std::string id = std::to_string(number);
    EXPECT_TRUE((*store)->Read("Task", id)) << id;
    EXPECT_TRUE((*store)->Read("AuditEvent", id)) << id;
    EXPECT_TRUE((*store)->FindRecord("operation", id)->has_value()) << id;
  }
  const std::int64_t tasks = *(*store)->Count("Task");
  EXPECT_GE(tasks, static_cast<std::int64_t>(acknowledged.size()));
  EXPECT_EQ(*(*store)->Count("AuditEvent"), tasks);
  const AuditReport audit = *(*store)->VerifyAudit({});
  EXPECT_TRUE(audit.findings.empty());
  EXPECT_EQ(audit.checked, tasks);
  const auto ready = ParseSearch("Task", {{"status", "ready"}, {"_summary", "count"}}, TimeZone{});
  EXPECT_EQ((*store)->Search(*ready)->total, tasks) << "the index lost nothing either";
  std::int32_t next = 0;
  ASSERT_TRUE((*store)->Write([&](Transaction& t) { return WriteOne(t, next); }));
  EXPECT_EQ(next, tasks + 1) << "numbers have no gaps";
}

}  // namespace
}  // namespace yizhan::store
