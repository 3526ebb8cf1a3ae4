/// \file
/// A configuration file: TOML, read whole and checked key by key, so that a misspelt safety switch
/// is not silently off. toml++ stays behind settings.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace yizhan {

/// One file. Reading a key that is missing without a fallback, of the wrong type or out of range is
/// remembered as the file's problem; the first one is what Problem() says. Thread-bound.
class Settings {
 public:
  /// NotFound: no such file. BadData: it is no TOML, or too large; the detail says where.
  [[nodiscard]] static Result<Settings> Load(const std::string& path);
  /// The same from text; `name` is used in messages.
  [[nodiscard]] static Result<Settings> Parse(const std::string& text, const std::string& name);

  /// The keys of one table, "tls" for [tls]. When it goes, every key that was not read is a
  /// problem.
  class Section {
   public:
    Section(Section&&) noexcept = default;
    Section& operator=(Section&&) = delete;
    ~Section();

    [[nodiscard]] std::string Text(const char* key,
                                   std::optional<std::string> fallback = std::nullopt);
    [[nodiscard]] std::int64_t Integer(const char* key, std::int64_t lowest, std::int64_t highest,
                                       std::optional<std::int64_t> fallback = std::nullopt);
    [[nodiscard]] double Number(const char* key, double lowest, double highest, double fallback);
    [[nodiscard]] bool Switch(const char* key, bool fallback);
    /// ["a", "b"], or "a" for ["a"].
    [[nodiscard]] std::vector<std::string> Texts(const char* key,
                                                 std::optional<std::vector<std::string>> fallback);
    /// {name = "text", ...}; a missing table is empty.
    [[nodiscard]] std::map<std::string, std::string> Table(const char* key);
    /// The tables below this one by their names, "cardio" for [booking.department.cardio] when the
    /// key is "department"; each is checked as this one is. A missing table has none.
    [[nodiscard]] std::vector<std::pair<std::string, Section>> Tables(const char* key);
    /// Reports a value that was read and cannot be used.
    void Say(const std::string& key, const std::string& what);

   private:
    friend class Settings;
    struct State;
    explicit Section(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };

  [[nodiscard]] Section Open(const std::string& name);
  /// After all sections are gone. BadData: the first problem, with the names of file and key; a
  /// section that was never opened is one.
  [[nodiscard]] Status Problem() const;

 private:
  struct Document;
  explicit Settings(std::shared_ptr<Document> document) : document_(std::move(document)) {}
  std::shared_ptr<Document> document_;  ///< Shared with open sections, so that it can be moved.
};

}  // namespace yizhan
