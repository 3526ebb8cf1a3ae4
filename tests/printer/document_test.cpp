#include "printer/document.h"

#include <gtest/gtest.h>

namespace yizhan::printer {
namespace {

TEST(DocumentTest, APackedDocumentComesBackByteForByte) {
  const Document document{.pdf = std::string("%PDF\n\0\xFF YZDOC1", 13),
                          .pages = 2,
                          .width_hundredths_mm = 8000,
                          .height_hundredths_mm = 12345};
  const auto back = Unpack(Pack(document));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->pdf, document.pdf);
  EXPECT_EQ(back->pages, 2);
  EXPECT_EQ(back->width_hundredths_mm, 8000);
  EXPECT_EQ(back->height_hundredths_mm, 12345);
}

TEST(DocumentTest, AnythingElseIsRefused) {
  for (const char* text :
       {"", "YZDOC", "YZDOC1", "YZDOC1 1 2\nx", "YZDOC1 1 2 3", "YZDOC1 1 2 3x\n", "YZDOC1 0 2 3\n",
        "YZDOC1 -1 2 3\n", "YZDOC1 1 99999999 3\n", "YZDOC1 1 99999999999999999999 3\n",
        "YZDOC1  1 2 3\n", "YZDOC2 1 2 3\n"}) {
    EXPECT_FALSE(Unpack(text)) << text;
  }
}

}  // namespace
}  // namespace yizhan::printer
