#include "printer/documents/barcode.h"

#include <zint.h>

#include <algorithm>
#include <memory>

namespace yizhan::printer {
namespace {

constexpr std::size_t kLongest = 120;
constexpr std::size_t kLongestBars = 40;
constexpr int kLevelM = 2;

struct DeleteSymbol {
  void operator()(zint_symbol* symbol) const { ZBarcode_Delete(symbol); }
};

using Symbol = std::unique_ptr<zint_symbol, DeleteSymbol>;

bool IsPrintable(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool IsBlack(const zint_symbol& symbol, int row, int column) {
  return ((symbol.encoded_data[row][column / 8] >> (column % 8)) & 1) != 0;
}

}  // namespace

Result<CodeMatrix> QrCode(std::string_view text) {
  if (!IsPrintable(text, kLongest)) return Fail(ErrorCode::BadData, "text does not fit a code");
  const Symbol symbol(ZBarcode_Create());
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
      matrix.black.push_back(IsBlack(*symbol, row, column));
    }
  }
  return matrix;
}

Result<BarCode> Code128(std::string_view text) {
  if (!IsPrintable(text, kLongestBars)) return Fail(ErrorCode::BadData, "text does not fit a code");
  const Symbol symbol(ZBarcode_Create());
  if (symbol == nullptr) return Fail(ErrorCode::Internal, "no barcode symbol");
  symbol->symbology = BARCODE_CODE128;
  const int failed =
      ZBarcode_Encode(symbol.get(), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  if (failed >= ZINT_ERROR || symbol->rows != 1) {
    return Fail(ErrorCode::Internal, "barcode cannot be made");
  }
  BarCode code;
  for (int column = 0; column < symbol->width; ++column) {
    code.black.push_back(IsBlack(*symbol, 0, column));
  }
  return code;
}

}  // namespace yizhan::printer
