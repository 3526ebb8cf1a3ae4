#pragma once

#include "kiosk/flows/sub_flow.h"
#include "kiosk/flows/terminal.h"

namespace yizhan::flows {

/// What the hospital told the patient and nobody has read (F47). What was shown is marked as
/// received; when that fails, it is shown again the next time.
///
/// States by page: Working(LookingUp) -> Messages | Trouble.
class MessagesFlow final : public SubFlow {
 public:
  MessagesFlow(const Terminal& terminal, PatientFacts& facts)
      : terminal_(terminal), facts_(facts) {}

  [[nodiscard]] Effects Start(Moment now, domain::Language language) override;
  [[nodiscard]] Effects Handle(const Event& event, Moment now, domain::Language language) override;
  [[nodiscard]] const screens::Page& Page() const override { return page_; }
  [[nodiscard]] bool Finished() const override { return finished_; }

 private:
  Effects OnReply(const domain::CareReply& reply);
  void ShowTrouble();

  const Terminal& terminal_;
  PatientFacts& facts_;
  screens::Page page_ = screens::WorkingModel{};
  bool waits_ = true;  ///< For the messages.
  bool finished_ = false;
};

}  // namespace yizhan::flows
