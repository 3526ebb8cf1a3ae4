#include "backend/fhir/json.h"

#include <algorithm>
#include <charconv>

#include "base/assert.h"

namespace yizhan::fhir {
namespace {

const std::string kEmptyText;
const std::vector<Json> kNoItems;
const std::vector<Json::Member> kNoMembers;

const Json& Null() {
  static const Json null;
  return null;
}

std::size_t SkipDigits(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at;
}

/// RFC 8259 section 6.
bool IsNumber(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = SkipDigits(text, at);
  if (whole == at || (text[at] == '0' && whole > at + 1)) return false;
  at = whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = SkipDigits(text, at + 1);
    if (fraction == at + 1) return false;
    at = fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = SkipDigits(text, at);
    if (exponent == at) return false;
    at = exponent;
  }
  return at == text.size();
}

void WriteText(std::string_view text, std::string& out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += '"';
  std::size_t clean_from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text, clean_from, i - clean_from);
    clean_from = i + 1;
    switch (byte) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += kDigits[byte >> 4U];
        out += kDigits[byte & 0xFU];
    }
  }
  out.append(text, clean_from);
  out += '"';
}

/// Writes one value after another into one text; `pretty` decides about line breaks.
class Writer {
 public:
  Writer(std::string& out, bool pretty) : out_(out), pretty_(pretty) {}

  void Value(const Json& value) {
    switch (value.Type()) {
      case Json::Kind::Null: out_ += "null"; return;
      case Json::Kind::Boolean: out_ += value.AsBoolean() ? "true" : "false"; return;
      case Json::Kind::Number: out_ += value.AsNumberText(); return;
      case Json::Kind::String: WriteText(value.AsString(), out_); return;
      case Json::Kind::Array:
        List('[', ']', value.Items(), [this](const Json& item) { Value(item); });
        return;
      case Json::Kind::Object:
        List('{', '}', value.Members(), [this](const Json::Member& member) {
          WriteText(member.first, out_);
          out_ += pretty_ ? ": " : ":";
          Value(member.second);
        });
        return;
    }
  }

 private:
  template <typename Items, typename Each>
  void List(char open, char close, const Items& items, const Each& each) {
    out_ += open;
    ++depth_;
    bool first = true;
    for (const auto& item : items) {
      if (!first) out_ += ',';
      first = false;
      NewLine();
      each(item);
    }
    --depth_;
    if (!items.empty()) NewLine();
    out_ += close;
  }

  void NewLine() {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }

  std::string& out_;
  const bool pretty_;
  std::size_t depth_ = 0;
};

}  // namespace

Json Json::Boolean(bool value) {
  Json json;
  json.kind_ = Kind::Boolean;
  json.boolean_ = value;
  return json;
}

Json Json::Integer(std::int64_t value) { return Number(std::to_string(value)); }

Json Json::Number(std::string text) {
  YIZHAN_ASSERT(IsNumber(text));
  Json json;
  json.kind_ = Kind::Number;
  json.text_ = std::move(text);
  return json;
}

Json Json::String(std::string text) {
  Json json;
  json.kind_ = Kind::String;
  json.text_ = std::move(text);
  return json;
}

Json Json::Array(std::vector<Json> items) {
  Json json;
  json.kind_ = Kind::Array;
  json.items_ = std::move(items);
  return json;
}

Json Json::Object(std::vector<Member> members) {
  Json json;
  json.kind_ = Kind::Object;
  json.members_ = std::move(members);
  return json;
}

std::string Json::Write(bool pretty) const {
  std::string out;
  Writer(out, pretty).Value(*this);
  return out;
}

const std::string& Json::AsString() const { return kind_ == Kind::String ? text_ : kEmptyText; }

std::optional<std::int64_t> Json::AsInteger() const {
  if (kind_ != Kind::Number) return std::nullopt;
  std::int64_t value = 0;
  const char* end = text_.data() + text_.size();
  const auto [stop, error] = std::from_chars(text_.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

const std::string& Json::AsNumberText() const { return kind_ == Kind::Number ? text_ : kEmptyText; }

const std::vector<Json>& Json::Items() const { return kind_ == Kind::Array ? items_ : kNoItems; }

const std::vector<Json::Member>& Json::Members() const {
  return kind_ == Kind::Object ? members_ : kNoMembers;
}

const Json& Json::operator[](std::string_view key) const {
  for (const Member& member : Members()) {
    if (member.first == key) return member.second;
  }
  return Null();
}

const Json& Json::operator[](std::size_t index) const {
  const std::vector<Json>& items = Items();
  return index < items.size() ? items[index] : Null();
}

bool Json::Has(std::string_view key) const {
  return std::ranges::any_of(Members(), [&](const Member& member) { return member.first == key; });
}

Json& Json::Set(std::string key, Json value) {
  At(std::move(key)) = std::move(value);
  return *this;
}

void Json::Remove(std::string_view key) {
  std::erase_if(members_, [&](const Member& member) { return member.first == key; });
}

Json& Json::Append(Json value) {
  MutableItems().push_back(std::move(value));
  return *this;
}

Json& Json::At(std::string key) {
  if (kind_ == Kind::Null) kind_ = Kind::Object;
  YIZHAN_ASSERT(kind_ == Kind::Object);
  for (Member& member : members_) {
    if (member.first == key) return member.second;
  }
  return members_.emplace_back(std::move(key), Json()).second;
}

std::vector<Json>& Json::MutableItems() {
  if (kind_ == Kind::Null) kind_ = Kind::Array;
  YIZHAN_ASSERT(kind_ == Kind::Array);
  return items_;
}

}  // namespace yizhan::fhir
