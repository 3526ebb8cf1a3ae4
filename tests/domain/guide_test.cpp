#include "domain/guide.h"

#include <gtest/gtest.h>

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

TEST(GuideTest, F36_TwelveScriptedJourneysHaveTheRightNextSteps) {
  const GuideItem visit = Item("visit", Visit);
  const GuideItem pay = Item("pay", Pay);
  const GuideItem blood = Item("blood", Draw, kFast);
  const GuideItem sono = Item("sono", Exam, kFast);
  const GuideItem xray = Item("xray", Exam);
  const GuideItem ecg = Item("ecg", Exam);
  const GuideItem drugs = Item("drugs", Pharmacy);
  const GuideItem report = NotYet(Item("report", Report));
  const GuideItem back = NotYet(Item("back", Return));
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

TEST(GuideTest, TestsComeBeforeAVisitWhoseCheckInIsNotOpen) {
  EXPECT_EQ(Plan({NotYet(Item("visit", Visit)), Item("blood", Draw, kFast)}), "blood! meal visit");
}

TEST(GuideTest, OneBlockedByPayingDoesNotHoldUpWhatIsPaid) {
  EXPECT_EQ(Plan({Unpaid(Item("a", Exam)), Item("pay", Pay), Item("b", Exam)}), "pay! a b");
}

TEST(GuideTest, NothingGivesNothing) { EXPECT_TRUE(PlanGuide({}).empty()); }

}  // namespace
}  // namespace yizhan::domain
