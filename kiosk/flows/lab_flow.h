#pragma once

#include "kiosk/flows/sub_flow.h"
#include "kiosk/flows/terminal.h"

namespace yizhan::flows {

/// The laboratory's terminal: one tap checks in for everything that is ordered and paid, prints the
/// labels and the receipt, and says what is drawn and when the reports are ready (F30). Without the
/// hospital it promises nothing.
///
/// States by page: Working(CheckingIn) -> LabDraw | Trouble.
class LabFlow final : public SubFlow {
 public:
  LabFlow(const Terminal& terminal, PatientFacts& facts);

  [[nodiscard]] Effects Start(Moment now, domain::Language language) override;
  [[nodiscard]] Effects Handle(const Event& event, Moment now, domain::Language language) override;
  [[nodiscard]] const screens::Page& Page() const override { return page_; }
  [[nodiscard]] bool Finished() const override { return finished_; }

 private:
  Effects OnDone(LabCheckInDone done, Moment now, domain::Language language);
  void OnRefused(const LabCheckInRefused& refused);
  Effects OnIntent(const screens::Intent& intent);
  void ShowTrouble(screens::TroubleModel::What what);

  const Terminal& terminal_;
  PatientFacts& facts_;
  screens::Page page_ = screens::WorkingModel{screens::WorkingModel::Task::CheckingIn};
  bool waits_ = true;  ///< For the hospital's answer.
  bool finished_ = false;
};

}  // namespace yizhan::flows
