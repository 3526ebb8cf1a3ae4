#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ui/icons.h"
#include "ui/input_queue.h"
#include "ui/item.h"
#include "ui/text_cache.h"
#include "ui/theme.h"

namespace yizhan::ui {

enum class Align { Left, Centre, Right };
enum class Place { Top, Middle };

struct TextStyle {
  Type type = Type::Body;
  Weight weight = Weight::Regular;
  Ink ink = inks::kOnCard;
  Align align = Align::Left;
  Place place = Place::Top;
};

enum class ButtonKind {
  Primary,    ///< The one main action.
  OnPrimary,  ///< The main action inside the filled card.
  Quiet,      ///< Offered, not urged.
  Plain,      ///< Around the page: language, exit.
};

struct ButtonSpec {
  std::string_view id{};
  std::string_view label{};
  ButtonKind kind = ButtonKind::Plain;
  Type type = Type::Body;
  bool enabled = true;
  std::optional<Icon> icon{};
  bool icon_last = false;  ///< After the label rather than before it.
};

/// The only place that talks to Dear ImGui for the screens: a dozen widgets in pixels, each of
/// which writes itself into the item registry. Between BeginFrame and EndFrame only. Thread-bound;
/// borrows the TextCache for its life.
class Ui {
 public:
  explicit Ui(TextCache& texts) : texts_(texts) {}

  /// `page` tells pages apart: a press that began on another one does not count, and the position
  /// inside a long page starts anew. Theme is borrowed until EndFrame.
  void BeginFrame(const Theme& theme, Point size_px, int page, std::optional<InputEvent> input);
  void EndFrame();

  /// Everything drawn since BeginFrame, in drawing order; kept until the next one.
  [[nodiscard]] const std::vector<Item>& Items() const { return items_; }
  /// Drops the registry and everything remembered about the page.
  void Forget();

  [[nodiscard]] const Theme& Look() const { return *theme_; }
  [[nodiscard]] Rect Screen() const { return {0, 0, size_px_.x, size_px_.y}; }
  /// Which part of a page that is too long for the screen is shown, from 0.
  [[nodiscard]] int& Part() { return part_; }

  // ---- measuring ---------------------------------------------------------------------------
  /// Width of the text on one line, in whole pixels.
  [[nodiscard]] float TextWidth(std::string_view text, const TextStyle& style);
  /// Height when wrapped at `width_px`.
  [[nodiscard]] float TextHeight(std::string_view text, const TextStyle& style, float width_px);
  /// Width a button wants for its label and icon.
  [[nodiscard]] float ButtonWidth(const ButtonSpec& spec);

  // ---- drawing -----------------------------------------------------------------------------
  void Text(std::string_view id, std::string_view text, const TextStyle& style, const Rect& box);
  void Fill(const Rect& box, double radius_mm, Color fill);
  void Outline(const Rect& box, double radius_mm, Color line, double thickness_mm);
  /// Fill and hairline together.
  void Card(const Rect& box, Color fill = colors::kCard, Color line = colors::kLine);
  void Draw(Icon icon, const Rect& box, Color color);
  void DrawCard(const Rect& box, CardMove move);
  void DrawCountdown(const Rect& box, double share);

  /// True in the frame in which the patient lifts the finger inside the target where it went down,
  /// or presses Enter on it.
  bool Button(const ButtonSpec& spec, const Rect& box);
  /// A target without a face: the caller draws inside. `held` while it is pressed.
  struct Touch {
    bool chosen = false;
    bool held = false;
  };
  Touch Target(std::string_view id, std::string_view label, const Rect& box, double radius_mm);

  /// Between these calls nothing can be pressed and everything is marked as dimmed.
  void BeginDead();
  void EndDead();

 private:
  void MoveFocus(int step);
  const TextBlock& Block(std::string_view text, const TextStyle& style, float width_px);

  TextCache& texts_;
  const Theme* theme_ = nullptr;
  ImDrawList* list_ = nullptr;
  Point size_px_{};
  int page_ = -1;
  int part_ = 0;
  bool dead_ = false;
  int focusable_ = 0;
  std::string focus_id_;     ///< Shown only after a key was used.
  std::string activate_id_;  ///< The button that a key presses in this frame.
  std::vector<Item> items_;
};

}  // namespace yizhan::ui
