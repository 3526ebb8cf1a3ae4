#pragma once

#include <memory>
#include <optional>

#include "kiosk/flows/events.h"
#include "kiosk/flows/patient_flow.h"
#include "kiosk/screens/screen.h"

namespace yizhan::session {

/// How long things last. Each is configuration (domain.md 2.2, 2.12, part 8 no. 13).
struct Times {
  std::chrono::milliseconds idle{std::chrono::seconds(120)};  ///< No touch: the session ends.
  /// The same while a code to pay with is shown: the patient is busy with a telephone.
  std::chrono::milliseconds paying{std::chrono::seconds(300)};
  std::chrono::milliseconds warning{std::chrono::seconds(20)};  ///< Counted down before it ends.
  std::chrono::milliseconds public_page{
      std::chrono::seconds(60)};  ///< Without a card: back to idle.
  std::chrono::milliseconds card_message{std::chrono::seconds(8)};   ///< Why a card was refused.
  std::chrono::milliseconds staff_called{std::chrono::seconds(30)};  ///< "已通知工作人员"
  std::chrono::milliseconds reader_lost{std::chrono::seconds(10)};   ///< Reader away in a session.
  std::chrono::milliseconds card_again{std::chrono::seconds(3)};  ///< Reader back, card not seen.
  int large_text_factor = 2;  ///< Large text: the patient gets this much more time.
};

/// What the terminal tells about itself on every page.
struct Identity {
  domain::LocalText hospital;
  domain::TerminalId terminal;
};

/// Everything between an empty lobby and the next patient: opens a session when a card comes, ends
/// it when the card goes, another card comes, the patient leaves or falls silent, and keeps
/// language and text size for exactly one person. A pure state machine: no I/O, no clock of its
/// own. Thread-bound (main thread).
class Session {
 public:
  /// `terminal` outlives the session.
  Session(const flows::Terminal& terminal, Identity identity, Times times = {});

  /// What has to be done about `event`. An ended session gives EndSession exactly once; after it
  /// nothing of the patient is left in this object.
  [[nodiscard]] flows::Effects Handle(const flows::Event& event, flows::Moment now);

  /// What the screen shows at `now`.
  [[nodiscard]] screens::Frame View(flows::Moment now) const;

  /// When a Tick should come at the latest; empty: only events matter. A count-down on the screen
  /// asks for one a second.
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline(flows::Moment now) const;

  [[nodiscard]] bool Open() const { return stay_ != nullptr; }

 private:
  flows::Effects OnCard(const domain::PresentedCard& card, flows::Moment now);
  flows::Effects OnCardRefused(domain::CardProblem problem, flows::Moment now);
  flows::Effects OnCardRemoved();
  flows::Effects OnTick(flows::Moment now);
  flows::Effects OnIntent(const screens::Intent& intent, flows::Moment now);
  flows::Effects OnPublicIntent(const screens::Intent& intent);
  flows::Effects CallStaff(flows::Moment now);
  flows::Effects End(flows::EndSession::Reason reason);
  flows::Effects ToFlow(const flows::Event& event, flows::Moment now);

  [[nodiscard]] screens::Page CurrentPage() const;
  [[nodiscard]] screens::Page PublicPage() const;
  [[nodiscard]] std::chrono::milliseconds IdleLimit() const;
  [[nodiscard]] std::optional<screens::IdleWarning> Warning(flows::Moment now) const;

  const flows::Terminal& terminal_;
  const Identity identity_;
  const Times times_;

  /// All that knows the patient. On the heap, because freed memory is overwritten and a short text
  /// that is merely emptied is not.
  struct Stay {
    flows::PatientFlow flow;
    domain::PresentedCard card;
  };
  std::unique_ptr<Stay> stay_;
  flows::SessionNumber session_ = 0;
  MonotonicTime last_touch_{};
  domain::Language language_ = domain::Language::ZhCn;
  screens::TextSize text_size_ = screens::TextSize::Normal;

  bool reader_ready_ = false;
  bool take_card_ = false;                      ///< The session is over, its card still lies there.
  std::optional<MonotonicTime> card_deadline_;  ///< Session ends unless the card is seen by then.
  std::optional<domain::CardProblem> card_problem_;
  MonotonicTime card_problem_until_{};
  screens::Frame::StaffCall staff_call_ = screens::Frame::StaffCall::Offered;
  MonotonicTime staff_call_until_{};
  bool offline_ = false;
  bool store_failed_ = false;
  std::optional<screens::DirectoryModel::Kind> directory_;
  int directory_page_ = 1;
  flows::DirectoryLoaded directory_rows_;
};

}  // namespace yizhan::session
