#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/local_text.h"

namespace yizhan::ui {

/// Marks a message for the catalogs where it is stored first and looked up later.
[[nodiscard]] constexpr const char* N_(const char* message) { return message; }

/// The words of one language. Messages are looked up by their English text; where a catalog lacks
/// one, the English text is shown (a test keeps the catalogs complete). Immutable.
class Strings {
 public:
  /// Reads <lang_dir>/<locale>/LC_MESSAGES/yizhan.mo. NotFound: the file is missing or unreadable.
  [[nodiscard]] static Result<Strings> Load(const std::string& lang_dir, domain::Language language);
  ~Strings();
  Strings(Strings&&) noexcept;
  Strings& operator=(Strings&&) noexcept;

  [[nodiscard]] const char* operator()(const char* message) const;
  /// The form of the message that goes with `count`.
  [[nodiscard]] const char* Plural(const char* one, const char* many, int count) const;
  [[nodiscard]] domain::Language Language() const { return language_; }

 private:
  struct Catalog;
  Strings(std::unique_ptr<Catalog> catalog, domain::Language language);

  std::unique_ptr<Catalog> catalog_;
  domain::Language language_;
};

/// The words of every language a patient can choose.
struct Languages {
  Strings zh;
  Strings en;
  [[nodiscard]] const Strings& In(domain::Language language) const {
    return language == domain::Language::En ? en : zh;
  }
};

enum class Spacing {
  Chinese,  ///< A space between a Chinese character and a Latin letter or digit: 请到 1 层.
  Tight,    ///< As written: 11月22日.
};

/// `pattern` with {1}, {2}... replaced by the arguments; one without an argument stays.
[[nodiscard]] std::string Fill(std::string_view pattern,
                               std::initializer_list<std::string_view> arguments,
                               Spacing spacing = Spacing::Chinese);

}  // namespace yizhan::ui
