// The virtual PN532, byte by byte and without a clock.
#include "tests/rig/pn532_chip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yizhan::rig {
namespace {

using std::chrono::milliseconds;

/// A host's frame around a command, standard or extended.
Bytes HostFrame(const Bytes& payload) {
  const std::size_t length = payload.size() + 1;
  Bytes frame = {0x00, 0x00, 0xFF};
  const auto high = static_cast<std::uint8_t>(length >> 8);
  const auto low = static_cast<std::uint8_t>(length & 0xFF);
  if (length > 255) {
    frame.insert(frame.end(), {0xFF, 0xFF, high, low, static_cast<std::uint8_t>(-(high + low))});
  } else {
    frame.insert(frame.end(), {low, static_cast<std::uint8_t>(-low)});
  }
  unsigned sum = 0xD4;
  for (const std::uint8_t byte : payload) sum += byte;
  frame.push_back(0xD4);
  frame.insert(frame.end(), payload.begin(), payload.end());
  frame.push_back(static_cast<std::uint8_t>(0x100U - (sum & 0xFFU)));
  frame.push_back(0x00);
  return frame;
}

class Pn532ChipTest : public ::testing::Test {
 protected:
  explicit Pn532ChipTest(Pn532Timing timing = Pn532Timing::Fast()) : chip_(timing) {
    chip_.Receive(Bytes{0x55, 0x55, 0x00, 0x00, 0x00}, now_);
  }
  /// Sends a command and lets time pass until nothing more is due. Returns what came back, without
  /// the acknowledgement, in hexadecimal from the reply code on; "" when nothing came.
  std::string Ask(const Bytes& command) {
    chip_.Receive(HostFrame(command), now_);
    return Reply();
  }
  std::string Reply() {
    Bytes bytes = chip_.Run(now_);
    for (auto due = chip_.NextDue(); due; due = chip_.NextDue()) {
      now_ = std::max(now_, *due);
      const Bytes more = chip_.Run(now_);
      bytes.insert(bytes.end(), more.begin(), more.end());
    }
    const std::string hex = ToHex(bytes);
    const std::string ack = "0000ff00ff00";
    if (!hex.starts_with(ack)) return hex.empty() ? "" : "no ack: " + hex;
    const std::string frame = hex.substr(ack.size());
    const std::size_t header = frame.starts_with("0000ffffff") ? 16 : 10;
    return frame.size() < header + 6 ? "" : frame.substr(header + 2, frame.size() - header - 6);
  }
  static std::shared_ptr<VirtualCard> Card(ChipType type, Bytes uid) {
    return MakeCard({.name = "x", .type = type, .uid = std::move(uid), .ndef = {1, 2, 3}});
  }

  Pn532Chip chip_;
  MonotonicTime now_{};
  const std::shared_ptr<VirtualCard> type4_ = Card(ChipType::Type4, {4, 1, 2, 3, 4, 5, 6});
  const std::shared_ptr<VirtualCard> ntag_ = Card(ChipType::Ntag, {4, 9, 8, 7, 6, 5, 4});
};

const Bytes kListOne = {0x4A, 0x01, 0x00};
const Bytes kListTwo = {0x4A, 0x02, 0x00};
const Bytes kTryOnce = {0x32, 0x05, 0xFF, 0xFF, 0x00};

TEST_F(Pn532ChipTest, ASleepingChipHearsNothingButTheWakeUp) {
  Pn532Chip asleep(Pn532Timing::Fast());
  asleep.Receive(HostFrame({0x02}), now_);
  EXPECT_TRUE(asleep.Run(now_).empty());
  asleep.Receive(Bytes{0x55}, now_);
  asleep.Receive(HostFrame({0x02}), now_);
  EXPECT_FALSE(asleep.Run(now_).empty());
  EXPECT_EQ(asleep.Counters().wakeups, 1U);
}

TEST_F(Pn532ChipTest, FramesWithWrongChecksumsAreNotEvenAcknowledged) {
  for (const std::size_t at : {3U, 4U, 5U, 6U, 7U}) {
    Bytes frame = HostFrame({0x02});
    frame[at] ^= 0x01;
    chip_.Receive(frame, now_);
    EXPECT_TRUE(chip_.Run(now_).empty()) << at;
    chip_.Receive(Bytes(300, 0x00), now_);  // Whatever it still waited for.
    EXPECT_EQ(Ask({0x02}), "0332010607") << at;
  }
}

TEST_F(Pn532ChipTest, NoiseBetweenFramesAndFramesInPiecesAreUnderstood) {
  Bytes stream = {0x13, 0x37, 0x00, 0x55};
  const Bytes frame = HostFrame({0x02});
  stream.insert(stream.end(), frame.begin(), frame.end());
  for (const std::uint8_t byte : stream) chip_.Receive({&byte, 1}, now_);
  EXPECT_EQ(Reply(), "0332010607");
}

TEST_F(Pn532ChipTest, LongCommandsAndLongRepliesUseTheExtendedFrame) {
  Bytes echo(262, 0xA5);
  echo[0] = 0x00;
  echo[1] = 0x00;
  const std::string reply = Ask(echo);
  EXPECT_EQ(reply.size(), 2U * 262);
  EXPECT_EQ(reply.substr(0, 6), "0100a5");
}

TEST_F(Pn532ChipTest, AnUnknownCommandGetsTheErrorFrame) {
  chip_.Receive(HostFrame({0x99}), now_);
  EXPECT_EQ(ToHex(chip_.Run(now_)),
            "0000ff00ff00"
            "0000ff01ff7f8100");
}

TEST_F(Pn532ChipTest, OneCardIsListedWithItsUidAndAnswerToSelect) {
  chip_.SetField({type4_}, now_);
  EXPECT_EQ(Ask(kListOne),
            "4b"
            "01"
            "01"
            "0344"
            "20"
            "07"
            "04010203040506"
            "067880700200");
}

TEST_F(Pn532ChipTest, TwoCardsAreListedAtOnce) {
  chip_.SetField({type4_, ntag_}, now_);
  const std::string reply = Ask(kListTwo);
  EXPECT_THAT(reply, ::testing::StartsWith("4b02"));
  EXPECT_THAT(reply, ::testing::HasSubstr("04010203040506"));
  EXPECT_THAT(reply, ::testing::HasSubstr("02"
                                          "0044"
                                          "00"
                                          "07"
                                          "04090807060504"));
}

TEST_F(Pn532ChipTest, ADeselectedCardKeepsQuietUntilCalledByItsUidOrTheFieldDrops) {
  chip_.SetField({type4_}, now_);
  Ask(kTryOnce);
  Ask(kListOne);
  Ask({0x44, 0x00});
  EXPECT_EQ(Ask(kListOne), "4b00");
  EXPECT_THAT(Ask({0x4A, 0x01, 0x00, 0x88, 4, 1, 2, 3, 4, 5, 6}), ::testing::StartsWith("4b01"));
  Ask({0x44, 0x00});
  Ask({0x32, 0x01, 0x00});
  Ask({0x32, 0x01, 0x01});
  EXPECT_THAT(Ask(kListOne), ::testing::StartsWith("4b01"));
}

TEST_F(Pn532ChipTest, AListingWithoutEndWaitsForTheCard) {
  EXPECT_EQ(Ask(kListOne), "") << "acknowledged, then silence";
  chip_.SetField({ntag_}, now_);
  EXPECT_FALSE(chip_.Run(now_).empty());
}

TEST_F(Pn532ChipTest, AHostAcknowledgeAbortsWhatIsUnderWay) {
  Ask(kListOne);
  chip_.Receive(Bytes{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00}, now_);
  chip_.SetField({ntag_}, now_);
  EXPECT_TRUE(chip_.Run(now_).empty());
  EXPECT_EQ(chip_.Counters().aborts, 1U);
}

TEST_F(Pn532ChipTest, ACardThatLeftDoesNotAnswerAndTheChipFindsOutOnlyThen) {
  chip_.SetField({ntag_}, now_);
  Ask(kListOne);
  EXPECT_THAT(Ask({0x40, 0x01, 0x30, 0x03}), ::testing::StartsWith("4100"
                                                                   "e1101200"));
  chip_.SetField({}, now_);
  EXPECT_EQ(Ask({0x40, 0x01, 0x30, 0x03}), "4101");
  EXPECT_EQ(Ask({0x40, 0x02, 0x30, 0x03}), "4127");
}

TEST_F(Pn532ChipTest, AMuteChipSaysNothingAndSpeaksAgain) {
  chip_.SetMute(true);
  EXPECT_EQ(Ask({0x02}), "");
  chip_.SetMute(false);
  EXPECT_EQ(Ask({0x02}), "0332010607");
}

TEST_F(Pn532ChipTest, AFaultStrikesAsOftenAsItWasArmed) {
  chip_.Arm(Pn532Fault::WrongCode, 2);
  EXPECT_EQ(Ask({0x02}), "0432010607");
  EXPECT_EQ(Ask({0x02}), "0432010607");
  EXPECT_EQ(Ask({0x02}), "0332010607");
}

class PacedPn532ChipTest : public Pn532ChipTest {
 protected:
  PacedPn532ChipTest() : Pn532ChipTest(Pn532Timing::Paced()) {}
};

TEST_F(PacedPn532ChipTest, AnEmptyLookTakesAsLongAsRealHardware) {
  Ask({0x32, 0x05, 0xFF, 0xFF, 0x02});
  const auto start = now_;
  EXPECT_EQ(Ask(kListOne), "4b00");
  EXPECT_GT(now_ - start, milliseconds(14));
  EXPECT_LT(now_ - start, milliseconds(25));
}

TEST(VirtualCardTest, ImpossibleCardsAreNotMade) {
  EXPECT_EQ(MakeCard({.name = "x", .type = ChipType::Ntag, .uid = Bytes(5), .ndef = {}}), nullptr);
  EXPECT_EQ(MakeCard({.name = "x", .type = ChipType::Type4, .uid = Bytes(7), .ndef = Bytes(9000)}),
            nullptr);
}

}  // namespace
}  // namespace yizhan::rig
