#include "printer/documents/barcode.h"

#include <zint.h>

#include <algorithm>
#include <memory>

namespace yizhan::printer {
namespace {

constexpr std::size_t kLongest = 120;
constexpr int kLevelM = 2;

struct DeleteSymbol {
  void operator()(zint_symbol* symbol) const { ZBarcode_Delete(symbol); }
};

}  // namespace

Result<CodeMatrix> QrCode(std::string_view text) {
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (text.empty() || text.size() > kLongest || !printable) {
    return Fail(ErrorCode::BadData, "text does not fit a code");
  }
  const std::unique_ptr<zint_symbol, DeleteSymbol> symbol(ZBarcode_Create());
  if (symbol == nullptr) return Fail(ErrorCode::Internal, "no barcode symbol");
  symbol->symbology = BARCODE_QRCODE;
  symbol->option_1 = kLevelM;
  const int failed =
      ZBarcode_Encode(symbol.get(), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  if (failed >= ZINT_ERROR || symbol->rows != symbol->width) {
    return Fail(ErrorCode::Internal, "barcode cannot be made");
  }
  CodeMatrix matrix{.size = symbol->width, .black = {}};
  for (int row = 0; row < matrix.size; ++row) {
    for (int column = 0; column < matrix.size; ++column) {
      const unsigned char byte = symbol->encoded_data[row][column / 8];
      matrix.black.push_back(((byte >> (column % 8)) & 1) != 0);
    }
  }
  return matrix;
}

}  // namespace yizhan::printer
