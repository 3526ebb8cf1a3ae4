#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "backend/fhir/json.h"
#include "backend/fhir/systems.h"
#include "base/clock.h"

namespace yizhan::hospital {

/// One thing somebody did. Never holds a name, a number of a document or free text of a patient.
struct AuditedAct {
  std::string_view act;  ///< "check-in", "call", "call-again", "pass", "finish", "recall", ...
  std::string who;       ///< Terminal ("K3") or account of staff ("wang.jg").
  std::string where;     ///< Location id; may be empty.
  std::string task_id;   ///< May be empty.
  std::string appointment_id;  ///< May be empty.
  std::string reason;          ///< Given by staff when the order of a queue changes.
  WallTime when{};
  const char* who_system = fhir::systems::kTerminal;  ///< Of what `who` is a name.
  std::string service_id{};  ///< Of a queue whose rules were changed; may be empty.
};

/// Who changed a rule or a list by hand. Nobody: the program itself, which is not audited.
struct Editor {
  std::string who;
  WallTime when{};
};
/// The act of an editor; `what` names the thing that was changed, never a person.
[[nodiscard]] inline AuditedAct EditOf(std::string_view act, const Editor& by, std::string what) {
  return {.act = act,
          .who = by.who,
          .where = "",
          .task_id = "",
          .appointment_id = "",
          .reason = std::move(what),
          .when = by.when,
          .who_system = fhir::systems::kAccount};
}

/// The AuditEvent resource of an act: stored in the same transaction as what it tells about.
[[nodiscard]] fhir::Json ToAuditEvent(const AuditedAct& act);

}  // namespace yizhan::hospital
