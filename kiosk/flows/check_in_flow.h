#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kiosk/flows/events.h"
#include "kiosk/flows/home_tasks.h"
#include "kiosk/flows/terminal.h"

namespace yizhan::flows {

/// From a card on the reader to a ticket in the hand: looks the patient up, shows what can be done
/// now in the order it should be done (F01), checks in, follows the printing. A pure state machine
/// of one session: no I/O, no clock of its own, no drawing. Thread-bound.
///
/// States by page: Working(LookingUp) -> [BirthDate] -> Home | Trouble -> [ChooseVisit -> Confirm]
/// -> Working(CheckingIn) -> Ticket | Trouble -> Home.
class CheckInFlow {
 public:
  /// `terminal` outlives the flow.
  CheckInFlow(const Terminal& terminal, SessionNumber session, domain::PresentedCard card);

  /// The first thing to do.
  [[nodiscard]] Effects Start();
  /// Events of other sessions, and answers nobody waits for, change nothing. `language` is the
  /// one a printed page should speak.
  [[nodiscard]] Effects Handle(const Event& event, Moment now, domain::Language language);

  [[nodiscard]] const screens::Page& Page() const { return page_; }
  [[nodiscard]] const std::string& MaskedName() const { return masked_name_; }

 private:
  Effects OnFound(const PatientFound& found, Moment now);
  Effects OnIntent(const screens::Intent& intent, Moment now, domain::Language language);
  Effects OnChoose(std::size_t index, Moment now);
  Effects OnConfirm(Moment now);
  Effects OnTicket(const CheckInDone& done, domain::Language language);
  Effects OnPrint(screens::TicketModel::Print print);
  void OnDigit(int digit, Moment now);
  Effects Reprint(domain::Language language);

  /// Home, or straight to the one sentence that matters when there is nothing to choose.
  void ShowToday(Moment now);
  void ShowHome(Moment now);
  void ShowTrouble(screens::TroubleModel::What what);
  void ShowVerdict(const domain::Visit& visit, const domain::CheckInVerdict& verdict);
  /// Of somebody who checked in before.
  void ShowEarlierTicket(const domain::Ticket& ticket);
  void ShowTicket(const domain::Ticket& ticket, bool already, screens::TicketModel::Print print);
  Effects CheckInTo(const domain::Visit& visit, Moment now);
  [[nodiscard]] const domain::Visit* FindVisit(const domain::AppointmentId& id) const;

  const Terminal& terminal_;
  const SessionNumber session_;
  const domain::PresentedCard card_;
  screens::Page page_;
  std::string masked_name_;
  std::optional<PatientFound> found_;
  bool identified_ = false;  ///< False while a legacy card's second factor is missing.
  int birth_date_tries_left_ = 3;
  std::vector<domain::AppointmentId> choices_;  ///< Rows of the ChooseVisit page.
  domain::AppointmentId chosen_;                ///< Of the Confirm page.
};

}  // namespace yizhan::flows
