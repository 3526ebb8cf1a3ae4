#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace yizhan::test {

/// A terminal's key and what it asks the hospital to sign.
class CertificateRequest {
 public:
  explicit CertificateRequest(EVP_PKEY* key = EVP_EC_gen("P-256"), const char* name = "whatever",
                              EVP_PKEY* signer = nullptr)
      : key_(key, &EVP_PKEY_free) {
    const std::unique_ptr<X509_REQ, decltype(&X509_REQ_free)> request(X509_REQ_new(),
                                                                      &X509_REQ_free);
    X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_REQ_set_pubkey(request.get(), key);
    X509_REQ_sign(request.get(), signer == nullptr ? key : signer, EVP_sha256());
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509_REQ(bio, request.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    pem_.assign(data, static_cast<std::size_t>(size));
    BIO_free(bio);
  }

  [[nodiscard]] const std::string& Pem() const { return pem_; }
  [[nodiscard]] EVP_PKEY* Key() const { return key_.get(); }

 private:
  std::shared_ptr<EVP_PKEY> key_;
  std::string pem_;
};

}  // namespace yizhan::test
