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

/// A page with a patient in front of it.
[[nodiscard]] screens::Frame SignedIn(screens::Page page);
[[nodiscard]] screens::BookingFacts BookingAt(const char* date, const char* range);
/// The pages of what the hospital changed, of late patients and of follow-ups.
void AddChangedPages(std::vector<Sample>& out);
/// The pages of the way through the hospital.
void AddCarePages(std::vector<Sample>& out);

}  // namespace yizhan::test
