#include <gmock/gmock.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <thread>

#include "backend/store/postgres/connection.h"
#include "backend/store/postgres/pool.h"
#include "base/unique_fd.h"
#include "tests/support/postgres_cluster.h"

namespace yizhan::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class PostgresConnectionTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::PostgresCluster::Installed()) GTEST_SKIP() << test::PostgresCluster::WhySkipped();
    auto started = test::PostgresCluster::Start();
    ASSERT_TRUE(started) << started.error().detail;
    cluster = std::move(*started);
    auto database = cluster->CreateDatabase();
    ASSERT_TRUE(database) << database.error().detail;
    options.address = *database;
  }

  std::unique_ptr<Connection> Open() {
    auto opened = Connection::Open(options);
    EXPECT_TRUE(opened) << opened.error().detail;
    return opened ? std::move(*opened) : nullptr;
  }

  ConnectionOptions options;
  std::unique_ptr<test::PostgresCluster> cluster;
};

TEST_F(PostgresConnectionTest, ValuesComeBackAsTheyWent) {
  const auto connection = Open();
  const std::vector<std::int64_t> numbers{-1, 0, INT64_MAX, INT64_MIN};
  const std::vector<std::string_view> texts{"", "{\"a\":\"b,\\\"}'\"}", "张三丰", "NULL"};
  const auto rows = connection->Run(
      "SELECT n,t,$3::text,$4::bigint FROM unnest($1::bigint[],$2::text[]) AS x(n,t)",
      Parameters() << numbers << texts << std::string_view("a\0b", 3) << std::int64_t{42});
  ASSERT_TRUE(rows) << rows.error().detail;
  ASSERT_EQ(rows->Count(), 4);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(rows->Integer(i, 0), numbers[static_cast<std::size_t>(i)]);
    EXPECT_EQ(rows->Text(i, 1), texts[static_cast<std::size_t>(i)]);
  }
  EXPECT_EQ(rows->Text(0, 2),
            "a\xEF\xBF\xBD"
            "b")
      << "PostgreSQL keeps no zero byte";
  EXPECT_EQ(rows->Integer(0, 3), 42);
  const auto nothing =
      connection->Run("SELECT unnest($1::text[])", Parameters() << std::vector<std::string_view>{});
  EXPECT_EQ(nothing->Count(), 0);
}

TEST_F(PostgresConnectionTest, ABatchIsOneTransactionAndItsFirstErrorEndsIt) {
  const auto connection = Open();
  ASSERT_TRUE(connection->RunScript(
      "CREATE SCHEMA yizhan; CREATE TABLE t(a int PRIMARY KEY); CREATE TABLE u(a int)"));
  connection->Queue("INSERT INTO t VALUES($1)", Parameters() << std::int64_t{1});
  connection->Queue("INSERT INTO t VALUES($1)", Parameters() << std::int64_t{1});
  connection->Queue("INSERT INTO u VALUES($1)", Parameters() << std::int64_t{1});
  const auto sent = connection->Send();
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().detail, "postgres: 23505") << "the state alone: a message quotes values";
  EXPECT_TRUE(connection->Retryable());
  EXPECT_EQ(connection->Run("SELECT count(*) FROM t")->Integer(0, 0), 0);
  // The statement that was skipped before the server could prepare it is prepared anew.
  EXPECT_EQ(
      connection->Run("INSERT INTO u VALUES($1)", Parameters() << std::int64_t{2})->Affected(), 1);
}

TEST_F(PostgresConnectionTest, MoreStatementsThanAreKeptPreparedWorkToo) {
  const auto connection = Open();
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 300; ++i) {
      const auto rows = connection->Run("SELECT " + std::to_string(i));
      ASSERT_TRUE(rows) << rows.error().detail;
      ASSERT_EQ(rows->Integer(0, 0), i);
    }
  }
}

TEST_F(PostgresConnectionTest, AnAnswerLargerThanEveryBufferArrives) {
  const auto connection = Open();
  const std::string large(20'000'000, 'x');
  connection->Queue("SELECT $1::text", Parameters() << large);
  connection->Queue("SELECT length($1)", Parameters() << large);
  const auto answers = connection->Send();
  ASSERT_TRUE(answers) << answers.error().detail;
  EXPECT_EQ((*answers)[0].Text(0, 0).size(), large.size());
  EXPECT_EQ((*answers)[1].Integer(0, 0), 20'000'000);
}

TEST_F(PostgresConnectionTest, AStatementThatTakesTooLongIsGivenUp) {
  options.statement_timeout = milliseconds(50);
  const auto connection = Open();
  EXPECT_EQ(connection->Run("SELECT pg_sleep(60)").error().code, ErrorCode::Timeout);
  EXPECT_FALSE(connection->Broken());
  EXPECT_TRUE(connection->Run("SELECT 1"));
}

TEST_F(PostgresConnectionTest, AServerThatDiesIsToldFromARefusal) {
  const auto connection = Open();
  cluster->Kill();
  EXPECT_EQ(connection->Run("SELECT 1").error().code, ErrorCode::Unreachable);
  EXPECT_TRUE(connection->Broken());
  EXPECT_EQ(Connection::Open(options).error().code, ErrorCode::Unreachable);
  ASSERT_TRUE(cluster->Restart());
  EXPECT_TRUE(Open()->Run("SELECT 1"));
}

TEST_F(PostgresConnectionTest, TheAddressAndItsPasswordAreInNoError) {
  for (const char* address : {"postgresql://u:geheim@h:port/db", "host=h password='geheim",
                              "postgresql://u:geheim@127.0.0.1:1/db?connect_timeout=1"}) {
    options.address = address;
    const auto opened = Connection::Open(options);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().detail.find("geheim"), std::string::npos) << opened.error().detail;
  }
}

TEST_F(PostgresConnectionTest, NotificationsWakeAndAnEventEndsTheWait) {
  const auto listener = Open();
  const auto sender = Open();
  const UniqueFd stop(::eventfd(0, EFD_CLOEXEC));
  ASSERT_TRUE(listener->Run("LISTEN yizhan"));
  EXPECT_FALSE(*listener->WaitForNotice(stop.Get(), milliseconds(1)));
  std::thread other([&] { EXPECT_TRUE(sender->Run("NOTIFY yizhan")); });
  EXPECT_TRUE(*listener->WaitForNotice(stop.Get(), seconds(60)));
  other.join();
  const std::uint64_t one = 1;
  ASSERT_EQ(::write(stop.Get(), &one, sizeof(one)), 8);
  EXPECT_FALSE(*listener->WaitForNotice(stop.Get(), seconds(60)));
  EXPECT_TRUE(listener->Run("SELECT 1"));
}

TEST_F(PostgresConnectionTest, PoolWaitsBoundedAndForgetsDeadConnections) {
  struct Nothing {};
  ConnectionPool<Nothing> pool(options, 2, milliseconds(10));
  {
    auto first = pool.Take();
    auto second = pool.Take();
    ASSERT_TRUE(first && second);
    EXPECT_EQ(pool.Take().error().code, ErrorCode::Busy);
  }
  cluster->Kill();
  {
    auto dead = pool.Take();
    ASSERT_TRUE(dead);
    EXPECT_FALSE((*dead)->Run("SELECT 1"));
  }
  ASSERT_TRUE(cluster->Restart());
  auto fresh = pool.Take();
  ASSERT_TRUE(fresh);
  EXPECT_TRUE((*fresh)->Run("SELECT 1"));
}

TEST_F(PostgresConnectionTest, ADatabaseSetToLieAboutTheDiskIsOverruled) {
  ASSERT_TRUE(
      cluster->Query(options.address, "ALTER DATABASE postgres SET synchronous_commit TO off"));
  EXPECT_EQ(Open()->Run("SHOW synchronous_commit")->Text(0, 0), "on");
}

}  // namespace
}  // namespace yizhan::store
