#pragma once

#include <memory>
#include <optional>
#include <string>

#include "kiosk/flows/check_in_flow.h"
#include "kiosk/flows/events.h"
#include "kiosk/flows/home_tasks.h"
#include "kiosk/flows/my_bookings_flow.h"
#include "kiosk/flows/sub_flow.h"
#include "kiosk/flows/terminal.h"

namespace yizhan::flows {

/// One patient's stay, from a card on the reader to its removal: finds out who it is, shows what
/// can be done now in the order it should be done (F01), and hands over to one sub-flow at a time.
/// A pure state machine: no I/O, no clock of its own, no drawing. Thread-bound.
///
/// States by page: Working(LookingUp) -> [BirthDate] -> Home | Trouble -> pages of a sub-flow
/// -> [Working(LookingUp) when the facts are outdated] -> Home.
class PatientFlow {
 public:
  /// `terminal` outlives the flow.
  PatientFlow(const Terminal& terminal, SessionNumber session, domain::PresentedCard card);

  /// The first thing to do.
  [[nodiscard]] Effects Start();
  /// Events of other sessions, and answers nobody waits for, change nothing. `language` is the
  /// one a printed page should speak.
  [[nodiscard]] Effects Handle(const Event& event, Moment now, domain::Language language);

  [[nodiscard]] const screens::Page& Page() const { return service_ ? service_->Page() : page_; }
  /// Empty until the patient is identified.
  [[nodiscard]] const std::string& MaskedName() const { return facts_.masked_name; }
  /// When a Tick should come at the latest; empty: only events matter.
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const;

 private:
  [[nodiscard]] bool IsOurs(const Event& event) const;
  /// The patient asks a page that offers it where to go next.
  [[nodiscard]] bool WantsGuide(const Event& event) const;
  Effects OnFound(const PatientFound& found, Moment now, domain::Language language);
  Effects OnNotFound(screens::TroubleModel::What what, Moment now);
  Effects OnIntent(const screens::Intent& intent, Moment now, domain::Language language);
  Effects OnChoose(std::size_t index, Moment now, domain::Language language);
  Effects OnService(screens::Service service, Moment now, domain::Language language);
  Effects OpenBookings(MyBookingsFlow::Which which, Moment now, domain::Language language);
  Effects OpenCare(domain::LineKind line, Moment now, domain::Language language);
  Effects OnDigit(int digit, Moment now, domain::Language language);
  void OnErase();

  /// Hands over to a sub-flow; one that has nothing to do leads back to the home page at once.
  Effects Open(std::unique_ptr<SubFlow> service, Moment now, domain::Language language);
  Effects GoHomeWhenFinished(Effects effects, Moment now);
  Effects CheckInTo(CheckInAim aim, Moment now, domain::Language language);
  /// Home, or straight to the one sentence that matters when there is nothing to choose.
  Effects ShowToday(Moment now, domain::Language language);
  void ShowHome(Moment now);
  void ShowTrouble(screens::TroubleModel::What what);

  const Terminal& terminal_;
  const domain::PresentedCard card_;
  PatientFacts facts_;
  screens::Page page_;  ///< Unless a sub-flow shows its own.
  std::unique_ptr<SubFlow> service_;
  bool found_ = false;       ///< The hospital said who it is.
  bool identified_ = false;  ///< False while a legacy card's second factor is missing.
  bool looking_ = true;      ///< A look-up is under way.
  int birth_date_tries_left_ = 3;
};

}  // namespace yizhan::flows
