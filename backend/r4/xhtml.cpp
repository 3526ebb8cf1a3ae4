#include "backend/r4/xhtml.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace yizhan::r4 {
namespace {

constexpr std::size_t kMostDepth = 100;

// FHIR R4, Narrative: the formatting elements of chapters 7-11 and 15 of HTML 4.0, <a> and <img>.
constexpr std::string_view kElements[] = {
    "a",   "abbr",     "acronym", "b",     "big",  "blockquote", "br",  "caption", "cite",  "code",
    "col", "colgroup", "dd",      "dfn",   "div",  "dl",         "dt",  "em",      "h1",    "h2",
    "h3",  "h4",       "h5",      "h6",    "hr",   "i",          "img", "li",      "ol",    "p",
    "pre", "q",        "samp",    "small", "span", "strong",     "sub", "sup",     "table", "tbody",
    "td",  "tfoot",    "th",      "thead", "tr",   "tt",         "u",   "ul",      "var"};
constexpr std::string_view kAttributes[] = {
    "abbr",       "accesskey",   "align",       "alt",        "axis",     "bgcolor", "border",
    "cellhalign", "cellpadding", "cellspacing", "cellvalign", "char",     "charoff", "charset",
    "cite",       "class",       "color",       "colspan",    "compact",  "coords",  "dir",
    "frame",      "headers",     "height",      "href",       "hreflang", "hspace",  "id",
    "lang",       "longdesc",    "name",        "noshade",    "nowrap",   "rel",     "rev",
    "rowspan",    "rules",       "scope",       "shape",      "size",     "span",    "src",
    "start",      "style",       "summary",     "tabindex",   "title",    "type",    "valign",
    "value",      "vspace",      "width",       "xml:lang",   "xmlns"};

template <std::size_t N>
bool IsOneOf(const std::string_view (&list)[N], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == ':' || c == '.';
}

/// Whether an address would run code when it is followed or loaded.
bool RunsCode(std::string_view address) {
  std::string plain;
  for (const char c : address) {
    if (c == '&') return true;  // A hidden letter; an honest address has its '&' after its scheme.
    if (c == ':' || c == '/' || c == '?' || c == '#') break;
    if (static_cast<unsigned char>(c) > ' ') {
      plain += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
  }
  if (plain == "javascript" || plain == "vbscript") return true;
  // Images may be part of the text; nothing else of that kind.
  return plain == "data" && address.find("image/") == std::string_view::npos;
}

/// Old browsers run code in styles.
bool StyleRunsCode(std::string_view style) {
  std::string plain;
  for (const char c : style) {
    if (!IsSpace(c)) plain += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  for (const char* code :
       {"expression(", "script:", "@import", "-moz-binding", "behavior:", "\\"}) {
    if (plain.find(code) != std::string::npos) return true;
  }
  return false;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  const char* Trouble() {
    SkipSpace();
    if (!text_.substr(at_).starts_with("<div")) return "is not a div";
    while (trouble_ == nullptr && at_ < text_.size()) {
      if (text_[at_] == '<') {
        Markup();
      } else {
        Text();
      }
    }
    if (trouble_ != nullptr) return trouble_;
    if (!open_.empty()) return "has an element that is not closed";
    return says_something_ ? nullptr : "says nothing";
  }

 private:
  void Fail(const char* why) {
    if (trouble_ == nullptr) trouble_ = why;
  }
  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }
  bool Take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  std::string_view Name() {
    const std::size_t from = at_;
    while (at_ < text_.size() && IsNameChar(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  }

  void Text() {
    const char c = text_[at_];
    if (open_.empty() && (done_ || !IsSpace(c))) {
      if (!IsSpace(c)) Fail("has text outside of its div");
      ++at_;
      return;
    }
    if (c == '&') {
      Entity();
      says_something_ = true;
      return;
    }
    // Space in a <pre> is shown as it is (HL7's own examples count on it).
    if (!IsSpace(c) || open_.back() == "pre") says_something_ = true;
    ++at_;
  }

  void Entity() {
    const std::size_t end = text_.find(';', at_);
    if (end == std::string_view::npos || end - at_ > 12 || end == at_ + 1) {
      Fail("has an & that is no entity");
      return;
    }
    const std::string_view name = text_.substr(at_ + 1, end - at_ - 1);
    const bool plain = std::all_of(name.begin() + (name[0] == '#' ? 1 : 0), name.end(),
                                   [](char c) { return IsNameChar(c) && c != ':'; });
    if (!plain || name == "#") Fail("has an & that is no entity");
    at_ = end + 1;
  }

  void Markup() {
    if (Take("<!--")) {
      const std::size_t end = text_.find("-->", at_);
      if (end == std::string_view::npos) {
        Fail("has a comment without an end");
      } else {
        at_ = end + 3;
      }
      return;
    }
    if (Take("</")) {
      const std::string_view name = Name();
      SkipSpace();
      if (open_.empty() || open_.back() != name || !Take(">")) {
        Fail("closes an element that is not open");
        return;
      }
      open_.pop_back();
      done_ = open_.empty();
      return;
    }
    ++at_;
    Element();
  }

  void Element() {
    const std::string_view name = Name();
    if (done_) Fail("has more than one div");
    if (!IsOneOf(kElements, name)) Fail("has an element that narratives may not have");
    if (open_.size() >= kMostDepth) Fail("is nested too deep");
    if (name == "img") says_something_ = true;
    bool named_space = false;
    std::vector<std::string_view> seen;
    while (trouble_ == nullptr) {
      const std::size_t before = at_;
      SkipSpace();
      if (Take("/>")) {
        done_ = done_ || open_.empty();
        break;
      }
      if (Take(">")) {
        open_.push_back(name);
        break;
      }
      if (at_ == before) {
        Fail("has a tag that is not well-formed");
        break;
      }
      Attribute(seen, named_space);
    }
    if (open_.size() <= 1 && !seen_root_) {
      seen_root_ = true;
      if (!named_space) Fail("is not in the XHTML namespace");
    }
  }

  void Attribute(std::vector<std::string_view>& seen, bool& named_space) {
    const std::string_view name = Name();
    SkipSpace();
    const bool equals = Take("=");
    SkipSpace();
    if (name.empty() || !equals || at_ >= text_.size() ||
        (text_[at_] != '"' && text_[at_] != '\'')) {
      Fail("has an attribute that is not well-formed");
      return;
    }
    const std::size_t end = text_.find(text_[at_], at_ + 1);
    if (end == std::string_view::npos) {
      Fail("has an attribute that is not well-formed");
      return;
    }
    const std::string_view value = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) Fail("has an attribute twice");
    seen.push_back(name);
    if (!IsOneOf(kAttributes, name)) Fail("has an attribute that narratives may not have");
    if (value.find('<') != std::string_view::npos) Fail("has a < in an attribute");
    if (name == "xmlns") {
      named_space = value == "http://www.w3.org/1999/xhtml";
      if (!named_space) Fail("has another namespace");
    }
    const bool address = name == "href" || name == "src" || name == "cite" || name == "longdesc";
    if (name == "style" && StyleRunsCode(value)) Fail("has a style that runs code");
    if (address && RunsCode(value)) Fail("has an address that runs code");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::string_view> open_;
  bool seen_root_ = false;
  bool done_ = false;
  bool says_something_ = false;
  const char* trouble_ = nullptr;
};

}  // namespace

const char* NarrativeTrouble(std::string_view div) { return Reader(div).Trouble(); }

}  // namespace yizhan::r4
