#pragma once

#include <cstdint>
#include <vector>

#include "ui/render/canvas.h"

struct ImDrawData;

namespace yizhan::ui {

/// Draws ImGui draw lists into memory and redraws only the tiles whose content changed since the
/// last frame. Whole-number arithmetic throughout: the same lists give the same picture on every
/// machine and compiler. Expects what Ui draws: shapes of plain colour, and texture rectangles at
/// one texel a pixel on whole pixels. Thread-bound.
class SoftwareRenderer {
 public:
  static constexpr int kTilePx = 64;

  /// Starts with everything to be drawn. `canvas` is borrowed and must outlive the next Render.
  void SetCanvas(Canvas canvas);

  /// Brings the canvas up to date. The answer lists what changed, as boxes that do not overlap;
  /// empty when nothing did. It is valid until the next call.
  const std::vector<PixelBox>& Render(const ImDrawData& data, std::uint32_t ground);

  /// The next Render draws everything.
  void Invalidate();

  [[nodiscard]] int TilesDrawn() const { return tiles_drawn_; }  ///< By the last Render.
  [[nodiscard]] int TileCount() const { return columns_ * rows_; }

 private:
  void HashTiles(const ImDrawData& data, std::uint32_t ground);
  void MarkDamage(std::uint32_t ground);
  void DrawDamage(const ImDrawData& data);

  Canvas canvas_{};
  int columns_ = 0;
  int rows_ = 0;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint64_t> drawn_hashes_;
  std::vector<std::uint8_t> damaged_;
  std::vector<PixelBox> damage_;
  int tiles_drawn_ = 0;
};

}  // namespace yizhan::ui
