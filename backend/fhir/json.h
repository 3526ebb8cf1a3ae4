#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace yizhan::fhir {

/// What a text may cost us before we refuse it.
struct JsonLimits {
  std::size_t bytes = 16U << 20U;
  std::size_t depth = 64;
  std::size_t values = 1'000'000;
};

/// One JSON value (RFC 8259) as FHIR R4 needs it: a number keeps the characters it was written
/// with (1.50 stays 1.50), an object keeps the order of its members and has no member twice. A
/// plain value: copy, move, compare. Immutable text is UTF-8, checked.
class Json {
 public:
  enum class Kind { Null, Boolean, Number, String, Array, Object };
  using Member = std::pair<std::string, Json>;

  Json() = default;  ///< null
  [[nodiscard]] static Json Boolean(bool value);
  [[nodiscard]] static Json Integer(std::int64_t value);
  /// `text` must be a JSON number ("1.50"); aborts otherwise. For decimals made by the program.
  [[nodiscard]] static Json Number(std::string text);
  [[nodiscard]] static Json String(std::string text);
  [[nodiscard]] static Json Array(std::vector<Json> items = {});
  [[nodiscard]] static Json Object(std::vector<Member> members = {});

  /// BadData: no JSON, invalid UTF-8, a member twice, or over a limit; the detail names the byte
  /// offset, never the text.
  [[nodiscard]] static Result<Json> Parse(std::string_view text, const JsonLimits& limits = {});
  /// Compact text; `pretty` indents by two spaces.
  [[nodiscard]] std::string Write(bool pretty = false) const;

  [[nodiscard]] Kind Type() const { return kind_; }
  [[nodiscard]] bool IsNull() const { return kind_ == Kind::Null; }
  [[nodiscard]] bool IsObject() const { return kind_ == Kind::Object; }
  [[nodiscard]] bool IsArray() const { return kind_ == Kind::Array; }
  [[nodiscard]] bool IsString() const { return kind_ == Kind::String; }

  // Readers never fail: what is missing or of another kind reads as the empty value.
  [[nodiscard]] const std::string& AsString() const;  ///< "" if no string.
  [[nodiscard]] bool AsBoolean() const { return kind_ == Kind::Boolean && boolean_; }
  [[nodiscard]] std::optional<std::int64_t> AsInteger() const;  ///< Only a whole number in range.
  [[nodiscard]] const std::string& AsNumberText() const;        ///< "" if no number.
  [[nodiscard]] const std::vector<Json>& Items() const;         ///< Empty if no array.
  [[nodiscard]] const std::vector<Member>& Members() const;     ///< Empty if no object.
  /// The member, or null (a static value) when there is none or this is no object.
  [[nodiscard]] const Json& operator[](std::string_view key) const;
  /// The item, or null when there is none or this is no array.
  [[nodiscard]] const Json& operator[](std::size_t index) const;
  [[nodiscard]] bool Has(std::string_view key) const;

  /// Sets or replaces a member; null becomes an object. Aborts on another kind. Returns *this.
  Json& Set(std::string key, Json value);
  /// Removes a member if it is there.
  void Remove(std::string_view key);
  /// Appends an item; null becomes an array. Aborts on another kind. Returns *this.
  Json& Append(Json value);
  /// The member for changing, made as null if missing; null becomes an object.
  [[nodiscard]] Json& At(std::string key);
  /// The items for changing; null becomes an array.
  [[nodiscard]] std::vector<Json>& MutableItems();

  friend bool operator==(const Json&, const Json&) = default;

 private:
  Kind kind_ = Kind::Null;
  bool boolean_ = false;
  std::string text_;  ///< String, or Number as written.
  std::vector<Json> items_;
  std::vector<Member> members_;
};

}  // namespace yizhan::fhir
