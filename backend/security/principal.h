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
enum class Ability : std::uint32_t {
  SeeScreen = 1U << 0U,    ///< Public call screens.
  SeeDesk = 1U << 1U,      ///< A calling desk: masked names, queue.
  CallQueue = 1U << 2U,    ///< Call, pass, finish, recall.
  AnswerCalls = 1U << 3U,  ///< Terminals that ask for a person.
  Triage = 1U << 4U,       ///< A whole area: check in by hand, priority, rooms, moves with reason.
  EditRules = 1U << 5U,    ///< Published rules of queues.
  Draw = 1U << 6U,         ///< The draw window, with both identifiers of who is at it.
  Dispense = 1U << 7U,     ///< The pharmacy's window, with both identifiers.
  Examine = 1U << 8U,      ///< Exam rooms.
  ManageBooking = 1U << 9U,  ///< Stop a clinic, waiting lists, quotas.
  Guide = 1U << 10U,         ///< The guide desk: who is stuck and where to go next.
  Administer = 1U << 11U,    ///< Accounts, and acts of terminals that need a decision.
};

/// What a role may do, as data. Roles of staff and of devices are apart: an account cannot have a
/// device's role.
struct Role {
  std::string_view name;
  bool is_device = false;
  std::uint32_t abilities = 0;  ///< Bits of Ability.
  std::string_view scopes;      ///< On /fhir, in the form "user/Patient.rs".
};

/// Null: there is no such role of that kind.
[[nodiscard]] const Role* FindRole(std::string_view name, bool is_device);
/// "admin, triage, ..." for messages.
[[nodiscard]] std::string RoleNames(bool is_device);
/// The roles that an account may have.
[[nodiscard]] std::vector<std::string> StaffRoles();

/// Who is asking, and what that one may do. A plain value.
struct Principal {
  PrincipalKind kind = PrincipalKind::Open;
  std::string id;                  ///< "K3", "lab-system", "wang"; "open".
  std::string name;                ///< A person's name; empty otherwise.
  std::vector<std::string> roles;  ///< Names of roles.
  std::uint32_t abilities = 0;
  Grant grant;

  [[nodiscard]] bool Can(Ability ability) const {
    return (abilities & static_cast<std::uint32_t>(ability)) != 0;
  }
  /// Adds what the role allows. Unknown names add nothing.
  void AddRole(const std::string& role_name, bool is_device);
  /// For the server that asks nobody.
  [[nodiscard]] static Principal OfOpenServer();
};

}  // namespace yizhan::security
