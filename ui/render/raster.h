/// \file
/// The three shapes that Ui's draw lists are made of, drawn with whole-number arithmetic.
#pragma once

#include <cstdint>

#include "ui/render/canvas.h"
#include "ui/texture.h"

namespace yizhan::ui {

/// A corner in 1/256 pixel with its colour, as ImGui packs it (red in the lowest byte).
struct Corner {
  std::int32_t x = 0;
  std::int32_t y = 0;
  std::uint32_t color = 0;
};

/// Covers `box` with one colour. `box` lies inside the canvas.
void FillBox(const Canvas& canvas, const PixelBox& box, std::uint32_t color);

/// Draws the texels from (u, v) into `full`, as far as `box` shows it: coverage times the colour.
void DrawCoverage(const Canvas& canvas, const PixelBox& full, const PixelBox& box,
                  const Texture& texture, int u, int v, std::uint32_t color);

/// Draws a triangle whose pixel centres lie inside (top-left rule: neighbours share no pixel). The
/// alpha may differ between the corners, the colour is that of `a`.
void DrawTriangle(const Canvas& canvas, const PixelBox& box, Corner a, Corner b, Corner c);

}  // namespace yizhan::ui
