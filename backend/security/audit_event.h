#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backend/fhir/json.h"
#include "base/clock.h"

namespace yizhan::security {

/// Who did it, for the audit: which kind of name `id` is.
enum class ActorKind { Unknown, Device, System, Staff, Command };

/// Something that concerns access itself: a log-in, a refusal, an enrolment. Never holds a secret
/// or a patient's datum.
struct SecurityAct {
  std::string_view act;  ///< "log-in", "enrol", or a refusal's reason code ("device-revoked").
  ActorKind actor = ActorKind::Unknown;
  std::string who = {};      ///< Account, terminal or client; empty: not known.
  std::string address = {};  ///< Numeric, of the peer; empty: not over the network.
  std::string object = {};   ///< On whom: account, device or client; empty: none.
  bool refused = false;
  std::int64_t count = 1;  ///< Refusals of one kind that this row stands for.
  WallTime when{};
};

/// The AuditEvent resource of an act.
[[nodiscard]] fhir::Json ToAuditEvent(const SecurityAct& act);

}  // namespace yizhan::security
