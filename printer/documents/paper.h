/// \file
/// Inside of printer/documents: a page that grows downwards as text is put on it. Cairo and Pango
/// stay behind this line.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/local_text.h"
#include "printer/document.h"
#include "printer/documents/barcode.h"

namespace yizhan::printer {

enum class Align { Left, Centre, Right };

struct TextStyle {
  double points = 10;
  bool bold = false;
  Align align = Align::Left;
  int max_lines = 3;  ///< More text ends in an ellipsis.
};

enum class Stroke { Thin, Thick, Dashed };

/// One page of paper from a roll, as wide as the roll and as long as what is put on it; or a label
/// of a certain height.
/// Thread-bound. Black and white only: a thermal head knows no grey.
class Paper {
 public:
  /// `height_mm` 0: as long as what is put on it.
  Paper(double width_mm, double margin_mm, domain::Language language, double height_mm = 0);
  ~Paper();
  Paper(const Paper&) = delete;
  Paper& operator=(const Paper&) = delete;

  void Space(double height_mm);
  void Rule(Stroke stroke);
  /// A paragraph over the whole width.
  void Text(std::string_view text, const TextStyle& style);
  /// One line, made smaller until it fits the width.
  void Headline(std::string_view text, double points);
  /// A name for a value on its left.
  void Row(std::string_view label, std::string_view value, const TextStyle& style);
  /// One line: `left` takes what `right` leaves, and ends in an ellipsis when that is too little.
  void Split(std::string_view left, const TextStyle& left_style, std::string_view right,
             const TextStyle& right_style);
  /// Bars in the middle, `module_mm` each; the caller leaves ten modules of white on either side.
  void Bars(const BarCode& code, double module_mm, double height_mm);
  /// White on black, centred.
  void Badge(std::string_view text, double points);
  /// A code with a quiet zone on the left and small lines of text on its right.
  void CodeWithText(const CodeMatrix& code, double size_mm, const std::vector<std::string>& lines,
                    const TextStyle& style);

  /// The page as PDF. BadData: some text was no UTF-8, or a label is fuller than its height.
  /// Internal: no fonts, or the library failed.
  [[nodiscard]] Result<Document> Finish();

  /// `text` with a square for every character that no installed font has, so that nothing is
  /// swallowed silently.
  [[nodiscard]] std::string Printable(std::string_view text);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace yizhan::printer
