#include "domain/guide.h"

#include <algorithm>
#include <limits>

namespace yizhan::domain {
namespace {

/// What comes before what. Equal ranks go by queue.
enum Rank {
  kVisitNow,     ///< Its number lapses: nothing is more urgent.
  kPay,          ///< Opens everything else.
  kFasting,      ///< Blood and pictures on an empty stomach ...
  kMeal,         ///< ... then one may eat,
  kAnyTime,      ///< and do the rest,
  kAfterMeal,    ///< what needs food last of the bloods,
  kFullBladder,  ///< what needs a full bladder when it had time to fill.
  kVisitLater,
  kReport,
  kReturn,
  kPharmacy,
};

Rank RankOf(const GuideItem& item) {
  switch (item.kind) {
    case GuideKind::Visit: return item.can_begin || item.in_queue ? kVisitNow : kVisitLater;
    case GuideKind::Pay: return kPay;
    case GuideKind::Meal: return kMeal;
    case GuideKind::Report: return kReport;
    case GuideKind::Return: return kReturn;
    case GuideKind::Pharmacy: return kPharmacy;
    case GuideKind::Draw:
    case GuideKind::Exam: break;
  }
  switch (item.need) {
    case GuideNeed::EmptyStomach: return kFasting;
    case GuideNeed::AfterMeal: return kAfterMeal;
    case GuideNeed::FullBladder: return kFullBladder;
    case GuideNeed::Nothing: break;
  }
  return kAnyTime;
}

/// Blood before pictures on an empty stomach: it is quicker, and its result takes longest.
int KindOrder(const GuideItem& item) {
  return RankOf(item) == kFasting && item.kind == GuideKind::Exam ? 1 : 0;
}

int QueueOf(const GuideItem& item) { return item.ahead.value_or(std::numeric_limits<int>::max()); }

/// Somebody may eat once nothing that needs an empty stomach is left, if more follows today.
bool WantsMeal(const std::vector<GuideItem>& items) {
  bool fasted = false;
  bool goes_on = false;
  for (const GuideItem& item : items) {
    const bool ordered = item.kind == GuideKind::Draw || item.kind == GuideKind::Exam;
    if (item.need == GuideNeed::EmptyStomach) fasted = true;
    if (item.done || item.need == GuideNeed::EmptyStomach) continue;
    if (ordered || RankOf(item) == kVisitLater) goes_on = true;
  }
  const bool listed = std::ranges::any_of(
      items, [](const GuideItem& item) { return item.kind == GuideKind::Meal; });
  return fasted && goes_on && !listed;
}

}  // namespace

std::vector<GuideStep> PlanGuide(const std::vector<GuideItem>& items) {
  std::vector<GuideItem> open;
  std::vector<GuideStep> steps;
  for (const GuideItem& item : items) {
    if (item.done) {
      steps.push_back({item.id, item.kind, GuideState::Done});
    } else {
      open.push_back(item);
    }
  }
  if (WantsMeal(items)) {
    GuideItem meal;
    meal.kind = GuideKind::Meal;
    open.push_back(meal);
  }
  std::ranges::stable_sort(open, [](const GuideItem& a, const GuideItem& b) {
    if (a.in_queue != b.in_queue) return a.in_queue;
    if (RankOf(a) != RankOf(b)) return RankOf(a) < RankOf(b);
    if (KindOrder(a) != KindOrder(b)) return KindOrder(a) < KindOrder(b);
    return QueueOf(a) < QueueOf(b);
  });
  const bool waits = std::ranges::any_of(open, &GuideItem::in_queue);
  const bool must_pay =
      std::ranges::any_of(open, [](const GuideItem& item) { return item.kind == GuideKind::Pay; });
  bool found = waits;
  for (const GuideItem& item : open) {
    GuideStep step{item.id, item.kind, GuideState::Later};
    const bool blocked = !item.paid && must_pay;
    if (item.in_queue) {
      step.state = GuideState::Waiting;
    } else if (!found && item.can_begin && !blocked) {
      step.state = GuideState::Next;
      // Nobody reports a meal: what follows it is next, too.
      found = item.kind != GuideKind::Meal;
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace yizhan::domain
