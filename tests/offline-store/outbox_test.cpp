#include "offline-store/outbox.h"

#include <gtest/gtest.h>

#include "tests/offline-store/store_fixture.h"

namespace yizhan::offline {
namespace {

using domain::OperationId;
using test::At;

class OutboxTest : public testing::Test {
 protected:
  OutboxEntry Act(const std::string& operation, const std::string& aggregate = "") {
    OutboxEntry entry;
    entry.operation = OperationId(operation);
    entry.kind = "check-in";
    entry.aggregate = aggregate;
    entry.body = "{\"n\":\"" + operation + "\"}";
    entry.created = At(next_++);
    return entry;
  }
  std::vector<std::string> PendingIds(int limit = 100) {
    std::vector<std::string> ids;
    const auto entries = outbox_.Pending(limit);
    EXPECT_TRUE(entries);
    for (const OutboxEntry& entry : *entries) ids.push_back(entry.operation.Value());
    return ids;
  }

  const test::TemporaryDirectory directory_;
  const std::unique_ptr<Database> database_ = test::OpenStore(directory_.File("store.db"));
  Outbox outbox_{*database_};
  int next_ = 0;
};

using Ids = std::vector<std::string>;

TEST_F(OutboxTest, TheSameActTwiceIsOneAct) {
  ASSERT_TRUE(outbox_.Add(Act("a")));
  OutboxEntry changed = Act("a");
  changed.body = "{\"other\":1}";
  ASSERT_TRUE(outbox_.Add(changed));
  EXPECT_EQ(PendingIds(), Ids{"a"});
  EXPECT_EQ(outbox_.Find(OperationId("a"))->body, "{\"n\":\"a\"}");
}

TEST_F(OutboxTest, ADeliveredActThatIsAddedAgainStaysDelivered) {
  ASSERT_TRUE(outbox_.Add(Act("a")));
  ASSERT_TRUE(outbox_.MarkDelivered(OperationId("a"), At(60)));
  ASSERT_TRUE(outbox_.Add(Act("a")));
  EXPECT_EQ(PendingIds(), Ids{});
}

TEST_F(OutboxTest, ADeliveredActKeepsNothingButItsId) {
  ASSERT_TRUE(outbox_.Add(Act("a", "appointment-1")));
  ASSERT_TRUE(outbox_.MarkDelivered(OperationId("a"), At(60)));
  const auto act = outbox_.Find(OperationId("a"));
  ASSERT_TRUE(act);
  EXPECT_EQ(act->state, DeliveryState::Delivered);
  EXPECT_EQ(act->body, "");
  EXPECT_EQ(act->aggregate, "");
}

TEST_F(OutboxTest, ActsOfOneAggregateGoOutOneAfterTheOther) {
  for (const auto& [id, aggregate] : {std::pair{"a1", "A"},
                                      {"b1", "B"},
                                      {"a2", "A"},
                                      {"free1", ""},
                                      {"free2", ""},
                                      {"b2", "B"}}) {
    ASSERT_TRUE(outbox_.Add(Act(id, aggregate)));
  }
  EXPECT_EQ(PendingIds(), (Ids{"a1", "b1", "free1", "free2"}));
  EXPECT_EQ(PendingIds(2), (Ids{"a1", "b1"}));
  ASSERT_TRUE(outbox_.MarkDelivered(OperationId("a1"), At(60)));
  EXPECT_EQ(PendingIds(), (Ids{"b1", "a2", "free1", "free2"}));
}

TEST_F(OutboxTest, AParkedActLetsTheNextOnesPass) {
  ASSERT_TRUE(outbox_.Add(Act("a1", "A")));
  ASSERT_TRUE(outbox_.Add(Act("a2", "A")));
  ASSERT_TRUE(outbox_.Park(OperationId("a1"), "wrong-day", At(60)));
  EXPECT_EQ(PendingIds(), Ids{"a2"});
  const auto parked = outbox_.Parked(10);
  ASSERT_TRUE(parked);
  ASSERT_EQ(parked->size(), 1U);
  EXPECT_EQ(parked->front().parked_reason, "wrong-day");
  EXPECT_EQ(parked->front().body, "{\"n\":\"a1\"}") << "a person needs it to decide";
}

TEST_F(OutboxTest, AResumedActIsSentBeforeTheOnesBehindIt) {
  ASSERT_TRUE(outbox_.Add(Act("a1", "A")));
  ASSERT_TRUE(outbox_.Add(Act("a2", "A")));
  ASSERT_TRUE(outbox_.Park(OperationId("a1"), "closed", At(60)));
  ASSERT_TRUE(outbox_.Resume(OperationId("a1")));
  EXPECT_EQ(PendingIds(), Ids{"a1"});
  EXPECT_FALSE(outbox_.Resume(OperationId("a1")));
}

TEST_F(OutboxTest, ADeliveredActCannotBeParkedOrCounted) {
  ASSERT_TRUE(outbox_.Add(Act("a")));
  ASSERT_TRUE(outbox_.MarkDelivered(OperationId("a"), At(60)));
  EXPECT_EQ(outbox_.Park(OperationId("a"), "late", At(61)).error().code, ErrorCode::NotFound);
  EXPECT_EQ(outbox_.MarkAttempt(OperationId("a")).error().code, ErrorCode::NotFound);
  EXPECT_TRUE(outbox_.MarkDelivered(OperationId("a"), At(62)));
}

TEST_F(OutboxTest, AnUnknownActIsNotFound) {
  EXPECT_EQ(outbox_.MarkDelivered(OperationId("x"), At(1)).error().code, ErrorCode::NotFound);
  EXPECT_EQ(outbox_.Find(OperationId("x")).error().code, ErrorCode::NotFound);
}

TEST_F(OutboxTest, ActsBeyondTheLimitsAreRefused) {
  const auto refused = [&](OutboxEntry act) {
    const Status added = outbox_.Add(act);
    return !added && added.error().code == ErrorCode::BadData;
  };
  OutboxEntry act = Act("");
  EXPECT_TRUE(refused(act));
  act = Act("a");
  act.kind = "";
  EXPECT_TRUE(refused(act));
  act = Act("a");
  act.body.assign(64 * 1024 + 1, ' ');
  EXPECT_TRUE(refused(act));
  act = Act(std::string(129, 'a'));
  EXPECT_TRUE(refused(act));
  act = Act("a", std::string(129, 'a'));
  EXPECT_TRUE(refused(act));
  EXPECT_FALSE(outbox_.Park(OperationId("a"), std::string(65, 'r'), At(0)));
  EXPECT_EQ(PendingIds(), Ids{});
}

TEST_F(OutboxTest, CountsTellWhatWaitsAndSinceWhen) {
  EXPECT_EQ(outbox_.Counts()->pending, 0);
  EXPECT_FALSE(outbox_.Counts()->oldest_pending);
  ASSERT_TRUE(outbox_.Add(Act("a")));
  ASSERT_TRUE(outbox_.Add(Act("b")));
  ASSERT_TRUE(outbox_.Add(Act("c")));
  ASSERT_TRUE(outbox_.MarkDelivered(OperationId("a"), At(60)));
  ASSERT_TRUE(outbox_.Park(OperationId("c"), "refused", At(60)));
  const auto counts = outbox_.Counts();
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->pending, 1);
  EXPECT_EQ(counts->parked, 1);
  EXPECT_EQ(counts->oldest_pending, At(1));
}

TEST_F(OutboxTest, OnlyOldDeliveredIdsAreForgotten) {
  for (const char* id : {"old", "new", "parked", "pending"}) ASSERT_TRUE(outbox_.Add(Act(id)));
  ASSERT_TRUE(outbox_.MarkDelivered(OperationId("old"), At(100)));
  ASSERT_TRUE(outbox_.MarkDelivered(OperationId("new"), At(200)));
  ASSERT_TRUE(outbox_.Park(OperationId("parked"), "r", At(1)));
  ASSERT_TRUE(outbox_.MarkDelivered(OperationId("old"), At(500))) << "keeps the first time";
  ASSERT_TRUE(outbox_.PruneDelivered(At(150)));
  EXPECT_FALSE(outbox_.Find(OperationId("old")));
  for (const char* id : {"new", "parked", "pending"}) EXPECT_TRUE(outbox_.Find(OperationId(id)));
}

TEST_F(OutboxTest, AttemptsAreCountedAcrossARestart) {
  ASSERT_TRUE(outbox_.Add(Act("a")));
  ASSERT_TRUE(outbox_.MarkAttempt(OperationId("a")));
  ASSERT_TRUE(outbox_.MarkAttempt(OperationId("a")));
  EXPECT_EQ(outbox_.Pending(1)->front().attempts, 2);
}

TEST_F(OutboxTest, TextsComeBackByteForByte) {
  OutboxEntry act = Act("a");
  act.body = "{\"name\":\"\xF0\xA0\x85\xA4*\",\"x\":\"\\u0000'\"}";
  ASSERT_TRUE(outbox_.Add(act));
  const auto found = outbox_.Find(OperationId("a"));
  EXPECT_EQ(found->body, act.body);
  EXPECT_EQ(found->created, act.created);
  EXPECT_EQ(found->kind, "check-in");
}

}  // namespace
}  // namespace yizhan::offline
