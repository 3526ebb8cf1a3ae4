#include "drivers/cards/patient_card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "drivers/cards/ndef.h"

namespace yizhan::drivers {
namespace {

using domain::CardProblem;
using domain::CardToken;

const Bytes kUid = {0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6};

CardToken Token(std::string number = "2026000123") {
  return {
      .issuer = "H001", .number = domain::CardNumber(std::move(number)), .version = 1, .key_id = 3};
}

class PatientCardTest : public ::testing::Test {
 protected:
  PatientCardTest() : key_(Ed25519SigningKey::Generate().value()) {
    EXPECT_TRUE(keys_.Add("H001", 3, key_.PublicKey().value()));
  }
  Bytes Issue(const CardToken& token, ByteView uid = kUid) {
    return IssuePatientCard(token, uid, key_).value();
  }
  CardProblem Problem(ByteView ndef, ByteView uid = kUid) {
    const auto verdict = VerifyPatientCard(ndef, uid, keys_);
    const auto* problem = std::get_if<CardProblem>(&verdict);
    EXPECT_NE(problem, nullptr) << "a bad card was accepted";
    return problem != nullptr ? *problem : CardProblem::Unreadable;
  }
  /// An issued card whose payload `change` has been at, in a sound NDEF record.
  template <typename F>
  Bytes Changed(F change) {
    auto records = ParseNdef(Issue(Token())).value();
    change(records.front().payload);
    return BuildNdef(records).value();
  }

  Ed25519SigningKey key_;
  KeyRing keys_;
};

TEST_F(PatientCardTest, ACopyOnAnotherChipIsForged) {
  const Bytes card = Issue(Token());
  Bytes other = kUid;
  other.back() ^= 1;
  EXPECT_EQ(Problem(card, other), CardProblem::Forged);
  EXPECT_EQ(Problem(card, ByteView(kUid).first(4)), CardProblem::Forged);
  EXPECT_EQ(Problem(card, Bytes{}), CardProblem::Malformed);
}

TEST_F(PatientCardTest, NoSingleChangedBitIsAccepted) {
  const Bytes card = Issue(Token());
  for (std::size_t bit = 0; bit < card.size() * 8; ++bit) {
    Bytes changed = card;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    const auto verdict = VerifyPatientCard(changed, kUid, keys_);
    EXPECT_TRUE(std::holds_alternative<CardProblem>(verdict)) << "bit " << bit;
  }
}

TEST_F(PatientCardTest, NoTruncationIsAccepted) {
  const Bytes card = Issue(Token());
  for (std::size_t length = 1; length < card.size(); ++length) {
    EXPECT_EQ(Problem(ByteView(card).first(length)), CardProblem::Malformed) << length;
  }
  for (std::size_t cut = 1; cut <= 64 + 12; ++cut) {
    const auto problem = Problem(Changed([&](Bytes& p) { p.resize(p.size() - cut); }));
    EXPECT_TRUE(problem == CardProblem::Malformed || problem == CardProblem::Foreign) << cut;
  }
}

TEST_F(PatientCardTest, SomebodyElsesSignatureIsForged) {
  const auto thief = Ed25519SigningKey::Generate().value();
  EXPECT_EQ(Problem(IssuePatientCard(Token(), kUid, thief).value()), CardProblem::Forged);

  CardToken unknown_key = Token();
  unknown_key.key_id = 4;
  EXPECT_EQ(Problem(Issue(unknown_key)), CardProblem::Forged);
}

TEST_F(PatientCardTest, OneHospitalsKeyDoesNotSignForAnother) {
  const auto other = Ed25519SigningKey::Generate().value();
  ASSERT_TRUE(keys_.Add("H002", 3, other.PublicKey().value()));
  EXPECT_EQ(Problem(IssuePatientCard(Token(), kUid, other).value()), CardProblem::Forged);
}

TEST_F(PatientCardTest, CardsOfOthersAreForeign) {
  EXPECT_EQ(Problem(*FromHex("d101085402656e48454c4c4f")), CardProblem::Foreign);
  EXPECT_EQ(Problem(Bytes{}), CardProblem::Foreign);
  CardToken elsewhere = Token();
  elsewhere.issuer = "H999";
  EXPECT_EQ(Problem(Issue(elsewhere)), CardProblem::Foreign);
  EXPECT_EQ(Problem(Changed([](Bytes& p) { p[0] = 2; })), CardProblem::Foreign);
}

TEST_F(PatientCardTest, ASecondRecordMakesTheCardMalformed) {
  auto records = ParseNdef(Issue(Token())).value();
  records.push_back(records.front());
  EXPECT_EQ(Problem(BuildNdef(records).value()), CardProblem::Malformed);
}

TEST_F(PatientCardTest, FieldsBeyondTheirLimitsAreNeitherWrittenNorRead) {
  for (const char* number : {"", "1234567", "123456789012345678901", "12345678x", "1234 5678"}) {
    EXPECT_FALSE(IssuePatientCard(Token(number), kUid, key_)) << number;
  }
  CardToken token = Token();
  token.issuer = "has space";
  EXPECT_FALSE(IssuePatientCard(token, kUid, key_));
  token.issuer = std::string(33, 'H');
  EXPECT_FALSE(IssuePatientCard(token, kUid, key_));
  EXPECT_FALSE(IssuePatientCard(Token(), Bytes(5, 1), key_));
  // Length bytes that reach into, or beyond, the signature.
  for (const int length : {0, 5, 12, 64, 200, 255}) {
    const auto problem =
        Problem(Changed([&](Bytes& p) { p[2] = static_cast<std::uint8_t>(length); }));
    EXPECT_TRUE(problem == CardProblem::Malformed || problem == CardProblem::Foreign) << length;
  }
}

TEST_F(PatientCardTest, AGenuineCardSaysIssuerNumberVersionAndKeyAndNothingElse) {
  for (const std::string number : {"20260001", "20260001000000000001"}) {
    CardToken token = Token(number);
    const auto verdict = VerifyPatientCard(Issue(token), kUid, keys_);
    ASSERT_TRUE(std::holds_alternative<CardToken>(verdict));
    EXPECT_TRUE(std::get<CardToken>(verdict) == token);
  }
  // Every byte is accounted for: header, type, the four fields, the signature.
  EXPECT_EQ(Issue(Token()).size(), 3U + 11 + 2 + 1 + 4 + 1 + 10 + 64);
}

TEST_F(PatientCardTest, TheLongestCardFitsTheSmallestChip) {
  CardToken token = Token(std::string(20, '9'));
  token.issuer = std::string(32, 'H');
  constexpr std::size_t kNtag213UserBytes = 144;
  constexpr std::size_t kTlvBytes = 3;
  EXPECT_EQ(Issue(token).size(), 134U);
  EXPECT_LE(Issue(token).size() + kTlvBytes, kNtag213UserBytes);
}

TEST(Ed25519Test, AKeyComesBackFromItsPem) {
  const auto key = Ed25519SigningKey::Generate().value();
  const auto again = Ed25519SigningKey::FromPem(key.ToPem().value());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->PublicKey().value(), key.PublicKey().value());
  EXPECT_FALSE(Ed25519SigningKey::FromPem("rubbish"));
  EXPECT_FALSE(Ed25519SigningKey::FromPem(""));
}

TEST(Ed25519Test, TheFirstVectorOfRfc8032Verifies) {
  Ed25519PublicKey key{};
  Ed25519Signature signature{};
  std::ranges::copy(*FromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
                    key.begin());
  std::ranges::copy(*FromHex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                             "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
                    signature.begin());
  EXPECT_TRUE(VerifyEd25519(key, {}, signature));
  signature[0] ^= 1;
  EXPECT_FALSE(VerifyEd25519(key, {}, signature));
}

TEST(KeyRingTest, AKeyIdNamesOneKeyOfOneIssuer) {
  KeyRing keys;
  EXPECT_TRUE(keys.Add("H1", 1, {}));
  EXPECT_FALSE(keys.Add("H1", 1, {}));
  EXPECT_TRUE(keys.Add("H1", 2, {}));
  EXPECT_FALSE(keys.Add("", 1, {}));
  EXPECT_TRUE(keys.Knows("H1"));
  EXPECT_FALSE(keys.Knows("H"));
  EXPECT_FALSE(keys.Knows("H2"));
  EXPECT_EQ(keys.Find("H1", 3), nullptr);
  EXPECT_NE(keys.Find("H1", 2), nullptr);
}

}  // namespace
}  // namespace yizhan::drivers
