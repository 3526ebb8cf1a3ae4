#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "drivers/card_events.h"
#include "drivers/card_reader.h"
#include "drivers/cards/key_ring.h"

namespace yizhan::drivers {

/// Which cards are accepted.
struct CardPolicy {
  KeyRing keys;
  bool accept_uid_only = false;  ///< Legacy cards; the kiosk asks for a second factor.
};

/// Turns what a reader sees into events: who came, who went, what cannot be accepted. Knows no
/// technology and no process. Thread-bound; borrows the clock, which outlives it.
///
/// Order of events: ReaderReady first; then each CardPresented or CardRefused is followed by
/// exactly one CardRemoved before the next card. One exception: a card that was Unreadable and is
/// then read after all, because the patient now holds it still, is reported again without a
/// CardRemoved.
class CardWatch {
 public:
  /// `emit` is called on the caller's thread, in order.
  CardWatch(CardPolicy policy, const Clock& clock, std::function<void(const CardEvent&)> emit);

  /// The reader was opened. It counts as ready after its first good turn. A card that rested on it
  /// before is not reported again when it is still there.
  void Opened();
  /// One bounded turn with an open reader. Returns how long to pause before the next. An error:
  /// close the reader, call Lost(), open it again.
  [[nodiscard]] Result<std::chrono::milliseconds> Turn(CardReader& reader);
  /// The reader failed. A silent one is told at once. A confused one may be back in a moment: it is
  /// told when opening it fails twice or slowly, or when it happens again and again.
  void Lost(const Error& error);
  /// It could not be opened.
  void OpenFailed();

 private:
  struct Resting {
    FoundCard card;
    std::optional<domain::CardProblem> problem;  ///< Empty: it was accepted.
    int silent_rounds = 0;  ///< It let itself be selected and answered nothing more.
  };

  Status LookForCard(CardReader& reader);
  Status WatchResting(CardReader& reader);
  Status WatchSeveral(CardReader& reader);
  Status ReadAgain(CardReader& reader);
  Result<CardEvent> Judge(CardReader& reader, FoundCard& card);
  CardEvent JudgeUidOnly(const FoundCard& card) const;
  bool HasNothingToRead(const FoundCard& card);
  void Report(const FoundCard& card, const CardEvent& event);
  void Tell(const CardEvent& event);
  void Removed();
  void Gone();

  const CardPolicy policy_;
  const Clock& clock_;
  const std::function<void(const CardEvent&)> emit_;
  std::optional<Resting> resting_;
  bool ready_ = false;
  int timeouts_ = 0;
  int losses_ = 0;        ///< Since the last good turn.
  int failed_opens_ = 0;  ///< Since the last loss.
  MonotonicTime lost_at_{};
};

}  // namespace yizhan::drivers
