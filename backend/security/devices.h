#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backend/security/accounts.h"
#include "backend/security/certificate_authority.h"
#include "backend/security/principal.h"
#include "backend/security/records.h"
#include "backend/security/refusal.h"

namespace yizhan::security {

/// One certificate of a device, or a call screen's key (its digest stands as fingerprint). A device
/// has two for a while when it is enrolled again.
struct DeviceCertificate {
  std::string fingerprint;
  WallTime enrolled{};
  WallTime not_after{};
  bool revoked = false;
  bool used = false;  ///< The device has come with it: older ones end then.
  friend bool operator==(const DeviceCertificate&, const DeviceCertificate&) = default;
};

struct Device {
  std::string name;  ///< "K3": letters, digits, '-', '_', '.', 1 to 40. The common name.
  std::string role;  ///< See FindRole().
  std::vector<DeviceCertificate> certificates;  ///< Oldest first, at most four.
};

/// A code that lets one device enrol itself.
struct EnrolmentCode {
  std::string code;  ///< "ABCD-EFGH"
  WallTime expires{};
};

/// The devices that this hospital knows, by name and fingerprint: a certificate of the CA alone
/// opens nothing. Every change is audited. Thread-safe. What it is given outlives it.
class Devices {
 public:
  /// `authority` may be null where certificates come from elsewhere: then only Register() enrols.
  Devices(Records& records, const CertificateAuthority* authority, const Clock& clock)
      : records_(records), authority_(authority), clock_(clock) {}

  // BadData: name or role cannot be used, the detail says why. NotFound: there is no such device.

  /// A one-time code for a device of that name, good for `life`.
  [[nodiscard]] Result<EnrolmentCode> MakeCode(const std::string& name, const std::string& role,
                                               std::chrono::minutes life,
                                               const Accounts::Author& by);
  /// The device itself asks, with its code. The code is used up by the first good request.
  /// Refusals: CodeInvalid, CertificateRequest, NotConfigured, Unavailable.
  [[nodiscard]] Checked<Certificate> EnrolByCode(const std::string& code,
                                                 const std::string& request_pem,
                                                 const std::string& address);
  /// A call screen is a browser without a certificate: for its code it gets a key, to be kept in a
  /// cookie for two years. Only for the role "screen". Refusals: as above.
  [[nodiscard]] Checked<std::string> PairScreen(const std::string& code,
                                                const std::string& address);
  /// Staff brings the request as a file. BadData: the request cannot be used.
  [[nodiscard]] Result<Certificate> EnrolByRequest(const std::string& name, const std::string& role,
                                                   const std::string& request_pem,
                                                   const Accounts::Author& by);
  /// Makes a certificate known that another CA signed. BadData: its common name is not `name`.
  [[nodiscard]] Status Register(const std::string& name, const std::string& role,
                                const std::string& certificate_pem, const Accounts::Author& by);
  /// All certificates of the device end, on open connections too.
  [[nodiscard]] Status Revoke(const std::string& name, const Accounts::Author& by);
  [[nodiscard]] Result<std::vector<Device>> List();

  /// Who came with this certificate. Refusals: UnknownDevice, DeviceRevoked, DeviceExpired,
  /// Unavailable.
  [[nodiscard]] Checked<Principal> Check(const std::string& name, const std::string& fingerprint);
  /// The same for a key of PairScreen().
  [[nodiscard]] Checked<Principal> CheckScreen(const std::string& key);

 private:
  [[nodiscard]] Status Keep(const std::string& name, const std::string& role,
                            const Certificate& certificate, const Accounts::Author& by,
                            const std::string& used_code);
  struct Promised;
  [[nodiscard]] Checked<Promised> FindCode(const std::string& code);
  void MarkUsed(const std::string& name, const std::string& fingerprint);

  Records& records_;
  const CertificateAuthority* authority_;
  const Clock& clock_;
};

}  // namespace yizhan::security
