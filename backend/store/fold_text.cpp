#include <string>

#include "backend/store/index_entries.h"
#include "base/utf8.h"

namespace yizhan::store {
namespace {

constexpr std::size_t kMaxIndexedBytes = 512;

/// U+00C0 to U+017F without accents, in small letters; '*' stays as it is.
constexpr std::string_view kLatin =
    "aaaaaa*ceeeeiiii"   // U+00C0
    "*nooooo*ouuuuy**"   // U+00D0
    "aaaaaa*ceeeeiiii"   // U+00E0
    "*nooooo*ouuuuy*y"   // U+00F0
    "aaaaaaccccccccdd"   // U+0100
    "ddeeeeeeeeeegggg"   // U+0110
    "gggghhhhiiiiiiii"   // U+0120
    "ii**jjkk*lllllll"   // U+0130
    "lllnnnnnnn**oooo"   // U+0140
    "oo**rrrrrrssssss"   // U+0150
    "ssttttttuuuuuuuu"   // U+0160
    "uuuuwwyyyzzzzzz*";  // U+0170
static_assert(kLatin.size() == 0x180 - 0xC0);

bool IsSpace(char32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x3000 ||
         (c >= 0x2000 && c <= 0x200B);
}

/// 0: the character is left out.
char32_t Fold(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;  // Full-width forms, as Chinese input makes them.
  if (c >= 'A' && c <= 'Z') return c - 'A' + 'a';
  if (c >= 0xC0 && c < 0x180) {
    const char plain = kLatin[c - 0xC0];
    if (plain != '*') return static_cast<char32_t>(plain);
    if (c == 0xC6 || c == 0xD0 || c == 0xDE) return c + 0x20;
    return c == 0x132 || c == 0x14A || c == 0x152 ? c + 1 : c;
  }
  if (c >= 0x300 && c <= 0x36F) return 0;         // Combining accents.
  if (c >= 0x391 && c <= 0x3A9) return c + 0x20;  // Greek capitals.
  if (c >= 0x410 && c <= 0x42F) return c + 0x20;  // Cyrillic capitals.
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  if (c == 0x2022 || c == 0x30FB || c == 0x2027) return 0xB7;  // Middle dots between names.
  return c;
}

std::string FoldUnicode(std::string_view text) {
  const std::optional<std::u32string> decoded = DecodeUtf8(text);
  if (!decoded) return std::string(text);
  std::u32string folded;
  folded.reserve(decoded->size());
  for (const char32_t c : *decoded) {
    if (IsSpace(c)) {
      if (!folded.empty() && folded.back() != ' ') folded += ' ';
    } else if (const char32_t plain = Fold(c); plain != 0) {
      folded += plain;
    }
  }
  if (!folded.empty() && folded.back() == ' ') folded.pop_back();
  return EncodeUtf8(folded);
}

}  // namespace

std::string FoldText(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return FoldUnicode(text);
    if (IsSpace(static_cast<unsigned char>(c))) {
      if (!folded.empty() && folded.back() != ' ') folded += ' ';
    } else {
      folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  if (folded.ends_with(' ')) folded.pop_back();
  return folded;
}

std::string_view IndexedPart(std::string_view text) {
  if (text.size() <= kMaxIndexedBytes) return text;
  std::size_t end = kMaxIndexedBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

}  // namespace yizhan::store
