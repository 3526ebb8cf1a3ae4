#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "ui/geometry.h"

namespace yizhan::ui {

/// One thing a patient's hand did.
struct InputEvent {
  enum class Kind { Press, Move, Release, FocusNext, FocusPrevious, Activate, Digit, Erase };
  Kind kind = Kind::Press;
  Point at{};     ///< Press, Move, Release
  int digit = 0;  ///< Digit
};

/// Turns fingers, mouse and keys into a row of transitions that are drawn one a frame, so that two
/// quick taps stay two taps. Only the first finger counts: others are ignored until it is lifted.
/// Thread-bound.
class InputQueue {
 public:
  using Finger = std::int64_t;

  void Press(Finger finger, Point at);
  void Move(Finger finger, Point at);
  void Release(Finger finger, Point at);
  void Key(InputEvent event) { events_.push_back(event); }

  /// The oldest transition. Moves that follow each other come as one.
  [[nodiscard]] std::optional<InputEvent> Pop();
  [[nodiscard]] bool Empty() const { return events_.empty(); }

  /// Forgets what was touched before the page that is shown now: it was meant for another one. A
  /// finger still down stays ignored until it is lifted.
  void DropStale();

 private:
  std::deque<InputEvent> events_;
  std::optional<Finger> finger_;
  bool ignored_ = false;  ///< `finger_` pressed before the page changed.
};

}  // namespace yizhan::ui
