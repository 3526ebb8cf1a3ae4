#pragma once

#include <cstdint>

namespace yizhan::ui {

/// A place on the screen in pixels, from the top left corner.
struct Point {
  float x = 0;
  float y = 0;
};

/// A box on the screen in pixels.
struct Rect {
  float x = 0;
  float y = 0;
  float w = 0;
  float h = 0;

  [[nodiscard]] constexpr float Right() const { return x + w; }
  [[nodiscard]] constexpr float Bottom() const { return y + h; }
  [[nodiscard]] constexpr Point Centre() const { return {x + w / 2, y + h / 2}; }
  [[nodiscard]] constexpr Rect Inset(float dx, float dy) const {
    return {x + dx, y + dy, w - 2 * dx, h - 2 * dy};
  }
  [[nodiscard]] constexpr bool Contains(const Rect& other) const {
    return other.x >= x && other.y >= y && other.Right() <= Right() && other.Bottom() <= Bottom();
  }
  [[nodiscard]] constexpr bool Overlaps(const Rect& other) const {
    return x < other.Right() && other.x < Right() && y < other.Bottom() && other.y < Bottom();
  }
  friend constexpr bool operator==(const Rect&, const Rect&) = default;
};

struct Color {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  std::uint8_t alpha = 255;
  friend constexpr bool operator==(const Color&, const Color&) = default;
};

/// 0x12232B, as in the table of tokens.
[[nodiscard]] constexpr Color Hex(std::uint32_t rgb, std::uint8_t alpha = 255) {
  return {static_cast<std::uint8_t>(rgb >> 16), static_cast<std::uint8_t>(rgb >> 8),
          static_cast<std::uint8_t>(rgb), alpha};
}

/// Contrast of two opaque colours as WCAG 2 defines it: 1 to 21.
[[nodiscard]] double Contrast(Color one, Color other);

}  // namespace yizhan::ui
