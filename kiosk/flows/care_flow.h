#pragma once

#include "kiosk/flows/sub_flow.h"
#include "kiosk/flows/terminal.h"

namespace yizhan::flows {

/// Checks in where no appointment is needed: for every examination that is paid (F32), at the
/// pharmacy (F33, F34), or for some services of the inpatient service centre (F67). Numbers are the
/// hospital's: nothing is promised without it.
///
/// States by page: [Working(LookingUp) -> ChooseCentre ->] Working(CheckingIn) -> CareTickets |
/// Trouble.
class CareFlow final : public SubFlow {
 public:
  /// `line`: Exam, Pharmacy or Centre.
  CareFlow(const Terminal& terminal, PatientFacts& facts, domain::LineKind line)
      : terminal_(terminal), facts_(facts), line_(line) {}

  [[nodiscard]] Effects Start(Moment now, domain::Language language) override;
  [[nodiscard]] Effects Handle(const Event& event, Moment now, domain::Language language) override;
  [[nodiscard]] const screens::Page& Page() const override { return page_; }
  [[nodiscard]] bool Finished() const override { return finished_; }

 private:
  Effects OnReply(const domain::CareReply& reply, domain::Language language);
  void OnCentre(const domain::CentreFound& found);
  Effects OnTickets(const domain::CareTickets& tickets, domain::Language language);
  void OnRefused(const domain::CareRefused& refused);
  Effects OnIntent(const screens::Intent& intent, domain::Language language);
  void OnChoose(std::size_t index);
  Effects OnConfirm();
  Effects Reprint(domain::Language language);
  void OnPrint(screens::TicketModel::Print print);
  Effects Ask(domain::CareQuestion what);
  void ShowTrouble(screens::TroubleModel::What what);

  const Terminal& terminal_;
  PatientFacts& facts_;
  const domain::LineKind line_;
  screens::Page page_ = screens::WorkingModel{};
  std::vector<domain::ServiceId> services_;  ///< Of the page's rows.
  int question_ = 0;
  bool waits_ = false;
  bool finished_ = false;
};

}  // namespace yizhan::flows
