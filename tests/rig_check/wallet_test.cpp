#include "tests/rig/wallet.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "drivers/cards/patient_card.h"
#include "tests/rig/files.h"
#include "tests/rig/issue_card.h"

namespace yizhan::rig {
namespace {

class WalletTest : public ::testing::Test {
 protected:
  WalletTest() {
    dir_ = (std::filesystem::temp_directory_path() / "yizhan-wallet-XXXXXX").string();
    EXPECT_NE(::mkdtemp(dir_.data()), nullptr);
  }
  ~WalletTest() override { std::filesystem::remove_all(dir_); }
  void Write(std::string_view text) { ASSERT_TRUE(WriteFile(dir_ + "/wallet.toml", text)); }

  std::string dir_;
};

TEST_F(WalletTest, ABrokenWalletIsNamedAndNeverOverwritten) {
  for (const char* text : {"[[card", "card = 3\n[[card]]",
                           "[[card]]\nname = \"a\"\ntype = \"gold\"\nuid = \"01020304\"",
                           "[[card]]\nname = \"a\"\ntype = \"uid\"\nuid = \"zz\"",
                           "[[card]]\nname = \"a\"\ntype = \"uid\"\nuid = \"010203\""}) {
    Write(text);
    EXPECT_FALSE(LoadWallet(dir_)) << text;
    EXPECT_FALSE(PutIntoWallet(
        dir_, {.name = "b", .type = ChipType::UidOnly, .uid = {1, 2, 3, 4}, .ndef = {}}));
    EXPECT_EQ(ReadFile(dir_ + "/wallet.toml", 1000).value(), text);
  }
}

TEST_F(WalletTest, ACardIsFoundByNameOrDescribedInPlace) {
  CardSpec card{.name = "anna", .type = ChipType::Ntag, .uid = {4, 1, 2, 3, 4, 5, 6}, .ndef = {9}};
  ASSERT_TRUE(PutIntoWallet(dir_, card));
  card.ndef = {7, 7};
  ASSERT_TRUE(PutIntoWallet(dir_, card));
  EXPECT_EQ(LoadWallet(dir_)->size(), 1U);
  EXPECT_EQ(FindCard(dir_, "anna")->ndef, Bytes({7, 7}));
  EXPECT_EQ(FindCard(dir_, "uid:01020304")->uid, Bytes({1, 2, 3, 4}));
  EXPECT_EQ(FindCard(dir_, "ntag:01020304:aabb")->ndef, Bytes({0xAA, 0xBB}));
  for (const char* word : {"ben", "", "uid:", "uid:0102", "gold:01020304", "ntag:01020304:x"}) {
    EXPECT_FALSE(FindCard(dir_, word)) << word;
  }
  EXPECT_FALSE(
      PutIntoWallet(dir_, {.name = "a b", .type = card.type, .uid = card.uid, .ndef = {}}));
}

TEST_F(WalletTest, EveryByteOfIssuedCardsIsAccountedForAndNoneIsPersonal) {
  const auto key = drivers::Ed25519SigningKey::Generate().value();
  drivers::KeyRing keys;
  ASSERT_TRUE(keys.Add("H001", 1, key.PublicKey().value()));
  for (int i = 0; i < 200; ++i) {
    const std::string number = std::to_string(2026000000 + i);
    const auto card = IssueCard({.name = "x",
                                 .private_key_pem = key.ToPem().value(),
                                 .key_id = 1,
                                 .issuer = "H001",
                                 .number = number,
                                 .type = ChipType::Type4,
                                 .uid = {},
                                 .flaw = CardFlaw::None});
    ASSERT_TRUE(card);
    const auto verdict = drivers::VerifyPatientCard(card->ndef, card->uid, keys);
    ASSERT_TRUE(std::holds_alternative<domain::CardToken>(verdict));
    // 3 header, 11 type, 2 version and key, 5 issuer, 11 number, 64 signature: no room for more.
    EXPECT_EQ(card->ndef.size(), 96U);
  }
}

}  // namespace
}  // namespace yizhan::rig
