#include "backend/r4/primitives.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

namespace yizhan::r4 {
namespace {

using fhir::Json;

constexpr std::size_t kLongestString = 1U << 20U;
constexpr std::int64_t kLargestInteger = 2'147'483'647;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// The number in `count` digits at `at`; -1 if they are not there.
int Digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!IsDigit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

int DaysIn(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

/// Reads "hh:mm:ss" and a fraction from the front.
bool TakeTime(std::string_view& text) {
  const int hour = Digits(text, 0, 2);
  const int minute = Digits(text, 3, 2);
  const int second = Digits(text, 6, 2);
  if (hour < 0 || minute < 0 || second < 0 || text[2] != ':' || text[5] != ':') return false;
  // A leap second is a second.
  if (hour > 23 || minute > 59 || second > 60) return false;
  text.remove_prefix(8);
  if (!text.starts_with('.')) return true;
  const std::size_t end = std::min(text.find_first_not_of("0123456789", 1), text.size());
  text.remove_prefix(end);
  return end > 1;
}

bool IsZone(std::string_view text) {
  if (text == "Z") return true;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  const int hours = Digits(text, 1, 2);
  const int minutes = Digits(text, 4, 2);
  return hours >= 0 && minutes >= 0 && minutes <= 59 && hours * 60 + minutes <= 14 * 60;
}

bool IsTime(std::string_view text) { return TakeTime(text) && text.empty(); }

bool IsBase64(std::string_view text) {
  std::size_t letters = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (IsSpace(c)) continue;
    const bool letter = IsLetter(c) || IsDigit(c) || c == '+' || c == '/';
    if (c == '=') ++padding;
    if ((!letter && c != '=') || (letter && padding > 0)) return false;
    ++letters;
  }
  return letters > 0 && letters % 4 == 0 && padding <= 2;
}

bool IsCode(std::string_view text) {
  // Single spaces inside, none around.
  char before = ' ';
  for (const char c : text) {
    if (IsSpace(c) && (c != ' ' || before == ' ')) return false;
    before = c;
  }
  return before != ' ';
}

bool IsId(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return IsLetter(c) || IsDigit(c) || c == '-' || c == '.';
  });
}

bool IsUri(std::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(), IsSpace);
}

bool IsOid(std::string_view text) {
  constexpr std::string_view kStart = "urn:oid:";
  if (!text.starts_with(kStart)) return false;
  text.remove_prefix(kStart.size());
  if (text.empty() || text[0] < '0' || text[0] > '2') return false;
  int arcs = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('.', at), text.size());
    const std::string_view arc = text.substr(at, end - at);
    const bool number = !arc.empty() && std::all_of(arc.begin(), arc.end(), IsDigit);
    if (!number || (arc.size() > 1 && arc[0] == '0')) return false;
    ++arcs;
    at = end + 1;
  }
  return arcs > 1;
}

bool IsUuid(std::string_view text) {
  constexpr std::string_view kStart = "urn:uuid:";
  if (!text.starts_with(kStart) || text.size() != kStart.size() + 36) return false;
  text.remove_prefix(kStart.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool hex = IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

bool IsText(std::string_view text) {
  const bool printable = std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && !IsSpace(c);
  });
  // Space alone is nothing once XML has trimmed it.
  return printable && text.size() <= kLongestString &&
         !std::all_of(text.begin(), text.end(), IsSpace);
}

enum class Form { Boolean, Integer, Positive, Unsigned, Decimal, Text };

struct Format {
  Form form = Form::Text;
  bool (*fits)(std::string_view) = nullptr;
  const char* trouble = nullptr;
};

const Format* FormatOf(std::string_view type) {
  static const std::unordered_map<std::string_view, Format> formats = {
      {"boolean", {Form::Boolean, nullptr, "is not true or false"}},
      {"integer", {Form::Integer, nullptr, "is not a whole number of 32 bits"}},
      {"positiveInt", {Form::Positive, nullptr, "is not a whole number of 1 or more"}},
      {"unsignedInt", {Form::Unsigned, nullptr, "is not a whole number of 0 or more"}},
      {"decimal", {Form::Decimal, nullptr, "is not a number"}},
      {"string", {Form::Text, IsText, "has no text, too much, or control characters"}},
      {"markdown", {Form::Text, IsText, "has no text, too much, or control characters"}},
      {"xhtml", {Form::Text, IsText, "has no text, too much, or control characters"}},
      {"code", {Form::Text, IsCode, "is not a code: spaces around it, or two in a row"}},
      {"id", {Form::Text, IsId, "is not an id: 1 to 64 of A-Z a-z 0-9 - ."}},
      {"uri", {Form::Text, IsUri, "is not a URI: it is empty or has spaces"}},
      {"url", {Form::Text, IsUri, "is not a URL: it is empty or has spaces"}},
      {"canonical", {Form::Text, IsUri, "is not a canonical URL: it is empty or has spaces"}},
      {"oid", {Form::Text, IsOid, "is not urn:oid: and an OID"}},
      {"uuid", {Form::Text, IsUuid, "is not urn:uuid: and a UUID"}},
      {"date", {Form::Text, IsDate, "is not a date: YYYY, YYYY-MM or YYYY-MM-DD"}},
      {"dateTime", {Form::Text, IsDateTime, "is not a date or YYYY-MM-DDThh:mm:ss with a zone"}},
      {"instant", {Form::Text, IsInstant, "is not YYYY-MM-DDThh:mm:ss with a zone"}},
      {"time", {Form::Text, IsTime, "is not hh:mm:ss"}},
      {"base64Binary", {Form::Text, IsBase64, "is not base64"}},
  };
  const auto found = formats.find(type);
  return found != formats.end() ? &found->second : nullptr;
}

bool IsWhole(const Json& value, std::int64_t least) {
  const std::string& text = value.AsNumberText();
  if (text.find_first_of(".eE") != std::string::npos) return false;
  const auto number = value.AsInteger();
  return number && *number >= least && *number <= kLargestInteger;
}

bool Fits(const Json& value, const Format& format) {
  switch (format.form) {
    case Form::Boolean: return value.Type() == Json::Kind::Boolean;
    case Form::Integer: return IsWhole(value, -kLargestInteger - 1);
    case Form::Positive: return IsWhole(value, 1);
    case Form::Unsigned: return IsWhole(value, 0);
    case Form::Decimal: return value.Type() == Json::Kind::Number;
    case Form::Text:
      return value.IsString() && !value.AsString().empty() && format.fits(value.AsString());
  }
  return false;
}

}  // namespace

bool IsDate(std::string_view text) {
  const int year = Digits(text, 0, 4);
  if (year < 1) return false;
  if (text.size() == 4) return true;
  const int month = Digits(text, 5, 2);
  if (text[4] != '-' || month < 1 || month > 12) return false;
  if (text.size() == 7) return true;
  const int day = Digits(text, 8, 2);
  return text.size() == 10 && text[7] == '-' && day >= 1 && day <= DaysIn(year, month);
}

bool IsInstant(std::string_view text) {
  if (text.size() < 11 || text[10] != 'T' || !IsDate(text.substr(0, 10))) return false;
  text.remove_prefix(11);
  return TakeTime(text) && IsZone(text);
}

bool IsDateTime(std::string_view text) { return IsDate(text) || IsInstant(text); }

const char* PrimitiveTrouble(const Json& value, std::string_view type) {
  const Format* format = FormatOf(type);
  if (format == nullptr) return "is of a type that R4 does not know";
  return Fits(value, *format) ? nullptr : format->trouble;
}

}  // namespace yizhan::r4
