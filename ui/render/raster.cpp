#include "ui/render/raster.h"

#include <algorithm>
#include <utility>

namespace yizhan::ui {

namespace {

constexpr std::uint32_t kOpaque = 0xFF000000u;

struct Rgb {
  std::uint32_t red;
  std::uint32_t green;
  std::uint32_t blue;
  explicit Rgb(std::uint32_t packed)
      : red(packed & 255u), green((packed >> 8) & 255u), blue((packed >> 16) & 255u) {}
  [[nodiscard]] std::uint32_t Pixel() const { return kOpaque | red << 16 | green << 8 | blue; }
};

/// Exact x / 255, rounded, for x up to 255 * 255.
std::uint32_t Div255(std::uint32_t x) {
  x += 128;
  return (x + (x >> 8)) >> 8;
}

std::uint32_t Blend(std::uint32_t below, const Rgb& color, std::uint32_t alpha) {
  const std::uint32_t rest = 255 - alpha;
  return kOpaque | Div255(color.red * alpha + ((below >> 16) & 255u) * rest) << 16 |
         Div255(color.green * alpha + ((below >> 8) & 255u) * rest) << 8 |
         Div255(color.blue * alpha + (below & 255u) * rest);
}

void FillRow(std::uint32_t* row, int x0, int x1, const Rgb& color, std::uint32_t alpha) {
  if (alpha == 255) {
    std::fill(row + x0, row + x1, color.Pixel());
    return;
  }
  for (int x = x0; x < x1; ++x) row[x] = Blend(row[x], color, alpha);
}

/// One side of a triangle as a function that is zero on it and positive inside.
struct Side {
  std::int64_t at_origin;  ///< Value at the centre of pixel (0, 0).
  std::int64_t per_x;
  std::int64_t per_y;
  std::int64_t least;  ///< Smallest value that still belongs to the triangle.

  Side(const Corner& from, const Corner& to) {
    const std::int64_t dx = std::int64_t{to.x} - from.x;
    const std::int64_t dy = std::int64_t{to.y} - from.y;
    at_origin = dx * (128 - std::int64_t{from.y}) - dy * (128 - std::int64_t{from.x});
    per_x = -dy * 256;
    per_y = dx * 256;
    const bool top_or_left = (dy == 0 && dx > 0) || dy < 0;
    least = top_or_left ? 0 : 1;
  }

  [[nodiscard]] std::int64_t At(int x, int y) const { return at_origin + per_x * x + per_y * y; }
};

std::int64_t FloorDiv(std::int64_t a, std::int64_t b) {  // b > 0
  const std::int64_t quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

/// Narrows [x0, x1) to the pixels of row `y` that are on the inner side.
void CutRow(const Side& side, int y, std::int64_t& x0, std::int64_t& x1) {
  const std::int64_t start = side.At(0, y);
  if (side.per_x == 0) {
    if (start < side.least) x1 = x0;
  } else if (side.per_x > 0) {
    x0 = std::max(x0, -FloorDiv(start - side.least, side.per_x));
  } else {
    x1 = std::min(x1, FloorDiv(start - side.least, -side.per_x) + 1);
  }
}

/// Alpha runs along a row as (weighted + x * per_x) / size. Divided anew for each pixel, so that a
/// row cut into tiles looks like a whole one; only the seams of shapes, a pixel wide, come here.
struct AlphaRow {
  std::int64_t weighted;  ///< At the first pixel.
  std::int64_t per_x;
  std::int64_t size;
};

void ShadeRow(std::uint32_t* row, int x0, int x1, const Rgb& color, AlphaRow alpha) {
  for (int x = x0; x < x1; ++x, alpha.weighted += alpha.per_x) {
    const std::int64_t level = (alpha.weighted + alpha.size / 2) / alpha.size;
    if (level > 0) row[x] = Blend(row[x], color, static_cast<std::uint32_t>(level));
  }
}

}  // namespace

void FillBox(const Canvas& canvas, const PixelBox& box, std::uint32_t color) {
  const Rgb rgb(color);
  for (int y = box.y0; y < box.y1; ++y) FillRow(canvas.Row(y), box.x0, box.x1, rgb, color >> 24);
}

void DrawCoverage(const Canvas& canvas, const PixelBox& full, const PixelBox& box,
                  const Texture& texture, int u, int v, std::uint32_t color) {
  const Rgb rgb(color);
  const std::uint32_t alpha = color >> 24;
  for (int y = box.y0; y < box.y1; ++y) {
    std::uint32_t* row = canvas.Row(y);
    const std::uint8_t* texels =
        texture.coverage.data() + std::ptrdiff_t{v + y - full.y0} * texture.stride_px + u - full.x0;
    for (int x = box.x0; x < box.x1; ++x) {
      std::uint32_t level = texels[x];
      if (level == 0) continue;
      if (alpha != 255) level = Div255(level * alpha);
      row[x] = level == 255 ? rgb.Pixel() : Blend(row[x], rgb, level);
    }
  }
}

void DrawTriangle(const Canvas& canvas, const PixelBox& box, Corner a, Corner b, Corner c) {
  const std::int64_t area = (std::int64_t{b.x} - a.x) * (std::int64_t{c.y} - a.y) -
                            (std::int64_t{b.y} - a.y) * (std::int64_t{c.x} - a.x);
  if (area == 0) return;
  if (area < 0) std::swap(b, c);
  const std::int64_t size = area < 0 ? -area : area;
  const Side sides[3] = {Side(b, c), Side(c, a), Side(a, b)};
  const std::int64_t alphas[3] = {a.color >> 24, b.color >> 24, c.color >> 24};
  const bool flat = alphas[0] == alphas[1] && alphas[1] == alphas[2];
  if (flat && alphas[0] == 0) return;

  const Rgb rgb(a.color);
  std::int64_t alpha_per_x = 0;
  for (int i = 0; i < 3; ++i) alpha_per_x += sides[i].per_x * alphas[i];
  const int top = std::max(box.y0, std::min({a.y, b.y, c.y}) >> 8);
  const int bottom = std::min(box.y1, (std::max({a.y, b.y, c.y}) >> 8) + 1);
  for (int y = top; y < bottom; ++y) {
    std::int64_t x0 = box.x0;
    std::int64_t x1 = box.x1;
    for (const Side& side : sides) CutRow(side, y, x0, x1);
    if (x0 >= x1) continue;
    const int first = static_cast<int>(x0);
    const int last = static_cast<int>(x1);
    if (flat) {
      FillRow(canvas.Row(y), first, last, rgb, static_cast<std::uint32_t>(alphas[0]));
      continue;
    }
    std::int64_t weighted = 0;
    for (int i = 0; i < 3; ++i) weighted += sides[i].At(first, y) * alphas[i];
    ShadeRow(canvas.Row(y), first, last, rgb, {weighted, alpha_per_x, size});
  }
}

}  // namespace yizhan::ui
