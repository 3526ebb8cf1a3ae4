#pragma once

#include <gmock/gmock.h>

#include <optional>

#include "backend/security/accounts.h"
#include "backend/security/sessions.h"
#include "backend/store/sqlite/sqlite_store.h"
#include "tests/backend/temp_folder.h"
#include "tests/support/manual_clock.h"

namespace yizhan::test {

/// A store with nothing in it, on 2026-03-10 08:00 in China, and time that stands until it is
/// moved.
class SecurityFixture : public testing::Test {
 protected:
  SecurityFixture() {
    // Each unit of work is run twice, as on an engine whose writers collide.
    auto opened = store::OpenSqliteStore({folder.Path(), {}, true}, clock);
    EXPECT_TRUE(opened) << opened.error().detail;
    if (opened) store = std::move(*opened);
    records.emplace(*store, clock);
  }

  /// The acts of all AuditEvents so far with their outcome, oldest first: "log-in 0".
  std::vector<std::string> Audited() {
    std::vector<std::string> acts;
    for (const fhir::Json& event : AuditEvents()) {
      acts.push_back(event["subtype"][0]["code"].AsString() + ' ' + event["outcome"].AsString());
    }
    return acts;
  }
  std::vector<fhir::Json> AuditEvents() {
    std::vector<fhir::Json> events;
    store::HistoryQuery query;
    query.type = "AuditEvent";
    query.count = 500;
    const auto page = store->History(query);
    EXPECT_TRUE(page);
    if (!page) return events;
    for (const store::StoredResource& version : page->versions) {
      const auto json = fhir::Json::Parse(version.text);
      EXPECT_TRUE(json);
      if (json) events.insert(events.begin(), *json);
    }
    return events;
  }

  template <typename T>
  static std::string ReasonOf(const security::Checked<T>& checked) {
    return checked ? "good" : security::Name(checked.error().reason);
  }

  const security::Accounts::Author by{security::ActorKind::Command, "root"};
  ManualClock clock{*ParseInstant("2026-03-10T00:00:00Z")};
  TempFolder folder;
  std::unique_ptr<store::ResourceStore> store;
  std::optional<security::Records> records;
};

}  // namespace yizhan::test
