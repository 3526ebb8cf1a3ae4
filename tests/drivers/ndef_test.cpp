#include "drivers/cards/ndef.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yizhan::drivers {
namespace {

NdefRecord External(std::string type, Bytes payload) {
  return {.type_name = NdefTypeName::External,
          .type = std::move(type),
          .id = {},
          .payload = std::move(payload)};
}

bool Refused(const char* hex) {
  const auto bytes = FromHex(hex);
  const auto parsed = ParseNdef(*bytes);
  return !parsed && parsed.error().code == ErrorCode::BadData;
}

TEST(NdefTest, WhatTheFormatForbidsIsRefused) {
  EXPECT_TRUE(Refused(""));                      // No record at all.
  EXPECT_TRUE(Refused("d1"));                    // Header only.
  EXPECT_TRUE(Refused("d10108"));                // Type missing.
  EXPECT_TRUE(Refused("d1010854"));              // Payload missing.
  EXPECT_TRUE(Refused("51010154aa"));            // First record without "message begin".
  EXPECT_TRUE(Refused("91010154aa"));            // Never ends.
  EXPECT_TRUE(Refused("91010154aad1010154bb"));  // Begins twice.
  EXPECT_TRUE(Refused("d1010154aa00"));          // A byte behind the end.
  EXPECT_TRUE(Refused("f1010154aa"));            // Chunked.
  EXPECT_TRUE(Refused("d6010154aa"));            // "Unchanged" outside of a chunk.
  EXPECT_TRUE(Refused("d7010154aa"));            // Reserved type name.
  EXPECT_TRUE(Refused("d0010054"));              // Empty record that has a type.
  EXPECT_TRUE(Refused("d10001aa"));              // Well-known without a type.
  EXPECT_TRUE(Refused("c101ffffffff54aa"));      // Four GiB of payload promised.
  EXPECT_TRUE(Refused("c1017fffffff54aa"));
}

TEST(NdefTest, EveryTruncationOfAMessageIsRefused) {
  const auto whole = BuildNdef({External("a:b", {1, 2, 3}), External("c:d", Bytes(300, 7))});
  ASSERT_TRUE(whole);
  for (std::size_t length = 0; length < whole->size(); ++length) {
    EXPECT_FALSE(ParseNdef(ByteView(*whole).first(length))) << length;
  }
  EXPECT_TRUE(ParseNdef(*whole));
}

TEST(NdefTest, OversizeMessagesAndTooManyRecordsAreRefused) {
  EXPECT_FALSE(BuildNdef({External("a:b", Bytes(kMaxNdefBytes, 0))}));
  EXPECT_FALSE(BuildNdef(std::vector(kMaxNdefRecords + 1, External("a:b", {}))));
  EXPECT_FALSE(BuildNdef({}));
  EXPECT_FALSE(BuildNdef({External(std::string(256, 'a'), {})}));

  Bytes many = {0x94, 1, 0, 'x'};
  for (int i = 0; i < 40; ++i) many.insert(many.end(), {0x14, 1, 0, 'x'});
  EXPECT_FALSE(ParseNdef(many));
  EXPECT_FALSE(ParseNdef(Bytes(kMaxNdefBytes + 1, 0)));
}

TEST(NdefTest, AMessageIsReadAsItWasWritten) {
  NdefRecord with_id = External("yizhan:card", Bytes(400, 0x5A));
  with_id.id = {9, 8};
  const std::vector<NdefRecord> records = {
      External("a:b", {1}),
      with_id,
      {.type_name = NdefTypeName::Unknown, .type = "", .id = {}, .payload = {4}},
      {.type_name = NdefTypeName::WellKnown, .type = "T", .id = {}, .payload = {}}};
  const auto message = BuildNdef(records);
  ASSERT_TRUE(message);
  const auto parsed = ParseNdef(*message);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(*parsed == records);
}

TEST(NdefTest, ATextRecordOfAnotherWriterIsUnderstood) {
  const auto parsed = ParseNdef(*FromHex("d101085402656e48454c4c4f"));
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->size(), 1U);
  EXPECT_EQ(parsed->front().type, "T");
  EXPECT_EQ(AsText(parsed->front().payload),
            "\x02"
            "enHELLO");
}

}  // namespace
}  // namespace yizhan::drivers
