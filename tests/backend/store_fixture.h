#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>

#include "backend/fhir/resources.h"
#include "backend/store/postgres/postgres_store.h"
#include "backend/store/sqlite/sqlite_store.h"
#include "tests/backend/temp_folder.h"
#include "tests/support/postgres_cluster.h"

namespace yizhan::test {

/// A clock that stands where it was put. Thread-safe.
class HandClock final : public Clock {
 public:
  explicit HandClock(std::string_view instant) { Set(instant); }
  void Set(std::string_view instant) { now_ = *ParseInstant(instant); }
  [[nodiscard]] WallTime Now() const override { return now_; }
  [[nodiscard]] MonotonicTime Monotonic() const override { return SystemClock().Monotonic(); }

 private:
  std::atomic<WallTime> now_{WallTime{}};
};

inline fhir::Json Parse(std::string_view text) {
  Result<fhir::Json> json = fhir::Json::Parse(text);
  EXPECT_TRUE(json) << text;
  return json ? *json : fhir::Json();
}

enum class Engine { Sqlite, Postgres };

/// For INSTANTIATE_TEST_SUITE_P(Engines, ..., AllEngines(), EngineName).
inline auto AllEngines() { return testing::Values(Engine::Sqlite, Engine::Postgres); }
inline std::string EngineName(const testing::TestParamInfo<Engine>& info) {
  return info.param == Engine::Sqlite ? "Sqlite" : "Postgres";
}

/// The engine of tests that do not choose one: SQLite, or what YIZHAN_TEST_ENGINE says. The tests
/// of tests/backend/CMakeLists.txt's yizhan_store_test() are run once with each.
inline Engine ChosenEngine() {
  const char* const name = std::getenv("YIZHAN_TEST_ENGINE");
  return name != nullptr && std::string_view(name) == "postgres" ? Engine::Postgres
                                                                 : Engine::Sqlite;
}

/// The PostgreSQL server of this test program; started once. Null: it does not start.
inline PostgresCluster* SharedCluster() {
  static const std::unique_ptr<PostgresCluster> cluster = [] {
    Result<std::unique_ptr<PostgresCluster>> started = PostgresCluster::Start();
    EXPECT_TRUE(started) << started.error().detail;
    return started ? std::move(*started) : nullptr;
  }();
  return cluster.get();
}

/// A store of its own, on 2026-03-10 08:00 in China.
class StoreFixture : public testing::Test {
 protected:
  /// Without PostgreSQL its tests are skipped: `store` stays null, and the test does not run.
  explicit StoreFixture(Engine which = ChosenEngine()) : engine(which) {
    if (engine == Engine::Postgres) MakeDatabase();
    if (engine == Engine::Sqlite || !address.empty()) Reopen();
  }

  void MakeDatabase() {
    if (!PostgresCluster::Installed()) GTEST_SKIP() << PostgresCluster::WhySkipped();
    ASSERT_NE(SharedCluster(), nullptr);
    const Result<std::string> made = SharedCluster()->CreateDatabase();
    ASSERT_TRUE(made) << made.error().detail;
    address = *made;
  }

  void Reopen() {
    store.reset();
    Result<std::unique_ptr<store::ResourceStore>> opened = Open(clock, zone);
    ASSERT_TRUE(opened) << opened.error().detail;
    store = std::move(*opened);
  }

  /// Opens the same data (a second time, with PostgreSQL).
  Result<std::unique_ptr<store::ResourceStore>> Open(const Clock& with, TimeZone in) {
    if (engine == Engine::Sqlite) return store::OpenSqliteStore({folder.Path(), in}, with);
    store::PostgresStoreOptions options;
    options.address = address;
    options.folder = folder.Path();
    options.zone = in;
    return store::OpenPostgresStore(options, with);
  }

  /// Stores one resource (update-as-create when it has an id) and returns what was stored.
  store::StoredResource Put(std::string_view text) {
    store::StoredResource stored;
    const Status status = store->Write([&](store::Transaction& transaction) -> Status {
      fhir::Json json = Parse(text);
      Result<store::StoredResource> result = json.Has("id") ? transaction.Update(std::move(json))
                                                            : transaction.Create(std::move(json));
      if (!result) return tl::unexpected<Error>(result.error());
      stored = *result;
      return {};
    });
    EXPECT_TRUE(status) << status.error().detail;
    return stored;
  }

  /// The ids found, joined by spaces; or the error.
  std::string Find(const std::string& type, std::string_view query_string,
                   store::SearchResult* result = nullptr) {
    const Result<store::SearchParameters> parameters = store::ParseQueryString(query_string);
    if (!parameters) return "error: " + parameters.error().detail;
    const Result<store::SearchQuery> query = store::ParseSearch(type, *parameters, zone);
    if (!query) return "error: " + query.error().detail;
    Result<store::SearchResult> found = store->Search(*query);
    if (!found) return "error: " + found.error().detail;
    std::string ids;
    for (const store::StoredResource& match : found->matches) {
      ids += (ids.empty() ? "" : " ") + match.id;
    }
    if (result != nullptr) *result = std::move(*found);
    return ids;
  }

  /// Calls `each` with every resource of a type.
  template <typename Each>
  void SearchAll(const std::string& type, const Each& each) {
    store::SearchQuery query;
    query.type = type;
    query.count = 500;
    do {
      const Result<store::SearchResult> page = store->Search(query);
      ASSERT_TRUE(page);
      for (const store::StoredResource& stored : page->matches) each(Parse(stored.text));
      query.cursor = page->next_cursor;
    } while (!query.cursor.empty());
  }

  const Engine engine;
  const TimeZone zone{};
  std::string address;  ///< Of the database, with PostgreSQL.
  HandClock clock{"2026-03-10T00:00:00Z"};
  TempFolder folder;
  std::unique_ptr<store::ResourceStore> store;
};

}  // namespace yizhan::test
