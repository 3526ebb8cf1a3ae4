#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "backend/fhir/client.h"
#include "backend/server/http_server.h"
#include "tests/backend/temp_folder.h"

namespace yizhan::server {
namespace {

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using CertificatePtr = std::unique_ptr<X509, decltype(&X509_free)>;

struct Identity {
  KeyPtr key{nullptr, &EVP_PKEY_free};
  CertificatePtr certificate{nullptr, &X509_free};
};

void AddExtension(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  ASSERT_NE(extension, nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

/// A P-256 key with a certificate by `issuer`; by itself when null (a CA).
Identity MakeIdentity(const char* name, const Identity* issuer, long lifetime_s = 3600) {
  static long serial = 1;
  Identity made;
  made.key.reset(EVP_EC_gen("P-256"));
  made.certificate.reset(X509_new());
  X509* certificate = made.certificate.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), lifetime_s);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509_set_pubkey(certificate, made.key.get());
  const Identity& signer = issuer == nullptr ? made : *issuer;
  X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate.get()));
  AddExtension(certificate, signer.certificate.get(), NID_basic_constraints,
               issuer == nullptr ? "critical,CA:TRUE" : "CA:FALSE");
  if (issuer != nullptr) {
    AddExtension(certificate, signer.certificate.get(), NID_subject_alt_name, "IP:127.0.0.1");
  }
  X509_sign(certificate, signer.key.get(), EVP_sha256());
  return made;
}

class MutualTlsTest : public testing::Test {
 protected:
  MutualTlsTest() {
    const Identity ca = MakeIdentity("hospital-ca", nullptr);
    const Identity other_ca = MakeIdentity("other-ca", nullptr);
    Save("ca", ca);
    Save("other-ca", other_ca);
    Save("server", MakeIdentity("server", &ca));
    Save("kiosk", MakeIdentity("K3", &ca));
    Save("stranger", MakeIdentity("K3", &other_ca));
    Save("old", MakeIdentity("K3", &ca, -60));
    Listen(ClientCertificate::Required);
  }

  void Listen(ClientCertificate asked) {
    HttpServerOptions options;
    options.client_certificate = asked;
    options.certificate_file = File("server", ".pem");
    options.key_file = File("server", ".key");
    options.client_ca_file = File("ca", ".pem");
    auto opened = HttpServer::Open(options, [](const HttpRequest& request) {
      HttpResponse response;
      response.content_type = "application/json";
      response.body = '"' + request.client_name + request.client_problem + '"';
      EXPECT_EQ(request.client_fingerprint.size(), request.client_name.empty() ? 0U : 64U);
      EXPECT_EQ(request.remote_address, "127.0.0.1");
      return response;
    });
    EXPECT_TRUE(opened) << opened.error().detail;
    if (opened) server = std::move(*opened);
  }

  std::string File(const std::string& name, const char* kind) const {
    return folder.Path() + '/' + name + kind;
  }
  void Save(const std::string& name, const Identity& identity) const {
    std::FILE* certificate = std::fopen(File(name, ".pem").c_str(), "w");
    std::FILE* key = std::fopen(File(name, ".key").c_str(), "w");
    ASSERT_NE(certificate, nullptr);
    ASSERT_NE(key, nullptr);
    PEM_write_X509(certificate, identity.certificate.get());
    PEM_write_PrivateKey(key, identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(certificate);
    std::fclose(key);
  }
  /// What the server calls us, or the name of the failure.
  std::string AskAs(const std::string& identity, const std::string& trusted = "ca",
                    const std::string& scheme = "https") const {
    fhir::ClientOptions options;
    options.base_url = scheme + "://127.0.0.1:" + std::to_string(server->Port());
    options.ca_file = File(trusted, ".pem");
    if (!identity.empty()) {
      options.certificate_file = File(identity, ".pem");
      options.key_file = File(identity, ".key");
    }
    auto client = fhir::Client::Open(options);
    if (!client) return client.error().detail;
    const Result<fhir::Response> response = (*client)->Send({});
    return response ? response->body.AsString() : std::string("failed");
  }

  const test::TempFolder folder;
  std::unique_ptr<HttpServer> server;
};

TEST_F(MutualTlsTest, KnowsATerminalByItsCertificateAndNobodyElse) {
  EXPECT_EQ(AskAs("kiosk"), "K3");
  EXPECT_EQ(AskAs(""), "failed");
  EXPECT_EQ(AskAs("stranger"), "failed");
  EXPECT_EQ(AskAs("kiosk", "ca", "http"), "failed");
  EXPECT_EQ(AskAs("kiosk"), "K3") << "refusals leave the server at work";
}

TEST_F(MutualTlsTest, TerminalRefusesAHospitalItDoesNotKnow) {
  EXPECT_EQ(AskAs("kiosk", "other-ca"), "failed");
}

TEST_F(MutualTlsTest, WhereCertificatesAreOptionalTheHandlerLearnsWhyOneIsNotTrusted) {
  server.reset();
  Listen(ClientCertificate::Optional);
  EXPECT_EQ(AskAs("kiosk"), "K3");
  EXPECT_EQ(AskAs(""), "") << "a browser comes without one";
  // Neither gets the name that it claims.
  EXPECT_THAT(AskAs("stranger"), testing::HasSubstr("unable to"));
  EXPECT_EQ(AskAs("old"), "certificate has expired");
  EXPECT_EQ(AskAs("kiosk"), "K3");
}

}  // namespace
}  // namespace yizhan::server
