// Writers that race: of one store, and, with PostgreSQL, of two that work on one database as two
// server processes do.
#include <gmock/gmock.h>

#include <atomic>
#include <set>
#include <thread>

#include "tests/backend/store_fixture.h"

namespace yizhan::store {
namespace {

using fhir::Json;

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int kBookings = 200;
#else
constexpr int kBookings = 1000;
#endif
constexpr int kThreads = 8;

Status Failed(const Error& error) { return tl::unexpected<Error>(error); }

class RacingWritersTest : public test::StoreFixture,
                          public testing::WithParamInterface<test::Engine> {
 protected:
  RacingWritersTest() : StoreFixture(GetParam()) {
    if (store == nullptr) return;
    stores.push_back(store.get());
    if (engine == test::Engine::Sqlite) return;
    Result<std::unique_ptr<ResourceStore>> opened = Open(clock, zone);
    EXPECT_TRUE(opened) << opened.error().detail;
    second = std::move(*opened);
    stores.push_back(second.get());
  }

  /// Runs `work` on many threads, the stores in turn; `turn` counts all calls.
  template <typename Work>
  void Race(int calls, const Work& work) {
    std::atomic<int> next = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        ResourceStore& mine = *stores[static_cast<std::size_t>(t) % stores.size()];
        for (int turn = next++; turn < calls; turn = next++) work(mine, turn);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  std::unique_ptr<ResourceStore> second;
  std::vector<ResourceStore*> stores;
};
INSTANTIATE_TEST_SUITE_P(Engines, RacingWritersTest, test::AllEngines(), test::EngineName);

TEST_P(RacingWritersTest, AThousandBookingsOfOneSlotHaveOneWinner) {
  Put(R"({"resourceType":"Slot","id":"s","status":"free"})");
  std::atomic<int> won = 0;
  std::atomic<int> lost = 0;
  Race(kBookings, [&](ResourceStore& mine, int turn) {
    const Status booked = mine.Write([turn](Transaction& transaction) -> Status {
      const auto slot =
          transaction.Update(test::Parse(R"({"resourceType":"Slot","id":"s","status":"busy"})"), 1);
      if (!slot) return Failed(slot.error());
      Json appointment = test::Parse(
          R"({"resourceType":"Appointment","status":"booked","slot":[{"reference":"Slot/s"}]})");
      appointment.Set("comment", Json::String(std::to_string(turn)));
      const auto kept = transaction.Create(std::move(appointment));
      return kept ? Status() : Failed(kept.error());
    });
    if (booked) ++won;
    if (!booked && booked.error().code == ErrorCode::Conflict) ++lost;
  });
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, kBookings - 1) << "everybody else is told that somebody was first";
  EXPECT_EQ(*store->Count("Appointment"), 1);
  EXPECT_EQ(store->Read("Slot", "s")->version, 2);
}

TEST_P(RacingWritersTest, ConditionalCreatesOfOneIdentifierMakeOneResource) {
  constexpr int kPeople = 25;
  std::atomic<int> failed = 0;
  Race(kPeople * kThreads, [&](ResourceStore& mine, int turn) {
    const std::string number = std::to_string(turn / kThreads);
    const Status done = mine.Write([&](Transaction& transaction) -> Status {
      const auto query = ParseSearch("Patient", {{"identifier", "urn:card|" + number}}, TimeZone{});
      const Result<SearchResult> found = transaction.Search(*query);
      if (!found) return Failed(found.error());
      if (!found->matches.empty()) return {};
      const auto made = transaction.Create(
          test::Parse(R"({"resourceType":"Patient","identifier":[{"system":"urn:card","value":")" +
                      number + R"("}]})"));
      return made ? Status() : Failed(made.error());
    });
    if (!done) ++failed;
  });
  EXPECT_EQ(failed, 0) << "who loses looks again and finds the winner's";
  EXPECT_EQ(*store->Count("Patient"), kPeople);
}

TEST_P(RacingWritersTest, NumbersHaveNoGapAndNoDoubleThoughJobsFail) {
  std::vector<std::atomic<int>> drawn(400);
  std::atomic<int> good = 0;
  Race(300, [&](ResourceStore& mine, int turn) {
    std::int64_t number = 0;
    const Status done = mine.Write([&](Transaction& transaction) -> Status {
      // A job that has looked around before it draws needs more isolation than one that only draws.
      if (turn % 2 == 0) {
        const auto seen = transaction.FindRecord("operation", std::to_string(turn));
        if (!seen) return Failed(seen.error());
      }
      const Result<std::int64_t> next = transaction.NextNumber("A|2026-03-10");
      if (!next) return Failed(next.error());
      number = *next;
      return turn % 7 == 3 ? Fail(ErrorCode::Refused, "no") : Status();
    });
    if (!done) return;
    ++good;
    ++drawn[static_cast<std::size_t>(number)];
  });
  EXPECT_EQ(good, 300 - 43);
  for (int i = 1; i <= good; ++i) EXPECT_EQ(drawn[static_cast<std::size_t>(i)], 1) << i;
}

TEST_P(RacingWritersTest, NoChangeIsLostBetweenReadingAndWriting) {
  Put(R"({"resourceType":"Basic","id":"b","count":0})");
  Race(200, [&](ResourceStore& mine, int) {
    const Status done = mine.Write([](Transaction& transaction) -> Status {
      const Result<StoredResource> stored = transaction.Read("Basic", "b");
      if (!stored) return Failed(stored.error());
      Json body = test::Parse(stored->text);
      body.Set("count", Json::Integer(*body["count"].AsInteger() + 1));
      const auto kept = transaction.Update(std::move(body));
      return kept ? Status() : Failed(kept.error());
    });
    EXPECT_TRUE(done) << done.error().detail;
  });
  EXPECT_EQ(test::Parse(store->Read("Basic", "b")->text)["count"].AsInteger(), 200);
}

TEST_P(RacingWritersTest, NoChangeOfARecordIsLostBetweenReadingAndWriting) {
  Race(200, [&](ResourceStore& mine, int) {
    const Status done = mine.Write([](Transaction& transaction) -> Status {
      const auto known = transaction.FindRecord("failures", "staff");
      if (!known) return Failed(known.error());
      const int count = *known ? std::stoi((*known)->text) : 0;
      return transaction.PutRecord({"failures", "staff", std::to_string(count + 1), std::nullopt});
    });
    EXPECT_TRUE(done) << done.error().detail;
  });
  EXPECT_EQ((*store->FindRecord("failures", "staff"))->text, "200");
}

TEST_P(RacingWritersTest, ATokenIsUsedOnce) {
  std::atomic<int> used = 0;
  std::atomic<int> refused = 0;
  Race(100, [&](ResourceStore& mine, int turn) {
    const Status done = mine.Write([turn](Transaction& transaction) -> Status {
      return transaction.AddRecord({"jti", std::to_string(turn / 10), "", std::nullopt});
    });
    if (done) ++used;
    if (!done && done.error().code == ErrorCode::Conflict) ++refused;
  });
  EXPECT_EQ(used, 10);
  EXPECT_EQ(refused, 90);
}

TEST_P(RacingWritersTest, WhatTwoJobsHaveReadCannotBothBecomeUntrue) {
  // Two doctors are on call; each may leave if the other stays.
  for (int round = 0; round < 30; ++round) {
    const std::string a = "a" + std::to_string(round);
    const std::string b = "b" + std::to_string(round);
    for (const std::string& id : {a, b}) {
      Put(R"({"resourceType":"Practitioner","active":true,"id":")" + id + "\"}");
    }
    std::atomic<int> left = 0;
    Race(2, [&](ResourceStore& mine, int turn) {
      const std::string& self = turn == 0 ? a : b;
      const std::string& other = turn == 0 ? b : a;
      const Status done = mine.Write([&](Transaction& transaction) -> Status {
        const auto stays = transaction.Read("Practitioner", other);
        if (!stays) return Failed(stays.error());
        if (!test::Parse(stays->text)["active"].AsBoolean()) return Fail(ErrorCode::Refused, "");
        const auto gone = transaction.Update(
            test::Parse(R"({"resourceType":"Practitioner","active":false,"id":")" + self + "\"}"));
        return gone ? Status() : Failed(gone.error());
      });
      if (done) ++left;
    });
    EXPECT_EQ(left, 1);
  }
}

TEST_P(RacingWritersTest, UndoIsToldOfEveryRunThatDidNotCount) {
  std::atomic<int> shown = 0;
  Put(R"({"resourceType":"Basic","id":"b"})");
  std::atomic<int> committed = 0;
  Race(100, [&](ResourceStore& mine, int turn) {
    const Status done = mine.Write([&](Transaction& transaction) -> Status {
      ++shown;
      transaction.OnUndo([&shown] { --shown; });
      const auto stored = transaction.Read("Basic", "b");
      if (!stored) return Failed(stored.error());
      const auto kept = transaction.Update(test::Parse(stored->text));
      if (!kept) return Failed(kept.error());
      return turn % 3 == 0 ? Fail(ErrorCode::Refused, "") : Status();
    });
    if (done) ++committed;
  });
  EXPECT_EQ(committed, 66);
  EXPECT_EQ(shown, committed);
}

TEST_P(RacingWritersTest, HistoryPagesNeitherSkipNorRepeatWhileOthersWrite) {
  for (int i = 0; i < 50; ++i) Put(R"({"resourceType":"Task","status":"ready"})");
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    while (!stop) {
      static_cast<void>(stores.back()->Write([](Transaction& transaction) -> Status {
        static_cast<void>(transaction.Create(test::Parse(R"({"resourceType":"Task"})")));
        static_cast<void>(transaction.Create(test::Parse(R"({"resourceType":"Task"})")));
        return {};
      }));
    }
  });
  for (int walk = 0; walk < 5; ++walk) {
    HistoryQuery query{.type = "Task", .count = 7};
    std::set<std::string> ids;
    std::int64_t last = INT64_MAX;
    const std::int64_t there = *store->Count("Task");
    do {
      const Result<HistoryPage> page = store->History(query);
      ASSERT_TRUE(page) << page.error().detail;
      for (const StoredResource& one : page->versions) {
        EXPECT_LT(one.seq, last);
        last = one.seq;
        EXPECT_TRUE(ids.insert(one.id).second) << "no version comes twice";
      }
      query.cursor = page->next_cursor;
    } while (!query.cursor.empty());
    EXPECT_GE(static_cast<std::int64_t>(ids.size()), std::min<std::int64_t>(there, 50));
  }
  stop = true;
  writer.join();
}

TEST_P(RacingWritersTest, AuditChainsOfSeveralWritersAreWhole) {
  Race(100, [&](ResourceStore& mine, int turn) {
    EXPECT_TRUE(mine.Write([turn](Transaction& transaction) -> Status {
                      for (int i = 0; i < 1 + turn % 3; ++i) {
                        const auto kept = transaction.Create(
                            test::Parse(R"({"resourceType":"AuditEvent","action":"E"})"));
                        if (!kept) return Failed(kept.error());
                      }
                      return turn % 10 == 9 ? Fail(ErrorCode::Refused, "") : Status();
                    })
                    .has_value() == (turn % 10 != 9));
  });
  const Result<AuditReport> report = store->VerifyAudit({});
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_THAT(report->findings, testing::IsEmpty());
  EXPECT_EQ(report->checked, *store->Count("AuditEvent"));
}

}  // namespace
}  // namespace yizhan::store
