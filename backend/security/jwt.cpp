#include "backend/security/jwt.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>

#include "backend/security/base64url.h"
#include "backend/security/freed_by.h"

namespace yizhan::security {
namespace {

using fhir::Json;

constexpr std::size_t kMaxTokenBytes = 16U << 10U;
constexpr std::size_t kMaxKeySetBytes = 64U << 10U;
constexpr std::size_t kMaxKeys = 16;
constexpr std::size_t kMaxKidBytes = 256;
constexpr std::size_t kP384Bytes = 48;
constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;

using BigNumber = std::unique_ptr<BIGNUM, FreedBy<&BN_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreedBy<&EVP_PKEY_CTX_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, FreedBy<&OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, FreedBy<&OSSL_PARAM_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreedBy<&EVP_MD_CTX_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, FreedBy<&ECDSA_SIG_free>>;

const char* WireName(SignatureAlgorithm algorithm) {
  return algorithm == SignatureAlgorithm::Rs384 ? "RS384" : "ES384";
}

Result<std::shared_ptr<EVP_PKEY>> MakeKey(const char* kind, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* made = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return Fail(ErrorCode::BadData, "is no valid public key");
  }
  std::shared_ptr<EVP_PKEY> key(made, &EVP_PKEY_free);
  const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, made, nullptr));
  if (!check || EVP_PKEY_public_check(check.get()) != 1) {
    return Fail(ErrorCode::BadData, "is no valid public key");
  }
  return key;
}

Result<std::shared_ptr<EVP_PKEY>> RsaKey(const Json& key) {
  const auto modulus = FromBase64Url(key["n"].AsString());
  const auto exponent = FromBase64Url(key["e"].AsString());
  if (!modulus || !exponent || modulus->size() > kMaxRsaBits / 8 || exponent->size() > 4) {
    return Fail(ErrorCode::BadData, "n or e is missing or too long");
  }
  const BigNumber n(BN_bin2bn(modulus->data(), static_cast<int>(modulus->size()), nullptr));
  const BigNumber e(BN_bin2bn(exponent->data(), static_cast<int>(exponent->size()), nullptr));
  if (!n || !e || BN_num_bits(n.get()) < kMinRsaBits) {
    return Fail(ErrorCode::BadData, "RSA keys need at least 2048 bits");
  }
  if (BN_is_odd(n.get()) == 0 || BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) == 1) {
    return Fail(ErrorCode::BadData, "is no valid public key");
  }
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return MakeKey("RSA", builder.get());
}

Result<std::shared_ptr<EVP_PKEY>> EcKey(const Json& key) {
  if (key["crv"].AsString() != "P-384") return Fail(ErrorCode::BadData, "crv must be P-384");
  const auto x = FromBase64Url(key["x"].AsString());
  const auto y = FromBase64Url(key["y"].AsString());
  if (!x || !y || x->size() != kP384Bytes || y->size() != kP384Bytes) {
    return Fail(ErrorCode::BadData, "x and y must have 48 bytes");
  }
  Bytes point = {0x04};  // Uncompressed.
  point.insert(point.end(), x->begin(), x->end());
  point.insert(point.end(), y->begin(), y->end());
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-384", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  return MakeKey("EC", builder.get());
}

/// The two numbers of JOSE's form as the DER structure that OpenSSL reads.
Bytes ToDer(ByteView signature) {
  const int half = static_cast<int>(kP384Bytes);
  BigNumber r(BN_bin2bn(signature.data(), half, nullptr));
  BigNumber s(BN_bin2bn(signature.data() + kP384Bytes, half, nullptr));
  const EcSignature pair(ECDSA_SIG_new());
  if (!r || !s || !pair || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  Bytes der(static_cast<std::size_t>(i2d_ECDSA_SIG(pair.get(), nullptr)));
  std::uint8_t* out = der.data();
  i2d_ECDSA_SIG(pair.get(), &out);
  return der;
}

tl::unexpected<Refusal> Malformed(const char* why) {
  return Refuse(Reason::AssertionMalformed, why);
}

}  // namespace

Checked<SignedToken> ParseToken(std::string_view text) {
  if (text.size() > kMaxTokenBytes) return Malformed("is too long");
  const std::size_t first = text.find('.');
  const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos) {
    return Malformed("does not have three parts");
  }
  const auto header = FromBase64Url(text.substr(0, first));
  const auto claims = FromBase64Url(text.substr(first + 1, second - first - 1));
  auto signature = FromBase64Url(text.substr(second + 1));
  if (!header || !claims || !signature) return Malformed("is not base64url");
  const fhir::JsonLimits limits{kMaxTokenBytes, 8, 500};
  Result<Json> header_json = Json::Parse(AsText(*header), limits);
  Result<Json> claims_json = Json::Parse(AsText(*claims), limits);
  if (!header_json || !claims_json || !header_json->IsObject() || !claims_json->IsObject()) {
    return Malformed("header or claims are no JSON object");
  }
  return SignedToken{std::move(*header_json), std::move(*claims_json),
                     std::string(text.substr(0, second)), std::move(*signature)};
}

Result<SigningKey> ParseKey(const Json& key) {
  SigningKey parsed;
  parsed.id_ = key["kid"].AsString();
  if (parsed.id_.empty() || parsed.id_.size() > kMaxKidBytes) {
    return Fail(ErrorCode::BadData, "kid is missing or too long");
  }
  for (const char* secret : {"d", "k", "p", "q", "dp", "dq", "qi"}) {
    if (key.Has(secret)) {
      return Fail(ErrorCode::BadData, "is a private key: keep it, and give its public part");
    }
  }
  if (key.Has("use") && key["use"].AsString() != "sig") {
    return Fail(ErrorCode::BadData, "use must be sig");
  }
  if (key.Has("key_ops") && std::ranges::none_of(key["key_ops"].Items(), [](const Json& operation) {
        return operation.AsString() == "verify";
      })) {
    return Fail(ErrorCode::BadData, "key_ops must contain verify");
  }
  const std::string& kind = key["kty"].AsString();
  if (kind != "RSA" && kind != "EC") return Fail(ErrorCode::BadData, "kty must be RSA or EC");
  parsed.algorithm_ = kind == "RSA" ? SignatureAlgorithm::Rs384 : SignatureAlgorithm::Es384;
  if (key.Has("alg") && key["alg"].AsString() != WireName(parsed.algorithm_)) {
    return Fail(ErrorCode::BadData, "alg must be RS384 (RSA) or ES384 (EC)");
  }
  Result<std::shared_ptr<EVP_PKEY>> made = kind == "RSA" ? RsaKey(key) : EcKey(key);
  if (!made) return tl::unexpected<Error>(made.error());
  parsed.key_ = std::move(*made);
  return parsed;
}

Result<std::vector<SigningKey>> ParseKeySet(std::string_view text) {
  const Result<Json> set = Json::Parse(text, {kMaxKeySetBytes, 8, 2000});
  if (!set) return Fail(ErrorCode::BadData, "key set is no JSON, or too large");
  const std::vector<Json>& items = (*set)["keys"].Items();
  if (items.empty() || items.size() > kMaxKeys) {
    return Fail(ErrorCode::BadData, "key set must have 1 to 16 keys");
  }
  std::vector<SigningKey> keys;
  for (const Json& item : items) {
    const std::string place = "keys[" + std::to_string(keys.size()) + "] ";
    Result<SigningKey> key = ParseKey(item);
    if (!key) return Fail(ErrorCode::BadData, place + key.error().detail);
    for (const SigningKey& other : keys) {
      if (other.Id() == key->Id()) return Fail(ErrorCode::BadData, place + "has a kid twice");
    }
    keys.push_back(std::move(*key));
  }
  return keys;
}

bool SigningKey::Verifies(std::string_view text, ByteView signature) const {
  Bytes der;
  if (algorithm_ == SignatureAlgorithm::Es384) {
    if (signature.size() != 2 * kP384Bytes) return false;
    der = ToDer(signature);
    signature = der;
  } else if (signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()))) {
    return false;
  }
  const DigestContext context(EVP_MD_CTX_new());
  const ByteView bytes = AsBytes(text);
  return context &&
         EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha384(), nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), bytes.data(),
                          bytes.size()) == 1;
}

Checked<void> CheckSignature(const SignedToken& token, const std::vector<SigningKey>& keys) {
  // Extensions that must be understood and are not (RFC 7515 section 4.1.11).
  if (token.header.Has("crit")) return Malformed("has critical extensions");
  const std::string& algorithm = token.header["alg"].AsString();
  if (algorithm != "RS384" && algorithm != "ES384") return Refuse(Reason::AssertionAlgorithm);
  const std::string& kid = token.header["kid"].AsString();
  const auto key = std::ranges::find(keys, kid, &SigningKey::Id);
  if (kid.empty() || key == keys.end()) return Refuse(Reason::AssertionKey);
  // The key decides, never the token: otherwise it would choose how it is checked.
  if (algorithm != WireName(key->Algorithm())) return Refuse(Reason::AssertionAlgorithm);
  if (!key->Verifies(token.signed_text, token.signature)) return Refuse(Reason::AssertionSignature);
  return {};
}

}  // namespace yizhan::security
