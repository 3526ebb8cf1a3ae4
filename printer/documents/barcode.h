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

/// A code of bars (ISO/IEC 15417): one module after the other, true is black. No quiet zone: ten
/// modules of white belong on either side.
struct BarCode {
  std::vector<bool> black;
};

/// Code 128, in code set C where digits stand in pairs, of printable ASCII, at most 40 characters.
/// BadData: anything else.
[[nodiscard]] Result<BarCode> Code128(std::string_view text);

}  // namespace yizhan::printer
