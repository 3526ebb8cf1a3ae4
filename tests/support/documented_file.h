#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace yizhan::test {

/// A file of the project, from the folder in which tests run.
inline std::string WholeFile(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The file with one passage changed, which must be in it.
inline std::string WholeFileWith(const std::string& path, const std::string& from,
                                 const std::string& to) {
  std::string text = WholeFile(path);
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

}  // namespace yizhan::test
