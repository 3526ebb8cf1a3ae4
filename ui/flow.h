#pragma once

#include <functional>
#include <vector>

#include "ui/strings.h"
#include "ui/ui.h"

namespace yizhan::ui {

/// Pages beyond this one that a flow keeps (the public lists).
struct PagesBeyond {
  bool previous = false;
  bool next = false;
  std::string label{};  ///< "2 / 5"
};

/// Blocks from top to bottom. What does not fit is shown in parts, turned by two big buttons and
/// never by a gesture. Used for one frame; borrows the Ui.
class Flow {
 public:
  using DrawBlock = std::function<void(const Rect&)>;
  enum class Keep { Alone, WithNext };

  Flow(Ui& ui, const Rect& area) : ui_(ui), area_(area) {}

  [[nodiscard]] float Width() const { return area_.w; }
  void Add(float height_px, DrawBlock draw, Keep keep = Keep::Alone);
  /// A text block as high as it needs to be.
  void AddText(std::string_view id, std::string_view text, const TextStyle& style,
               Keep keep = Keep::Alone);
  void Space(float height_px);
  /// Shares the height that is left over with the other springs.
  void Spring();

  enum class Turn { None, Previous, Next };
  /// Draws. Tells when the patient wants to leave the first or last part for a page beyond.
  Turn Draw(const Strings& text, const PagesBeyond& beyond = {});

 private:
  struct Block {
    float height_px = 0;
    DrawBlock draw;  ///< Empty: space or spring.
    Keep keep = Keep::Alone;
    bool spring = false;
  };
  struct Part {
    std::size_t first = 0;
    std::size_t last = 0;  ///< One past.
  };

  [[nodiscard]] std::vector<Part> Split(float height_px) const;
  void DrawPart(const Part& part, const Rect& area, bool stretch) const;
  Turn DrawPager(const Strings& text, const Rect& row, int parts, const PagesBeyond& beyond);

  Ui& ui_;
  Rect area_;
  std::vector<Block> blocks_;
};

}  // namespace yizhan::ui
