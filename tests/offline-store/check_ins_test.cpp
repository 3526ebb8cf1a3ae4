#include "offline-store/check_ins.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "offline-store/outbox.h"
#include "offline-store/ticket_counter.h"
#include "tests/offline-store/store_fixture.h"

namespace yizhan::offline {
namespace {

using domain::AppointmentId;
using domain::OperationId;
using test::At;
using test::kDay;

CheckInDraft Draft(const std::string& appointment, const std::string& letter = "A") {
  return {.operation = OperationId("op-" + appointment),
          .appointment = AppointmentId(appointment),
          .queue_letter = letter,
          .day = kDay,
          .arrived = At(0)};
}

CheckInTexts Compose(int number) {
  return {.body = "{\"number\":" + std::to_string(number) + "}",
          .ticket = "{\"ticket\":" + std::to_string(number) + "}"};
}

class CheckInsTest : public testing::Test {
 protected:
  void Reopen() {
    database_.reset();
    database_ = test::OpenStore(directory_.File("store.db"));
  }
  CheckIns Tickets() { return CheckIns(*database_); }

  const test::TemporaryDirectory directory_;
  std::unique_ptr<Database> database_ = test::OpenStore(directory_.File("store.db"));
};

TEST_F(CheckInsTest, NumbersRiseByOneInEachQueueAndDay) {
  EXPECT_EQ(Tickets().Record(Draft("a1"), Compose)->number, 1);
  EXPECT_EQ(Tickets().Record(Draft("a2"), Compose)->number, 2);
  EXPECT_EQ(Tickets().Record(Draft("b1", "B"), Compose)->number, 1);
  CheckInDraft tomorrow = Draft("a3");
  tomorrow.day += std::chrono::days(1);
  EXPECT_EQ(Tickets().Record(tomorrow, Compose)->number, 1);
  Reopen();
  EXPECT_EQ(Tickets().Record(Draft("a4"), Compose)->number, 3);
}

TEST_F(CheckInsTest, ASecondTapShowsTheSameTicketAndMakesNoSecondAct) {
  ASSERT_TRUE(Tickets().Record(Draft("a1"), Compose));
  Reopen();
  CheckInDraft again = Draft("a1");
  again.operation = OperationId("another");
  const auto second = Tickets().Record(again, Compose);
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->already);
  EXPECT_EQ(second->number, 1);
  EXPECT_EQ(second->ticket, "{\"ticket\":1}");
  EXPECT_EQ(second->operation, OperationId("op-a1"));
  EXPECT_EQ(Outbox(*database_).Counts()->pending, 1);
}

TEST_F(CheckInsTest, TheActIsRecordedWithTheNumberThatWasDrawn) {
  const auto made = Tickets().Record(Draft("a1"), Compose);
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->already);
  const auto act = Outbox(*database_).Find(OperationId("op-a1"));
  ASSERT_TRUE(act);
  EXPECT_EQ(act->kind, "check-in");
  EXPECT_EQ(act->aggregate, "a1");
  EXPECT_EQ(act->body, "{\"number\":1}");
  EXPECT_EQ(act->created, At(0));
}

TEST_F(CheckInsTest, ARefusedCheckInLeavesNeitherActNorTicket) {
  const auto too_long = [](int) {
    return CheckInTexts{.body = std::string(64 * 1024 + 1, 'x'), .ticket = "{}"};
  };
  EXPECT_EQ(Tickets().Record(Draft("a1"), too_long).error().code, ErrorCode::BadData);
  EXPECT_FALSE(Tickets().Find(AppointmentId("a1"))->has_value());
  EXPECT_EQ(Outbox(*database_).Counts()->pending, 0);
}

TEST_F(CheckInsTest, AnOperationIdUsedBeforeIsAConflict) {
  ASSERT_TRUE(Tickets().Record(Draft("a1"), Compose));
  CheckInDraft other = Draft("a2");
  other.operation = OperationId("op-a1");
  EXPECT_EQ(Tickets().Record(other, Compose).error().code, ErrorCode::Conflict);
  EXPECT_FALSE(Tickets().Find(AppointmentId("a2"))->has_value());
}

TEST_F(CheckInsTest, ADraftWithoutIdsIsRefused) {
  CheckInDraft draft = Draft("a1");
  draft.operation = {};
  EXPECT_EQ(Tickets().Record(draft, Compose).error().code, ErrorCode::BadData);
  draft = Draft("a1");
  draft.appointment = {};
  EXPECT_EQ(Tickets().Record(draft, Compose).error().code, ErrorCode::BadData);
  draft = Draft("a1", "");
  EXPECT_EQ(Tickets().Record(draft, Compose).error().code, ErrorCode::BadData);
}

TEST_F(CheckInsTest, TheHospitalsTicketReplacesTheProvisionalOne) {
  ASSERT_TRUE(Tickets().Record(Draft("a1"), Compose));
  ASSERT_TRUE(Tickets().Confirm(OperationId("op-a1"), "{\"ticket\":\"A012\"}", At(90)));
  const auto found = Tickets().Find(AppointmentId("a1"));
  ASSERT_TRUE(found);
  ASSERT_TRUE(found->has_value());
  EXPECT_TRUE((*found)->confirmed);
  EXPECT_EQ((*found)->ticket, "{\"ticket\":\"A012\"}");
  EXPECT_EQ(Outbox(*database_).Find(OperationId("op-a1"))->state, DeliveryState::Delivered);
  EXPECT_TRUE(Tickets().Confirm(OperationId("op-a1"), "", At(91)));
  EXPECT_EQ((*Tickets().Find(AppointmentId("a1")))->ticket, "{\"ticket\":\"A012\"}");
}

TEST_F(CheckInsTest, ConfirmingWhatWasNeverRecordedChangesNothing) {
  EXPECT_EQ(Tickets().Confirm(OperationId("x"), "{}", At(1)).error().code, ErrorCode::NotFound);
}

TEST_F(CheckInsTest, YesterdaysTicketsAreForgottenButUndeliveredActsStay) {
  ASSERT_TRUE(Tickets().Record(Draft("a1"), Compose));
  ASSERT_TRUE(Tickets().PurgeBefore(kDay));
  EXPECT_TRUE(Tickets().Find(AppointmentId("a1"))->has_value());
  ASSERT_TRUE(Tickets().PurgeBefore(kDay + std::chrono::days(1)));
  EXPECT_FALSE(Tickets().Find(AppointmentId("a1"))->has_value());
  EXPECT_EQ(Outbox(*database_).Counts()->pending, 1);
}

TEST_F(CheckInsTest, TheHospitalMayMoveTheCounterForwardOnly) {
  TicketCounter counter(*database_);
  ASSERT_TRUE(counter.SkipPast("A", kDay, 40));
  EXPECT_EQ(*counter.Draw("A", kDay), 41);
  ASSERT_TRUE(counter.SkipPast("A", kDay, 7));
  EXPECT_EQ(*counter.Draw("A", kDay), 42);
  EXPECT_EQ(Tickets().Record(Draft("a1"), Compose)->number, 43);
}

TEST_F(CheckInsTest, ThreadsNeverDrawTheSameNumber) {
  std::vector<std::vector<int>> drawn(4);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < drawn.size(); ++t) {
    threads.emplace_back([this, t, &drawn] {
      TicketCounter counter(*database_);
      for (int i = 0; i < 25; ++i) drawn[t].push_back(counter.Draw("A", kDay).value_or(-1));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<int> all;
  for (const auto& numbers : drawn) {
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
    all.insert(numbers.begin(), numbers.end());
  }
  EXPECT_EQ(all.size(), 100U);
  EXPECT_EQ(*all.begin(), 1);
  EXPECT_EQ(*all.rbegin(), 100);
}

}  // namespace
}  // namespace yizhan::offline
