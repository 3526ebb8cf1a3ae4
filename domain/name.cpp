#include "domain/name.h"

#include "base/utf8.h"

namespace yizhan::domain {
namespace {

constexpr std::u32string_view kMiddleDots = U"·•‧・";

bool IsLatin(char32_t c) {
  return (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z') || (c >= 0xC0 && c <= 0x24F);
}

bool IsSpace(char32_t c) { return c == U' ' || c == 0xA0 || c == 0x3000; }

std::u32string Trimmed(std::u32string name) {
  while (!name.empty() && IsSpace(name.front())) name.erase(0, 1);
  while (!name.empty() && IsSpace(name.back())) name.pop_back();
  return name;
}

}  // namespace

std::string MaskName(std::string_view name) {
  const auto decoded = DecodeUtf8(name);
  const std::u32string text = decoded ? Trimmed(*decoded) : std::u32string();
  if (text.empty()) return "*";
  if (IsLatin(text.front())) return EncodeUtf8(text.substr(0, 1)) + "***";
  if (text.size() == 1) return EncodeUtf8(text);
  if (text.size() == 2) return EncodeUtf8(text.substr(0, 1)) + "*";
  const bool dotted = text.find_first_of(kMiddleDots) != std::u32string::npos;
  const std::size_t hidden = dotted ? 3 : text.size() - 2;
  return EncodeUtf8(text.substr(0, 1)) + std::string(hidden, '*') +
         EncodeUtf8(text.substr(text.size() - 1));
}

}  // namespace yizhan::domain
