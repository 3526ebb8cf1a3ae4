#pragma once

#include "backend/fhir/json.h"
#include "backend/security/gate.h"

namespace yizhan::security {

/// Does what an administrator asks for at the command line: one JSON object in, one out. The same
/// function serves the command that opened the store itself and the one that asks a running server
/// (AdminChannel). Every change is audited under "by".
///
///   {"command", "by", ...}   account-add (id, name, roles, password), account-list,
///     account-disable|enable|unlock|log-out (id), account-roles (id, roles),
///     account-reset (id, password), device-code (id, role, minutes), device-sign (id, role,
///     request), device-register (id, role, certificate), device-revoke (id), device-list,
///     client-add (id, keys, scopes), client-list, client-revoke (id)
///
/// Answers {"ok": true, "text": for people, ...} or {"ok": false, "error": why}. Thread-safe.
[[nodiscard]] fhir::Json RunAdmin(Gate& gate, const fhir::Json& command, WallTime now);

}  // namespace yizhan::security
