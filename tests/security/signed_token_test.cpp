#include <gmock/gmock.h>
#include <openssl/hmac.h>

#include "backend/security/jwt.h"
#include "tests/security/signer.h"

namespace yizhan::security {
namespace {

using fhir::Json;
using test::Signer;
using testing::HasSubstr;

/// The reason, or "good".
std::string Check(std::string_view text, const std::vector<SigningKey>& keys) {
  const Checked<SignedToken> token = ParseToken(text);
  if (!token) return Name(token.error().reason);
  const Checked<void> checked = CheckSignature(*token, keys);
  return checked ? "good" : Name(checked.error().reason);
}

std::vector<SigningKey> KeysOf(std::initializer_list<const Signer*> signers) {
  std::vector<SigningKey> keys;
  for (const Signer* signer : signers) {
    Result<SigningKey> key = ParseKey(signer->PublicKey());
    EXPECT_TRUE(key) << key.error().detail;
    if (key) keys.push_back(std::move(*key));
  }
  return keys;
}

class SignedTokenTest : public testing::Test {
 protected:
  const Signer rsa = Signer::Rs384("r1");
  const Signer ec = Signer::Es384("e1");
  const std::vector<SigningKey> keys = KeysOf({&rsa, &ec});
  const Json claims = Json::Object({{"iss", Json::String("lab")}});
};

TEST_F(SignedTokenTest, BothAlgorithmsAreVerified) {
  EXPECT_EQ(Check(rsa.Sign(claims), keys), "good");
  EXPECT_EQ(Check(ec.Sign(claims), keys), "good");
}

TEST_F(SignedTokenTest, AnythingChangedBreaksIt) {
  for (const Signer* signer : {&rsa, &ec}) {
    const std::string token = signer->Sign(claims);
    const std::size_t first = token.find('.');
    const std::size_t second = token.rfind('.');
    const std::string other = Signer::Part(R"({"iss":"pharmacy"})");
    EXPECT_EQ(Check(token.substr(0, first + 1) + other + token.substr(second), keys),
              "assertion-signature");
    for (std::size_t i = second + 1; i < token.size() - 1; i += 7) {
      std::string changed = token;
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      EXPECT_EQ(Check(changed, keys), "assertion-signature") << i;
    }
  }
}

TEST_F(SignedTokenTest, NoAlgorithmAndSymmetricOnesAreRefused) {
  for (const char* algorithm : {"none", "None", "NONE", "nOnE", "", "HS256", "HS384", "RS256",
                                "RS512", "PS384", "ES256", "rs384"}) {
    Json header = rsa.Header();
    header.Set("alg", Json::String(algorithm));
    const std::string text = Signer::Part(header.Write()) + '.' + Signer::Part(claims.Write());
    EXPECT_EQ(Check(text + '.', keys), "assertion-algorithm") << algorithm;
    EXPECT_EQ(Check(rsa.Sign(header, claims), keys), "assertion-algorithm") << algorithm;
    header.Remove("alg");
    EXPECT_EQ(Check(rsa.Sign(header, claims), keys), "assertion-algorithm");
  }
}

TEST_F(SignedTokenTest, ThePublicKeyIsNoSharedSecret) {
  // The classic confusion: HMAC keyed with the text of the public key, which everybody knows.
  Json header = rsa.Header();
  header.Set("alg", Json::String("HS384"));
  const std::string text = Signer::Part(header.Write()) + '.' + Signer::Part(claims.Write());
  const std::string secret = rsa.PublicKey().Write();
  Bytes mac(48);
  HMAC(EVP_sha384(), secret.data(), static_cast<int>(secret.size()), AsBytes(text).data(),
       text.size(), mac.data(), nullptr);
  EXPECT_EQ(Check(text + '.' + ToBase64Url(mac), keys), "assertion-algorithm");
}

TEST_F(SignedTokenTest, TheKeyDecidesItsAlgorithmAndNotTheToken) {
  Json header = rsa.Header();
  header.Set("alg", Json::String("ES384"));
  EXPECT_EQ(Check(rsa.Sign(header, claims), keys), "assertion-algorithm");
  header = ec.Header();
  header.Set("alg", Json::String("RS384"));
  EXPECT_EQ(Check(ec.Sign(header, claims), keys), "assertion-algorithm");
}

TEST_F(SignedTokenTest, TheKeyIsTheOneThatIsNamed) {
  const Signer second = Signer::Es384("e2");
  const std::vector<SigningKey> three = KeysOf({&rsa, &ec, &second});
  EXPECT_EQ(Check(second.Sign(claims), three), "good");
  EXPECT_EQ(Check(second.Sign(claims), keys), "assertion-key");
  EXPECT_EQ(Check(second.Sign(ec.Header(), claims), three), "assertion-signature");
  Json header = ec.Header();
  header.Remove("kid");
  EXPECT_EQ(Check(ec.Sign(header, claims), keys), "assertion-key");
  header.Set("kid", Json::String(""));
  EXPECT_EQ(Check(ec.Sign(header, claims), keys), "assertion-key");
  header = ec.Header();
  header.Set("crit", Json::Array({Json::String("exp")}));
  EXPECT_EQ(Check(ec.Sign(header, claims), keys), "assertion-malformed");
  // A key that came with the token proves nothing.
  header = second.Header();
  header.Set("jwk", second.PublicKey());
  EXPECT_EQ(Check(second.Sign(header, claims), keys), "assertion-key");
}

TEST_F(SignedTokenTest, EllipticSignaturesHaveTheirExactForm) {
  const std::string text = Signer::Part(ec.Header().Write()) + '.' + Signer::Part(claims.Write());
  const Bytes good = ec.Signature(text);
  const auto with = [&](const Bytes& signature) {
    return Check(text + '.' + ToBase64Url(signature), keys);
  };
  EXPECT_EQ(with(good), "good");
  // The mirrored signature is as valid, by the standard: whoever makes one needs another jti.
  EXPECT_EQ(with(ec.OtherSignature(text)), "good");
  EXPECT_EQ(with(ec.RawSignature(text)), "assertion-signature") << "DER is not JOSE's form";
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_EQ(with(longer), "assertion-signature");
  EXPECT_EQ(with(Bytes(good.begin(), good.end() - 1)), "assertion-signature");
  EXPECT_EQ(with({}), "assertion-signature");
  EXPECT_EQ(with(Bytes(96)), "assertion-signature") << "zero is no signature (CVE-2022-21449)";
  EXPECT_EQ(with(Bytes(96, 0xFF)), "assertion-signature");
  Bytes swapped(good.begin() + 48, good.end());
  swapped.insert(swapped.end(), good.begin(), good.begin() + 48);
  EXPECT_EQ(with(swapped), "assertion-signature");
}

TEST_F(SignedTokenTest, WhatIsNoTokenIsRefused) {
  const std::string good = ec.Sign(claims);
  const std::string object = Signer::Part("{}");
  for (const std::string& text : std::initializer_list<std::string>{
           std::string(), std::string("."), std::string(".."), std::string("a.b"), good + ".x",
           good + "=", ' ' + good, good + '\n', object + "." + object, object + ".W10." + object,
           "W10." + object + "." + object,
           Signer::Part("{\"alg\":1,\"alg\":2}") + '.' + object + ".AA",
           std::string(20000, 'A') + "." + object + ".AA", "e30.e31.AA",
           Signer::Part(std::string(100, '[') + std::string(100, ']')) + "." + object + ".AA"}) {
    EXPECT_EQ(Check(text, keys), "assertion-malformed") << text.substr(0, 80);
  }
}

TEST_F(SignedTokenTest, KeysThatAreWeakOrPrivateAreNotRegistered) {
  const auto why = [](const Json& key) {
    const Result<SigningKey> parsed = ParseKey(key);
    return parsed ? std::string() : parsed.error().detail;
  };
  EXPECT_THAT(why(Signer::Rs384("k", 1024).PublicKey()), HasSubstr("2048"));
  Json key = ec.PublicKey();
  EXPECT_EQ(why(key), "");
  key.Set("d", Json::String("AAAA"));
  EXPECT_THAT(why(key), HasSubstr("private"));
  key = ec.PublicKey();
  key.Set("crv", Json::String("P-256"));
  EXPECT_NE(why(key), "");
  key = ec.PublicKey();
  key.Set("alg", Json::String("RS384"));
  EXPECT_NE(why(key), "");
  key = ec.PublicKey();
  key.Set("use", Json::String("enc"));
  EXPECT_NE(why(key), "");
  key = ec.PublicKey();
  key.Set("x", key["y"]);
  EXPECT_NE(why(key), "") << "a point off the curve";
  key = ec.PublicKey();
  key.Remove("kid");
  EXPECT_NE(why(key), "");
  key = rsa.PublicKey();
  key.Set("e", Json::String("AQ"));
  EXPECT_NE(why(key), "") << "exponent 1 signs everything";
  EXPECT_NE(why(Json::Object({{"kid", Json::String("s")},
                              {"kty", Json::String("oct")},
                              {"k", Json::String("c2VjcmV0")}})),
            "");
}

TEST_F(SignedTokenTest, KeySetsAreBounded) {
  EXPECT_TRUE(ParseKeySet(ec.KeySet()));
  EXPECT_FALSE(ParseKeySet(""));
  EXPECT_FALSE(ParseKeySet("{}"));
  EXPECT_FALSE(ParseKeySet(R"({"keys":[]})"));
  EXPECT_FALSE(ParseKeySet(R"({"keys":{}})"));
  Json many = Json::Array();
  for (int i = 0; i < 17; ++i) {
    Json key = ec.PublicKey();
    key.Set("kid", Json::String("k" + std::to_string(i)));
    many.Append(std::move(key));
  }
  EXPECT_FALSE(ParseKeySet(Json::Object({{"keys", many}}).Write()));
  const Json twice = Json::Array({ec.PublicKey(), ec.PublicKey()});
  const auto doubled = ParseKeySet(Json::Object({{"keys", twice}}).Write());
  ASSERT_FALSE(doubled);
  EXPECT_THAT(doubled.error().detail, HasSubstr("keys[1]"));
}

}  // namespace
}  // namespace yizhan::security
