/// \file
/// In which order a patient best does what is open today (导诊单, domain.md F36): what must come
/// before what, then the shorter queue. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace yizhan::domain {

enum class GuideKind {
  Visit,  ///< A doctor, by appointment or registration.
  Pay,
  Draw,    ///< Blood and the like.
  Exam,    ///< A device, a room.
  Meal,    ///< Eating again after what needed an empty stomach.
  Report,  ///< Results are to be had, or waited for.
  Return,  ///< Back to the doctor with the results (回诊).
  Pharmacy,
};

/// What an order asks of the body.
enum class GuideNeed { Nothing, EmptyStomach, FullBladder, AfterMeal };

/// One thing that is open, done or under way.
struct GuideItem {
  std::string id;  ///< The caller's own word for it.
  GuideKind kind = GuideKind::Exam;
  GuideNeed need = GuideNeed::Nothing;
  bool done = false;
  bool paid = true;       ///< False: a Pay item comes first.
  bool can_begin = true;  ///< False: its time has not come (check-in is not open, no result yet).
  bool in_queue = false;  ///< Has a ticket there.
  std::optional<int> ahead;  ///< Who would be before the patient now.
};

enum class GuideState {
  Done,
  Waiting,  ///< Under way: the patient is in that queue.
  Next,     ///< To be done now.
  Later,
};

struct GuideStep {
  std::string id;  ///< Of the item; "" of a meal, which nobody ordered.
  GuideKind kind = GuideKind::Exam;
  GuideState state = GuideState::Later;
  friend bool operator==(const GuideStep&, const GuideStep&) = default;
};

/// Everything in the order in which it is best done; what is done comes first. While the patient
/// waits somewhere nothing is Next, because nobody should leave a queue; else the first step that
/// can begin is, and if that is a meal the one behind it as well.
[[nodiscard]] std::vector<GuideStep> PlanGuide(const std::vector<GuideItem>& items);

}  // namespace yizhan::domain
