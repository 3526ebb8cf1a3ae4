#include "ui/flow.h"

#include <algorithm>
#include <string>
#include <utility>

namespace yizhan::ui {

void Flow::Add(float height_px, DrawBlock draw, Keep keep) {
  blocks_.push_back({height_px, std::move(draw), keep, false});
}

void Flow::AddText(std::string_view id, std::string_view text, const TextStyle& style, Keep keep) {
  Add(
      ui_.TextHeight(text, style, area_.w),
      [this, id = std::string(id), text = std::string(text), style](const Rect& box) {
        ui_.Text(id, text, style, box);
      },
      keep);
}

void Flow::Space(float height_px) { blocks_.push_back({height_px, {}, Keep::WithNext, false}); }
void Flow::Spring() { blocks_.push_back({0, {}, Keep::WithNext, true}); }

std::vector<Flow::Part> Flow::Split(float height_px) const {
  std::vector<Part> parts;
  std::size_t first = 0;
  while (first < blocks_.size()) {
    if (!blocks_[first].draw) {  // A part does not begin with a gap.
      ++first;
      continue;
    }
    float used = 0;
    std::size_t last = first;
    std::size_t end = first;  // Last place where the part may end.
    while (last < blocks_.size() && used + blocks_[last].height_px <= height_px) {
      used += blocks_[last].height_px;
      ++last;
      if (blocks_[last - 1].draw && blocks_[last - 1].keep == Keep::Alone) end = last;
    }
    if (last == blocks_.size()) end = last;
    if (end == first) end = std::max(last, first + 1);  // One block higher than the screen.
    parts.push_back({first, end});
    first = end;
  }
  return parts;
}

void Flow::DrawPart(const Part& part, const Rect& area, bool stretch) const {
  float used = 0;
  int springs = 0;
  for (std::size_t i = part.first; i < part.last; ++i) {
    used += blocks_[i].height_px;
    springs += blocks_[i].spring;
  }
  const float spring =
      stretch && springs > 0 ? std::max(0.0f, (area.h - used) / static_cast<float>(springs)) : 0;
  float y = area.y;
  for (std::size_t i = part.first; i < part.last; ++i) {
    const Block& block = blocks_[i];
    const float height = block.height_px + (block.spring ? spring : 0);
    // Whole pixels: text stays sharp and pictures do not depend on what is above them.
    const float top = static_cast<float>(static_cast<int>(y));
    if (block.draw) block.draw({area.x, top, area.w, height});
    y += height;
  }
}

Flow::Turn Flow::Draw(const Strings& text, const PagesBeyond& beyond) {
  float total = 0;
  for (const Block& block : blocks_) total += block.height_px;
  const bool leaves = beyond.previous || beyond.next;
  if (total <= area_.h && !leaves) {
    DrawPart({0, blocks_.size()}, area_, true);
    return Turn::None;
  }
  const float pager = ui_.Look().TargetPx(mm::kBarTarget);
  const float gap = ui_.Look().GapPx(mm::kGap);
  const Rect page{area_.x, area_.y, area_.w, area_.h - pager - gap};
  const std::vector<Part> parts = Split(page.h);
  const int count = static_cast<int>(parts.size());
  ui_.Part() = std::clamp(ui_.Part(), 0, std::max(0, count - 1));
  if (count > 0) {
    DrawPart(parts[static_cast<std::size_t>(ui_.Part())], page, count == 1);
  }
  return DrawPager(text, {area_.x, area_.Bottom() - pager, area_.w, pager}, count, beyond);
}

Flow::Turn Flow::DrawPager(const Strings& text, const Rect& row, int parts,
                           const PagesBeyond& beyond) {
  const bool has_previous = ui_.Part() > 0 || beyond.previous;
  const bool has_next = ui_.Part() + 1 < parts || beyond.next;
  const float width = static_cast<float>(static_cast<int>(row.w * 0.36f));
  Turn turn = Turn::None;
  if (ui_.Button({.id = "previous-part",
                  .label = text("Previous"),
                  .kind = ButtonKind::Quiet,
                  .enabled = has_previous,
                  .icon = Icon::Previous},
                 {row.x, row.y, width, row.h})) {
    if (ui_.Part() > 0) {
      --ui_.Part();
    } else {
      turn = Turn::Previous;
    }
  }
  const std::string label = !beyond.label.empty()
                                ? beyond.label
                                : std::to_string(ui_.Part() + 1) + " / " + std::to_string(parts);
  ui_.Text("part", label,
           {.ink = inks::kQuietOnPage, .align = Align::Centre, .place = Place::Middle},
           {row.x + width, row.y, row.w - 2 * width, row.h});
  if (ui_.Button({.id = "next-part",
                  .label = text("More"),
                  .kind = ButtonKind::Quiet,
                  .enabled = has_next,
                  .icon = Icon::Next},
                 {row.Right() - width, row.y, width, row.h})) {
    if (ui_.Part() + 1 < parts) {
      ++ui_.Part();
    } else {
      turn = Turn::Next;
    }
  }
  return turn;
}

}  // namespace yizhan::ui
