#include "base/utf8.h"

#include "base/assert.h"

namespace yizhan {
namespace {

struct Step {
  char32_t code_point;
  std::size_t length;  // 0: malformed
};

Step DecodeOne(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  std::size_t length = 0;
  char32_t value = 0;
  char32_t smallest = 0;
  if ((lead & 0xE0) == 0xC0) {
    length = 2, value = lead & 0x1F, smallest = 0x80;
  } else if ((lead & 0xF0) == 0xE0) {
    length = 3, value = lead & 0x0F, smallest = 0x800;
  } else if ((lead & 0xF8) == 0xF0) {
    length = 4, value = lead & 0x07, smallest = 0x10000;
  } else {
    return {0, 0};
  }
  if (text.size() < length) return {0, 0};
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {0, 0};
    value = value << 6 | (byte(i) & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < smallest || value > 0x10FFFF || surrogate) return {0, 0};
  return {value, length};
}

}  // namespace

std::optional<std::u32string> DecodeUtf8(std::string_view text) {
  std::u32string code_points;
  code_points.reserve(text.size());
  while (!text.empty()) {
    const Step step = DecodeOne(text);
    if (step.length == 0) return std::nullopt;
    code_points.push_back(step.code_point);
    text.remove_prefix(step.length);
  }
  return code_points;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const Step step = DecodeOne(text);
    if (step.length == 0) return false;
    text.remove_prefix(step.length);
  }
  return true;
}

std::string EncodeUtf8(std::u32string_view code_points) {
  std::string text;
  const auto put = [&](char32_t bits) { text += static_cast<char>(bits); };
  for (const char32_t c : code_points) {
    YIZHAN_ASSERT(c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF));
    if (c < 0x80) {
      put(c);
    } else if (c < 0x800) {
      put(0xC0 | c >> 6), put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      put(0xE0 | c >> 12), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
    } else {
      put(0xF0 | c >> 18), put(0x80 | (c >> 12 & 0x3F)), put(0x80 | (c >> 6 & 0x3F)),
          put(0x80 | (c & 0x3F));
    }
  }
  return text;
}

}  // namespace yizhan
