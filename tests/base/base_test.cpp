#include <gtest/gtest.h>

#include <thread>

#include "base/bytes.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/mailbox.h"
#include "base/utf8.h"

namespace yizhan {
namespace {

TEST(Utf8Test, MalformedTextIsRefused) {
  for (const char* text : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80",
                           "\xE5\xBC", "\xFF", "ok\xF0\x9F"}) {
    EXPECT_FALSE(IsUtf8(text));
    EXPECT_FALSE(DecodeUtf8(text));
  }
}

TEST(Utf8Test, RareCharactersRoundTrip) {
  const std::string name = "𠮷田㛃";
  ASSERT_TRUE(DecodeUtf8(name));
  EXPECT_EQ(DecodeUtf8(name)->size(), 3U);
  EXPECT_EQ(EncodeUtf8(*DecodeUtf8(name)), name);
}

TEST(BytesTest, HexadecimalRoundTripsAndRefusesTheRest) {
  EXPECT_EQ(ToHex(Bytes{0x00, 0xA5, 0xFF}), "00a5ff");
  EXPECT_EQ(FromHex("00A5ff"), (Bytes{0x00, 0xA5, 0xFF}));
  EXPECT_FALSE(FromHex("0"));
  EXPECT_FALSE(FromHex("0g"));
}

TEST(CryptoTest, Sha256AgreesWithTheStandardsExample) {
  EXPECT_EQ(ToHex(Sha256(AsBytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(CryptoTest, TimeOrderedUuidsAreVersionSevenAndSortByTheirTime) {
  // The time of RFC 9562, appendix A.6.
  const WallTime time{std::chrono::milliseconds(0x017F22E279B0)};
  const std::string uuid = TimeOrderedUuid(time);
  EXPECT_EQ(uuid.size(), 36U);
  EXPECT_TRUE(uuid.starts_with("017f22e2-79b0-7")) << uuid;
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos) << uuid;
  EXPECT_NE(uuid, TimeOrderedUuid(time));
  EXPECT_LT(uuid, TimeOrderedUuid(time + std::chrono::milliseconds(1)));
}

TEST(CryptoTest, UuidsAreVersionFourAndDiffer) {
  const std::string uuid = RandomUuid();
  ASSERT_EQ(uuid.size(), 36U);
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(uuid, RandomUuid());
}

TEST(MailboxTest, AFullMailboxRefusesAndLosesNothingItTook) {
  Mailbox<int> box(2);
  EXPECT_TRUE(box.Post(1));
  EXPECT_TRUE(box.Post(2));
  EXPECT_FALSE(box.Post(3));
  EXPECT_EQ(box.TakeAll(), (std::vector<int>{1, 2}));
  EXPECT_TRUE(box.Post(4));
}

TEST(MailboxTest, AClosedMailboxWakesItsReader) {
  Mailbox<int> box(1);
  std::thread closer([&] { box.Close(); });
  while (!box.Closed()) {
    EXPECT_TRUE(box.WaitAndTakeAll(std::chrono::seconds(10)).empty());
  }
  closer.join();
  EXPECT_FALSE(box.Post(1));
}

TEST(MailboxTest, EveryItemOfManyPostersArrivesOnce) {
  Mailbox<int> box(4000);
  std::vector<std::thread> posters;
  for (int poster = 0; poster < 4; ++poster) {
    posters.emplace_back([&box, poster] {
      for (int i = 0; i < 1000; ++i) EXPECT_TRUE(box.Post(poster * 1000 + i));
    });
  }
  std::vector<bool> seen(4000);
  for (std::size_t count = 0; count < seen.size();) {
    for (const int item : box.WaitAndTakeAll(std::chrono::seconds(10))) {
      EXPECT_FALSE(seen[static_cast<std::size_t>(item)]);
      seen[static_cast<std::size_t>(item)] = true;
      ++count;
    }
  }
  for (std::thread& poster : posters) poster.join();
}

TEST(LogTest, ALineIsOneJsonObjectOfKnownWords) {
  testing::internal::CaptureStderr();
  Log(LogEvent::CardRefused, {{LogKey::Reason, "forged"}, {LogKey::Count, 3}});
  const std::string line = testing::internal::GetCapturedStderr();
  EXPECT_NE(line.find("\"event\":\"card-refused\",\"reason\":\"forged\",\"count\":3}\n"),
            std::string::npos)
      << line;
}

}  // namespace
}  // namespace yizhan
