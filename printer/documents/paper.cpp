#include "printer/documents/paper.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "base/bytes.h"
#include "base/utf8.h"

namespace yizhan::printer {
namespace {

constexpr double kPointsPerMm = 72.0 / 25.4;
/// Latin from Noto Sans; Chinese from WenQuanYi, whose TrueType outlines embed in a fifth of the
/// time and size of Noto CJK's; rare characters of names from Noto CJK. That one must never supply
/// Latin letters: Cairo then embeds nearly the whole font (900 KB a page).
constexpr const char* kFamilies = "Noto Sans,WenQuanYi Micro Hei,Noto Sans CJK SC";
constexpr double kLabelShare = 0.19;  ///< Of the width, for the names in rows.
constexpr int kQuietZone = 3;         ///< In squares of the code.
constexpr double kLineHeight = 1.15;
constexpr double kSplitGapMm = 1.5;  ///< Between the two texts of one line.

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
using Layout = std::unique_ptr<PangoLayout, Unref>;
using Context = std::unique_ptr<PangoContext, Unref>;

struct FreeFont {
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};
using Font = std::unique_ptr<PangoFontDescription, FreeFont>;

struct DestroyCairo {
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};
struct DestroySurface {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};

cairo_status_t Append(void* into, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(into)->append(AsText({data, length}));
  return CAIRO_STATUS_SUCCESS;
}

Font MakeFont(double points, bool bold) {
  Font font(pango_font_description_from_string(kFamilies));
  pango_font_description_set_size(font.get(), static_cast<gint>(points * PANGO_SCALE));
  pango_font_description_set_weight(font.get(), bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  return font;
}

/// Text is measured as it is printed: in points, without rounding to a screen's pixels.
Context MakeContext(domain::Language language) {
  Context context(pango_font_map_create_context(pango_cairo_font_map_get_default()));
  pango_cairo_context_set_resolution(context.get(), 72);
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context.get(), options);
  cairo_font_options_destroy(options);
  const char* tag = language == domain::Language::En ? "en" : "zh-cn";
  pango_context_set_language(context.get(), pango_language_from_string(tag));
  // On paper a letter may stand anywhere; rounded to whole points they would dance.
  pango_context_set_round_glyph_positions(context.get(), FALSE);
  return context;
}

double Height(const Layout& layout) {
  int height = 0;
  pango_layout_get_size(layout.get(), nullptr, &height);
  return static_cast<double>(height) / PANGO_SCALE;
}

double Width(const Layout& layout) {
  int width = 0;
  pango_layout_get_size(layout.get(), &width, nullptr);
  return static_cast<double>(width) / PANGO_SCALE;
}

double Modules(const BarCode& code) { return static_cast<double>(code.black.size()); }

void Box(cairo_t* cairo, double x, double y, double width, double height, double radius) {
  constexpr double kQuarter = std::numbers::pi / 2;
  cairo_new_sub_path(cairo);
  cairo_arc(cairo, x + width - radius, y + radius, radius, -kQuarter, 0);
  cairo_arc(cairo, x + width - radius, y + height - radius, radius, 0, kQuarter);
  cairo_arc(cairo, x + radius, y + height - radius, radius, kQuarter, 2 * kQuarter);
  cairo_arc(cairo, x + radius, y + radius, radius, 2 * kQuarter, 3 * kQuarter);
  cairo_close_path(cairo);
}

void DrawCode(cairo_t* cairo, const CodeMatrix& code, double x, double y, double size) {
  const double square = size / (code.size + 2 * kQuietZone);
  for (int row = 0; row < code.size; ++row) {
    // Neighbours become one bar, or thin white lines would show between them.
    for (int column = 0; column < code.size; ++column) {
      int end = column;
      while (end < code.size && code.At(row, end)) ++end;
      if (end == column) continue;
      cairo_rectangle(cairo, x + (column + kQuietZone) * square, y + (row + kQuietZone) * square,
                      (end - column) * square, square);
      column = end;
    }
  }
  cairo_fill(cairo);
}

}  // namespace

/// What is on the page, in points. Nothing is drawn before the length is known.
struct Paper::Inside {
  double width = 0;
  double height = 0;  ///< 0: as long as it gets.
  double margin = 0;
  double y = 0;
  bool bad_text = false;
  Context context;
  std::vector<std::function<void(cairo_t*)>> strokes;

  [[nodiscard]] double Inner() const { return width - 2 * margin; }
  Layout MakeLayout(std::string_view text, const TextStyle& style, double layout_width);
  void Show(Layout layout, double x, double top, double grey = 0);
};

Layout Paper::Inside::MakeLayout(std::string_view text, const TextStyle& style,
                                 double layout_width) {
  if (!IsUtf8(text)) {
    bad_text = true;
    text = "";
  }
  Layout layout(pango_layout_new(context.get()));
  const Font font = MakeFont(style.points, style.bold);
  pango_layout_set_font_description(layout.get(), font.get());
  pango_layout_set_line_spacing(layout.get(), static_cast<float>(kLineHeight));
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  if (layout_width > 0) {
    pango_layout_set_width(layout.get(), static_cast<int>(layout_width * PANGO_SCALE));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_height(layout.get(), -style.max_lines);
    pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
  }
  pango_layout_set_alignment(layout.get(), style.align == Align::Centre  ? PANGO_ALIGN_CENTER
                                           : style.align == Align::Right ? PANGO_ALIGN_RIGHT
                                                                         : PANGO_ALIGN_LEFT);
  return layout;
}

void Paper::Inside::Show(Layout layout, double x, double top, double grey) {
  // Shared because std::function copies what it holds.
  const std::shared_ptr<PangoLayout> shared(layout.release(), Unref());
  strokes.emplace_back([shared, x, top, grey](cairo_t* cairo) {
    cairo_set_source_rgb(cairo, grey, grey, grey);
    cairo_move_to(cairo, x, top);
    pango_cairo_show_layout(cairo, shared.get());
    cairo_set_source_rgb(cairo, 0, 0, 0);
  });
}

Paper::Paper(double width_mm, double margin_mm, domain::Language language, double height_mm)
    : inside_(std::make_unique<Inside>()) {
  inside_->width = width_mm * kPointsPerMm;
  inside_->height = height_mm * kPointsPerMm;
  inside_->margin = margin_mm * kPointsPerMm;
  inside_->context = MakeContext(language);
}

Paper::~Paper() = default;

void Paper::Space(double height_mm) { inside_->y += height_mm * kPointsPerMm; }

void Paper::Rule(Stroke stroke) {
  const double thickness = stroke == Stroke::Thick ? 1.6 : 0.7;
  const double y = inside_->y + thickness / 2;
  const double left = inside_->margin;
  const double right = inside_->width - inside_->margin;
  inside_->strokes.emplace_back([=](cairo_t* cairo) {
    constexpr double kDash[] = {3.0, 2.0};
    cairo_set_dash(cairo, kDash, stroke == Stroke::Dashed ? 2 : 0, 0);
    cairo_set_line_width(cairo, thickness);
    cairo_move_to(cairo, left, y);
    cairo_line_to(cairo, right, y);
    cairo_stroke(cairo);
    cairo_set_dash(cairo, nullptr, 0, 0);
  });
  inside_->y += thickness;
}

void Paper::Text(std::string_view text, const TextStyle& style) {
  Layout layout = inside_->MakeLayout(text, style, inside_->Inner());
  const double height = Height(layout);
  inside_->Show(std::move(layout), inside_->margin, inside_->y);
  inside_->y += height;
}

void Paper::Headline(std::string_view text, double points) {
  TextStyle style{.points = points, .bold = true, .align = Align::Left, .max_lines = 1};
  Layout layout = inside_->MakeLayout(text, style, 0);
  if (const double wide = Width(layout); wide > inside_->Inner()) {
    style.points = std::floor(points * inside_->Inner() / wide);
    layout = inside_->MakeLayout(text, style, 0);
  }
  // The ink, not the line: digits have no descenders, and a line's air would look like a gap.
  PangoRectangle ink{};
  pango_layout_get_pixel_extents(layout.get(), &ink, nullptr);
  const double x = (inside_->width - Width(layout)) / 2;
  inside_->Show(std::move(layout), x, inside_->y - ink.y);
  inside_->y += ink.height;
}

void Paper::Row(std::string_view label, std::string_view value, const TextStyle& style) {
  const double label_width = inside_->Inner() * kLabelShare;
  const TextStyle label_style{.points = 9.5, .bold = false, .align = Align::Left, .max_lines = 2};
  Layout name = inside_->MakeLayout(label, label_style, label_width);
  Layout text = inside_->MakeLayout(value, style, inside_->Inner() - label_width);
  const double height = std::max(Height(name), Height(text));
  // Label and value stand on the same line although their sizes differ.
  const double lift = static_cast<double>(pango_layout_get_baseline(text.get()) -
                                          pango_layout_get_baseline(name.get())) /
                      PANGO_SCALE;
  inside_->Show(std::move(name), inside_->margin, inside_->y + std::max(0.0, lift));
  inside_->Show(std::move(text), inside_->margin + label_width, inside_->y + std::max(0.0, -lift));
  inside_->y += height + std::abs(std::min(0.0, lift));
}

void Paper::Split(std::string_view left, const TextStyle& left_style, std::string_view right,
                  const TextStyle& right_style) {
  Layout end = inside_->MakeLayout(right, right_style, 0);
  const double end_width = Width(end);
  const double gap = end_width > 0 ? kSplitGapMm * kPointsPerMm : 0;
  Layout text = inside_->MakeLayout(left, left_style, inside_->Inner() - end_width - gap);
  const double height = std::max(Height(text), Height(end));
  const double lift = static_cast<double>(pango_layout_get_baseline(text.get()) -
                                          pango_layout_get_baseline(end.get())) /
                      PANGO_SCALE;
  const double x = inside_->width - inside_->margin - end_width;
  inside_->Show(std::move(text), inside_->margin, inside_->y + std::max(0.0, -lift));
  inside_->Show(std::move(end), x, inside_->y + std::max(0.0, lift));
  inside_->y += height;
}

void Paper::Bars(const BarCode& code, double module_mm, double height_mm) {
  const double module = module_mm * kPointsPerMm;
  const double height = height_mm * kPointsPerMm;
  const double top = inside_->y;
  // On the grid of the modules, so that a thermal head makes every bar of a width alike.
  const double modules = std::floor((inside_->width / module - Modules(code)) / 2);
  const double left = modules * module;
  inside_->strokes.emplace_back([code, left, top, module, height](cairo_t* cairo) {
    for (std::size_t start = 0; start < code.black.size();) {
      std::size_t end = start;
      while (end < code.black.size() && code.black[end]) ++end;
      if (end > start) {
        cairo_rectangle(cairo, left + static_cast<double>(start) * module, top,
                        static_cast<double>(end - start) * module, height);
      }
      start = end + 1;
    }
    cairo_fill(cairo);
  });
  inside_->y += height;
}

void Paper::Badge(std::string_view text, double points) {
  Layout layout = inside_->MakeLayout(
      text, {.points = points, .bold = true, .align = Align::Left, .max_lines = 1}, 0);
  const double padding = points * 0.5;
  const double width = Width(layout) + 2.4 * padding;
  const double height = Height(layout) + 0.5 * padding;
  const double x = (inside_->width - width) / 2;
  const double y = inside_->y;
  inside_->strokes.emplace_back([=](cairo_t* cairo) {
    Box(cairo, x, y, width, height, 2.5);
    cairo_fill(cairo);
  });
  inside_->Show(std::move(layout), x + 1.2 * padding, y + 0.25 * padding, 1);
  inside_->y += height;
}

void Paper::CodeWithText(const CodeMatrix& code, double size_mm,
                         const std::vector<std::string>& lines, const TextStyle& style) {
  const double size = size_mm * kPointsPerMm;
  const double gap = 1.5 * kPointsPerMm;
  const double left = inside_->margin;
  const double top = inside_->y;
  inside_->strokes.emplace_back(
      [code, left, top, size](cairo_t* cairo) { DrawCode(cairo, code, left, top, size); });
  std::vector<Layout> layouts;
  double total = 0;
  for (const std::string& line : lines) {
    layouts.push_back(inside_->MakeLayout(line, style, inside_->Inner() - size - gap));
    total += Height(layouts.back());
  }
  double y = top + std::max(0.0, (size - total) / 2);
  for (Layout& layout : layouts) {
    const double height = Height(layout);
    inside_->Show(std::move(layout), left + size + gap, y);
    y += height;
  }
  inside_->y = std::max(top + size, y);
}

std::string Paper::Printable(std::string_view text) {
  const auto characters = DecodeUtf8(text);
  if (!characters) {
    inside_->bad_text = true;
    return {};
  }
  const auto is_known = [this](std::string_view piece) {
    const Layout layout = inside_->MakeLayout(piece, {}, 0);
    return pango_layout_get_unknown_glyphs_count(layout.get()) == 0;
  };
  if (is_known(text)) return std::string(text);
  std::string printable;
  for (const char32_t character : *characters) {
    const std::string one = EncodeUtf8({&character, 1});
    printable += is_known(one) ? one : "□";
  }
  return printable;
}

Result<Document> Paper::Finish() {
  if (inside_->bad_text) return Fail(ErrorCode::BadData, "text on a page is no UTF-8");
  if (inside_->height > 0 && inside_->y > inside_->height) {
    return Fail(ErrorCode::BadData, "a label is fuller than its height");
  }
  const double height = inside_->height > 0 ? inside_->height : std::ceil(inside_->y);
  Document document;
  const std::unique_ptr<cairo_surface_t, DestroySurface> surface(
      cairo_pdf_surface_create_for_stream(Append, &document.pdf, inside_->width, height));
  {
    const std::unique_ptr<cairo_t, DestroyCairo> cairo(cairo_create(surface.get()));
    cairo_set_source_rgb(cairo.get(), 0, 0, 0);
    for (const auto& stroke : inside_->strokes) stroke(cairo.get());
    cairo_show_page(cairo.get());
    if (cairo_status(cairo.get()) != CAIRO_STATUS_SUCCESS) {
      return Fail(ErrorCode::Internal, "page cannot be drawn");
    }
  }
  cairo_surface_finish(surface.get());
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) {
    return Fail(ErrorCode::Internal, "page cannot be finished");
  }
  document.pages = 1;
  document.width_hundredths_mm = static_cast<int>(std::lround(inside_->width / kPointsPerMm * 100));
  document.height_hundredths_mm = static_cast<int>(std::ceil(height / kPointsPerMm * 100 - 0.01));
  return document;
}

}  // namespace yizhan::printer
