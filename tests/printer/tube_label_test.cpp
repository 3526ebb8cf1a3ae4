#include "printer/documents/tube_label.h"

#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "printer/documents/barcode.h"
#include "tests/printer/label_samples.h"

// See ticket_slip_test.cpp.
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig"; }

namespace yizhan::printer {
namespace {

using domain::Language;
using test::CrowdedLabel;
using test::SampleLabel;
using test::SampleReceipt;
using testing::HasSubstr;
using testing::Not;

/// What `command` prints about the page; empty optional: the program is not on this machine.
std::optional<std::string> Ask(const Document& document, const std::string& program,
                               const std::string& before, const std::string& behind) {
  if (std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) != 0) {
    return std::nullopt;
  }
  std::string path = (std::filesystem::temp_directory_path() / "yizhan-label-XXXXXX").string();
  const int file = ::mkstemp(path.data());
  EXPECT_GE(file, 0);
  std::ofstream(path, std::ios::binary) << document.pdf;
  std::string text;
  const std::string command = program + " " + before + " " + path + " " + behind + " 2>/dev/null";
  FILE* reader = ::popen(command.c_str(), "r");
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), reader)) > 0;) {
    text.append(buffer.data(), got);
  }
  ::pclose(reader);
  ::close(file);
  std::filesystem::remove(path);
  return text;
}

std::optional<std::string> WordsOn(const Document& document) {
  std::optional<std::string> text = Ask(document, "pdftotext", "-raw", "-");
  if (text) std::erase_if(*text, [](char c) { return c == ' ' || c == '\n' || c == '\f'; });
  return text;
}

Document Render(const TubeLabel& label) {
  auto document = RenderTubeLabel(label);
  EXPECT_TRUE(document) << document.error().detail;
  return document.value_or(Document{});
}

/// A page as a thermal head of 203 dpi sees it.
struct Picture {
  int width = 0;
  int height = 0;
  std::string grey;  ///< Row after row.
  [[nodiscard]] bool Black(int x, int y) const {
    return static_cast<unsigned char>(grey[static_cast<std::size_t>(y * width + x)]) < 128;
  }
};

std::optional<Picture> PictureOf(const Document& document) {
  const auto pgm = Ask(document, "pdftoppm", "-r 203.2 -gray", "");
  if (!pgm) return std::nullopt;
  Picture picture;
  int most = 0;
  int used = 0;
  EXPECT_EQ(
      std::sscanf(pgm->c_str(), "P5 %d %d %d%n", &picture.width, &picture.height, &most, &used), 3);
  picture.grey = pgm->substr(static_cast<std::size_t>(used) + 1);
  return picture;
}

/// Reads Code 128 as a scanner does: widths of bars and spaces along one line. "": none was found.
class Scanner {
 public:
  Scanner() {
    // The patterns, from the codes themselves: each symbol of two digits stands behind the start.
    for (int value = 0; value < 100; ++value) {
      // Two digits alone would be written in another code set.
      const std::string digits = {'0', '0', static_cast<char>('0' + value / 10),
                                  static_cast<char>('0' + value % 10)};
      const auto code = Code128(digits);
      patterns_[Widths(code->black, 2)] = value;
      start_ = Widths(code->black, 0);
    }
    // Of the others only what a check symbol may be.
    patterns_[Widths(Code128("0049")->black, 3)] = 100;
    patterns_[Widths(Code128("0149")->black, 3)] = 101;
    patterns_[Widths(Code128("0050")->black, 3)] = 102;
  }

  std::string Read(const Picture& picture, int y) const {
    std::vector<int> runs;  // White first.
    bool black = false;
    int length = 0;
    for (int x = 0; x < picture.width; ++x) {
      if (picture.Black(x, y) == black) {
        ++length;
        continue;
      }
      runs.push_back(length);
      black = !black;
      length = 1;
    }
    runs.push_back(length);
    if (runs.size() < 30) return "";
    // Ten modules of white on either side.
    const double module = (runs[1] + runs[2] + runs[3] + runs[4] + runs[5] + runs[6]) / 11.0;
    if (runs.front() < 9.5 * module || runs.back() < 9.5 * module) return "";
    return Decode(runs, module);
  }

 private:
  using Pattern = std::array<int, 6>;

  static Pattern Widths(const std::vector<bool>& modules, std::size_t symbol) {
    Pattern pattern{};
    std::size_t at = symbol * 11;
    for (int& width : pattern) {
      const bool colour = modules[at];
      for (; at < (symbol + 1) * 11 && modules[at] == colour; ++at) ++width;
    }
    return pattern;
  }

  std::string Decode(const std::vector<int>& runs, double module) const {
    std::string text;
    int sum = 105;
    int last = -1;
    for (std::size_t symbol = 0; 1 + symbol * 6 + 6 < runs.size(); ++symbol) {
      Pattern pattern{};
      for (std::size_t i = 0; i < 6; ++i) {
        pattern[i] = static_cast<int>(runs[1 + symbol * 6 + i] / module + 0.5);
      }
      if (symbol == 0) {
        if (pattern != start_) return "";
        continue;
      }
      const auto found = patterns_.find(pattern);
      if (found == patterns_.end()) break;  // The stop, or the check symbol above 99.
      if (last >= 0) {
        text += {static_cast<char>('0' + last / 10), static_cast<char>('0' + last % 10)};
        sum += last * static_cast<int>(symbol - 1);
      }
      last = found->second;
    }
    return last >= 0 && sum % 103 == last ? text : "";
  }

  std::map<Pattern, int> patterns_;
  Pattern start_{};
};

TEST(TubeLabelTest, F30_ALabelIsFiftyByThirtyMillimetres) {
  const Document document = Render(SampleLabel());
  EXPECT_EQ(document.pages, 1);
  EXPECT_EQ(document.width_hundredths_mm, 5000);
  EXPECT_EQ(document.height_hundredths_mm, 3000);
  EXPECT_EQ(Render(CrowdedLabel()).height_hundredths_mm, 3000);
}

TEST(TubeLabelTest, F30_TheLabelSaysWhoWhatAndWhichTube) {
  const auto words = WordsOn(Render(SampleLabel()));
  if (!words) GTEST_SKIP() << "pdftotext (poppler-utils) is absent";
  for (const char* needed : {"张小三", "男", "47岁", "88010000000001", "心血管内科",
                             "肝功、肾功、血脂", "黄3.5ml", "急", "2/5", "260000004217", "采集"}) {
    EXPECT_THAT(*words, HasSubstr(needed));
  }
  EXPECT_THAT(*words, Not(HasSubstr("补")));
}

TEST(TubeLabelTest, F30_AReprintAndATimedSeriesAreMarked) {
  const auto words = WordsOn(Render(CrowdedLabel()));
  if (!words) GTEST_SKIP() << "pdftotext (poppler-utils) is absent";
  EXPECT_THAT(*words, HasSubstr("补2"));
  EXPECT_THAT(*words, HasSubstr("+120分"));
}

TEST(TubeLabelTest, F30_AScannerReadsThePrintedBarsBack) {
  const Scanner scanner;
  for (const char* number : {"260000004217", "260000000018", "269999999990", "260505050501"}) {
    TubeLabel label = SampleLabel();
    label.barcode = number;
    const auto picture = PictureOf(Render(label));
    if (!picture) GTEST_SKIP() << "pdftoppm (poppler-utils) is absent";
    EXPECT_EQ(picture->width, 400);
    EXPECT_EQ(picture->height, 240);
    int lines = 0;
    int wrong = 0;
    for (int y = 0; y < picture->height; ++y) {
      const std::string read = scanner.Read(*picture, y);
      if (read == number) ++lines;
      if (!read.empty() && read != number) ++wrong;
    }
    EXPECT_GE(lines, 50) << "bars of six millimetres at least";
    EXPECT_EQ(wrong, 0);
  }
}

TEST(TubeLabelTest, ABarcodeThatIsNoneOrATextWithoutEndIsRefused) {
  TubeLabel label = SampleLabel();
  label.barcode.clear();
  EXPECT_EQ(RenderTubeLabel(label).error().code, ErrorCode::BadData);
  label = SampleLabel();
  label.tests.emplace_back(5000, 'x');
  EXPECT_EQ(RenderTubeLabel(label).error().code, ErrorCode::BadData);
  label = SampleLabel();
  label.name = "\xFF";
  EXPECT_EQ(RenderTubeLabel(label).error().code, ErrorCode::BadData);
}

TEST(DrawReceiptTest, F30_TheReceiptSaysWhatIsDrawnAndWhenTheReportIsReady) {
  auto document = RenderDrawReceipt(SampleReceipt(), Language::ZhCn);
  ASSERT_TRUE(document) << document.error().detail;
  const auto words = WordsOn(*document);
  if (!words) GTEST_SKIP() << "pdftotext (poppler-utils) is absent";
  for (const char* needed :
       {"采血回执", "X007", "张*三", "采血室", "4人", "血常规", "03-1009:27", "03-1011:40",
        "自助报告机", "空腹8小时", "260000004217", "第一管后120分钟", "20260310-L1-000127"}) {
    EXPECT_THAT(*words, HasSubstr(needed));
  }
  EXPECT_THAT(*words, Not(HasSubstr("未缴费")));
}

TEST(DrawReceiptTest, F30_WhatIsNotPaidIsOnTheReceiptToo) {
  DrawReceipt receipt = SampleReceipt();
  receipt.unpaid = "¥28.00";
  receipt.pay_at = {"一楼收费处", "Cashier, floor 1"};
  const auto words = WordsOn(RenderDrawReceipt(receipt, Language::En).value_or(Document{}));
  if (!words) GTEST_SKIP() << "pdftotext (poppler-utils) is absent";
  EXPECT_THAT(*words, HasSubstr("Notpaidyet:¥28.00"));
  EXPECT_THAT(*words, HasSubstr("Cashier,floor1"));
}

}  // namespace
}  // namespace yizhan::printer
