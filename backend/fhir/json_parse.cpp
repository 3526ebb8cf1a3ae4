#include <rapidjson/error/error.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <unordered_set>

#include "backend/fhir/json.h"
#include "base/utf8.h"

namespace yizhan::fhir {
namespace {

/// Objects in FHIR are small: comparing keys beats hashing until about this many.
constexpr std::size_t kLinearKeys = 24;

bool HasMemberTwice(const std::vector<Json::Member>& members) {
  if (members.size() <= kLinearKeys) {
    for (std::size_t i = 1; i < members.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        if (members[i].first == members[k].first) return true;
      }
    }
    return false;
  }
  std::unordered_set<std::string_view> seen;
  return !std::ranges::all_of(
      members, [&](const Json::Member& member) { return seen.insert(member.first).second; });
}

/// Builds the value from RapidJSON's events. Answering false stops the parser.
class Builder {
 public:
  explicit Builder(const JsonLimits& limits) : limits_(limits) {}

  bool Null() { return Put(Json()); }
  bool Bool(bool value) { return Put(Json::Boolean(value)); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    return Put(Json::Number(std::string(text, length)));
  }
  bool String(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    // RapidJSON lets an escaped lone low surrogate through, which would become broken UTF-8.
    const std::string_view view(text, length);
    if (view.find('\xED') != std::string_view::npos && !IsUtf8(view)) return false;
    return Put(Json::String(std::string(view)));
  }
  bool Key(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    const std::string_view view(text, length);
    if (view.find('\xED') != std::string_view::npos && !IsUtf8(view)) return false;
    open_.back().key = view;
    return true;
  }
  bool StartObject() { return Open(true); }
  bool StartArray() { return Open(false); }
  bool EndObject(rapidjson::SizeType /*count*/) {
    if (HasMemberTwice(open_.back().members)) return false;
    Json object = Json::Object(std::move(open_.back().members));
    open_.pop_back();
    return Place(std::move(object));
  }
  bool EndArray(rapidjson::SizeType /*count*/) {
    Json array = Json::Array(std::move(open_.back().items));
    open_.pop_back();
    return Place(std::move(array));
  }
  // Never called: numbers are handed over as they were written.
  bool Int(int /*value*/) { return false; }
  bool Uint(unsigned /*value*/) { return false; }
  bool Int64(std::int64_t /*value*/) { return false; }
  bool Uint64(std::uint64_t /*value*/) { return false; }
  bool Double(double /*value*/) { return false; }

  Json Take() { return std::move(root_); }

 private:
  struct Frame {
    bool is_object;
    std::string key;
    std::vector<Json::Member> members;
    std::vector<Json> items;
  };

  bool Count() { return ++values_ <= limits_.values; }
  bool Open(bool is_object) {
    if (!Count() || open_.size() >= limits_.depth) return false;
    open_.push_back(Frame{.is_object = is_object, .key = {}, .members = {}, .items = {}});
    return true;
  }
  bool Put(Json value) { return Count() && Place(std::move(value)); }
  bool Place(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (Frame& frame = open_.back(); frame.is_object) {
      frame.members.emplace_back(std::move(frame.key), std::move(value));
    } else {
      frame.items.push_back(std::move(value));
    }
    return true;
  }

  const JsonLimits limits_;
  std::size_t values_ = 0;
  std::vector<Frame> open_;
  Json root_;
};

}  // namespace

Result<Json> Json::Parse(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes) return Fail(ErrorCode::BadData, "JSON over the size limit");
  // Iterative: the depth of a hostile text must not become depth of our stack.
  constexpr unsigned kFlags = rapidjson::kParseNumbersAsStringsFlag |
                              rapidjson::kParseValidateEncodingFlag |
                              rapidjson::kParseIterativeFlag;
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  Builder builder(limits);
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (result.IsError()) {
    return Fail(ErrorCode::BadData, "JSON refused at byte " + std::to_string(result.Offset()));
  }
  // A zero byte reads like the end of the text: what is behind it must not be overlooked.
  if (stream.Tell() != text.size()) {
    return Fail(ErrorCode::BadData, "JSON refused at byte " + std::to_string(stream.Tell()));
  }
  return builder.Take();
}

}  // namespace yizhan::fhir
