#include "drivers/cards/tag_memory.h"

#include <gtest/gtest.h>

namespace yizhan::drivers {
namespace {

using State = Type2Search::State;

Type2Search Search(const char* hex, std::size_t area_bytes) {
  return FindType2Ndef(*FromHex(hex), area_bytes);
}

TEST(Type4CapabilityTest, WhatAContainerMayNotSayIsRefused) {
  const Bytes good = *FromHex("000f2000f600f60406e104040200ff");
  const auto capability = ParseType4Capability(good);
  ASSERT_TRUE(capability);
  EXPECT_EQ(capability->file_id, 0xE104);
  EXPECT_EQ(capability->max_read, 0xF6U);
  EXPECT_EQ(capability->file_bytes, 0x0402U);

  const auto changed = [&](std::size_t at, std::uint8_t value) {
    Bytes bytes = good;
    bytes[at] = value;
    return ParseType4Capability(bytes).has_value();
  };
  EXPECT_FALSE(changed(1, 0x0E));   // Shorter than its fields.
  EXPECT_FALSE(changed(2, 0x10));   // Version 1.
  EXPECT_FALSE(changed(2, 0x40));   // A version of the future.
  EXPECT_FALSE(changed(4, 0x0E));   // Reads of less than 15 bytes.
  EXPECT_FALSE(changed(7, 0x05));   // Another kind of block.
  EXPECT_FALSE(changed(8, 0x05));   // Too short a block.
  EXPECT_FALSE(changed(13, 0xFF));  // Not readable.
  for (std::size_t length = 0; length < good.size(); ++length) {
    EXPECT_FALSE(ParseType4Capability(ByteView(good).first(length))) << length;
  }
}

TEST(Type2AreaTest, OnlyAReadableVersion1ContainerHasAnArea) {
  EXPECT_EQ(Type2AreaBytes(*FromHex("e1101200")), 144U);
  EXPECT_EQ(Type2AreaBytes(*FromHex("e1106d00")), 872U);
  EXPECT_EQ(Type2AreaBytes(*FromHex("00000000")), 0U);
  EXPECT_EQ(Type2AreaBytes(*FromHex("e1201200")), 0U);
  EXPECT_EQ(Type2AreaBytes(*FromHex("e11012f0")), 0U);
  EXPECT_EQ(Type2AreaBytes(*FromHex("e11012")), 0U);
}

TEST(Type2SearchTest, AMessageIsFoundBehindOtherBlocks) {
  // Null, lock control, memory control, then the message.
  const auto found = Search(
      "000103a00c340203000000"
      "0302aabbfe",
      144);
  EXPECT_EQ(found.state, State::Found);
  EXPECT_EQ(found.offset, 13U);
  EXPECT_EQ(found.length, 2U);
}

TEST(Type2SearchTest, ALengthBeyondTheAreaIsBroken) {
  EXPECT_EQ(Search("0390", 144).state, State::Broken);
  EXPECT_EQ(Search("03ffffff", 144).state, State::Broken);
  EXPECT_EQ(Search("01ff1000", 144).state, State::Broken);
  EXPECT_EQ(Search("038e", 144).state, State::Found);
}

TEST(Type2SearchTest, AnUndecidedBeginningAsksForMore) {
  for (const char* hex : {"", "00", "03", "03ff", "03ff01", "010300"}) {
    EXPECT_EQ(Search(hex, 144).state, State::NeedMore) << hex;
  }
}

TEST(Type2SearchTest, AnAreaWithoutAMessageHasNone) {
  EXPECT_EQ(Search("fe", 144).state, State::None);
  EXPECT_EQ(Search("0000000000000000", 8).state, State::None);
  EXPECT_EQ(Search("0106000000000000", 8).state, State::None);
}

}  // namespace
}  // namespace yizhan::drivers
