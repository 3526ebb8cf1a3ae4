#pragma once

#include <memory>
#include <string>

#include "backend/security/certificate_authority.h"
#include "backend/security/gate.h"
#include "backend/server/admin_channel.h"
#include "backend/server/configuration.h"
#include "backend/store/resource_store.h"

namespace yizhan::server {

/// Everything about access that a running server needs, in the order of its making.
struct ServerSecurity {
  std::unique_ptr<security::CertificateAuthority> authority;
  std::unique_ptr<security::Gate> gate;
  std::unique_ptr<AdminChannel> admin;
};

/// Opens the CA (made when missing), the gate, and the door for commands in the data folder. An
/// open server asks nobody and needs no CA. NotFound, with what to do: the server has no
/// certificate. Else the errors of CertificateAuthority and AdminChannel.
[[nodiscard]] Result<ServerSecurity> OpenSecurity(store::ResourceStore& store, const Clock& clock,
                                                  const Configuration& configuration);

}  // namespace yizhan::server
