#include "printer/document.h"

#include <array>
#include <charconv>

namespace yizhan::printer {
namespace {

constexpr std::string_view kMark = "YZDOC1";
constexpr int kLargest = 1'000'000;

}  // namespace

std::string Pack(const Document& document) {
  std::string packed(kMark);
  for (const int value :
       {document.pages, document.width_hundredths_mm, document.height_hundredths_mm}) {
    packed += ' ' + std::to_string(value);
  }
  packed += '\n';
  packed += document.pdf;
  return packed;
}

Result<Document> Unpack(std::string_view packed) {
  const auto broken = [] { return Fail(ErrorCode::BadData, "no packed document"); };
  if (!packed.starts_with(kMark)) return broken();
  packed.remove_prefix(kMark.size());
  std::array<int, 3> values{};
  for (int& value : values) {
    if (packed.empty() || packed.front() != ' ') return broken();
    packed.remove_prefix(1);
    const auto [end, error] = std::from_chars(packed.data(), packed.data() + packed.size(), value);
    if (error != std::errc() || value <= 0 || value > kLargest) return broken();
    packed.remove_prefix(static_cast<std::size_t>(end - packed.data()));
  }
  if (packed.empty() || packed.front() != '\n') return broken();
  packed.remove_prefix(1);
  return Document{.pdf = std::string(packed),
                  .pages = values[0],
                  .width_hundredths_mm = values[1],
                  .height_hundredths_mm = values[2]};
}

}  // namespace yizhan::printer
