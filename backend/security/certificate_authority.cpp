#include "backend/security/certificate_authority.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "backend/security/freed_by.h"
#include "base/bytes.h"
#include "base/crypto.h"
#include "base/unique_fd.h"

namespace yizhan::security {
namespace {

constexpr std::chrono::days kAuthorityLife{365 * 20};
constexpr std::chrono::days kDeviceLife{365 * 2};
/// Terminals whose clock is somewhat late accept a new certificate all the same.
constexpr std::chrono::minutes kBackdated{10};
constexpr std::size_t kMaxRequestBytes = 16U << 10U;
constexpr std::size_t kMaxFileBytes = 64U << 10U;

using Key = std::unique_ptr<EVP_PKEY, FreedBy<&EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, FreedBy<&X509_free>>;
using Request = std::unique_ptr<X509_REQ, FreedBy<&X509_REQ_free>>;
using Bio = std::unique_ptr<BIO, FreedBy<&BIO_free>>;
using Number = std::unique_ptr<BIGNUM, FreedBy<&BN_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, FreedBy<&X509_EXTENSION_free>>;

Bio Reading(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string Written(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(std::max(0L, size))};
}

/// Never asks for a passphrase: nobody is there to type it.
int NoPassphrase(char*, int, int, void*) { return 0; }

std::int64_t SecondsOf(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

Result<Certificate> Describe(X509* certificate) {
  Certificate described;
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1) {
    return Fail(ErrorCode::Internal, "certificate cannot be written");
  }
  described.pem = Written(bio.get());
  std::array<std::uint8_t, 32> digest{};
  unsigned size = 0;
  X509_digest(certificate, EVP_sha256(), digest.data(), &size);
  described.fingerprint = ToHex(digest);
  char name[256] = {};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof(name));
  described.name = name;
  std::tm end{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) {
    return Fail(ErrorCode::BadData, "certificate has no end");
  }
  described.not_after = WallTime(std::chrono::seconds(::timegm(&end)));
  return described;
}

Result<std::string> ReadFile(const std::string& path, bool is_secret) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return Fail(ErrorCode::NotFound, path + " cannot be read");
  struct stat status {};
  if (::fstat(file.Get(), &status) != 0 || status.st_size > std::int64_t{kMaxFileBytes}) {
    return Fail(ErrorCode::BadData, path + " cannot be used");
  }
  if (is_secret && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Fail(ErrorCode::BadData, path + " can be read by others: chmod 600 it");
  }
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  if (::read(file.Get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return Fail(ErrorCode::BadData, path + " cannot be read");
  }
  return text;
}

/// Whole or not at all: written beside and renamed.
Status WriteFile(const std::string& path, std::string_view text, mode_t mode) {
  const std::string part = path + ".part";
  ::unlink(part.c_str());
  const UniqueFd file(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  const bool is_written =
      file && ::write(file.Get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(file.Get()) == 0 && ::rename(part.c_str(), path.c_str()) == 0;
  if (!is_written) return Fail(ErrorCode::StoreFull, path + " cannot be written");
  return {};
}

Result<std::string> KeyPem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio ||
      PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return Fail(ErrorCode::Internal, "key cannot be written");
  }
  return Written(bio.get());
}

bool IsHost(const std::string& host) {
  return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-';
  });
}

bool IsAddress(const std::string& host) {
  std::array<std::uint8_t, 16> ignored{};
  return ::inet_pton(AF_INET, host.c_str(), ignored.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), ignored.data()) == 1;
}

/// What every certificate of ours has in common; the caller adds purposes and signs.
class Draft {
 public:
  Draft(const std::string& name, EVP_PKEY* key, WallTime from, WallTime to, X509* issuer)
      : certificate_(X509_new()), issuer_(issuer == nullptr ? certificate_.get() : issuer) {
    X509* certificate = certificate_.get();
    X509_set_version(certificate, X509_VERSION_3);
    Bytes serial = RandomBytes(16);
    serial[0] = static_cast<std::uint8_t>((serial[0] & 0x7FU) | 0x40U);  // Positive, 16 bytes.
    const Number number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
    BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
    ASN1_TIME_set(X509_getm_notBefore(certificate), SecondsOf(from));
    ASN1_TIME_set(X509_getm_notAfter(certificate), SecondsOf(to));
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.data()),
                               static_cast<int>(name.size()), -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer_));
    X509_set_pubkey(certificate, key);
    Add(NID_subject_key_identifier, "hash");
  }

  void Add(int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer_, certificate_.get(), nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    is_good_ = is_good_ && extension && X509_add_ext(certificate_.get(), extension.get(), -1) == 1;
  }

  Result<X509Ptr> Sign(EVP_PKEY* key) {
    if (!is_good_ || X509_sign(certificate_.get(), key, EVP_sha384()) == 0) {
      return Fail(ErrorCode::Internal, "certificate cannot be signed");
    }
    return std::move(certificate_);
  }

 private:
  X509Ptr certificate_;
  X509* issuer_;
  bool is_good_ = true;
};

class FolderAuthority final : public CertificateAuthority {
 public:
  FolderAuthority(std::string folder, const Clock& clock, Key key, X509Ptr certificate,
                  Certificate own)
      : folder_(std::move(folder)),
        clock_(clock),
        key_(std::move(key)),
        certificate_(std::move(certificate)),
        own_(std::move(own)) {}

  const Certificate& Own() const override { return own_; }

  Checked<Certificate> SignDevice(std::string_view request_pem,
                                  const std::string& name) const override {
    if (request_pem.size() > kMaxRequestBytes) {
      return Refuse(Reason::CertificateRequest, "is too long");
    }
    const Request request(
        PEM_read_bio_X509_REQ(Reading(request_pem).get(), nullptr, &NoPassphrase, nullptr));
    EVP_PKEY* key = request ? X509_REQ_get0_pubkey(request.get()) : nullptr;
    if (key == nullptr) return Refuse(Reason::CertificateRequest, "is no PKCS #10 request in PEM");
    if (!IsGoodKey(key)) {
      return Refuse(Reason::CertificateRequest, "key must be P-256, P-384 or RSA 2048 to 4096");
    }
    if (X509_REQ_verify(request.get(), key) != 1) {
      return Refuse(Reason::CertificateRequest, "signature is wrong");
    }
    Draft draft = Begin(name, key);
    draft.Add(NID_basic_constraints, "critical,CA:FALSE");
    draft.Add(NID_key_usage, "critical,digitalSignature");
    draft.Add(NID_ext_key_usage, "clientAuth");
    return Finish(draft);
  }

  Result<Certificate> MakeServer(const std::vector<std::string>& hosts) const override {
    std::string names;
    for (const std::string& host : hosts) {
      if (!IsAddress(host) && !IsHost(host)) {
        return Fail(ErrorCode::BadData, "host must be a DNS name or an address");
      }
      names += (names.empty() ? "" : ",") + std::string(IsAddress(host) ? "IP:" : "DNS:") + host;
    }
    if (names.empty()) return Fail(ErrorCode::BadData, "host is missing");
    const Key key(EVP_EC_gen("P-256"));
    if (!key) return Fail(ErrorCode::Internal, "no key can be made");
    Draft draft = Begin("yizhan-hospital", key.get());
    draft.Add(NID_basic_constraints, "critical,CA:FALSE");
    draft.Add(NID_key_usage, "critical,digitalSignature");
    draft.Add(NID_ext_key_usage, "serverAuth");
    draft.Add(NID_subject_alt_name, names);
    Checked<Certificate> made = Finish(draft);
    if (!made) return Fail(ErrorCode::Internal, made.error().detail);
    const Result<std::string> pem = KeyPem(key.get());
    if (!pem) return tl::unexpected<Error>(pem.error());
    if (Status kept = WriteFile(folder_ + "/server.key", *pem, 0600); !kept) {
      return tl::unexpected<Error>(kept.error());
    }
    Status kept = WriteFile(folder_ + "/server.pem", made->pem + own_.pem, 0644);
    if (!kept) return tl::unexpected<Error>(kept.error());
    return *made;
  }

 private:
  static bool IsGoodKey(EVP_PKEY* key) {
    const int bits = EVP_PKEY_get_bits(key);
    if (EVP_PKEY_is_a(key, "RSA") == 1) return bits >= 2048 && bits <= 4096;
    char group[64] = {};
    std::size_t size = 0;
    return EVP_PKEY_is_a(key, "EC") == 1 &&
           EVP_PKEY_get_group_name(key, group, sizeof(group), &size) == 1 &&
           (std::string_view(group) == "prime256v1" || std::string_view(group) == "secp384r1");
  }

  /// Not longer than the authority itself: nobody could verify it then.
  Draft Begin(const std::string& name, EVP_PKEY* key) const {
    const WallTime now = clock_.Now();
    Draft draft(name, key, now - kBackdated, std::min<WallTime>(now + kDeviceLife, own_.not_after),
                certificate_.get());
    draft.Add(NID_authority_key_identifier, "keyid:always");
    return draft;
  }

  Checked<Certificate> Finish(Draft& draft) const {
    const Result<X509Ptr> signed_certificate = draft.Sign(key_.get());
    if (!signed_certificate) {
      return Refuse(Reason::Unavailable, signed_certificate.error().detail);
    }
    Result<Certificate> described = Describe(signed_certificate->get());
    if (!described) return Refuse(Reason::Unavailable, described.error().detail);
    return std::move(*described);
  }

  const std::string folder_;
  const Clock& clock_;
  const Key key_;
  const X509Ptr certificate_;
  const Certificate own_;
};

Status MakeAuthority(const std::string& folder, const Clock& clock) {
  const Key key(EVP_EC_gen("P-384"));
  if (!key) return Fail(ErrorCode::Internal, "no key can be made");
  const WallTime now = clock.Now();
  // A name of its own: after a restore or a move nobody mixes two authorities up.
  Draft draft("Yizhan hospital CA " + ToHex(RandomBytes(4)), key.get(), now - kBackdated,
              now + kAuthorityLife, nullptr);
  draft.Add(NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  draft.Add(NID_key_usage, "critical,keyCertSign,cRLSign");
  const Result<X509Ptr> made = draft.Sign(key.get());
  if (!made) return tl::unexpected<Error>(made.error());
  const Result<Certificate> described = Describe(made->get());
  const Result<std::string> pem = KeyPem(key.get());
  if (!described) return tl::unexpected<Error>(described.error());
  if (!pem) return tl::unexpected<Error>(pem.error());
  // The key first: a certificate without its key would look like an authority.
  if (Status kept = WriteFile(folder + "/ca.key", *pem, 0600); !kept) return kept;
  return WriteFile(folder + "/ca.pem", described->pem, 0644);
}

}  // namespace

Result<Certificate> ReadCertificatePem(std::string_view pem) {
  if (pem.size() > kMaxFileBytes) return Fail(ErrorCode::BadData, "certificate is too long");
  const X509Ptr certificate(PEM_read_bio_X509(Reading(pem).get(), nullptr, &NoPassphrase, nullptr));
  if (!certificate) return Fail(ErrorCode::BadData, "is no certificate in PEM");
  return Describe(certificate.get());
}

Result<std::unique_ptr<CertificateAuthority>> CertificateAuthority::Open(const std::string& folder,
                                                                         const Clock& clock) {
  // The data folder may be not there yet: its certificates can come first.
  ::mkdir(folder.substr(0, folder.rfind('/')).c_str(), 0700);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return Fail(ErrorCode::StoreFull, folder + " cannot be made");
  }
  if (::access((folder + "/ca.pem").c_str(), F_OK) != 0) {
    if (Status made = MakeAuthority(folder, clock); !made) {
      return tl::unexpected<Error>(made.error());
    }
  }
  const Result<std::string> key_pem = ReadFile(folder + "/ca.key", true);
  if (!key_pem) return tl::unexpected<Error>(key_pem.error());
  const Result<std::string> pem = ReadFile(folder + "/ca.pem", false);
  if (!pem) return tl::unexpected<Error>(pem.error());
  Key key(PEM_read_bio_PrivateKey(Reading(*key_pem).get(), nullptr, &NoPassphrase, nullptr));
  X509Ptr certificate(PEM_read_bio_X509(Reading(*pem).get(), nullptr, &NoPassphrase, nullptr));
  if (!key || !certificate || X509_check_private_key(certificate.get(), key.get()) != 1) {
    return Fail(ErrorCode::BadData, "ca.key and ca.pem do not belong together");
  }
  Result<Certificate> own = Describe(certificate.get());
  if (!own) return tl::unexpected<Error>(own.error());
  return std::unique_ptr<CertificateAuthority>(std::make_unique<FolderAuthority>(
      folder, clock, std::move(key), std::move(certificate), std::move(*own)));
}

}  // namespace yizhan::security
