/// \file
/// Walks every page in every state, language, text size and on every panel, and asks what a person
/// needs: readable, reachable, nothing cut off, nothing in the way of something else.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/ui/sample_frames.h"
#include "tests/ui/test_screen.h"

namespace yizhan::test {
namespace {

using ui::Item;
using ui::Rect;

struct Panel {
  const char* name;
  int width_px;
  int height_px;
  double diagonal_inches;
};

class PagesTest : public testing::TestWithParam<Panel> {
 protected:
  PagesTest()
      : screen_(TestScreen::Options(GetParam().width_px, GetParam().height_px,
                                    GetParam().diagonal_inches)),
        px_per_mm_(std::hypot(GetParam().width_px, GetParam().height_px) /
                   (GetParam().diagonal_inches * 25.4)) {}

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
  double px_per_mm_;
};

bool BelongsTo(const Item& text, const Item& button) {
  return text.id == button.id || text.id.rfind(button.id + "/", 0) == 0;
}

double Distance(const Rect& a, const Rect& b) {
  const double dx = std::max({0.0F, b.x - a.Right(), a.x - b.Right()});
  const double dy = std::max({0.0F, b.y - a.Bottom(), a.y - b.Bottom()});
  return std::hypot(dx, dy);
}

/// The checks that every page must pass on every panel, with what they need to know of the panel.
class PageChecks {
 public:
  PageChecks(const std::vector<Item>& items, const Panel& panel, double px_per_mm)
      : items_(items), panel_(panel), px_per_mm_(px_per_mm) {}

  void EveryTextStaysInItsBoxAndOnTheScreen() const {
    const Rect screen{0, 0, static_cast<float>(panel_.width_px),
                      static_cast<float>(panel_.height_px)};
    for (const Item& item : items_) {
      EXPECT_TRUE(screen.Contains(item.rect)) << item.id;
      if (item.role != Item::Role::Text) continue;
      EXPECT_FALSE(item.label.empty()) << item.id;
      EXPECT_TRUE(item.rect.Inset(-2, -2).Contains(item.text_rect))
          << item.id << " \"" << item.label << "\" needs " << item.text_rect.w << " x "
          << item.text_rect.h << " in " << item.rect.w << " x " << item.rect.h;
    }
  }

  void EveryTargetIsLargeAndApartFromTheNext() const {
    for (const Item& item : items_) {
      if (item.role != Item::Role::Button) continue;
      EXPECT_GE(item.rect.h + 0.5, 20 * px_per_mm_) << item.id;
      EXPECT_GE(item.rect.w + 0.5, 20 * px_per_mm_) << item.id;
      for (const Item& other : items_) {
        // A dimmed page lies behind the question that covers it.
        if (other.role != Item::Role::Button || &other == &item) continue;
        if (other.dimmed != item.dimmed) continue;
        EXPECT_GE(Distance(item.rect, other.rect) + 0.5, 5 * px_per_mm_)
            << item.id << " and " << other.id;
      }
    }
  }

  void NoTextLiesOnAnotherOneOrOnAForeignButton() const {
    for (const Item& item : items_) {
      if (item.role != Item::Role::Text) continue;
      for (const Item& other : items_) {
        if (&other == &item || other.dimmed != item.dimmed) continue;
        if (other.role == Item::Role::Text) {
          EXPECT_FALSE(item.text_rect.Inset(1, 1).Overlaps(other.text_rect.Inset(1, 1)))
              << item.id << " on " << other.id;
        } else if (!BelongsTo(item, other)) {
          EXPECT_FALSE(item.text_rect.Overlaps(other.rect)) << item.id << " on " << other.id;
        }
      }
    }
  }

  void EveryCharacterCanBeDrawnAndRead() const {
    for (const Item& item : items_) {
      if (item.role != Item::Role::Text) continue;
      EXPECT_EQ(item.unknown_glyphs, 0) << item.id << " " << item.label;
      EXPECT_GE(ui::Contrast(item.ink.text, item.ink.ground), 4.5) << item.id;
    }
  }

 private:
  const std::vector<Item>& items_;
  const Panel& panel_;
  double px_per_mm_;
};

TEST_P(PagesTest, F96_EveryPageIsReadableAndReachableAlsoInLargeText) {
  ForEveryScreen([&](const Sample&) {
    const PageChecks checks(screen_->Items(), GetParam(), px_per_mm_);
    checks.EveryTextStaysInItsBoxAndOnTheScreen();
    checks.EveryTargetIsLargeAndApartFromTheNext();
    checks.NoTextLiesOnAnotherOneOrOnAForeignButton();
    checks.EveryCharacterCanBeDrawnAndRead();
  });
}

INSTANTIATE_TEST_SUITE_P(Panels, PagesTest,
                         testing::Values(Panel{"Inch15", 1080, 1920, 15.6},
                                         Panel{"Inch21", 1080, 1920, 21.5},
                                         Panel{"Inch27", 1080, 1920, 27},
                                         Panel{"Inch24Wide", 1920, 1080, 23.8},
                                         Panel{"Inch32at4K", 2160, 3840, 32}),
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
