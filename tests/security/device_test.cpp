#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <fstream>

#include "backend/security/devices.h"
#include "tests/security/certificate_request.h"
#include "tests/security/security_fixture.h"

namespace yizhan::security {
namespace {

using namespace std::chrono_literals;
using test::CertificateRequest;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kAddress = "10.1.2.3";

class DeviceTest : public test::SecurityFixture {
 protected:
  DeviceTest() {
    auto opened = CertificateAuthority::Open(CaFolder(), clock);
    EXPECT_TRUE(opened) << opened.error().detail;
    if (opened) authority = std::move(*opened);
    devices.emplace(*records, authority.get(), clock);
  }
  std::string CaFolder() const { return folder.Path() + "/ca"; }

  Certificate Enrol(const std::string& name) {
    const CertificateRequest request;
    Result<Certificate> made = devices->EnrolByRequest(name, "kiosk", request.Pem(), by);
    EXPECT_TRUE(made) << made.error().detail;
    return made ? *made : Certificate();
  }
  std::string Check(const std::string& name, const Certificate& certificate) {
    return ReasonOf(devices->Check(name, certificate.fingerprint));
  }
  static std::unique_ptr<X509, decltype(&X509_free)> Read(const std::string& pem) {
    BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    std::unique_ptr<X509, decltype(&X509_free)> certificate(
        PEM_read_bio_X509(bio, nullptr, nullptr, nullptr), &X509_free);
    BIO_free(bio);
    return certificate;
  }

  std::unique_ptr<CertificateAuthority> authority;
  std::optional<Devices> devices;
};

TEST_F(DeviceTest, TheAuthoritysKeyIsForItsOwnerOnlyAndStays) {
  struct stat status {};
  ASSERT_EQ(::stat((CaFolder() + "/ca.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  ASSERT_EQ(::stat(CaFolder().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  const auto again = CertificateAuthority::Open(CaFolder(), clock);
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->Own().fingerprint, authority->Own().fingerprint);
}

TEST_F(DeviceTest, AKeyThatOthersCanReadOrThatIsOfAnotherAuthorityIsRefused) {
  ::chmod((CaFolder() + "/ca.key").c_str(), 0644);
  auto opened = CertificateAuthority::Open(CaFolder(), clock);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().detail, HasSubstr("chmod"));
  ::chmod((CaFolder() + "/ca.key").c_str(), 0600);
  const auto other = CertificateAuthority::Open(folder.Path() + "/other", clock);
  ASSERT_TRUE(other);
  std::ofstream(CaFolder() + "/ca.pem", std::ios::trunc) << (*other)->Own().pem;
  opened = CertificateAuthority::Open(CaFolder(), clock);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().detail, HasSubstr("belong together"));
}

TEST_F(DeviceTest, ACertificateIsForTwoYearsForOneDeviceAndForClientsOnly) {
  const Certificate made = Enrol("K3");
  EXPECT_EQ(made.name, "K3") << "never the name in the request";
  const auto days = std::chrono::duration_cast<std::chrono::days>(made.not_after - clock.Now());
  EXPECT_EQ(days.count(), 730);
  const auto certificate = Read(made.pem);
  const auto ca = Read(authority->Own().pem);
  ASSERT_TRUE(certificate && ca);
  EXPECT_EQ(X509_verify(certificate.get(), X509_get0_pubkey(ca.get())), 1);
  EXPECT_EQ(X509_check_purpose(certificate.get(), X509_PURPOSE_SSL_CLIENT, 0), 1);
  EXPECT_EQ(X509_check_purpose(certificate.get(), X509_PURPOSE_SSL_SERVER, 0), 0);
  EXPECT_EQ(X509_check_ca(certificate.get()), 0);
  EXPECT_EQ(X509_check_ca(ca.get()), 1);
  EXPECT_EQ(Check("K3", made), "good");
}

TEST_F(DeviceTest, OnlyGoodRequestsAreSigned) {
  const auto sign = [&](const std::string& pem) {
    const Checked<Certificate> made = authority->SignDevice(pem, "K3");
    return made ? "good" : made.error().detail;
  };
  EXPECT_EQ(sign(CertificateRequest(EVP_EC_gen("P-384")).Pem()), "good");
  EXPECT_EQ(sign(CertificateRequest(EVP_RSA_gen(2048)).Pem()), "good");
  EXPECT_THAT(sign(CertificateRequest(EVP_RSA_gen(1024)).Pem()), HasSubstr("key must be"));
  EXPECT_THAT(sign(CertificateRequest(EVP_EC_gen("P-224")).Pem()), HasSubstr("key must be"));
  EXPECT_THAT(sign(CertificateRequest(EVP_EC_gen("secp256k1")).Pem()), HasSubstr("key must be"));
  const CertificateRequest other;
  EXPECT_THAT(sign(CertificateRequest(EVP_EC_gen("P-256"), "x", other.Key()).Pem()),
              HasSubstr("signature"))
      << "who asks must have the key";
  EXPECT_THAT(sign(""), HasSubstr("PKCS"));
  EXPECT_THAT(sign(authority->Own().pem), HasSubstr("PKCS"));
  EXPECT_THAT(sign(std::string(20'000, 'A')), HasSubstr("too long"));
}

TEST_F(DeviceTest, ACodeEnrolsOneDeviceOnce) {
  const auto code = devices->MakeCode("K4", "kiosk", 15min, by);
  ASSERT_TRUE(code);
  EXPECT_EQ(code->code.size(), 9U);
  const CertificateRequest request;
  EXPECT_EQ(ReasonOf(devices->EnrolByCode("WRNG-CODE", request.Pem(), kAddress)), "enrolment-code");
  EXPECT_EQ(ReasonOf(devices->EnrolByCode(code->code, "no request", kAddress)),
            "certificate-request");
  std::string typed = " " + code->code;
  for (char& c : typed) c = static_cast<char>(std::tolower(c));
  const auto made = devices->EnrolByCode(typed, request.Pem(), kAddress);
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_EQ(made->name, "K4");
  EXPECT_EQ(Check("K4", *made), "good");
  EXPECT_EQ(ReasonOf(devices->EnrolByCode(code->code, request.Pem(), kAddress)), "enrolment-code");
  EXPECT_THAT(Audited(), ElementsAre("enrol-code 0", "enrol 0"));
}

TEST_F(DeviceTest, ACodeExpiresAndIsNotStoredInTheClear) {
  const auto code = devices->MakeCode("K4", "kiosk", 15min, by);
  ASSERT_TRUE(code);
  const auto kept = records->All("enrolment");
  ASSERT_TRUE(kept);
  for (const store::Record& record : *kept) {
    EXPECT_THAT(record.key + record.text, Not(HasSubstr(code->code.substr(0, 4))));
  }
  clock.Advance(15min);
  EXPECT_EQ(ReasonOf(devices->EnrolByCode(code->code, CertificateRequest().Pem(), kAddress)),
            "enrolment-code");
}

TEST_F(DeviceTest, TheAuthoritysSignatureAloneOpensNothing) {
  const Checked<Certificate> stranger = authority->SignDevice(CertificateRequest().Pem(), "K9");
  ASSERT_TRUE(stranger);
  EXPECT_EQ(Check("K9", *stranger), "unknown-device");
  const Certificate known = Enrol("K3");
  EXPECT_EQ(Check("K9", known), "unknown-device");
  EXPECT_EQ(Check("K3", *stranger), "unknown-device") << "the name of another's certificate";
}

TEST_F(DeviceTest, RevocationCountsAtOnceAndForOtherProcessesWithinASecond) {
  Records elsewhere(*store, clock);
  Devices there(elsewhere, authority.get(), clock);
  const Certificate made = Enrol("K3");
  EXPECT_EQ(Check("K3", made), "good");
  EXPECT_EQ(ReasonOf(there.Check("K3", made.fingerprint)), "good");
  ASSERT_TRUE(devices->Revoke("K3", by));
  EXPECT_EQ(Check("K3", made), "device-revoked");
  clock.Advance(1s);
  EXPECT_EQ(ReasonOf(there.Check("K3", made.fingerprint)), "device-revoked");
  EXPECT_EQ(devices->Revoke("K77", by).error().code, ErrorCode::NotFound);
}

TEST_F(DeviceTest, ACertificateEndsEvenOnAConnectionThatIsStillOpen) {
  const Certificate made = Enrol("K3");
  EXPECT_EQ(Check("K3", made), "good");
  clock.Advance(731 * 24h);
  EXPECT_EQ(Check("K3", made), "device-expired");
}

TEST_F(DeviceTest, ANewCertificateEndsTheOldOneWhenItIsFirstUsed) {
  const Certificate old = Enrol("K3");
  EXPECT_EQ(Check("K3", old), "good");
  const Certificate next = Enrol("K3");
  EXPECT_EQ(Check("K3", old), "good") << "the answer may have been lost on the way";
  EXPECT_EQ(Check("K3", next), "good");
  EXPECT_EQ(Check("K3", old), "device-revoked");
  EXPECT_EQ(Check("K3", next), "good");
}

TEST_F(DeviceTest, DevicesHaveDevicesRoles) {
  EXPECT_FALSE(devices->MakeCode("K3", "admin", 15min, by));
  EXPECT_FALSE(devices->MakeCode("K 3", "kiosk", 15min, by));
  EXPECT_FALSE(devices->MakeCode("", "kiosk", 15min, by));
  EXPECT_FALSE(devices->MakeCode("K3", "kiosk", 48h, by));
  const Certificate made = Enrol("K3");
  const auto kiosk = devices->Check("K3", made.fingerprint);
  ASSERT_TRUE(kiosk);
  EXPECT_EQ(kiosk->kind, PrincipalKind::Device);
  EXPECT_TRUE(kiosk->grant.Allows(Interaction::Update, "Appointment"));
  EXPECT_FALSE(kiosk->grant.Allows(Interaction::Search, "AuditEvent"));
  EXPECT_FALSE(kiosk->Can(Ability::SeeDesk));
  EXPECT_TRUE(kiosk->Can(Ability::SeeScreen));
}

TEST_F(DeviceTest, CertificatesOfAnotherAuthorityCanBeMadeKnown) {
  const auto other = CertificateAuthority::Open(folder.Path() + "/other", clock);
  ASSERT_TRUE(other);
  const Checked<Certificate> foreign = (*other)->SignDevice(CertificateRequest().Pem(), "K5");
  ASSERT_TRUE(foreign);
  EXPECT_EQ(Check("K5", *foreign), "unknown-device");
  EXPECT_EQ(devices->Register("K6", "kiosk", foreign->pem, by).error().code, ErrorCode::BadData);
  ASSERT_TRUE(devices->Register("K5", "kiosk", foreign->pem, by));
  EXPECT_EQ(Check("K5", *foreign), "good");
}

TEST_F(DeviceTest, TheServersOwnCertificateNamesItsHosts) {
  const auto made = authority->MakeServer({"hospital.example", "10.0.0.5", "::1"});
  ASSERT_TRUE(made) << made.error().detail;
  const auto certificate = Read(made->pem);
  EXPECT_EQ(X509_check_host(certificate.get(), "hospital.example", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "10.0.0.5", 0), 1);
  EXPECT_EQ(X509_check_purpose(certificate.get(), X509_PURPOSE_SSL_CLIENT, 0), 0);
  EXPECT_FALSE(authority->MakeServer({}));
  EXPECT_FALSE(authority->MakeServer({"a,DNS:evil.example"}));
  EXPECT_EQ(Check("yizhan-hospital", *made), "unknown-device");
}

}  // namespace
}  // namespace yizhan::security
