#pragma once

#include <optional>
#include <vector>

#include "kiosk/flows/home_tasks.h"
#include "kiosk/flows/sub_flow.h"
#include "kiosk/flows/terminal.h"

namespace yizhan::flows {

/// What the patient wants to check in to.
struct CheckInAim {
  std::optional<domain::AppointmentId> visit;  ///< Empty: whatever is ready, asked when several.
  /// Only say this about the visit; empty: decide now.
  std::optional<domain::CheckInVerdict> verdict;
};

/// From a visit to a ticket in the hand: checks in and follows the printing.
///
/// States by page: [ChooseVisit -> Confirm] -> Working(CheckingIn) -> Ticket | Trouble.
class CheckInFlow final : public SubFlow {
 public:
  CheckInFlow(const Terminal& terminal, PatientFacts& facts, CheckInAim aim);

  [[nodiscard]] Effects Start(Moment now, domain::Language language) override;
  [[nodiscard]] Effects Handle(const Event& event, Moment now, domain::Language language) override;
  [[nodiscard]] const screens::Page& Page() const override { return page_; }
  [[nodiscard]] bool Finished() const override { return finished_; }

 private:
  Effects OnIntent(const screens::Intent& intent, Moment now, domain::Language language);
  Effects OnChoose(std::size_t index, Moment now);
  Effects ChooseAmongReady(Moment now);
  Effects OnTicket(CheckInDone done, domain::Language language);
  void OnPrint(screens::TicketModel::Print print);
  Effects Reprint(domain::Language language);

  void ShowFailure(const CheckInFailed& failed);
  void ShowVerdict(const domain::Visit& visit, const domain::CheckInVerdict& verdict);
  /// Of the ticket that is shown: the package's guide sheet is the next step.
  [[nodiscard]] bool SheetComesNext() const;
  /// Of somebody who checked in before.
  void ShowEarlierTicket(const domain::Ticket& ticket);
  void ShowTicket(const domain::Ticket& ticket, bool already, screens::TicketModel::Print print);
  Effects CheckInTo(const domain::Visit& visit, Moment now);
  [[nodiscard]] const domain::Visit* FindVisit(const domain::AppointmentId& id) const;

  const Terminal& terminal_;
  PatientFacts& facts_;
  const CheckInAim aim_;
  screens::Page page_ = screens::WorkingModel{screens::WorkingModel::Task::CheckingIn};
  bool finished_ = false;
  std::vector<domain::AppointmentId> choices_;  ///< Rows of the ChooseVisit page.
  domain::AppointmentId chosen_;                ///< Of the Confirm page.
};

}  // namespace yizhan::flows
