/// \file
/// Every page in every state that looks different, with invented people. For the gallery and for
/// the tests that walk all pages.
#pragma once

#include <string>
#include <vector>

#include "kiosk/screens/screen.h"

namespace yizhan::test {

struct Sample {
  std::string name;  ///< "ticket-paper-out"
  screens::Frame frame;
};

/// In Chinese and normal size; set language and text size as needed.
[[nodiscard]] std::vector<Sample> SampleFrames();

}  // namespace yizhan::test
