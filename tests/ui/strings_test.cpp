/// \file
/// The catalogs hold every message that the sources use, no other, and all translated.
#include "ui/strings.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace yizhan::ui {
namespace {

using Messages = std::map<std::string, std::vector<std::string>>;

/// The text between the first and last quotation mark of a line of a .po file, as written.
std::string Quoted(const std::string& line) {
  const std::size_t first = line.find('"');
  const std::size_t last = line.rfind('"');
  return first == last ? "" : line.substr(first + 1, last - first - 1);
}

/// Message ids (with the plural after a bar) and their translations.
Messages ReadPo(std::istream& in) {
  Messages messages;
  std::string id;
  std::vector<std::string> translations;
  std::string* target = nullptr;
  const auto finish = [&] {
    if (!id.empty()) messages[id] = translations;
    id.clear();
    translations.clear();
    target = nullptr;
  };
  std::string line;
  while (std::getline(in, line)) {
    if (line.rfind("msgid_plural", 0) == 0) {
      id += "|" + Quoted(line);
    } else if (line.rfind("msgid", 0) == 0) {
      finish();
      id = Quoted(line);
      target = &id;
    } else if (line.rfind("msgstr", 0) == 0) {
      translations.push_back(Quoted(line));
      target = &translations.back();
    } else if (!line.empty() && line.front() == '"' && target != nullptr) {
      *target += Quoted(line);
    }
  }
  finish();
  return messages;
}

Messages Used() {
  std::string command =
      "xgettext --from-code=UTF-8 -C --no-wrap -k -ktext -kother -kN_ -kPlural:1,2 -o -";
  for (const auto& entry : std::filesystem::recursive_directory_iterator("ui")) {
    const auto extension = entry.path().extension();
    if (extension == ".cpp" || extension == ".h") command += " " + entry.path().string();
  }
  std::FILE* pipe = popen(command.c_str(), "r");
  std::stringstream out;
  char buffer[4096];
  while (pipe != nullptr && std::fgets(buffer, sizeof buffer, pipe) != nullptr) out << buffer;
  if (pipe == nullptr || pclose(pipe) != 0) ADD_FAILURE() << "xgettext failed";
  return ReadPo(out);
}

Messages Catalog(const char* name) {
  std::ifstream in(std::string("ui/lang/") + name + ".po");
  EXPECT_TRUE(in.good()) << name;
  return ReadPo(in);
}

TEST(StringsTest, EveryMessageIsInEveryCatalogAndNoOtherIs) {
  const Messages used = Used();
  ASSERT_GT(used.size(), 100u);
  for (const char* name : {"zh_CN", "en"}) {
    const Messages catalog = Catalog(name);
    for (const auto& [id, unused] : used)
      EXPECT_TRUE(catalog.count(id)) << name << " lacks: " << id;
    for (const auto& [id, translations] : catalog) {
      EXPECT_TRUE(used.count(id)) << name << " has what nobody says: " << id;
      for (const std::string& translation : translations) EXPECT_FALSE(translation.empty()) << id;
    }
  }
}

TEST(StringsTest, TheSameArgumentsAreInEveryTranslation) {
  for (const auto& [id, translations] : Catalog("zh_CN")) {
    for (const std::string& translation : translations) {
      for (const char* hole : {"{1}", "{2}", "{3}"}) {
        // The English singular may say "once" where Chinese counts.
        const bool wanted = id.find(hole) != std::string::npos;
        EXPECT_EQ(translation.find(hole) != std::string::npos, wanted) << id;
      }
    }
  }
}

TEST(StringsTest, ChineseUsesFullWidthPunctuation) {
  for (const auto& [id, translations] : Catalog("zh_CN")) {
    for (const std::string& translation : translations) {
      EXPECT_EQ(translation.find_first_of(",?!;()"), std::string::npos) << translation;
    }
  }
}

TEST(StringsTest, EachLanguageSpeaksItsOwnWords) {
  const auto zh = Strings::Load(YIZHAN_LANG_DIR, domain::Language::ZhCn);
  const auto en = Strings::Load(YIZHAN_LANG_DIR, domain::Language::En);
  ASSERT_TRUE(zh && en);
  EXPECT_STREQ((*zh)("Call staff"), "呼叫工作人员");
  EXPECT_STREQ((*en)("Call staff"), "Call staff");
  EXPECT_STREQ(en->Plural("{1} person", "{1} people", 1), "{1} person");
  EXPECT_STREQ(en->Plural("{1} person", "{1} people", 7), "{1} people");
  EXPECT_STREQ(zh->Plural("{1} person", "{1} people", 7), "{1} 人");
}

TEST(StringsTest, AMissingCatalogIsNotSilent) {
  const auto strings = Strings::Load("/nonexistent", domain::Language::ZhCn);
  ASSERT_FALSE(strings);
  EXPECT_EQ(strings.error().code, ErrorCode::NotFound);
}

TEST(StringsTest, ArgumentsGoWhereTheirNumbersAre) {
  EXPECT_EQ(Fill("{2} {1}", {"a", "b"}), "b a");
  EXPECT_EQ(Fill("{1}{1}", {"x"}), "xx");
  EXPECT_EQ(Fill("{3} {", {"x"}), "{3} {");
  EXPECT_EQ(Fill("", {"x"}), "");
  EXPECT_EQ(Fill("{1}", {"{1}"}), "{1}") << "an argument is not a pattern";
}

TEST(StringsTest, ASpaceStandsBetweenChineseAndFigures) {
  EXPECT_EQ(Fill("请到{1}。", {"1 层"}), "请到 1 层。");
  EXPECT_EQ(Fill("叫到后到{1}就诊", {"B"}), "叫到后到 B 就诊");
  EXPECT_EQ(Fill("{1}，您好", {"Li"}), "Li，您好") << "punctuation brings its own space";
  EXPECT_EQ(Fill("{1}{2}日", {"3月", "11"}, Spacing::Tight), "3月11日");
}

}  // namespace
}  // namespace yizhan::ui
