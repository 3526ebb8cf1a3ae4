#include "ui/render/software_renderer.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "ui/render/raster.h"

namespace yizhan::ui {

namespace {

constexpr std::uint64_t kMixer = 0x9E3779B97F4A7C15u;

/// What a draw list is made of once ImGui's triangles are read back: a rectangle or a triangle.
struct Shape {
  const ImDrawVert* vertices;
  const ImDrawIdx* indices;
  bool rectangle;  ///< Six indices of an upright rectangle of one colour; else three.
  PixelBox clip;
  PixelBox bounds;  ///< Inside `clip`; never empty.
  const Texture* texture;

  [[nodiscard]] const ImDrawVert& At(int corner) const { return vertices[indices[corner]]; }
};

std::uint64_t Mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * kMixer;
  return hash ^ (hash >> 29);
}

std::uint64_t Pair(float a, float b) {
  std::uint32_t low;
  std::uint32_t high;
  std::memcpy(&low, &a, sizeof low);
  std::memcpy(&high, &b, sizeof high);
  return std::uint64_t{high} << 32 | low;
}

std::uint64_t Pair(int a, int b) {
  return std::uint64_t{static_cast<std::uint32_t>(b)} << 32 | static_cast<std::uint32_t>(a);
}

bool IsRectangle(const ImDrawVert* v, const ImDrawIdx* i) {
  if (i[3] != i[0] || i[4] != i[2]) return false;
  const ImDrawVert &a = v[i[0]], &b = v[i[1]], &c = v[i[2]], &d = v[i[5]];
  return a.pos.y == b.pos.y && b.pos.x == c.pos.x && c.pos.y == d.pos.y && d.pos.x == a.pos.x &&
         a.col == b.col && b.col == c.col && c.col == d.col;
}

PixelBox Bounds(const Shape& shape) {
  const int corners = shape.rectangle ? 6 : 3;
  ImVec2 low = shape.At(0).pos;
  ImVec2 high = low;
  for (int i = 1; i < corners; ++i) {
    const ImVec2 at = shape.At(i).pos;
    low = {std::min(low.x, at.x), std::min(low.y, at.y)};
    high = {std::max(high.x, at.x), std::max(high.y, at.y)};
  }
  const PixelBox box{static_cast<int>(std::floor(low.x)), static_cast<int>(std::floor(low.y)),
                     static_cast<int>(std::ceil(high.x)), static_cast<int>(std::ceil(high.y))};
  return box.Cut(shape.clip);
}

/// Calls `visit` for every shape that shows, in drawing order.
template <typename Visit>
void ForEachShape(const ImDrawData& data, const PixelBox& screen, Visit&& visit) {
  for (int n = 0; n < data.CmdListsCount; ++n) {
    const ImDrawList& list = *data.CmdLists[n];
    for (const ImDrawCmd& command : list.CmdBuffer) {
      Shape shape{};
      shape.vertices = list.VtxBuffer.Data + command.VtxOffset;
      shape.clip =
          PixelBox{static_cast<int>(command.ClipRect.x), static_cast<int>(command.ClipRect.y),
                   static_cast<int>(command.ClipRect.z), static_cast<int>(command.ClipRect.w)}
              .Cut(screen);
      shape.texture = static_cast<const Texture*>(command.GetTexID());
      if (command.UserCallback != nullptr || shape.clip.Empty()) continue;
      for (unsigned i = 0; i + 2 < command.ElemCount;) {
        shape.indices = list.IdxBuffer.Data + command.IdxOffset + i;
        shape.rectangle = i + 5 < command.ElemCount && IsRectangle(shape.vertices, shape.indices);
        i += shape.rectangle ? 6 : 3;
        shape.bounds = Bounds(shape);
        if (!shape.bounds.Empty()) visit(shape);
      }
    }
  }
}

std::uint64_t Hash(const Shape& shape) {
  std::uint64_t hash = reinterpret_cast<std::uintptr_t>(shape.texture);
  hash = Mix(hash, shape.texture->generation);
  hash = Mix(hash, Pair(shape.clip.x0, shape.clip.y0));
  hash = Mix(hash, Pair(shape.clip.x1, shape.clip.y1));
  const auto add = [&](const ImDrawVert& vertex) {
    hash = Mix(hash, Pair(vertex.pos.x, vertex.pos.y));
    hash = Mix(hash, Pair(vertex.uv.x, vertex.uv.y));
    hash = Mix(hash, vertex.col);
  };
  add(shape.At(0));
  add(shape.At(1));
  add(shape.At(2));
  return hash;
}

Corner ToCorner(const ImDrawVert& vertex) {
  return {static_cast<std::int32_t>(std::lround(vertex.pos.x * 256)),
          static_cast<std::int32_t>(std::lround(vertex.pos.y * 256)), vertex.col};
}

void Draw(const Canvas& canvas, const Shape& shape, const PixelBox& box) {
  if (!shape.rectangle) {
    DrawTriangle(canvas, box.Cut(shape.clip), ToCorner(shape.At(0)), ToCorner(shape.At(1)),
                 ToCorner(shape.At(2)));
    return;
  }
  const ImDrawVert& from = shape.At(0);
  const ImDrawVert& to = shape.At(2);
  const PixelBox full{
      static_cast<int>(std::lround(from.pos.x)), static_cast<int>(std::lround(from.pos.y)),
      static_cast<int>(std::lround(to.pos.x)), static_cast<int>(std::lround(to.pos.y))};
  const PixelBox shown = full.Cut(box).Cut(shape.clip);
  if (shown.Empty()) return;
  if (from.uv.x == to.uv.x) {
    FillBox(canvas, shown, from.col);
    return;
  }
  const Texture& texture = *shape.texture;
  DrawCoverage(canvas, full, shown, texture,
               static_cast<int>(std::lround(from.uv.x * static_cast<float>(texture.width_px))),
               static_cast<int>(std::lround(from.uv.y * static_cast<float>(texture.height_px))),
               from.col);
}

}  // namespace

void SoftwareRenderer::SetCanvas(Canvas canvas) {
  canvas_ = canvas;
  columns_ = (canvas.width_px + kTilePx - 1) / kTilePx;
  rows_ = (canvas.height_px + kTilePx - 1) / kTilePx;
  const auto tiles = static_cast<std::size_t>(columns_ * rows_);
  hashes_.assign(tiles, 0);
  drawn_hashes_.assign(tiles, 0);
  damaged_.assign(tiles, 0);
}

void SoftwareRenderer::Invalidate() { std::fill(drawn_hashes_.begin(), drawn_hashes_.end(), 0); }

const std::vector<PixelBox>& SoftwareRenderer::Render(const ImDrawData& data,
                                                      std::uint32_t ground) {
  HashTiles(data, ground);
  MarkDamage(ground);
  if (!damage_.empty()) DrawDamage(data);
  drawn_hashes_.swap(hashes_);
  return damage_;
}

void SoftwareRenderer::HashTiles(const ImDrawData& data, std::uint32_t ground) {
  std::fill(hashes_.begin(), hashes_.end(), Mix(1, ground));
  const PixelBox screen{0, 0, canvas_.width_px, canvas_.height_px};
  ForEachShape(data, screen, [&](const Shape& shape) {
    const std::uint64_t hash = Hash(shape);
    for (int row = shape.bounds.y0 / kTilePx; row <= (shape.bounds.y1 - 1) / kTilePx; ++row) {
      const int last = (shape.bounds.x1 - 1) / kTilePx;
      for (int column = shape.bounds.x0 / kTilePx; column <= last; ++column) {
        std::uint64_t& tile = hashes_[static_cast<std::size_t>(row * columns_ + column)];
        tile = Mix(tile, hash);
      }
    }
  });
}

void SoftwareRenderer::MarkDamage(std::uint32_t ground) {
  damage_.clear();
  tiles_drawn_ = 0;
  for (int row = 0; row < rows_; ++row) {
    for (int column = 0; column < columns_;) {
      const int start = column;
      while (column < columns_) {
        const auto tile = static_cast<std::size_t>(row * columns_ + column);
        damaged_[tile] = hashes_[tile] != drawn_hashes_[tile];
        if (!damaged_[tile]) break;
        ++column;
      }
      if (column == start) {
        ++column;
        continue;
      }
      tiles_drawn_ += column - start;
      const PixelBox box{start * kTilePx, row * kTilePx,
                         std::min(column * kTilePx, canvas_.width_px),
                         std::min((row + 1) * kTilePx, canvas_.height_px)};
      for (int y = box.y0; y < box.y1; ++y) {
        std::fill(canvas_.Row(y) + box.x0, canvas_.Row(y) + box.x1, ground);
      }
      // Runs of full width grow downwards: a whole new page is one box to present.
      if (!damage_.empty() && damage_.back().x0 == box.x0 && damage_.back().x1 == box.x1 &&
          damage_.back().y1 == box.y0) {
        damage_.back().y1 = box.y1;
      } else {
        damage_.push_back(box);
      }
    }
  }
}

void SoftwareRenderer::DrawDamage(const ImDrawData& data) {
  const PixelBox screen{0, 0, canvas_.width_px, canvas_.height_px};
  ForEachShape(data, screen, [&](const Shape& shape) {
    for (const PixelBox& box : damage_) {
      if (box.y0 >= shape.bounds.y1) break;  // Boxes come from top to bottom.
      const PixelBox shown = box.Cut(shape.bounds);
      if (!shown.Empty()) Draw(canvas_, shape, shown);
    }
  });
}

}  // namespace yizhan::ui
