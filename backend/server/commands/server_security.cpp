#include "backend/server/commands/server_security.h"

#include <unistd.h>

#include "backend/security/admin.h"

namespace yizhan::server {

Result<std::unique_ptr<security::CertificateAuthority>> OpenAuthority(
    const Configuration& configuration, const Clock& clock) {
  const std::string folder = SecurityFolder(configuration);
  const bool only_verifies = ::access((folder + "/ca.pem").c_str(), F_OK) == 0 &&
                             ::access((folder + "/ca.key").c_str(), F_OK) != 0;
  if (only_verifies) return std::unique_ptr<security::CertificateAuthority>();
  return security::CertificateAuthority::Open(folder, clock);
}

Result<ServerSecurity> OpenSecurity(store::ResourceStore& store, const Clock& clock,
                                    const Configuration& configuration) {
  ServerSecurity made;
  if (!configuration.open) {
    auto authority = OpenAuthority(configuration, clock);
    if (!authority) return tl::unexpected<Error>(authority.error());
    made.authority = std::move(*authority);
    if (::access(configuration.http.certificate_file.c_str(), R_OK) != 0) {
      return Fail(ErrorCode::NotFound,
                  "the server has no certificate: yizhan-hospital enrol --server HOST makes one");
    }
  }
  made.gate =
      std::make_unique<security::Gate>(store, clock, made.authority.get(), configuration.access);
  const auto run = [gate = made.gate.get(), &clock](const fhir::Json& command) {
    return security::RunAdmin(*gate, command, clock.Now());
  };
  auto admin = AdminChannel::Open(configuration.store.folder, run);
  if (!admin) return tl::unexpected<Error>(admin.error());
  made.admin = std::move(*admin);
  return made;
}

}  // namespace yizhan::server
