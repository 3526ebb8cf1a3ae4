#include "domain/name.h"

#include <algorithm>

#include "base/utf8.h"

namespace yizhan::domain {
namespace {

constexpr std::u32string_view kMiddleDots = U"·•‧・";

/// Surnames of two characters (复姓).
constexpr std::u32string_view kDoubleSurnames[] = {
    U"欧阳", U"司马", U"上官", U"诸葛", U"皇甫", U"尉迟", U"公孙", U"慕容", U"令狐",
    U"司徒", U"夏侯", U"东方", U"端木", U"独孤", U"南宫", U"长孙", U"宇文", U"鲜于",
    U"闻人", U"赫连", U"澹台", U"公冶", U"宗政", U"濮阳", U"淳于", U"太叔", U"申屠",
    U"轩辕", U"钟离", U"闾丘", U"司空", U"西门", U"拓跋", U"呼延", U"万俟"};

/// Characters of the Chinese script, rare ones beyond U+FFFF included.
bool IsHan(char32_t c) {
  return (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
         (c >= 0x20000 && c <= 0x323AF);
}

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

std::string SurnameOf(std::string_view name) {
  const auto decoded = DecodeUtf8(name);
  const std::u32string text = decoded ? Trimmed(*decoded) : std::u32string();
  if (text.size() < 2 || !std::ranges::all_of(text, IsHan)) return "";
  const bool is_double = text.size() > 2 && std::ranges::find(kDoubleSurnames, text.substr(0, 2)) !=
                                                std::ranges::end(kDoubleSurnames);
  return EncodeUtf8(text.substr(0, is_double ? 2 : 1));
}

}  // namespace yizhan::domain
