#include "backend/store/search_query.h"
#include "base/utf8.h"

namespace yizhan::store {
namespace {

constexpr std::size_t kMaxParameters = 100;

std::optional<int> HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::optional<std::string> Decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] != '%') {
      if (text[i] == '\0') return std::nullopt;
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const std::optional<int> high = HexDigit(text[i + 1]);
      const std::optional<int> low = HexDigit(text[i + 2]);
      if (!high || !low || (*high == 0 && *low == 0)) return std::nullopt;
      out += static_cast<char>(*high * 16 + *low);
      i += 2;
    }
  }
  if (!IsUtf8(out)) return std::nullopt;
  return out;
}

}  // namespace

Result<SearchParameters> ParseQueryString(std::string_view text) {
  SearchParameters parameters;
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::optional<std::string> name = Decode(pair.substr(0, equals));
    const std::optional<std::string> value =
        Decode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    if (!name || !value) return Fail(ErrorCode::BadData, "search has broken percent encoding");
    if (parameters.size() == kMaxParameters) {
      return Fail(ErrorCode::BadData, "search has too many parameters");
    }
    parameters.emplace_back(*name, *value);
  }
  return parameters;
}

}  // namespace yizhan::store
