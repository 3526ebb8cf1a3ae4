#include "ui/flow.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace yizhan::ui {

void Flow::Add(float height_px, DrawBlock draw, Keep keep) {
  blocks_.push_back({.height_px = height_px, .draw = std::move(draw), .keep = keep});
}

void Flow::AddText(std::string_view id, std::string_view text, const TextStyle& style, Keep keep) {
  Add(
      ui_.TextHeight(text, style, area_.w),
      [this, id = std::string(id), text = std::string(text), style](const Rect& box) {
        ui_.Text(id, text, style, box);
      },
      keep);
}

void Flow::Space(float height_px) {
  blocks_.push_back({.height_px = height_px, .draw = {}, .keep = Keep::WithNext});
}
void Flow::Spring() {
  blocks_.push_back({.height_px = 0, .draw = {}, .keep = Keep::WithNext, .spring = true});
}

void Flow::AddCardRows(float inset_px, std::vector<std::pair<float, DrawBlock>> rows) {
  ++cards_;
  for (auto& [height, draw] : rows) {
    blocks_.push_back({.height_px = height,
                       .draw = std::move(draw),
                       .keep = Keep::Alone,
                       .spring = false,
                       .card = cards_,
                       .inset_px = inset_px});
  }
}

float Flow::Height(std::size_t i, std::size_t first) const {
  const Block& block = blocks_[i];
  const bool begins_card = block.card != 0 && (i == first || blocks_[i - 1].card != block.card);
  return block.height_px + (begins_card ? 2 * block.inset_px : 0);
}

void Flow::DrawCardBehind(const Part& part, std::size_t i, const Rect& area, float y) const {
  float height = 2 * blocks_[i].inset_px;
  for (std::size_t row = i; row < part.last && blocks_[row].card == blocks_[i].card; ++row) {
    height += blocks_[row].height_px;
  }
  ui_.Card({area.x, y, area.w, height});
}

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
    while (last < blocks_.size() && used + Height(last, first) <= height_px) {
      used += Height(last, first);
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
    used += Height(i, part.first);
    springs += blocks_[i].spring;
  }
  const float spring =
      stretch && springs > 0 ? std::max(0.0f, (area.h - used) / static_cast<float>(springs)) : 0;
  float y = area.y;
  for (std::size_t i = part.first; i < part.last; ++i) {
    const Block& block = blocks_[i];
    // Whole pixels: text stays sharp and pictures do not depend on what is above them.
    const float top = std::floor(y);
    float inset = 0;
    if (Height(i, part.first) > block.height_px) {
      inset = block.inset_px;
      DrawCardBehind(part, i, area, top);
    }
    const float height = block.height_px + (block.spring ? spring : 0);
    if (block.draw) block.draw({area.x, top + inset, area.w, height});
    y += height + inset;
    const bool ends_card =
        block.card != 0 && (i + 1 == part.last || blocks_[i + 1].card != block.card);
    if (ends_card) y += block.inset_px;
  }
}

float Flow::Left() const {
  float left = area_.h;
  for (std::size_t i = 0; i < blocks_.size(); ++i) left -= Height(i, 0);
  return left;
}

Flow::Turn Flow::Draw(const Strings& text, const PagesBeyond& beyond) {
  const bool leaves = beyond.previous || beyond.next;
  if (Left() >= 0 && !leaves) {
    DrawPart({0, blocks_.size()}, area_, true);
    return Turn::None;
  }
  const float pager_height = ui_.Look().TargetPx(mm::kBarTarget);
  const float gap = ui_.Look().GapPx(mm::kGap);
  const bool outside = beyond.pager.h > 0;
  const Rect pager =
      outside ? beyond.pager : Rect{area_.x, area_.Bottom() - pager_height, area_.w, pager_height};
  const Rect page{area_.x, area_.y, area_.w, outside ? area_.h : area_.h - pager_height - gap};
  const std::vector<Part> parts = Split(page.h);
  const int count = static_cast<int>(parts.size());
  ui_.Part() = std::clamp(ui_.Part(), 0, std::max(0, count - 1));
  if (count > 0) {
    DrawPart(parts[static_cast<std::size_t>(ui_.Part())], page, count == 1);
  }
  return DrawPager(text, pager, count, beyond);
}

float Flow::PagerWidth(Ui& ui, const Strings& text) {
  const float previous = ui.ButtonWidth({.label = text("Previous"), .icon = Icon::Previous});
  const float next = ui.ButtonWidth({.label = text("More"), .icon = Icon::Next});
  return 2 * std::max(previous, next) + ui.TextWidth("00 / 00", {}) + 2 * ui.Look().Px(4);
}

Flow::Turn Flow::DrawPager(const Strings& text, const Rect& row, int parts,
                           const PagesBeyond& beyond) {
  const bool has_previous = ui_.Part() > 0 || beyond.previous;
  const bool has_next = ui_.Part() + 1 < parts || beyond.next;
  const ButtonSpec previous{.id = "previous-part",
                            .label = text("Previous"),
                            .kind = ButtonKind::Quiet,
                            .enabled = has_previous,
                            .icon = Icon::Previous};
  const ButtonSpec next{.id = "next-part",
                        .label = text("More"),
                        .kind = ButtonKind::Quiet,
                        .enabled = has_next,
                        .icon = Icon::Next,
                        .icon_last = true};
  const float wanted = std::max(ui_.ButtonWidth(previous), ui_.ButtonWidth(next));
  const float width = std::floor(std::max(wanted, row.w * 0.3f));
  Turn turn = Turn::None;
  if (ui_.Button(previous, {row.x, row.y, width, row.h})) {
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
  if (ui_.Button(next, {row.Right() - width, row.y, width, row.h})) {
    if (ui_.Part() + 1 < parts) {
      ++ui_.Part();
    } else {
      turn = Turn::Next;
    }
  }
  return turn;
}

}  // namespace yizhan::ui
