#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "printer/document.h"

namespace yizhan::printer {

/// Everything on the label of one tube (domain.md 2.7). A clinical label: it carries the full name
/// beside a second identifier, and does not leave staff hands.
struct TubeLabel {
  std::string barcode;  ///< Twelve digits.
  std::string name;
  std::string sex;  ///< "male", "female"; anything else is left out.
  std::optional<int> age;
  std::string number;      ///< 门诊号
  std::string department;  ///< That ordered; may be empty.
  std::vector<std::string> tests;
  std::string tube;  ///< "紫"
  int volume_ul = 0;
  int minutes_after_first = 0;
  bool urgent = false;
  int place = 1;  ///< k of
  int count = 1;  ///< n.
  int reprints = 0;
};

/// One label of 50 x 30 mm with Code 128, in Chinese whatever the patient reads. Bars are three
/// dots of a 203 dpi head a module. Thread-safe. BadData: a text is no UTF-8 or too long (200
/// bytes), or the barcode is empty. Internal: no fonts.
[[nodiscard]] Result<Document> RenderTubeLabel(const TubeLabel& label);

}  // namespace yizhan::printer
