#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backend/security/scopes.h"

namespace yizhan::security {

enum class PrincipalKind {
  Open,    ///< Nobody was asked (--open, loopback only).
  Device,  ///< A terminal or a call screen with its certificate.
  System,  ///< Another program with an access token.
  Staff,   ///< A person who is logged in.
};

/// What a person or device may do besides FHIR.
enum class Ability : std::uint8_t {
  SeeScreen = 1,    ///< Public call screens.
  SeeDesk = 2,      ///< A calling desk: masked names, queue.
  CallQueue = 4,    ///< Call, pass, finish, recall.
  AnswerCalls = 8,  ///< Terminals that ask for a person.
};

/// What a role may do, as data. Roles of staff and of devices are apart: an account cannot have a
/// device's role.
struct Role {
  std::string_view name;
  bool is_device = false;
  std::uint8_t abilities = 0;  ///< Bits of Ability.
  std::string_view scopes;     ///< On /fhir, in the form "user/Patient.rs".
};

/// Null: there is no such role of that kind.
[[nodiscard]] const Role* FindRole(std::string_view name, bool is_device);
/// "admin, triage, ..." for messages.
[[nodiscard]] std::string RoleNames(bool is_device);

/// Who is asking, and what that one may do. A plain value.
struct Principal {
  PrincipalKind kind = PrincipalKind::Open;
  std::string id;                  ///< "K3", "lab-system", "wang"; "open".
  std::string name;                ///< A person's name; empty otherwise.
  std::vector<std::string> roles;  ///< Names of roles.
  std::uint8_t abilities = 0;
  Grant grant;

  [[nodiscard]] bool Can(Ability ability) const {
    return (abilities & static_cast<std::uint8_t>(ability)) != 0;
  }
  /// Adds what the role allows. Unknown names add nothing.
  void AddRole(const std::string& role_name, bool is_device);
  /// For the server that asks nobody.
  [[nodiscard]] static Principal OfOpenServer();
};

}  // namespace yizhan::security
