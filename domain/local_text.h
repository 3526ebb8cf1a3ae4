#pragma once

#include <string>

namespace yizhan::domain {

/// The languages a patient can choose. A new one is one value here, one catalog in ui/lang and one
/// member in LocalText.
enum class Language { ZhCn, En };

/// A name that the hospital gives in several languages (department, place, title).
struct LocalText {
  std::string zh;
  std::string en;  ///< Empty: nobody translated it, show the Chinese one.

  [[nodiscard]] const std::string& In(Language language) const {
    return language == Language::En && !en.empty() ? en : zh;
  }
  friend bool operator==(const LocalText&, const LocalText&) = default;
};

}  // namespace yizhan::domain
