#include "ui/ui.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "base/assert.h"

namespace yizhan::ui {

namespace {

/// Where Noto's capitals and Chinese characters have their middle, above the baseline.
constexpr float kMiddleOfEm = 0.37f;
constexpr float kFarAway = -1e9f;

ImU32 Packed(Color c) { return IM_COL32(c.red, c.green, c.blue, c.alpha); }
ImVec2 TopLeft(const Rect& r) { return {r.x, r.y}; }
ImVec2 BottomRight(const Rect& r) { return {r.Right(), r.Bottom()}; }

struct Face {
  Color fill;
  Color held;
  Ink ink;
  Ink held_ink;
  bool outlined;
};

Face FaceOf(ButtonKind kind) {
  using namespace colors;
  switch (kind) {
    case ButtonKind::Primary:
      return {kPrimary, kPrimaryDark, inks::kOnPrimary, inks::kOnHeader, false};
    case ButtonKind::OnPrimary:
      return {kCard, kPressedLight, inks::kNumberOnCard, {kPrimaryDark, kPressedLight}, false};
    case ButtonKind::Quiet:
      return {kPrimaryLight,
              kPressedLight,
              {kPrimaryDark, kPrimaryLight},
              {kPrimaryDark, kPressedLight},
              false};
    case ButtonKind::Plain:
      return {kCard, kPressedLight, inks::kOnCard, {kInk, kPressedLight}, true};
  }
  return {};
}

constexpr Ink kOffInks{colors::kOffInk, colors::kOff};

}  // namespace

void Ui::BeginFrame(const Theme& theme, Point size_px, int page, std::optional<InputEvent> input) {
  theme_ = &theme;
  size_px_ = size_px;
  if (page != page_) {
    page_ = page;
    part_ = 0;
    focus_id_.clear();
    // A finger that is still down pressed the page before; its release will not be told.
    ImGui::GetIO().MouseDown[0] = false;
  }
  activate_id_.clear();
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {size_px.x, size_px.y};
  io.DeltaTime = 1.0f / 60;
  if (!io.MouseDown[0]) io.MousePos = {kFarAway, kFarAway};  // A lifted finger hovers nowhere.
  if (input) {
    using Kind = InputEvent::Kind;
    switch (input->kind) {
      case Kind::Press:
      case Kind::Move:
      case Kind::Release:
        io.MousePos = {input->at.x, input->at.y};
        if (input->kind == Kind::Press) focus_id_.clear();
        if (input->kind != Kind::Move) io.MouseDown[0] = input->kind == Kind::Press;
        break;
      case Kind::FocusNext: MoveFocus(+1); break;
      case Kind::FocusPrevious: MoveFocus(-1); break;
      case Kind::Activate: activate_id_ = focus_id_; break;
      case Kind::Digit: activate_id_ = "digit-" + std::to_string(input->digit); break;
      case Kind::Erase: activate_id_ = "erase"; break;
    }
  }
  items_.clear();
  focusable_ = 0;
  ImGui::NewFrame();
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize({size_px.x, size_px.y});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0.0f);
  ImGui::Begin("page", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                   ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PushID(page);
  list_ = ImGui::GetWindowDrawList();
}

void Ui::EndFrame() {
  ImGui::PopID();
  ImGui::End();
  ImGui::PopStyleVar(2);
  ImGui::Render();
  list_ = nullptr;
  theme_ = nullptr;
}

void Ui::Forget() {
  items_.clear();
  items_.shrink_to_fit();
  page_ = -1;
  part_ = 0;
  focus_id_.clear();
}

void Ui::MoveFocus(int step) {
  // The order is that of the frame the patient looks at: the last one.
  std::vector<const std::string*> order;
  int current = -1;
  for (const Item& item : items_) {
    if (item.focus_order < 0) continue;
    if (item.id == focus_id_) current = static_cast<int>(order.size());
    order.push_back(&item.id);
  }
  if (order.empty()) return;
  const int count = static_cast<int>(order.size());
  const int next = current < 0 ? (step > 0 ? 0 : count - 1) : (current + step + count) % count;
  focus_id_ = *order[static_cast<std::size_t>(next)];
}

const TextBlock& Ui::Block(std::string_view text, const TextStyle& style, float width_px) {
  return texts_.Get(text, theme_->EmPx(style.type), style.weight, static_cast<int>(width_px));
}

float Ui::TextWidth(std::string_view text, const TextStyle& style) {
  return static_cast<float>(Block(text, style, 0).width_px);
}

float Ui::TextHeight(std::string_view text, const TextStyle& style, float width_px) {
  return static_cast<float>(Block(text, style, width_px).lines.size()) * theme_->LinePx(style.type);
}

void Ui::Text(std::string_view id, std::string_view text, const TextStyle& style, const Rect& box) {
  const TextBlock& block = Block(text, style, box.w);
  const float line_px = theme_->LinePx(style.type);
  const float height = line_px * static_cast<float>(block.lines.size());
  float top = style.place == Place::Top ? box.y : box.y + (box.h - height) / 2;
  top = std::round(top);
  const float em = static_cast<float>(theme_->EmPx(style.type));
  const float free_share = style.align == Align::Left ? 0 : style.align == Align::Centre ? 0.5f : 1;

  Item item;
  item.id = id;
  item.label = text;
  item.rect = box;
  item.text_rect = {box.Right(), top, 0, height};
  item.ink = style.ink;
  item.unknown_glyphs = block.unknown_glyphs;
  item.dimmed = dead_;
  float baseline = std::round(top + line_px / 2 + kMiddleOfEm * em);
  for (const TextLine& line : block.lines) {
    const float width = static_cast<float>(line.width_px);
    const float x = std::round(box.x + (box.w - width) * free_share);
    if (x < item.text_rect.x) {
      item.text_rect.w += item.text_rect.x - x;
      item.text_rect.x = x;
    }
    item.text_rect.w = std::max(item.text_rect.w, x + width - item.text_rect.x);
    if (line.texture != nullptr) {
      const float ink_x = x + static_cast<float>(line.ink_x_px);
      const float ink_y = baseline + static_cast<float>(line.ink_y_px);
      const float w = static_cast<float>(line.ink_w_px);
      const float h = static_cast<float>(line.ink_h_px);
      const float tex_w = static_cast<float>(line.texture->width_px);
      const float tex_h = static_cast<float>(line.texture->height_px);
      const float u = static_cast<float>(line.u_px);
      const float v = static_cast<float>(line.v_px);
      // ImGui only passes the address through to the renderers, which read.
      list_->AddImage(const_cast<Texture*>(line.texture), {ink_x, ink_y}, {ink_x + w, ink_y + h},
                      {u / tex_w, v / tex_h}, {(u + w) / tex_w, (v + h) / tex_h},
                      Packed(style.ink.text));
    }
    baseline += line_px;
  }
  items_.push_back(std::move(item));
}

void Ui::Fill(const Rect& box, double radius_mm, Color fill) {
  list_->AddRectFilled(TopLeft(box), BottomRight(box), Packed(fill), theme_->Px(radius_mm));
}

void Ui::Outline(const Rect& box, double radius_mm, Color line, double thickness_mm) {
  const float thickness = std::max(1.0f, theme_->Px(thickness_mm));
  const Rect middle = box.Inset(thickness / 2, thickness / 2);
  list_->AddRect(TopLeft(middle), BottomRight(middle), Packed(line), theme_->Px(radius_mm), 0,
                 thickness);
}

void Ui::Card(const Rect& box, Color fill, Color line) {
  Fill(box, mm::kCardRadius, fill);
  if (!(fill == line)) Outline(box, mm::kCardRadius, line, mm::kHairline);
}

void Ui::Draw(Icon icon, const Rect& box, Color color) { DrawIcon(*list_, icon, box, color); }
void Ui::DrawCard(const Rect& box, CardMove move) { DrawCardOnReader(*list_, box, move); }
void Ui::DrawCountdown(const Rect& box, double share) { DrawRing(*list_, box, share); }

Ui::Touch Ui::Target(std::string_view id, std::string_view label, const Rect& box,
                     double radius_mm) {
  Item item;
  item.id = id;
  item.label = label;
  item.role = Item::Role::Button;
  item.rect = box;
  item.enabled = !dead_;
  item.dimmed = dead_;
  Touch touch;
  if (!dead_) {
    item.focus_order = focusable_++;
    ImGui::SetCursorScreenPos(TopLeft(box));
    touch.chosen = ImGui::InvisibleButton(item.id.c_str(), {box.w, box.h});
    touch.held = ImGui::IsItemActive() && ImGui::IsItemHovered();
    if (item.id == focus_id_) {
      const float away = theme_->Px(2);
      Outline(box.Inset(-away, -away), radius_mm + 1.5, colors::kPrimaryDark, 1.2);
    }
    if (!activate_id_.empty() && item.id == activate_id_) touch.chosen = true;
  }
  items_.push_back(std::move(item));
  return touch;
}

float Ui::ButtonWidth(const ButtonSpec& spec) {
  const float icon = spec.icon ? static_cast<float>(theme_->EmPx(spec.type)) * 1.6f : 0;
  return std::ceil(TextWidth(spec.label, {.type = spec.type, .weight = Weight::Bold}) + icon) +
         2 * theme_->Px(8.5);
}

bool Ui::Button(const ButtonSpec& spec, const Rect& box) {
  const bool was_dead = dead_;
  if (!spec.enabled) dead_ = true;
  const Touch touch = Target(spec.id, spec.label, box, mm::kButtonRadius);
  dead_ = was_dead;

  const Face face = FaceOf(spec.kind);
  const Color fill = !spec.enabled ? colors::kOff : touch.held ? face.held : face.fill;
  const Ink ink = !spec.enabled ? kOffInks : touch.held ? face.held_ink : face.ink;
  Fill(box, mm::kButtonRadius, fill);
  if (face.outlined && spec.enabled) Outline(box, mm::kButtonRadius, colors::kLine, 0.75);

  TextStyle style{.type = spec.type,
                  .weight = Weight::Bold,
                  .ink = ink,
                  .align = Align::Centre,
                  .place = Place::Middle};
  Rect text_box = box.Inset(theme_->Px(3), 0);
  if (spec.icon) {
    const float em = static_cast<float>(theme_->EmPx(spec.type));
    const float side = std::round(em * 1.25f);
    const float gap = std::round(em * 0.35f);
    const float label = std::min(TextWidth(spec.label, style), text_box.w - side - gap);
    const float x = std::round(box.x + (box.w - side - gap - label) / 2);
    const float icon_x = spec.icon_last ? x + label + gap : x;
    Draw(*spec.icon, {icon_x, std::round(box.Centre().y - side / 2), side, side}, ink.text);
    text_box = {spec.icon_last ? x : x + side + gap, box.y, label + 1, box.h};
    style.align = Align::Left;
  }
  Text(std::string(spec.id) + "/label", spec.label, style, text_box);
  return touch.chosen;
}

void Ui::BeginDead() { dead_ = true; }
void Ui::EndDead() { dead_ = false; }

}  // namespace yizhan::ui
