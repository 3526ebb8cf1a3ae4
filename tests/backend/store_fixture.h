#pragma once

#include <gtest/gtest.h>

#include <atomic>

#include "backend/fhir/resources.h"
#include "backend/store/sqlite/sqlite_store.h"
#include "tests/backend/temp_folder.h"

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

/// A store in a folder of its own, on 2026-03-10 08:00 in China.
class StoreFixture : public testing::Test {
 protected:
  StoreFixture() { Reopen(); }

  void Reopen() {
    store.reset();
    Result<std::unique_ptr<store::ResourceStore>> opened =
        store::OpenSqliteStore({folder.Path(), zone}, clock);
    ASSERT_TRUE(opened) << opened.error().detail;
    store = std::move(*opened);
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

  const TimeZone zone{};
  HandClock clock{"2026-03-10T00:00:00Z"};
  TempFolder folder;
  std::unique_ptr<store::ResourceStore> store;
};

}  // namespace yizhan::test
