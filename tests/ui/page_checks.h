/// \file
/// What every page must give a person, as checks of its items: readable, reachable, nothing cut
/// off, nothing in the way of something else (look/ and domain.md 2.12).
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "ui/item.h"

namespace yizhan::test {

struct Panel {
  const char* name;
  int width_px;
  int height_px;
  double diagonal_inches;

  [[nodiscard]] double PxPerMm() const {
    return std::hypot(width_px, height_px) / (diagonal_inches * 25.4);
  }
};

inline bool BelongsTo(const ui::Item& text, const ui::Item& button) {
  return text.id == button.id || text.id.rfind(button.id + "/", 0) == 0;
}

inline double Distance(const ui::Rect& a, const ui::Rect& b) {
  const double dx = std::max({0.0F, b.x - a.Right(), a.x - b.Right()});
  const double dy = std::max({0.0F, b.y - a.Bottom(), a.y - b.Bottom()});
  return std::hypot(dx, dy);
}

/// The checks that every page must pass on every panel, with what they need to know of the panel.
class PageChecks {
 public:
  PageChecks(const std::vector<ui::Item>& items, const Panel& panel)
      : items_(items), panel_(panel), px_per_mm_(panel.PxPerMm()) {}

  void EveryTextStaysInItsBoxAndOnTheScreen() const {
    const ui::Rect screen{0, 0, static_cast<float>(panel_.width_px),
                          static_cast<float>(panel_.height_px)};
    for (const ui::Item& item : items_) {
      EXPECT_TRUE(screen.Contains(item.rect)) << item.id;
      if (item.role != ui::Item::Role::Text) continue;
      EXPECT_FALSE(item.label.empty()) << item.id;
      EXPECT_TRUE(item.rect.Inset(-2, -2).Contains(item.text_rect))
          << item.id << " \"" << item.label << "\" needs " << item.text_rect.w << " x "
          << item.text_rect.h << " in " << item.rect.w << " x " << item.rect.h;
    }
  }

  void EveryTargetIsLargeAndApartFromTheNext() const {
    for (const ui::Item& item : items_) {
      if (item.role != ui::Item::Role::Button) continue;
      EXPECT_GE(item.rect.h + 0.5, 20 * px_per_mm_) << item.id;
      EXPECT_GE(item.rect.w + 0.5, 20 * px_per_mm_) << item.id;
      for (const ui::Item& other : items_) {
        // A dimmed page lies behind the question that covers it.
        if (other.role != ui::Item::Role::Button || &other == &item) continue;
        if (other.dimmed != item.dimmed) continue;
        EXPECT_GE(Distance(item.rect, other.rect) + 0.5, 5 * px_per_mm_)
            << item.id << " and " << other.id;
      }
    }
  }

  void NoTextLiesOnAnotherOneOrOnAForeignButton() const {
    for (const ui::Item& item : items_) {
      if (item.role != ui::Item::Role::Text) continue;
      for (const ui::Item& other : items_) {
        if (&other == &item || other.dimmed != item.dimmed) continue;
        if (other.role == ui::Item::Role::Text) {
          EXPECT_FALSE(item.text_rect.Inset(1, 1).Overlaps(other.text_rect.Inset(1, 1)))
              << item.id << " on " << other.id;
        } else if (!BelongsTo(item, other)) {
          EXPECT_FALSE(item.text_rect.Overlaps(other.rect)) << item.id << " on " << other.id;
        }
      }
    }
  }

  void EveryCharacterCanBeDrawnAndRead() const {
    for (const ui::Item& item : items_) {
      if (item.role != ui::Item::Role::Text) continue;
      EXPECT_EQ(item.unknown_glyphs, 0) << item.id << " " << item.label;
      EXPECT_GE(ui::Contrast(item.ink.text, item.ink.ground), 4.5) << item.id;
    }
  }

 private:
  const std::vector<ui::Item>& items_;
  const Panel& panel_;
  double px_per_mm_;
};

}  // namespace yizhan::test
