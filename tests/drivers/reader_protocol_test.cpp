#include "drivers/reader/reader_protocol.h"

#include <gtest/gtest.h>

#include "tests/drivers/reader_rig.h"

namespace yizhan::drivers {
namespace {

const domain::CardToken kToken{
    .issuer = "H001", .number = domain::CardNumber("2026000123"), .version = 1, .key_id = 7};

std::vector<ReaderMessage> EveryMessage() {
  std::vector<ReaderMessage> messages = {
      Heartbeat{},
      CardEvent(ReaderReady{}),
      CardEvent(ReaderGone{}),
      CardEvent(CardRemoved{}),
      CardEvent(CardPresented{kToken}),
      CardEvent(CardPresented{domain::LegacyCard{std::string(64, 'a')}})};
  for (int problem = 0; problem <= static_cast<int>(domain::CardProblem::LegacyRefused);
       ++problem) {
    messages.emplace_back(CardEvent(CardRefused{static_cast<domain::CardProblem>(problem)}));
  }
  return messages;
}

/// What a kiosk does with these bytes.
bool Refused(const Bytes& bytes) {
  ReaderMessageDecoder decoder;
  decoder.Feed(bytes);
  const auto message = decoder.Next();
  return !message && message.error().code == ErrorCode::BadData;
}

Bytes Framed(Bytes body) {
  body.insert(body.begin(), {0, static_cast<std::uint8_t>(body.size())});
  return body;
}

TEST(ReaderProtocolTest, EveryMessageArrivesInWhateverPieces) {
  Bytes stream;
  for (const auto& message : EveryMessage()) {
    const Bytes bytes = EncodeReaderMessage(message);
    stream.insert(stream.end(), bytes.begin(), bytes.end());
  }
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{50}, stream.size()}) {
    ReaderMessageDecoder decoder;
    std::vector<ReaderMessage> arrived;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      decoder.Feed(ByteView(stream).subspan(at, std::min(piece, stream.size() - at)));
      for (auto next = decoder.Next();; next = decoder.Next()) {
        ASSERT_TRUE(next);
        if (!*next) break;
        arrived.push_back(**next);
      }
    }
    ASSERT_EQ(arrived.size(), EveryMessage().size());
    const auto& card = std::get<CardPresented>(std::get<CardEvent>(arrived[4])).card;
    EXPECT_TRUE(std::get<domain::CardToken>(card) == kToken);
    for (std::size_t i = 1; i < arrived.size(); ++i) {
      EXPECT_EQ(Word(std::get<CardEvent>(arrived[i])),
                Word(std::get<CardEvent>(EveryMessage()[i])));
    }
  }
}

TEST(ReaderProtocolTest, WhateverBreaksTheFormatIsRefused) {
  EXPECT_TRUE(Refused(Framed({})));
  EXPECT_TRUE(Refused(Framed({1})));
  EXPECT_TRUE(Refused(Framed({2, 0})));     // Another version.
  EXPECT_TRUE(Refused(Framed({1, 9})));     // Unknown kind.
  EXPECT_TRUE(Refused(Framed({1, 0, 0})));  // Heartbeat with something behind it.
  EXPECT_TRUE(Refused(Framed({1, 5})));     // Refused without a reason.
  EXPECT_TRUE(Refused(Framed({1, 5, 6})));  // A reason that does not exist.
  EXPECT_TRUE(Refused({0x00, 0x81}));       // Longer than any message.
  EXPECT_TRUE(Refused({0xFF, 0xFF}));
  Bytes token = EncodeReaderMessage(CardEvent(CardPresented{kToken}));
  token.back() = 'x';  // Not a digit.
  EXPECT_TRUE(Refused(token));
  Bytes digest =
      EncodeReaderMessage(CardEvent(CardPresented{domain::LegacyCard{std::string(64, 'a')}}));
  digest.back() = 'G';
  EXPECT_TRUE(Refused(digest));
}

TEST(ReaderProtocolTest, NoChangedByteOfATokenCrashesTheKiosk) {
  const Bytes token = EncodeReaderMessage(CardEvent(CardPresented{kToken}));
  for (std::size_t at = 0; at < token.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      Bytes changed = token;
      changed[at] = static_cast<std::uint8_t>(value);
      ReaderMessageDecoder decoder;
      decoder.Feed(changed);
      [[maybe_unused]] const auto message = decoder.Next();
    }
  }
}

}  // namespace
}  // namespace yizhan::drivers
