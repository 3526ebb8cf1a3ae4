#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "ui/fonts.h"
#include "ui/texture.h"

namespace yizhan::ui {

enum class Weight { Regular, Bold };

/// One line of shaped text, drawn once into a texture.
struct TextLine {
  const Texture* texture = nullptr;  ///< Null: the line has no ink (blank).
  int u_px = 0;                      ///< Place of the ink inside the texture.
  int v_px = 0;
  int ink_w_px = 0;
  int ink_h_px = 0;
  int ink_x_px = 0;  ///< From the line's start to the ink.
  int ink_y_px = 0;  ///< From the baseline to the top of the ink; negative is above.
  int width_px = 0;  ///< Advance of the whole line.
};

struct TextBlock {
  std::vector<TextLine> lines;
  int width_px = 0;        ///< Of the widest line.
  int unknown_glyphs = 0;  ///< Characters that no shipped font can draw.
};

/// Shaped and drawn text, kept until nobody used it for a while. Pango does what ImGui cannot:
/// characters beyond U+FFFF, joined and stacked scripts, line breaks by the rules of the language.
/// Thread-bound. Textures keep their addresses as long as the cache lives.
class TextCache {
 public:
  /// `width_px` of the widest line that will be asked for. NotFound: a font is missing.
  [[nodiscard]] static Result<std::unique_ptr<TextCache>> Open(const std::string& font_dir,
                                                               int width_px);
  ~TextCache();
  TextCache(const TextCache&) = delete;
  TextCache& operator=(const TextCache&) = delete;

  /// `text` (UTF-8; broken bytes show as replacement characters) at an em of `em_px`, wrapped at
  /// `max_width_px` (0: one line). A paragraph whose last line would hold only a few characters is
  /// wrapped narrower, so that no character stands alone. The answer lives until BeginFrame().
  const TextBlock& Get(std::string_view text, int em_px, Weight weight, int max_width_px);

  enum class Frame { NewPage, SamePage };
  /// Drops all text when too many textures are in use; rather when the page changes, because what
  /// is on the screen is drawn anew afterwards. Call between frames only.
  void BeginFrame(Frame frame);

  /// Overwrites every drawn character and every kept string: a patient has left.
  void Forget();

  [[nodiscard]] std::uint64_t Misses() const { return misses_; }
  [[nodiscard]] std::list<Texture>& Textures() { return textures_; }

 private:
  struct Key {
    std::string text;
    int em_px;
    Weight weight;
    int max_width_px;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return std::hash<std::string>()(key.text) * 31 +
             static_cast<std::size_t>(key.em_px * 2 + static_cast<int>(key.weight)) * 1315423911u +
             static_cast<std::size_t>(key.max_width_px) * 2654435761u;
    }
  };
  struct Pango;
  struct Shelf {
    int x = 0;
    int y = 0;
    int height = 0;
  };

  TextCache(int width_px, FontConfig fonts);
  /// Breaks Chinese that needs two lines after a comma or stop, where that is possible.
  bool BreakAtPunctuation(int max_width_px);
  void Wrap(int max_width_px);
  void DrawLines(TextBlock& block);
  Texture& Place(TextLine& line);
  void Clear();

  const int page_width_px_;
  const int page_height_px_;
  FontConfig fonts_;
  std::unique_ptr<Pango> pango_;
  std::list<Texture> textures_;
  std::vector<Shelf> shelves_;  ///< One for each texture, in order.
  std::unordered_map<Key, TextBlock, KeyHash> blocks_;
  Key probe_{};
  std::uint64_t misses_ = 0;
};

}  // namespace yizhan::ui
