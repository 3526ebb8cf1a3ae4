#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backend/security/refusal.h"
#include "base/clock.h"
#include "base/result.h"

namespace yizhan::security {

/// A certificate that was signed, or is known.
struct Certificate {
  std::string pem;
  std::string fingerprint;  ///< SHA-256, lower-case hexadecimal.
  std::string name;         ///< Common name.
  WallTime not_after{};
};

/// Reads one PEM certificate. BadData: it is none, or its names cannot be read.
[[nodiscard]] Result<Certificate> ReadCertificatePem(std::string_view pem);

/// The hospital's own certificate authority: a P-384 key in `ca.key` (mode 0600) and its
/// certificate `ca.pem`, 20 years. It signs what terminals ask for, and the server's own
/// certificate. Immutable, thread-safe.
class CertificateAuthority {
 public:
  /// Opens the authority in `folder`; makes it (and the folder, mode 0700) when there is none.
  /// BadData: the files do not fit each other or the key can be read by others; StoreFull: the
  /// folder cannot be written.
  [[nodiscard]] static Result<std::unique_ptr<CertificateAuthority>> Open(const std::string& folder,
                                                                          const Clock& clock);
  virtual ~CertificateAuthority() = default;

  /// The authority's own certificate; its fingerprint is what an operator compares.
  [[nodiscard]] virtual const Certificate& Own() const = 0;
  /// Signs a request (PKCS #10, PEM, at most 16 KiB) for a terminal called `name`, for two years.
  /// Only the key is taken from the request: name and purpose are ours. Refusal CertificateRequest:
  /// it is none, its signature is wrong, or its key is not P-256, P-384 or RSA of 2048 to 4096
  /// bits.
  [[nodiscard]] virtual Checked<Certificate> SignDevice(std::string_view request_pem,
                                                        const std::string& name) const = 0;
  /// A new key and certificate for this server under these names and addresses, as `server.key`
  /// (0600) and `server.pem` in the folder, for two years. BadData: no name, or one that cannot be
  /// a name or an address.
  [[nodiscard]] virtual Result<Certificate> MakeServer(
      const std::vector<std::string>& hosts) const = 0;
};

}  // namespace yizhan::security
