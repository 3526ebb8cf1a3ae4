#pragma once

#include <memory>
#include <string>

#include "backend/security/certificate_authority.h"
#include "backend/security/gate.h"
#include "backend/server/admin_channel.h"
#include "backend/server/configuration.h"
#include "backend/store/resource_store.h"

namespace yizhan::server {

/// The hospital's CA, made when there is none. Null where only `ca.pem` was copied to: one of
/// several servers, which knows terminals and leaves enrolment to the server that has the key.
/// Errors: those of CertificateAuthority.
[[nodiscard]] Result<std::unique_ptr<security::CertificateAuthority>> OpenAuthority(
    const Configuration& configuration, const Clock& clock);

/// Everything about access that a running server needs, in the order of its making.
struct ServerSecurity {
  std::unique_ptr<security::CertificateAuthority> authority;
  std::unique_ptr<security::Gate> gate;
  std::unique_ptr<AdminChannel> admin;
};

/// Opens the CA, the gate, and the door for commands in the data folder. An
/// open server asks nobody and needs no CA. NotFound, with what to do: the server has no
/// certificate. Else the errors of CertificateAuthority and AdminChannel.
[[nodiscard]] Result<ServerSecurity> OpenSecurity(store::ResourceStore& store, const Clock& clock,
                                                  const Configuration& configuration);

}  // namespace yizhan::server
