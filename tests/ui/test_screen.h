#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ui/display.h"

namespace yizhan::test {

/// A display without a display, and a person in front of it who touches it with real SDL finger
/// events. One at a time.
class TestScreen {
 public:
  /// Aborts the test program when the display cannot be opened.
  explicit TestScreen(ui::DisplayOptions options = {});
  /// Empty where it cannot be opened here (OpenGL).
  static std::unique_ptr<TestScreen> TryOpen(ui::DisplayOptions options);

  ui::Display& operator*() { return *display_; }
  ui::Display* operator->() { return display_.get(); }

  std::optional<screens::Intent> Draw(const screens::Frame& frame);
  /// The item with this id; null when the last frame did not show it.
  const ui::Item* Find(std::string_view id) const;
  /// Finger down and up in the middle of the item. Draws `frame` after each.
  std::optional<screens::Intent> Tap(std::string_view id, const screens::Frame& frame);
  std::optional<screens::Intent> Touch(float x, float y, bool down, const screens::Frame& frame);
  /// Colour of one pixel as last presented, 0xRRGGBB. Software renderer.
  std::uint32_t Pixel(int x, int y) const;
  /// The whole picture, rows from the top.
  std::vector<std::uint32_t> Picture() const;

  static ui::DisplayOptions Options(int width_px = 1080, int height_px = 1920,
                                    double diagonal_inches = 21.5);

 private:
  TestScreen(std::unique_ptr<ui::Display> display) : display_(std::move(display)) {}
  std::unique_ptr<ui::Display> display_;
};

}  // namespace yizhan::test
