#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "tests/e2e/world.h"

namespace yizhan::e2e {

/// Runs one named step of a story, and takes a picture after it.
using StepRunner = std::function<void(const std::string& name, const std::string& what,
                                      const std::function<Status()>& act)>;

/// One patient's whole day: books and confirms the next visit, checks in, is called, gets the guide
/// sheet, numbers for examinations, pharmacy and service centre, reads the messages, and has tubes
/// labelled at the laboratory's terminal. Every page in both languages and text sizes. Labels are
/// copied into `pages`. The lobby's terminal is the laboratory's afterwards.
void TellOfWholeDay(World& world, const StepRunner& step, const std::filesystem::path& pages);

}  // namespace yizhan::e2e
