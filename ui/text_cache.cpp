#include "ui/text_cache.h"

#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

#include <algorithm>

#include "base/assert.h"
#include "base/utf8.h"

namespace yizhan::ui {

namespace {

/// A page of half a megabyte at 1080 pixels holds about sixty strings: several screens' worth.
constexpr std::size_t kMaxTextures = 4;
/// A last line shorter than this share of the width is worth a narrower wrap.
constexpr double kShortLastLine = 0.4;

template <typename T>
struct Unref {
  void operator()(T* object) const { g_object_unref(object); }
};
template <typename T>
using GObjectPtr = std::unique_ptr<T, Unref<T>>;

void Wipe(std::string& text) {
  // Through a volatile pointer, so that the stores are not optimised away.
  volatile char* bytes = text.data();
  for (std::size_t i = 0; i < text.size(); ++i) bytes[i] = 0;
  text.clear();
}

/// Broken bytes become replacement characters; Pango would complain on standard error instead.
std::string MadeValid(std::string_view text) {
  gchar* valid = g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()));
  std::string out = valid;
  g_free(valid);
  return out;
}

int LineWidthPx(PangoLayoutLine* line) {
  PangoRectangle logical;
  pango_layout_line_get_extents(line, nullptr, &logical);
  return PANGO_PIXELS_CEIL(logical.width);
}

}  // namespace

struct TextCache::Pango {
  GObjectPtr<PangoFontMap> font_map;
  GObjectPtr<PangoContext> context;
  GObjectPtr<PangoLayout> layout;
};

Result<std::unique_ptr<TextCache>> TextCache::Open(const std::string& font_dir, int width_px) {
  auto fonts = OpenFonts(font_dir);
  if (!fonts) return tl::unexpected(fonts.error());
  return std::unique_ptr<TextCache>(new TextCache(width_px, std::move(*fonts)));
}

TextCache::TextCache(int width_px, FontConfig fonts)
    : page_width_px_(std::max(512, (width_px + 63) / 64 * 64)),
      page_height_px_(std::max(512, page_width_px_ / 2)),
      fonts_(std::move(fonts)),
      pango_(std::make_unique<Pango>()) {
  // The cairo font map shares one FreeType face among all sizes of a font; the FT2 one opens the
  // 20 MB collection again for each size (measured: 24 against 47 MB resident).
  pango_->font_map.reset(pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT));
  PangoFontMap* map = pango_->font_map.get();
  pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map), 72);
  pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map), fonts_.get());
  pango_->context.reset(pango_font_map_create_context(map));
  pango_context_set_language(pango_->context.get(), pango_language_from_string("zh-cn"));
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_ON);
  pango_cairo_context_set_font_options(pango_->context.get(), options);
  cairo_font_options_destroy(options);
  pango_->layout.reset(pango_layout_new(pango_->context.get()));
  pango_layout_set_wrap(pango_->layout.get(), PANGO_WRAP_WORD_CHAR);
}

TextCache::~TextCache() { Forget(); }

const TextBlock& TextCache::Get(std::string_view text, int em_px, Weight weight, int max_width_px) {
  YIZHAN_ASSERT(em_px > 0 && max_width_px <= page_width_px_);
  probe_.text = IsUtf8(text) ? std::string(text) : MadeValid(text);
  probe_.em_px = em_px;
  probe_.weight = weight;
  probe_.max_width_px = max_width_px;
  if (const auto found = blocks_.find(probe_); found != blocks_.end()) return found->second;

  ++misses_;
  PangoLayout* layout = pango_->layout.get();
  PangoFontDescription* font = pango_font_description_new();
  pango_font_description_set_family_static(font, kFontFamilies);
  pango_font_description_set_absolute_size(font, static_cast<double>(em_px) * PANGO_SCALE);
  pango_font_description_set_weight(
      font, weight == Weight::Bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
  pango_layout_set_text(layout, probe_.text.data(), static_cast<int>(probe_.text.size()));
  if (!BreakAtPunctuation(max_width_px)) Wrap(max_width_px);

  TextBlock block;
  block.unknown_glyphs = pango_layout_get_unknown_glyphs_count(layout);
  DrawLines(block);
  return blocks_.emplace(probe_, std::move(block)).first->second;
}

bool TextCache::BreakAtPunctuation(int max_width_px) {
  PangoLayout* layout = pango_->layout.get();
  if (max_width_px <= 0) return false;
  pango_layout_set_width(layout, max_width_px * PANGO_SCALE);
  if (pango_layout_get_line_count(layout) != 2) return false;
  // From the end: a long first line reads better than a long second one.
  const std::string& text = probe_.text;
  std::size_t best = std::string::npos;
  for (const std::string_view mark : {"，", "：", "。", "；"}) {
    const std::size_t at = text.rfind(mark, text.size() - std::min(text.size(), 2 * mark.size()));
    if (at == std::string::npos || at + mark.size() >= text.size()) continue;
    if (best == std::string::npos || at + mark.size() > best) best = at + mark.size();
  }
  if (best == std::string::npos || text.find('\n') != std::string::npos) return false;
  std::string broken = text.substr(0, best) + "\n" + text.substr(best);
  pango_layout_set_text(layout, broken.data(), static_cast<int>(broken.size()));
  const bool fits = pango_layout_get_line_count(layout) == 2;
  if (!fits) pango_layout_set_text(layout, text.data(), static_cast<int>(text.size()));
  Wipe(broken);
  return fits;
}

void TextCache::Wrap(int max_width_px) {
  PangoLayout* layout = pango_->layout.get();
  pango_layout_set_width(layout, max_width_px > 0 ? max_width_px * PANGO_SCALE : -1);
  const int lines = pango_layout_get_line_count(layout);
  if (max_width_px <= 0 || lines < 2) return;
  const int last = LineWidthPx(pango_layout_get_line_readonly(layout, lines - 1));
  if (last >= max_width_px * kShortLastLine) return;
  // The narrowest width that needs no further line spreads the text evenly.
  int fits = max_width_px;
  int too_narrow = max_width_px / 2;
  while (fits - too_narrow > std::max(4, max_width_px / 64)) {
    const int middle = (fits + too_narrow) / 2;
    pango_layout_set_width(layout, middle * PANGO_SCALE);
    (pango_layout_get_line_count(layout) <= lines ? fits : too_narrow) = middle;
  }
  pango_layout_set_width(layout, fits * PANGO_SCALE);
}

void TextCache::DrawLines(TextBlock& block) {
  PangoLayout* layout = pango_->layout.get();
  const int count = pango_layout_get_line_count(layout);
  for (int i = 0; i < count; ++i) {
    PangoLayoutLine* pango_line = pango_layout_get_line_readonly(layout, i);
    PangoRectangle ink;
    PangoRectangle logical;
    pango_layout_line_get_pixel_extents(pango_line, &ink, &logical);
    TextLine line;
    line.width_px = logical.width;
    line.ink_x_px = ink.x - 1;  // One pixel around it: glyph edges may reach past the extents.
    line.ink_y_px = ink.y - 1;
    line.ink_w_px = std::min(ink.width + 2, page_width_px_ - 1);
    line.ink_h_px = std::min(ink.height + 2, page_height_px_ - 1);
    if (ink.width > 0 && ink.height > 0) {
      Texture& texture = Place(line);
      line.texture = &texture;
      cairo_surface_t* surface = cairo_image_surface_create_for_data(
          texture.coverage.data(), CAIRO_FORMAT_A8, texture.width_px, texture.height_px,
          texture.stride_px);
      cairo_t* cairo = cairo_create(surface);
      cairo_rectangle(cairo, line.u_px, line.v_px, line.ink_w_px, line.ink_h_px);
      cairo_clip(cairo);
      cairo_set_source_rgba(cairo, 1, 1, 1, 1);
      cairo_move_to(cairo, line.u_px - line.ink_x_px, line.v_px - line.ink_y_px);
      pango_cairo_show_layout_line(cairo, pango_line);
      cairo_destroy(cairo);
      cairo_surface_destroy(surface);
      texture.MarkChanged(line.v_px, line.v_px + line.ink_h_px);
    }
    block.width_px = std::max(block.width_px, line.width_px);
    block.lines.push_back(line);
  }
}

Texture& TextCache::Place(TextLine& line) {
  const int w = line.ink_w_px + 1;
  const int h = line.ink_h_px + 1;
  std::size_t index = 0;
  for (Texture& texture : textures_) {
    Shelf& shelf = shelves_[index++];
    if (shelf.x + w > texture.width_px) {
      if (shelf.y + shelf.height + h > texture.height_px) continue;
      shelf = {0, shelf.y + shelf.height, 0};
    }
    if (shelf.y + h > texture.height_px) continue;
    line.u_px = shelf.x;
    line.v_px = shelf.y;
    shelf.x += w;
    shelf.height = std::max(shelf.height, h);
    return texture;
  }
  Texture& texture = textures_.emplace_back();
  texture.width_px = page_width_px_;
  texture.height_px = page_height_px_;
  texture.stride_px = page_width_px_;  // A multiple of 64, as cairo wants at least of 4.
  texture.coverage.resize(static_cast<std::size_t>(page_width_px_) *
                          static_cast<std::size_t>(page_height_px_));
  shelves_.push_back({w, 0, h});
  return texture;
}

void TextCache::BeginFrame(Frame frame) {
  const std::size_t limit = frame == Frame::NewPage ? kMaxTextures : 2 * kMaxTextures;
  const auto in_use = static_cast<std::size_t>(std::count_if(
      shelves_.begin(), shelves_.end(), [](const Shelf& shelf) { return shelf.height > 0; }));
  if (in_use > limit) Clear();
}

void TextCache::Clear() {
  while (!blocks_.empty()) {
    auto node = blocks_.extract(blocks_.begin());
    Wipe(node.key().text);
  }
  std::size_t index = 0;
  for (Texture& texture : textures_) {
    // Only rows that were drawn on; untouched pages of memory stay untouched.
    const int used = std::min(shelves_[index].y + shelves_[index].height, texture.height_px);
    std::fill_n(texture.coverage.begin(), static_cast<std::ptrdiff_t>(used) * texture.stride_px,
                std::uint8_t{0});
    texture.MarkChanged(0, used);
    ++texture.generation;
    shelves_[index++] = {};
  }
}

void TextCache::Forget() {
  Clear();
  Wipe(probe_.text);
  pango_layout_set_text(pango_->layout.get(), "", 0);
}

}  // namespace yizhan::ui
