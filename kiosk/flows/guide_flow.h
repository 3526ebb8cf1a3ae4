#pragma once

#include "kiosk/flows/sub_flow.h"
#include "kiosk/flows/terminal.h"

namespace yizhan::flows {

/// Where to go next (F36): the hospital's sheet on the screen, and on paper when it is asked for.
/// Without the hospital nobody knows, and nothing is guessed.
///
/// States by page: Working(LookingUp) -> Guide | Trouble.
class GuideFlow final : public SubFlow {
 public:
  /// `print_at_once`: the patient asked for the paper already.
  GuideFlow(const Terminal& terminal, PatientFacts& facts, bool print_at_once = false)
      : terminal_(terminal), facts_(facts), print_at_once_(print_at_once) {}

  [[nodiscard]] Effects Start(Moment now, domain::Language language) override;
  [[nodiscard]] Effects Handle(const Event& event, Moment now, domain::Language language) override;
  [[nodiscard]] const screens::Page& Page() const override { return page_; }
  [[nodiscard]] bool Finished() const override { return finished_; }

 private:
  Effects OnReply(const domain::CareReply& reply, domain::Language language);
  Effects OnIntent(const screens::Intent& intent, domain::Language language);
  Effects Print(domain::Language language);
  void OnPrint(screens::TicketModel::Print print);
  void ShowTrouble(screens::TroubleModel::What what);

  const Terminal& terminal_;
  PatientFacts& facts_;
  const bool print_at_once_;
  screens::Page page_ = screens::WorkingModel{};
  domain::GuideFound sheet_;
  bool printed_ = false;  ///< Once at least.
  bool waits_ = true;
  bool finished_ = false;
};

}  // namespace yizhan::flows
