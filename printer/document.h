#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace yizhan::printer {

/// Finished pages as they go to the device.
struct Document {
  std::string pdf;
  int pages = 0;
  int width_hundredths_mm = 0;   ///< Of every page.
  int height_hundredths_mm = 0;  ///< Of every page; a slip is as long as its text.
};

/// The document as one text for the print ledger: a line "YZDOC1 <pages> <width> <height>", then
/// the PDF.
[[nodiscard]] std::string Pack(const Document& document);
/// BadData: the text is no packed document.
[[nodiscard]] Result<Document> Unpack(std::string_view packed);

}  // namespace yizhan::printer
