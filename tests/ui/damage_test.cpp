/// \file
/// Drawing only what changed must give the same picture as drawing everything, and nothing of a
/// patient may stay in it.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/ui/sample_frames.h"
#include "tests/ui/test_screen.h"

namespace yizhan::test {
namespace {

class DamageTest : public testing::Test {
 protected:
  /// The picture after everything is drawn anew.
  std::vector<std::uint32_t> Fresh(const screens::Frame& frame) {
    screen_->Invalidate();
    screen_.Draw(frame);
    return screen_.Picture();
  }

  TestScreen screen_;
};

TEST_F(DamageTest, APageAfterAnyOtherLooksAsIfItHadAlwaysBeenThere) {
  for (const Sample& sample : SampleFrames()) {
    screen_.Draw(sample.frame);
    const auto incremental = screen_.Picture();
    EXPECT_EQ(incremental, Fresh(sample.frame)) << sample.name;
  }
}

TEST_F(DamageTest, APressedButtonLooksTheSameEitherWay) {
  for (const Sample& sample : SampleFrames()) {
    screen_.Draw(sample.frame);
    const ui::Item* button = nullptr;
    for (const ui::Item& item : screen_->Items()) {
      if (item.role == ui::Item::Role::Button && item.enabled) button = &item;
    }
    ASSERT_NE(button, nullptr) << sample.name;
    const ui::Point at = button->rect.Centre();
    screen_.Touch(at.x, at.y, true, sample.frame);
    const auto pressed = screen_.Picture();
    EXPECT_EQ(pressed, Fresh(sample.frame)) << sample.name;
    screen_.Touch(0, 0, false, sample.frame);
    const auto released = screen_.Picture();
    EXPECT_NE(released, pressed) << sample.name;
    EXPECT_EQ(released, Fresh(sample.frame)) << sample.name;
  }
}

TEST_F(DamageTest, AMinuteLaterOnlyTheClockIsDrawn) {
  screens::Frame frame = SampleFrames().front().frame;
  screen_.Draw(frame);
  frame.now += std::chrono::minutes(1);
  screen_.Draw(frame);
  EXPECT_GT(screen_->Measure().tiles_drawn, 0);
  EXPECT_LT(screen_->Measure().tiles_drawn, screen_->Measure().tiles / 10);
}

TEST_F(DamageTest, FarMoreTextThanTheCacheHoldsIsDrawnRight) {
  screens::Frame frame = SampleFrames().front().frame;
  std::vector<std::uint32_t> first;
  for (int i = 0; i < 400; ++i) {
    frame.hospital.zh = "第" + std::to_string(i % 397) + "人民医院的一个很长的名字";
    screen_.Draw(frame);
    if (i == 0) first = screen_.Picture();
  }
  frame.hospital.zh = "第0人民医院的一个很长的名字";
  screen_.Draw(frame);
  EXPECT_EQ(screen_.Picture(), first);
  EXPECT_EQ(screen_.Picture(), Fresh(frame));
  screen_.Draw(frame);
  const auto before = screen_->Measure();
  screen_.Draw(frame);
  EXPECT_EQ(screen_->Measure().texts_shaped, before.texts_shaped) << "kept, not dropped each time";
  EXPECT_EQ(screen_->Measure().presented, before.presented);
}

TEST_F(DamageTest, AfterAPatientLeftNothingOfThemIsThere) {
  for (const Sample& sample : SampleFrames()) {
    if (sample.name != "home") continue;
    screen_.Draw(sample.frame);
    ASSERT_NE(screen_.Find("header")->label.find("张*三"), std::string::npos);
  }
  screen_->Forget();
  EXPECT_TRUE(screen_->Items().empty());
  const auto picture = screen_.Picture();
  ASSERT_FALSE(picture.empty());
  EXPECT_TRUE(std::all_of(picture.begin(), picture.end(),
                          [&](std::uint32_t pixel) { return pixel == picture.front(); }));
}

TEST_F(DamageTest, ThePictureIsTheSameInEveryRun) {
  // Whole-number drawing of shipped fonts: what a second display draws is equal to the last pixel.
  const screens::Frame frame = SampleFrames().front().frame;
  screen_.Draw(frame);
  const auto first = screen_.Picture();
  screen_->Forget();
  screen_.Draw(frame);
  EXPECT_EQ(screen_.Picture(), first);
}

}  // namespace
}  // namespace yizhan::test
