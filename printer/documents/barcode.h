#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"

namespace yizhan::printer {

/// A two-dimensional code as squares; row after row, true is black. No quiet zone.
struct CodeMatrix {
  int size = 0;  ///< Squares along each side.
  std::vector<bool> black;

  [[nodiscard]] bool At(int row, int column) const {
    return black[static_cast<std::size_t>(row * size + column)];
  }
};

/// QR code (ISO/IEC 18004, level M) of printable ASCII, at most 120 characters. BadData: anything
/// else.
[[nodiscard]] Result<CodeMatrix> QrCode(std::string_view text);

}  // namespace yizhan::printer
