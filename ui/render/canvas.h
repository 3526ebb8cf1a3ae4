#pragma once

#include <cstddef>
#include <cstdint>

namespace yizhan::ui {

/// Borrowed memory of a picture: 0xAARRGGBB words, rows of `stride_px` words.
struct Canvas {
  std::uint32_t* pixels = nullptr;
  int width_px = 0;
  int height_px = 0;
  int stride_px = 0;

  [[nodiscard]] std::uint32_t* Row(int y) const {
    return pixels + static_cast<std::ptrdiff_t>(y) * stride_px;
  }
};

/// Whole pixels [x0, x1) x [y0, y1).
struct PixelBox {
  int x0 = 0;
  int y0 = 0;
  int x1 = 0;
  int y1 = 0;

  [[nodiscard]] bool Empty() const { return x0 >= x1 || y0 >= y1; }
  [[nodiscard]] PixelBox Cut(const PixelBox& other) const {
    return {x0 > other.x0 ? x0 : other.x0, y0 > other.y0 ? y0 : other.y0,
            x1 < other.x1 ? x1 : other.x1, y1 < other.y1 ? y1 : other.y1};
  }
  friend bool operator==(const PixelBox&, const PixelBox&) = default;
};

}  // namespace yizhan::ui
