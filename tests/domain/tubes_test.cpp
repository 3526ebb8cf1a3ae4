#include "domain/tubes.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace yizhan::domain {
namespace {

TestOrder Order(const std::string& id, TubeKind tube, int volume_ul = 500,
                const std::string& section = "lab") {
  TestOrder order;
  order.order_id = id;
  order.short_name = id;
  order.tube = tube;
  order.section = section;
  order.volume_ul = volume_ul;
  return order;
}

std::string Words(const std::vector<Tube>& tubes) {
  std::string words;
  for (const Tube& tube : tubes) {
    words += words.empty() ? "" : " | ";
    for (const std::string& name : tube.short_names) {
      words += (&name == &tube.short_names.front() ? "" : "+") + name;
    }
  }
  return words;
}

TEST(TubesTest, F30_TheUsualOrdersGiveTheUsualTubesInTheOrderOfDraw) {
  const std::vector<TestOrder> orders = {
      Order("CBC", TubeKind::Edta), Order("ESR", TubeKind::CitrateEsr),
      Order("coag", TubeKind::Citrate, 2700), Order("liver", TubeKind::Serum),
      Order("glucose", TubeKind::Fluoride)};
  EXPECT_EQ(Words(GroupTubes(orders, {})), "coag | ESR | liver | CBC | glucose");
}

TEST(TubesTest, TestsShareATubeUntilItIsFull) {
  std::vector<TestOrder> orders;
  for (int i = 0; i < 4; ++i) {
    orders.push_back(Order("s" + std::to_string(i), TubeKind::Serum, 2000));
  }
  EXPECT_EQ(Words(GroupTubes(orders, {})), "s0+s1 | s2+s3");
  TubeLimits one_a_label;
  one_a_label.tests_on_a_label = 1;
  EXPECT_EQ(GroupTubes(orders, one_a_label).size(), 4U);
}

TEST(TubesTest, SectionUrgencyTimeAndBloodBankKeepTubesApart) {
  std::vector<TestOrder> orders = {Order("routine", TubeKind::Serum),
                                   Order("urgent", TubeKind::Serum),
                                   Order("immune", TubeKind::Serum, 500, "immunology"),
                                   Order("cross", TubeKind::Serum),
                                   Order("g0", TubeKind::Fluoride),
                                   Order("g60", TubeKind::Fluoride)};
  orders[1].urgent = true;
  orders[3].own_tube = true;
  orders[5].minutes_after_first = 60;
  EXPECT_EQ(Words(GroupTubes(orders, {})), "urgent | immune | routine | cross | g0 | g60");
}

TEST(TubesTest, ATestThatNeedsMoreThanATubeHoldsGetsOneAlone) {
  EXPECT_EQ(
      Words(GroupTubes(
          std::vector{Order("huge", TubeKind::Edta, 9000), Order("CBC", TubeKind::Edta)}, {})),
      "huge | CBC");
}

TEST(TubesTest, EveryOrderIsInExactlyOneTubeWhateverIsOrdered) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<TestOrder> orders;
    for (unsigned i = 0; i < random() % 40; ++i) {
      TestOrder order = Order("o" + std::to_string(i), static_cast<TubeKind>(random() % 7),
                              static_cast<int>(random() % 6000));
      order.own_tube = random() % 9 == 0;
      order.urgent = random() % 5 == 0;
      order.minutes_after_first = static_cast<int>(random() % 3) * 30;
      orders.push_back(order);
    }
    std::multiset<std::string> seen;
    for (const Tube& tube : GroupTubes(orders, {})) {
      ASSERT_FALSE(tube.order_ids.empty());
      ASSERT_EQ(tube.order_ids.size(), tube.short_names.size());
      seen.insert(tube.order_ids.begin(), tube.order_ids.end());
    }
    ASSERT_EQ(seen.size(), orders.size());
    ASSERT_EQ(std::set(seen.begin(), seen.end()).size(), orders.size());
  }
}

}  // namespace
}  // namespace yizhan::domain
