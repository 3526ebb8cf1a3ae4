#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "base/result.h"
#include "printer/document.h"

// Fontconfig keeps its patterns for the life of the process, behind pointers stored as offsets that
// the leak detector cannot follow. Rendering thousands of slips does not grow.
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig"; }

namespace yizhan::printer {

/// What a reader finds in the PDF of that path, without spaces (they depend on the layout). Empty
/// optional: no pdftotext on this machine.
inline std::optional<std::string> WordsIn(const std::string& path) {
  if (std::system("command -v pdftotext >/dev/null 2>&1") != 0) return std::nullopt;
  std::string text;
  FILE* reader = ::popen(("pdftotext -raw " + path + " - 2>/dev/null").c_str(), "r");
  std::array<char, 512> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), reader) != nullptr) text += buffer.data();
  ::pclose(reader);
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == '\f'; });
  return text;
}

/// The same of a document that was just made. Empty optional also: no page.
inline std::optional<std::string> WordsOn(const Result<Document>& document) {
  EXPECT_TRUE(document) << document.error().detail;
  if (!document) return std::nullopt;
  std::string path = (std::filesystem::temp_directory_path() / "yizhan-slip-XXXXXX").string();
  const int file = ::mkstemp(path.data());
  EXPECT_GE(file, 0);
  std::ofstream(path, std::ios::binary) << document->pdf;
  ::close(file);
  const std::optional<std::string> text = WordsIn(path);
  std::filesystem::remove(path);
  return text;
}

#define WORDS_OR_SKIP(words, document)                                       \
  const auto words##_found = WordsOn(document);                              \
  if (!words##_found) GTEST_SKIP() << "pdftotext (poppler-utils) is absent"; \
  const std::string& words = *words##_found

}  // namespace yizhan::printer
