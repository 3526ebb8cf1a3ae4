#include "ui/strings.h"

#include <unistd.h>

#include <boost/locale/gnu_gettext.hpp>
#include <boost/locale/message.hpp>
#include <exception>
#include <locale>

namespace yizhan::ui {

namespace {
constexpr const char* kDomain = "yizhan";
using Messages = boost::locale::message_format<char>;
}  // namespace

/// Only the message facet of Boost.Locale, without its ICU back end: 0.7 ms and 3 MB (measured).
struct Strings::Catalog {
  std::locale locale;
  const Messages* messages = nullptr;
  int domain = 0;
};

Result<Strings> Strings::Load(const std::string& lang_dir, domain::Language language) {
  namespace gettext = boost::locale::gnu_gettext;
  const bool chinese = language == domain::Language::ZhCn;
  const std::string name = chinese ? "zh_CN" : "en";
  const std::string file = lang_dir + "/" + name + "/LC_MESSAGES/" + kDomain + ".mo";
  if (access(file.c_str(), R_OK) != 0) {
    return Fail(ErrorCode::NotFound, "language catalog missing: " + name);
  }
  gettext::messages_info info;
  info.language = chinese ? "zh" : "en";
  if (chinese) info.country = "CN";
  info.encoding = "UTF-8";
  info.paths.push_back(lang_dir);
  info.domains.emplace_back(kDomain);
  auto catalog = std::make_unique<Catalog>();
  try {
    catalog->locale =
        std::locale(std::locale::classic(), gettext::create_messages_facet<char>(info));
    catalog->messages = &std::use_facet<Messages>(catalog->locale);
    catalog->domain = catalog->messages->domain(kDomain);
  } catch (const std::exception&) {
    return Fail(ErrorCode::BadData, "language catalog broken: " + name);
  }
  return Strings(std::move(catalog), language);
}

Strings::Strings(std::unique_ptr<Catalog> catalog, domain::Language language)
    : catalog_(std::move(catalog)), language_(language) {}
Strings::~Strings() = default;
Strings::Strings(Strings&&) noexcept = default;
Strings& Strings::operator=(Strings&&) noexcept = default;

const char* Strings::operator()(const char* message) const {
  const char* found = catalog_->messages->get(catalog_->domain, nullptr, message);
  return found != nullptr ? found : message;
}

const char* Strings::Plural(const char* one, const char* many, int count) const {
  const char* found = catalog_->messages->get(catalog_->domain, nullptr, one, count);
  if (found != nullptr) return found;
  return count == 1 ? one : many;
}

namespace {

bool IsWordByte(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= 'a' && byte <= 'z');
}

/// True when `text` ends with, or starts with, a Chinese character (U+4000 to U+9FFF).
bool EndsChinese(std::string_view text) {
  return text.size() >= 3 && text[text.size() - 3] >= '\xE4' && text[text.size() - 3] <= '\xE9' &&
         (text.back() & 0xC0) == 0x80;
}
bool StartsChinese(std::string_view text) {
  return text.size() >= 3 && text[0] >= '\xE4' && text[0] <= '\xE9';
}

/// Chinese typography puts a space between a character and a letter or digit.
bool WantsSpace(std::string_view before, std::string_view after) {
  if (before.empty() || after.empty()) return false;
  return (EndsChinese(before) && IsWordByte(after.front())) ||
         (IsWordByte(before.back()) && StartsChinese(after));
}

}  // namespace

std::string Fill(std::string_view pattern, std::initializer_list<std::string_view> arguments,
                 Spacing spacing) {
  std::string out;
  std::size_t plain = 0;  // Start of the pattern's text that was not copied yet.
  const auto add = [&](std::string_view part) {
    if (spacing == Spacing::Chinese && WantsSpace(out, part)) out.push_back(' ');
    out += part;
  };
  for (std::size_t i = 0; i + 2 < pattern.size(); ++i) {
    if (pattern[i] != '{' || pattern[i + 2] != '}') continue;
    const auto number = static_cast<std::size_t>(pattern[i + 1] - '1');
    if (number >= arguments.size()) continue;
    add(pattern.substr(plain, i - plain));
    add(arguments.begin()[number]);
    i += 2;
    plain = i + 1;
  }
  add(pattern.substr(plain));
  return out;
}

}  // namespace yizhan::ui
