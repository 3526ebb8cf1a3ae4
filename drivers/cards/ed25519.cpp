#include "drivers/cards/ed25519.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <utility>

namespace yizhan::drivers {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Free>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, Free>;
using BioPtr = std::unique_ptr<BIO, Free>;

}  // namespace

struct Ed25519SigningKey::Key {
  KeyPtr pkey;
};

bool VerifyEd25519(const Ed25519PublicKey& key, ByteView message,
                   const Ed25519Signature& signature) {
  const KeyPtr pkey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const DigestPtr digest(EVP_MD_CTX_new());
  return pkey && digest &&
         EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, pkey.get()) == 1 &&
         EVP_DigestVerify(digest.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

Ed25519SigningKey::Ed25519SigningKey(std::unique_ptr<Key> key) : key_(std::move(key)) {}
Ed25519SigningKey::Ed25519SigningKey(Ed25519SigningKey&&) noexcept = default;
Ed25519SigningKey& Ed25519SigningKey::operator=(Ed25519SigningKey&&) noexcept = default;
Ed25519SigningKey::~Ed25519SigningKey() = default;

Result<Ed25519SigningKey> Ed25519SigningKey::Generate() {
  KeyPtr pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!pkey) return Fail(ErrorCode::Internal, "Ed25519 key generation");
  return Ed25519SigningKey(std::make_unique<Key>(Key{std::move(pkey)}));
}

Result<Ed25519SigningKey> Ed25519SigningKey::FromPem(std::string_view pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!bio) return Fail(ErrorCode::Internal, "BIO");
  // A prompt on the terminal would block an unattended program: no passphrase, ever.
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  KeyPtr pkey(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!pkey || EVP_PKEY_get_base_id(pkey.get()) != EVP_PKEY_ED25519) {
    return Fail(ErrorCode::BadData, "not an unencrypted Ed25519 private key");
  }
  return Ed25519SigningKey(std::make_unique<Key>(Key{std::move(pkey)}));
}

Result<std::string> Ed25519SigningKey::ToPem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_PrivateKey(bio.get(), key_->pkey.get(), nullptr, nullptr, 0, nullptr,
                                       nullptr) != 1) {
    return Fail(ErrorCode::Internal, "writing a private key");
  }
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(length));
}

Result<Ed25519PublicKey> Ed25519SigningKey::PublicKey() const {
  Ed25519PublicKey key{};
  std::size_t length = key.size();
  if (EVP_PKEY_get_raw_public_key(key_->pkey.get(), key.data(), &length) != 1 ||
      length != key.size()) {
    return Fail(ErrorCode::Internal, "reading a public key");
  }
  return key;
}

Result<Ed25519Signature> Ed25519SigningKey::Sign(ByteView message) const {
  Ed25519Signature signature{};
  std::size_t length = signature.size();
  const DigestPtr digest(EVP_MD_CTX_new());
  if (!digest ||
      EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr, key_->pkey.get()) != 1 ||
      EVP_DigestSign(digest.get(), signature.data(), &length, message.data(), message.size()) !=
          1 ||
      length != signature.size()) {
    return Fail(ErrorCode::Internal, "signing");
  }
  return signature;
}

}  // namespace yizhan::drivers
