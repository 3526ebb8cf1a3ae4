#pragma once

#include <optional>
#include <string>

#include "kiosk/flows/events.h"

namespace yizhan::flows {

/// What a session knows about its patient. PatientFlow owns it; the sub-flow at work may correct it
/// (a visit got its ticket).
struct PatientFacts {
  SessionNumber session = 0;
  std::string masked_name;
  PatientFound found;
  /// Something changed at the hospital that this terminal did not work out by itself: PatientFlow
  /// looks the patient up again before it shows the home page.
  bool outdated = false;
};

/// One service of the terminal, from the touch on the home page until it is finished: checking in,
/// booking, the laboratory. A pure state machine: no I/O, no clock of its own, no drawing. It gets
/// only events of its own session, and answers that it does not wait for change nothing.
/// Thread-bound. Borrows Terminal and PatientFacts, which outlive it.
class SubFlow {
 public:
  virtual ~SubFlow() = default;

  /// The first thing to do; called once. `language` is the one that a printed page should speak.
  [[nodiscard]] virtual Effects Start(Moment now, domain::Language language) = 0;
  [[nodiscard]] virtual Effects Handle(const Event& event, Moment now,
                                       domain::Language language) = 0;
  [[nodiscard]] virtual const screens::Page& Page() const = 0;
  /// Back to the home page. Asked after Start() and after every Handle().
  [[nodiscard]] virtual bool Finished() const = 0;
  /// When a Tick should come at the latest; empty: only events matter.
  [[nodiscard]] virtual std::optional<MonotonicTime> NextDeadline() const { return std::nullopt; }
};

}  // namespace yizhan::flows
