#include "ui/input_queue.h"

namespace yizhan::ui {

void InputQueue::Press(Finger finger, Point at) {
  if (finger_) return;
  finger_ = finger;
  ignored_ = false;
  events_.push_back({InputEvent::Kind::Press, at});
}

void InputQueue::Move(Finger finger, Point at) {
  if (finger_ != finger || ignored_) return;
  if (!events_.empty() && events_.back().kind == InputEvent::Kind::Move) {
    events_.back().at = at;
    return;
  }
  events_.push_back({InputEvent::Kind::Move, at});
}

void InputQueue::Release(Finger finger, Point at) {
  if (finger_ != finger) return;
  finger_.reset();
  if (!ignored_) events_.push_back({InputEvent::Kind::Release, at});
}

std::optional<InputEvent> InputQueue::Pop() {
  if (events_.empty()) return std::nullopt;
  const InputEvent event = events_.front();
  events_.pop_front();
  return event;
}

void InputQueue::DropStale() {
  events_.clear();
  ignored_ = finger_.has_value();
}

}  // namespace yizhan::ui
