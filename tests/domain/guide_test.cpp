#include "domain/guide.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace yizhan::domain {
namespace {

GuideItem Item(const char* id, GuideKind kind, GuideNeed need = GuideNeed::Nothing) {
  GuideItem item;
  item.id = id;
  item.kind = kind;
  item.need = need;
  return item;
}
GuideItem Done(GuideItem item) {
  item.done = true;
  return item;
}
GuideItem Unpaid(GuideItem item) {
  item.paid = false;
  return item;
}
GuideItem NotYet(GuideItem item) {
  item.can_begin = false;
  return item;
}
GuideItem Queued(GuideItem item) {
  item.in_queue = true;
  return item;
}
GuideItem Ahead(GuideItem item, int ahead) {
  item.ahead = ahead;
  return item;
}

/// "x visit! blood meal": done in brackets, the next one with '!', where one waits with '~'.
std::string Plan(const std::vector<GuideItem>& items) {
  std::string text;
  for (const GuideStep& step : PlanGuide(items)) {
    std::string word = step.kind == GuideKind::Meal && step.id.empty() ? "meal" : step.id;
    if (step.state == GuideState::Done) word = '[' + word + ']';
    if (step.state == GuideState::Next) word += '!';
    if (step.state == GuideState::Waiting) word += '~';
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

using enum GuideKind;
constexpr GuideNeed kFast = GuideNeed::EmptyStomach;

/// What a patient may have before them.
class GuideJourneyTest : public testing::Test {
 protected:
  const GuideItem visit = Item("visit", Visit);
  const GuideItem pay = Item("pay", Pay);
  const GuideItem blood = Item("blood", Draw, kFast);
  const GuideItem sono = Item("sono", Exam, kFast);
  const GuideItem xray = Item("xray", Exam);
  const GuideItem ecg = Item("ecg", Exam);
  const GuideItem drugs = Item("drugs", Pharmacy);
  const GuideItem report = NotYet(Item("report", Report));
  const GuideItem back = NotYet(Item("back", Return));
};

TEST_F(GuideJourneyTest, F36_TwelveScriptedJourneysHaveTheRightNextSteps) {
  struct Journey {
    std::vector<GuideItem> items;
    const char* plan;
  };
  const Journey journeys[] = {
      // 1 Check-in is open.
      {{visit}, "visit!"},
      // 2 It is not open yet, nothing else to do.
      {{NotYet(visit)}, "visit"},
      // 3 The fee is due first.
      {{Unpaid(visit), pay}, "visit pay!"},
      // 4 In the queue of the clinic: nowhere else now.
      {{Queued(visit), xray}, "visit~ xray"},
      // 5 After the doctor: pay, then fasting blood, fasting ultrasound, eat, and the rest.
      {{Done(visit), pay, Unpaid(xray), Unpaid(sono), Unpaid(blood), report, back},
       "[visit] pay! blood sono meal xray report back"},
      // 6 Paid: blood is next.
      {{Done(visit), xray, sono, blood, report, back}, "[visit] blood! sono meal xray report back"},
      // 7 Blood is drawn: the ultrasound before eating.
      {{Done(visit), xray, sono, Done(blood), report, back},
       "[visit] [blood] sono! meal xray report back"},
      // 8 Everything on an empty stomach is done: eat, then the shorter queue.
      {{Done(visit), Ahead(xray, 9), Ahead(ecg, 2), Done(sono), Done(blood), report, back},
       "[visit] [sono] [blood] meal! ecg! xray report back"},
      // 9 A full bladder takes time: the other examination first.
      {{Item("pelvis", Exam, GuideNeed::FullBladder), Ahead(xray, 5)}, "xray! pelvis"},
      // 10 Blood after a meal follows the meal.
      {{Item("glucose-2h", Draw, GuideNeed::AfterMeal), blood}, "blood! meal glucose-2h"},
      // 11 All results are there.
      {{Done(visit), Done(blood), Item("report", Report), Item("back", Return)},
       "[visit] [blood] report! back"},
      // 12 Medicine last, and paid for before.
      {{Done(visit), Unpaid(drugs), pay}, "[visit] pay! drugs"},
  };
  int number = 0;
  for (const Journey& journey : journeys) {
    EXPECT_EQ(Plan(journey.items), journey.plan) << "journey " << ++number;
  }
}

/// Does what is next until nothing is, and tells in which order: paying opens what waits for it,
/// the last result the report, the report the doctor. In a queue nobody is sent anywhere else.
std::string Walk(std::vector<GuideItem> items) {
  const auto open = [&](auto which) { return std::ranges::any_of(items, which); };
  const auto is_ordered = [](const GuideItem& item) {
    return !item.done && (item.kind == Draw || item.kind == Exam);
  };
  std::string walked;
  bool ate = false;
  for (std::size_t limit = 2 * items.size(); limit > 0; --limit) {
    std::string next;
    for (const GuideStep& step : PlanGuide(items)) {
      if (step.state != GuideState::Next) continue;
      if (!step.id.empty()) next = step.id;
      if (step.id.empty() && !ate) walked += " meal";
      ate = ate || step.id.empty();
    }
    const auto item = std::ranges::find(items, next, &GuideItem::id);
    if (item == items.end()) break;
    walked += ' ' + next;
    item->in_queue = true;
    for (const GuideStep& step : PlanGuide(items))
      EXPECT_NE(step.state, GuideState::Next) << walked;
    item->in_queue = false;
    item->done = true;
    for (GuideItem& other : items) {
      if (item->kind == Pay) other.paid = true;
      if (other.kind == Report || other.kind == Visit) other.can_begin = !open(is_ordered);
      if (other.kind == Return) {
        other.can_begin =
            !open([](const GuideItem& one) { return !one.done && one.kind == Report; });
      }
    }
  }
  return walked.empty() ? walked : walked.substr(1);
}

TEST_F(GuideJourneyTest, F36_TwelveJourneysAreRightAfterEveryFinishedStep) {
  const GuideItem pelvis = Item("pelvis", Exam, GuideNeed::FullBladder);
  const GuideItem second = Item("second-blood", Draw, GuideNeed::AfterMeal);
  const std::pair<std::vector<GuideItem>, const char*> journeys[] = {
      {{visit}, "visit"},
      {{Unpaid(visit), pay}, "pay visit"},
      {{blood, report, back}, "blood report back"},
      {{Unpaid(xray), pay, Unpaid(sono), Unpaid(blood), report, back},
       "pay blood sono meal xray report back"},
      {{Unpaid(drugs), back, report, Unpaid(xray), pay}, "pay xray report back drugs"},
      {{Ahead(xray, 9), Ahead(ecg, 2)}, "ecg xray"},
      {{NotYet(visit), xray, blood}, "blood meal xray visit"},
      {{pelvis, Ahead(xray, 5)}, "xray pelvis"},
      {{second, blood}, "blood meal second-blood"},
      {{sono, blood}, "blood sono"},
      {{Unpaid(drugs), pay, visit}, "visit pay drugs"},
      {{Unpaid(pelvis), Unpaid(second), Unpaid(Ahead(ecg, 4)), Unpaid(Ahead(xray, 1)), Unpaid(sono),
        Unpaid(blood), pay, report, back, Unpaid(drugs)},
       "pay blood sono meal xray ecg second-blood pelvis report back drugs"},
  };
  int number = 0;
  for (const auto& [items, walked] : journeys) {
    EXPECT_EQ(Walk(items), walked) << "journey " << ++number;
  }
}

TEST(GuideTest, TestsComeBeforeAVisitWhoseCheckInIsNotOpen) {
  EXPECT_EQ(Plan({NotYet(Item("visit", Visit)), Item("blood", Draw, kFast)}), "blood! meal visit");
}

TEST(GuideTest, OneBlockedByPayingDoesNotHoldUpWhatIsPaid) {
  EXPECT_EQ(Plan({Unpaid(Item("a", Exam)), Item("pay", Pay), Item("b", Exam)}), "pay! a b");
}

TEST(GuideTest, NothingGivesNothing) { EXPECT_TRUE(PlanGuide({}).empty()); }

}  // namespace
}  // namespace yizhan::domain
