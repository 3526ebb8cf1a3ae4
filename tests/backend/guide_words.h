#pragma once

#include <string>
#include <vector>

#include "backend/hospital/guide/guide_sheet.h"

namespace yizhan::test {

/// A guide sheet in words: "glucose!" is next, "visit~" waits, "[x]" is done.
inline std::vector<std::string> WordsOf(const std::vector<hospital::GuideLine>& lines) {
  std::vector<std::string> words;
  for (const hospital::GuideLine& line : lines) {
    std::string word = line.what.zh;
    if (line.step.state == domain::GuideState::Done) word = '[' + word + ']';
    if (line.step.state == domain::GuideState::Next) word += '!';
    if (line.step.state == domain::GuideState::Waiting) word += '~';
    words.push_back(word);
  }
  return words;
}

}  // namespace yizhan::test
