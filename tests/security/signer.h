#pragma once

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <memory>
#include <string>

#include "backend/fhir/json.h"
#include "backend/security/base64url.h"

namespace yizhan::test {

/// A system's private key, which signs tokens as honest and as hostile systems would.
class Signer {
 public:
  [[nodiscard]] static Signer Es384(std::string kid) {
    return Signer(EVP_EC_gen("P-384"), "ES384", std::move(kid));
  }
  [[nodiscard]] static Signer Rs384(std::string kid, unsigned bits = 2048) {
    return Signer(EVP_RSA_gen(bits), "RS384", std::move(kid));
  }

  [[nodiscard]] fhir::Json PublicKey() const {
    const auto text = [](std::string value) { return fhir::Json::String(std::move(value)); };
    fhir::Json key = fhir::Json::Object({{"kid", text(kid_)}, {"alg", text(algorithm_)}});
    if (algorithm_ == "ES384") {
      key.Set("kty", text("EC")).Set("crv", text("P-384"));
      key.Set("x", text(Number(OSSL_PKEY_PARAM_EC_PUB_X, 48)));
      key.Set("y", text(Number(OSSL_PKEY_PARAM_EC_PUB_Y, 48)));
    } else {
      key.Set("kty", text("RSA")).Set("n", text(Number(OSSL_PKEY_PARAM_RSA_N, 0)));
      key.Set("e", text(Number(OSSL_PKEY_PARAM_RSA_E, 0)));
    }
    return key;
  }
  [[nodiscard]] std::string KeySet() const {
    return fhir::Json::Object({{"keys", fhir::Json::Array({PublicKey()})}}).Write();
  }
  [[nodiscard]] fhir::Json Header() const {
    return fhir::Json::Object({{"alg", fhir::Json::String(algorithm_)},
                               {"kid", fhir::Json::String(kid_)},
                               {"typ", fhir::Json::String("JWT")}});
  }

  [[nodiscard]] std::string Sign(const fhir::Json& claims) const { return Sign(Header(), claims); }
  [[nodiscard]] std::string Sign(const fhir::Json& header, const fhir::Json& claims) const {
    const std::string text = Part(header.Write()) + '.' + Part(claims.Write());
    return text + '.' + security::ToBase64Url(Signature(text));
  }
  /// As JWS has it: for ES384 the two numbers, 48 bytes each.
  [[nodiscard]] Bytes Signature(const std::string& text) const {
    const Bytes der = RawSignature(text);
    return algorithm_ == "ES384" ? FromDer(der, false) : der;
  }
  /// The other signature that fits the same text: (r, n - s). Only ES384.
  [[nodiscard]] Bytes OtherSignature(const std::string& text) const {
    return FromDer(RawSignature(text), true);
  }
  /// As OpenSSL makes it (DER for ES384).
  [[nodiscard]] Bytes RawSignature(const std::string& text) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          &EVP_MD_CTX_free);
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha384(), nullptr, key_.get());
    const ByteView bytes = AsBytes(text);
    std::size_t size = 0;
    EVP_DigestSign(context.get(), nullptr, &size, bytes.data(), bytes.size());
    Bytes signature(size);
    EXPECT_EQ(EVP_DigestSign(context.get(), signature.data(), &size, bytes.data(), bytes.size()),
              1);
    signature.resize(size);
    return signature;
  }
  [[nodiscard]] static std::string Part(std::string_view text) {
    return security::ToBase64Url(AsBytes(text));
  }

 private:
  Signer(EVP_PKEY* key, std::string algorithm, std::string kid)
      : key_(key, &EVP_PKEY_free), algorithm_(std::move(algorithm)), kid_(std::move(kid)) {}

  [[nodiscard]] std::string Number(const char* name, int bytes) const {
    BIGNUM* number = nullptr;
    EXPECT_EQ(EVP_PKEY_get_bn_param(key_.get(), name, &number), 1);
    Bytes text(static_cast<std::size_t>(bytes == 0 ? BN_num_bytes(number) : bytes));
    BN_bn2binpad(number, text.data(), static_cast<int>(text.size()));
    BN_free(number);
    return security::ToBase64Url(text);
  }
  [[nodiscard]] static Bytes FromDer(const Bytes& der, bool other) {
    const std::uint8_t* at = der.data();
    ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    BIGNUM* s = BN_dup(ECDSA_SIG_get0_s(pair));
    if (other) {
      BIGNUM* order = nullptr;  // Of the group P-384.
      BN_hex2bn(
          &order,
          "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196A"
          "CCC52973");
      BN_sub(s, order, s);
      BN_free(order);
    }
    Bytes signature(96);
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature.data(), 48);
    BN_bn2binpad(s, signature.data() + 48, 48);
    BN_free(s);
    ECDSA_SIG_free(pair);
    return signature;
  }

  std::shared_ptr<EVP_PKEY> key_;
  std::string algorithm_;
  std::string kid_;
};

}  // namespace yizhan::test
