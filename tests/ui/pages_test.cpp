/// \file
/// Walks every page in every state, language, text size and on every panel, and asks what a person
/// needs: readable, reachable, nothing cut off, nothing in the way of something else.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/ui/page_checks.h"
#include "tests/ui/sample_frames.h"
#include "tests/ui/test_screen.h"

namespace yizhan::test {
namespace {

using ui::Item;
using ui::Rect;

class PagesTest : public testing::TestWithParam<Panel> {
 protected:
  PagesTest()
      : screen_(TestScreen::Options(GetParam().width_px, GetParam().height_px,
                                    GetParam().diagonal_inches)) {}

  /// Calls `check` for every part of every page.
  template <typename Check>
  void ForEveryScreen(Check&& check) {
    for (Sample& sample : SampleFrames()) {
      for (const auto language : {domain::Language::ZhCn, domain::Language::En}) {
        for (const auto size : {screens::TextSize::Normal, screens::TextSize::Large}) {
          sample.frame.language = language;
          sample.frame.text_size = size;
          SCOPED_TRACE(sample.name + (language == domain::Language::En ? " en" : " zh") +
                       (size == screens::TextSize::Large ? " large" : " normal"));
          screen_->Forget();
          screen_.Draw(sample.frame);
          check(sample);
          // The samples with pages beyond would be left by a press on their last part.
          for (int part = 1; part < 8 && HasMoreParts(); ++part) {
            if (screen_.Tap("next-part", sample.frame)) break;
            screen_.Draw(sample.frame);
            check(sample);
          }
        }
      }
    }
  }

  bool HasMoreParts() const {
    const Item* next = screen_.Find("next-part");
    return next != nullptr && next->enabled;
  }

  TestScreen screen_;
};

TEST_P(PagesTest, F96_EveryPageIsReadableAndReachableAlsoInLargeText) {
  ForEveryScreen([&](const Sample&) {
    const PageChecks checks(screen_->Items(), GetParam());
    checks.EveryTextStaysInItsBoxAndOnTheScreen();
    checks.EveryTargetIsLargeAndApartFromTheNext();
    checks.NoTextLiesOnAnotherOneOrOnAForeignButton();
    checks.EveryCharacterCanBeDrawnAndRead();
  });
}

const Panel kPanels[] = {{"Inch15", 1080, 1920, 15.6},
#ifndef __SANITIZE_THREAD__
                         // One thread draws: looking for races a second time finds no other ones.
                         {"Inch21", 1080, 1920, 21.5},
                         {"Inch27", 1080, 1920, 27},
                         {"Inch24Wide", 1920, 1080, 23.8},
                         {"Inch32at4K", 2160, 3840, 32}
#endif
};

INSTANTIATE_TEST_SUITE_P(Panels, PagesTest, testing::ValuesIn(kPanels),
                         [](const auto& info) { return std::string(info.param.name); });

class PageTest : public PagesTest {};

TEST_P(PageTest, TheGroundThatContrastIsCountedAgainstIsReallyThere) {
  ForEveryScreen([&](const Sample&) {
    for (const Item& item : screen_->Items()) {
      if (item.role != Item::Role::Text || item.dimmed) continue;
      const ui::Color c = item.ink.ground;
      const auto ground = static_cast<std::uint32_t>(c.red << 16 | c.green << 8 | c.blue);
      const Rect& r = item.text_rect;
      const auto at = [&](float x, float y) {
        return screen_.Pixel(static_cast<int>(x), static_cast<int>(y)) == ground;
      };
      EXPECT_TRUE(at(r.x, r.y) || at(r.Right() - 1, r.y) || at(r.x, r.Bottom() - 1) ||
                  at(r.Right() - 1, r.Bottom() - 1))
          << item.id << " " << item.label;
    }
  });
}

TEST_P(PageTest, EveryIdIsUniqueAndTheFocusOrderHasNoHoles) {
  ForEveryScreen([&](const Sample&) {
    std::set<std::string> ids;
    std::set<int> order;
    for (const Item& item : screen_->Items()) {
      EXPECT_TRUE(ids.insert(item.id).second) << item.id;
      EXPECT_EQ(item.focus_order >= 0, item.role == Item::Role::Button && item.enabled) << item.id;
      if (item.focus_order >= 0) {
        EXPECT_TRUE(order.insert(item.focus_order).second);
      }
    }
    int expected = 0;
    for (const int place : order) EXPECT_EQ(place, expected++);
  });
}

TEST_P(PageTest, NobodyIsEverWithoutAWayToCallAPerson) {
  ForEveryScreen([&](const Sample& sample) {
    EXPECT_NE(screen_.Find("call-staff"), nullptr);
    if (!sample.frame.warning) {
      EXPECT_NE(screen_.Find("language"), nullptr);
      EXPECT_NE(screen_.Find("text-size"), nullptr);
    }
    const bool leaves = screen_.Find("exit") != nullptr || screen_.Find("done") != nullptr ||
                        screen_.Find("leave") != nullptr;
    EXPECT_EQ(leaves, sample.frame.signed_in);
  });
}

TEST_P(PageTest, AnUnchangedScreenIsNotDrawnAgain) {
  ForEveryScreen([&](const Sample& sample) {
    screen_.Draw(sample.frame);
    const auto before = screen_->Measure();
    screen_.Draw(sample.frame);
    EXPECT_EQ(screen_->Measure().presented, before.presented);
    EXPECT_EQ(screen_->Measure().tiles_drawn, 0);
    EXPECT_EQ(screen_->Measure().texts_shaped, before.texts_shaped);
  });
}

INSTANTIATE_TEST_SUITE_P(Panels, PageTest, testing::Values(Panel{"Inch21", 1080, 1920, 21.5}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace yizhan::test
