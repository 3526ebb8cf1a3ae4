#include "backend/server/commands/server_security.h"

#include <unistd.h>

#include "backend/security/admin.h"

namespace yizhan::server {

Result<ServerSecurity> OpenSecurity(store::ResourceStore& store, const Clock& clock,
                                    const Configuration& configuration) {
  ServerSecurity made;
  if (!configuration.open) {
    auto authority = security::CertificateAuthority::Open(SecurityFolder(configuration), clock);
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
