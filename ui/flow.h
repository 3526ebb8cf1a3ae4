#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "ui/strings.h"
#include "ui/ui.h"

namespace yizhan::ui {

/// Pages beyond this one that a flow keeps (the public lists).
struct PagesBeyond {
  bool previous = false;
  bool next = false;
  std::string label{};  ///< "2 / 5"
  /// Where the buttons go; empty: at the bottom of the flow's own area.
  Rect pager{};
};

/// Blocks from top to bottom. What does not fit is shown in parts, turned by two big buttons and
/// never by a gesture. Used for one frame; borrows the Ui.
class Flow {
 public:
  using DrawBlock = std::function<void(const Rect&)>;
  enum class Keep { Alone, WithNext };

  Flow(Ui& ui, const Rect& area) : ui_(ui), area_(area) {}

  [[nodiscard]] float Width() const { return area_.w; }
  /// Height that is left over below what was added; negative when there are several parts.
  [[nodiscard]] float Left() const;
  void Add(float height_px, DrawBlock draw, Keep keep = Keep::Alone);
  /// A text block as high as it needs to be.
  void AddText(std::string_view id, std::string_view text, const TextStyle& style,
               Keep keep = Keep::Alone);
  void Space(float height_px);
  /// Rows of one card, which may be split between parts: each part gets a card of its own around
  /// its rows. `inset_px` is the card's padding at top and bottom.
  void AddCardRows(float inset_px, std::vector<std::pair<float, DrawBlock>> rows);
  /// Shares the height that is left over with the other springs.
  void Spring();

  enum class Turn { None, Previous, Next };
  /// The least width of the row with the two buttons.
  [[nodiscard]] static float PagerWidth(Ui& ui, const Strings& text);
  /// Draws. Tells when the patient wants to leave the first or last part for a page beyond.
  Turn Draw(const Strings& text, const PagesBeyond& beyond = {});

 private:
  struct Block {
    float height_px = 0;
    DrawBlock draw;  ///< Empty: space or spring.
    Keep keep = Keep::Alone;
    bool spring = false;
    int card = 0;  ///< Rows of the same card have the same number; 0: none.
    float inset_px = 0;
  };
  struct Part {
    std::size_t first = 0;
    std::size_t last = 0;  ///< One past.
  };

  /// Height of block `i` in a part that begins with block `first`: with the padding of its card
  /// where a card begins.
  [[nodiscard]] float Height(std::size_t i, std::size_t first) const;
  [[nodiscard]] std::vector<Part> Split(float height_px) const;
  void DrawCardBehind(const Part& part, std::size_t i, const Rect& area, float y) const;
  void DrawPart(const Part& part, const Rect& area, bool stretch) const;
  Turn DrawPager(const Strings& text, const Rect& row, int parts, const PagesBeyond& beyond);

  Ui& ui_;
  Rect area_;
  std::vector<Block> blocks_;
  int cards_ = 0;
};

}  // namespace yizhan::ui
