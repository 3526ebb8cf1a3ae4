// The rules about cards, without a process, a chip or a wait: a reader in memory over the rig's
// virtual cards, with a failure at any call.
#include "drivers/reader/card_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "drivers/cards/patient_card.h"
#include "tests/drivers/reader_rig.h"
#include "tests/rig/virtual_card.h"

namespace yizhan::drivers {
namespace {

using rig::CardSpec;
using rig::ChipType;
using rig::VirtualCard;

/// Works, in memory. Fails call number `fail_at` with `failure`.
class FakeCardReader : public CardReader {
 public:
  std::vector<std::shared_ptr<VirtualCard>> field;
  int fail_at = -1;
  ErrorCode failure = ErrorCode::DeviceGone;
  int calls = 0;
  bool card_silent = false;
  int awaits = 0;

  Result<std::optional<FoundCard>> Select() override {
    if (Fails()) return Fail(failure, "injected");
    selected_ = field.empty() ? nullptr : field.front();
    if (!selected_) return std::nullopt;
    selected_->Activate();
    return Describe(*selected_);
  }
  Result<std::optional<FoundCard>> Await() override {
    ++awaits;
    return Select();
  }
  Result<Bytes> Transceive(ByteView command, std::chrono::milliseconds timeout) override {
    EXPECT_GT(timeout.count(), 0) << "0 waits for ever";
    EXPECT_LE(command.size(), 260U);
    if (Fails()) return Fail(failure, "injected");
    if (!selected_ || card_silent) return Fail(ErrorCode::NotFound, "no card");
    const auto reply = selected_->Exchange(command);
    if (reply.status != 0) return Fail(ErrorCode::NotFound, "card status");
    return reply.data;
  }
  Result<bool> AnotherCard(const FoundCard& /*selected*/) override {
    if (Fails()) return Fail(failure, "injected");
    return field.size() > 1;
  }
  Result<bool> StillThere(const FoundCard& card) override {
    if (Fails()) return Fail(failure, "injected");
    return !field.empty() && field.front()->Uid() == card.uid;
  }

 private:
  bool Fails() { return calls++ == fail_at; }
  static FoundCard Describe(const VirtualCard& card) {
    FoundCard found{.uid = card.Uid()};
    if (card.IsIso14443Part4()) found.kind = FoundCard::Kind::Iso14443Part4;
    if (card.Sak() == 0 && card.Atqa() == 0x0044) found.kind = FoundCard::Kind::Type2;
    return found;
  }
  std::shared_ptr<VirtualCard> selected_;
};

class CardWatchTest : public ::testing::Test {
 protected:
  CardWatchTest() : key_(Ed25519SigningKey::Generate().value()) {
    EXPECT_TRUE(policy_.keys.Add("H001", 1, key_.PublicKey().value()));
  }
  std::shared_ptr<VirtualCard> Card(const std::string& number, ChipType type, Bytes uid) {
    const auto ndef = IssuePatientCard(
        {.issuer = "H001", .number = domain::CardNumber(number), .version = 1, .key_id = 1}, uid,
        key_);
    return rig::MakeCard({.name = "x", .type = type, .uid = uid, .ndef = ndef.value()});
  }
  CardWatch Watch() {
    return {policy_, SystemClock(), [this](const CardEvent& event) { events_.push_back(event); }};
  }
  /// Turns as yizhan-reader does; a failed reader is opened again at once.
  void Turn(CardWatch& watch, int times) {
    for (int i = 0; i < times; ++i) {
      if (const auto pause = watch.Turn(reader_); !pause) {
        watch.Lost(pause.error());
        watch.Opened();
      }
    }
  }
  std::string Told() const { return Words(events_); }

  Ed25519SigningKey key_;
  CardPolicy policy_;
  FakeCardReader reader_;
  std::vector<CardEvent> events_;
};

TEST_F(CardWatchTest, AFailureAtAnySingleCallLosesNoCardAndInventsNone) {
  for (const ErrorCode failure : {ErrorCode::DeviceGone, ErrorCode::Timeout, ErrorCode::NotFound}) {
    for (int fail_at = 0; fail_at < 40; ++fail_at) {
      SCOPED_TRACE(std::string(Name(failure)) + " at " + std::to_string(fail_at));
      events_.clear();
      reader_ = FakeCardReader();
      reader_.fail_at = fail_at;
      reader_.failure = failure;
      CardWatch watch = Watch();
      watch.Opened();
      Turn(watch, 2);
      reader_.field = {Card("2026000123", ChipType::Type4, {4, 1, 2, 3, 4, 5, 6})};
      Turn(watch, 5);
      reader_.field = {Card("2026000124", ChipType::Ntag, {4, 1, 2, 3, 4, 5, 7})};
      Turn(watch, 5);
      reader_.field.clear();
      Turn(watch, 5);
      EXPECT_EQ(Told(), "ready 2026000123 removed 2026000124 removed");
    }
  }
}

TEST_F(CardWatchTest, TwoTimeoutsInARowMeanThatTheReaderIsGone) {
  CardWatch watch = Watch();
  watch.Opened();
  reader_.field = {Card("2026000123", ChipType::Type4, {4, 1, 2, 3, 4, 5, 6})};
  ASSERT_TRUE(watch.Turn(reader_));
  reader_.failure = ErrorCode::Timeout;
  reader_.fail_at = reader_.calls;
  ASSERT_TRUE(watch.Turn(reader_));  // One lost frame.
  ASSERT_TRUE(watch.Turn(reader_));
  reader_.fail_at = reader_.calls;
  ASSERT_TRUE(watch.Turn(reader_));
  reader_.fail_at = reader_.calls;
  const auto second = watch.Turn(reader_);
  ASSERT_FALSE(second);
  watch.Lost(second.error());
  EXPECT_EQ(Told(), "ready 2026000123 removed gone");
  watch.Opened();
  ASSERT_TRUE(watch.Turn(reader_));
  EXPECT_EQ(Told(), "ready 2026000123 removed gone ready 2026000123");
}

TEST_F(CardWatchTest, AReaderThatFailsAgainAndAgainIsGoneAndNotReadyInBetween) {
  CardWatch watch = Watch();
  watch.Opened();
  ASSERT_TRUE(watch.Turn(reader_));
  for (int i = 0; i < 10; ++i) {
    watch.Opened();
    reader_.fail_at = reader_.calls;
    const auto turn = watch.Turn(reader_);
    ASSERT_FALSE(turn);
    watch.Lost(turn.error());
  }
  EXPECT_EQ(Told(), "ready gone");
}

TEST_F(CardWatchTest, ACardThatWaitsForAConfusedReaderIsStillTheSameCard) {
  CardWatch watch = Watch();
  reader_.field = {Card("2026000123", ChipType::Type4, {4, 1, 2, 3, 4, 5, 6})};
  Turn(watch, 1);
  reader_.fail_at = reader_.calls;
  const auto turn = watch.Turn(reader_);
  ASSERT_FALSE(turn);
  watch.Lost(turn.error());
  watch.OpenFailed();
  watch.Opened();
  Turn(watch, 3);
  EXPECT_EQ(Told(), "ready 2026000123");
}

TEST_F(CardWatchTest, AReaderThatCannotBeOpenedIsToldOnce) {
  CardWatch watch = Watch();
  watch.OpenFailed();
  EXPECT_EQ(Told(), "");
  watch.Opened();
  ASSERT_TRUE(watch.Turn(reader_));
  watch.OpenFailed();
  watch.OpenFailed();
  EXPECT_EQ(Told(), "ready gone");
}

TEST_F(CardWatchTest, AReaderIsReadyAfterABriefLookAndWaitsPatientlyFromThenOn) {
  CardWatch watch = Watch();
  Turn(watch, 1);
  EXPECT_EQ(Told(), "ready");
  EXPECT_EQ(reader_.awaits, 0);
  Turn(watch, 3);
  EXPECT_EQ(reader_.awaits, 3);
}

TEST_F(CardWatchTest, ACardThatIsHeldStillAfterAllIsRead) {
  CardWatch watch = Watch();
  reader_.field = {Card("2026000123", ChipType::Type4, {4, 1, 2, 3, 4, 5, 6})};
  reader_.card_silent = true;
  Turn(watch, 3);
  EXPECT_EQ(Told(), "ready unreadable");
  reader_.card_silent = false;
  Turn(watch, 2);
  EXPECT_EQ(Told(), "ready unreadable 2026000123");
  reader_.field.clear();
  Turn(watch, 1);
  EXPECT_EQ(Told(), "ready unreadable 2026000123 removed");
}

TEST_F(CardWatchTest, AChipThatAnswersNoReadIsALegacyCardWhereThoseAreInUse) {
  const auto chip = rig::MakeCard(
      {.name = "x", .type = ChipType::UidOnly, .uid = {4, 1, 2, 3, 4, 5, 6}, .ndef = {}});
  CardWatch strict = Watch();
  reader_.field = {chip};
  Turn(strict, 10);
  EXPECT_EQ(Told(), "ready unreadable");
  events_.clear();
  policy_.accept_uid_only = true;
  CardWatch watch = Watch();
  Turn(watch, 10);
  ASSERT_EQ(events_.size(), 3U) << Told();
  const auto* presented = std::get_if<CardPresented>(&events_[2]);
  ASSERT_NE(presented, nullptr) << Told();
  EXPECT_TRUE(std::holds_alternative<domain::LegacyCard>(presented->card)) << Told();
}

TEST_F(CardWatchTest, ACardPulledAwayTooSoonIsUnreadableAndGone) {
  CardWatch watch = Watch();
  reader_.field = {Card("2026000123", ChipType::Ntag, {4, 1, 2, 3, 4, 5, 6})};
  reader_.card_silent = true;
  Turn(watch, 1);
  reader_.field.clear();
  Turn(watch, 1);
  EXPECT_EQ(Told(), "ready unreadable removed");
}

TEST_F(CardWatchTest, ARestingCardIsAskedOftenEnoughToNoticeItsGoing) {
  CardWatch watch = Watch();
  reader_.field = {Card("2026000123", ChipType::Type4, {4, 1, 2, 3, 4, 5, 6})};
  const auto pause = watch.Turn(reader_);
  ASSERT_TRUE(pause);
  EXPECT_LE(*pause, std::chrono::milliseconds(100));
}

TEST_F(CardWatchTest, AMessageLongerThanOneAnswerIsReadInParts) {
  CardWatch watch = Watch();
  // A sound record of somebody else's, 1000 bytes long: foreign, not unreadable.
  Bytes ndef = {0xC4, 3, 0, 0, 0x03, 0xE8, 'a', ':', 'b'};
  ndef.resize(9 + 1000, 0x20);
  reader_.field = {rig::MakeCard(
      {.name = "x", .type = ChipType::Type4, .uid = {4, 1, 2, 3, 4, 5, 6}, .ndef = ndef})};
  Turn(watch, 1);
  EXPECT_EQ(Told(), "ready foreign");
}

}  // namespace
}  // namespace yizhan::drivers
