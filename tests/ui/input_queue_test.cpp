#include "ui/input_queue.h"

#include <gtest/gtest.h>

namespace yizhan::ui {
namespace {

using Kind = InputEvent::Kind;

std::vector<Kind> Kinds(InputQueue& queue) {
  std::vector<Kind> kinds;
  while (const auto event = queue.Pop()) kinds.push_back(event->kind);
  return kinds;
}

TEST(InputQueueTest, TwoTapsStayTwoTaps) {
  InputQueue queue;
  for (int i = 0; i < 2; ++i) {
    queue.Press(1, {1, 1});
    queue.Release(1, {1, 1});
  }
  EXPECT_EQ(Kinds(queue), (std::vector{Kind::Press, Kind::Release, Kind::Press, Kind::Release}));
}

TEST(InputQueueTest, OtherFingersAreIgnoredUntilTheFirstIsLifted) {
  InputQueue queue;
  queue.Press(1, {});
  queue.Press(2, {});
  queue.Move(2, {});
  queue.Release(2, {});
  queue.Release(1, {});
  queue.Press(2, {});
  EXPECT_EQ(Kinds(queue), (std::vector{Kind::Press, Kind::Release, Kind::Press}));
}

TEST(InputQueueTest, MovesComeAsOneWithTheLastPlace) {
  InputQueue queue;
  queue.Press(1, {0, 0});
  for (int i = 1; i <= 100; ++i) queue.Move(1, {static_cast<float>(i), 0});
  ASSERT_EQ(queue.Pop()->kind, Kind::Press);
  EXPECT_EQ(queue.Pop()->at.x, 100);
  EXPECT_TRUE(queue.Empty());
}

TEST(InputQueueTest, AReleaseWithoutAPressIsNothing) {
  InputQueue queue;
  queue.Release(1, {});
  queue.Move(1, {});
  EXPECT_TRUE(queue.Empty());
}

TEST(InputQueueTest, AFingerFromThePageBeforeStaysIgnoredUntilItIsLifted) {
  InputQueue queue;
  queue.Press(1, {});
  queue.DropStale();
  queue.Move(1, {});
  queue.Release(1, {});
  EXPECT_TRUE(queue.Empty());
  queue.Press(1, {});
  EXPECT_EQ(Kinds(queue), (std::vector{Kind::Press}));
}

}  // namespace
}  // namespace yizhan::ui
