/// \file
/// The names of the people of this country, in whatever script they are written.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "ui/text_cache.h"

namespace yizhan::ui {
namespace {

constexpr int kEm = 40;

class TextTest : public testing::Test {
 protected:
  TextTest() {
    auto texts = TextCache::Open("/usr/share/fonts", 1080);
    if (!texts) {
      ADD_FAILURE() << texts.error().detail;
      std::abort();
    }
    texts_ = std::move(*texts);
  }
  const TextBlock& Block(std::string_view text, int width_px = 0, Weight weight = Weight::Regular) {
    return texts_->Get(text, kEm, weight, width_px);
  }
  /// The sum of all coverage of a block: what would be seen.
  static std::uint64_t Ink(const TextBlock& block) {
    std::uint64_t sum = 0;
    for (const TextLine& line : block.lines) {
      if (line.texture == nullptr) continue;
      for (int y = 0; y < line.ink_h_px; ++y) {
        const auto* row = line.texture->coverage.data() +
                          std::ptrdiff_t{line.v_px + y} * line.texture->stride_px + line.u_px;
        for (int x = 0; x < line.ink_w_px; ++x) sum += row[x];
      }
    }
    return sum;
  }

  /// Runs of empty columns inside the ink of a one-line block.
  static int Gaps(const TextBlock& block) {
    const TextLine& line = block.lines.front();
    int gaps = 0;
    bool before = false;
    bool in_gap = false;
    for (int x = 0; x < line.ink_w_px; ++x) {
      bool ink = false;
      for (int y = 0; y < line.ink_h_px; ++y) {
        ink |= line.texture->coverage[static_cast<std::size_t>(
                   (line.v_px + y) * line.texture->stride_px + line.u_px + x)] > 0;
      }
      if (ink && in_gap) ++gaps;
      in_gap = !ink && before;
      before |= ink;
    }
    return gaps;
  }

  std::unique_ptr<TextCache> texts_;
};

TEST_F(TextTest, EveryNameOfTheGoldenListIsDrawnWhole) {
  for (const char* name :
       {"张三", "张小三", "欧阳小珊", "买买提·艾力江", "𠮷田", "㛃", "John Smith", "王", "龘", "喆",
        "ئەلىيجان مەمتىمىن", "བཀྲ་ཤིས་བདེ་ལེགས", "张*三", "欧**珊"}) {
    for (const Weight weight : {Weight::Regular, Weight::Bold}) {
      const TextBlock& block = Block(name, 0, weight);
      EXPECT_EQ(block.unknown_glyphs, 0) << name;
      EXPECT_EQ(block.lines.size(), 1u) << name;
      EXPECT_GT(Ink(block), 5000u) << name;
    }
  }
}

TEST_F(TextTest, AChineseCharacterIsAsWideAsItsEmBelowAndAboveTheBasicPlane) {
  for (const char* one : {"王", "㛃", "𠮷"}) {
    EXPECT_NEAR(Block(one).width_px, kEm, 1) << one;
  }
  EXPECT_NE(Ink(Block("𠮷")), Ink(Block("吉"))) << "not the look-alike";
}

TEST_F(TextTest, UyghurIsJoinedAndRunsFromRightToLeft) {
  // Joined letters leave no gap between them; kept apart (U+200C) they do.
  EXPECT_EQ(Gaps(Block("ممم")), 0);
  EXPECT_EQ(Gaps(Block("م\u200Cم\u200Cم")), 2);
  // The first letter stands at the right: of "ا" (a bare stroke) and "ممم", most ink is left.
  const TextBlock& block = Block("اممم");
  const TextLine& line = block.lines.front();
  std::uint64_t left = 0;
  std::uint64_t right = 0;
  for (int y = 0; y < line.ink_h_px; ++y) {
    const auto* row = line.texture->coverage.data() +
                      std::ptrdiff_t{line.v_px + y} * line.texture->stride_px + line.u_px;
    for (int x = 0; x < line.ink_w_px; ++x) (x < line.ink_w_px / 2 ? left : right) += row[x];
  }
  EXPECT_GT(left, right);
}

TEST_F(TextTest, TibetanIsStackedNotSpreadOut) {
  EXPECT_LT(Block("རྒྱ").width_px, Block("ར").width_px + Block("ག").width_px + Block("ཡ").width_px);
}

TEST_F(TextTest, FiguresAreAllOfOneWidth) {
  for (const Weight weight : {Weight::Regular, Weight::Bold}) {
    const int width = Block("0000", 0, weight).width_px;
    for (const char* figures : {"1111", "4444", "7777", "9999"}) {
      EXPECT_EQ(Block(figures, 0, weight).width_px, width) << figures;
    }
  }
}

TEST_F(TextTest, NoCharacterStandsAloneOnTheLastLine) {
  const std::string sentence = "请带好就诊卡和身份证到一楼服务台核对登记信息再回来刷卡";
  for (int width = 10 * kEm; width < 26 * kEm; width += 13) {
    const TextBlock& block = Block(sentence, width);
    ASSERT_GE(block.lines.size(), 2u);
    EXPECT_GT(block.lines.back().width_px, 2 * kEm) << "at " << width;
    EXPECT_LE(block.width_px, width);
  }
}

TEST_F(TextTest, ALineDoesNotBeginWithAStop) {
  const TextBlock& block = Block("请把卡平放在读卡区，不要移动。", 14 * kEm + 5);
  ASSERT_EQ(block.lines.size(), 2u);
  EXPECT_GE(block.lines[0].width_px, 9 * kEm) << "broken after the comma";
  EXPECT_GE(block.lines[1].width_px, 4 * kEm);
}

TEST_F(TextTest, BrokenBytesAreShownNotTrusted) {
  for (const char* broken : {"\xFF\xFE", "张\xE4\xB8", "\xED\xA0\x80", "\xF5\x80\x80\x80"}) {
    EXPECT_EQ(Block(broken).lines.size(), 1u);
  }
}

TEST_F(TextTest, AnEmptyTextIsOneEmptyLine) {
  const TextBlock& block = Block("");
  ASSERT_EQ(block.lines.size(), 1u);
  EXPECT_EQ(block.lines.front().texture, nullptr);
  EXPECT_EQ(block.width_px, 0);
}

TEST_F(TextTest, AMissingFontIsNamed) {
  const auto texts = TextCache::Open("/nonexistent", 1080);
  ASSERT_FALSE(texts);
  EXPECT_EQ(texts.error().code, ErrorCode::NotFound);
  EXPECT_NE(texts.error().detail.find("NotoSans"), std::string::npos);
}

TEST_F(TextTest, ForgettingLeavesNoInk) {
  Block("张小三");
  Block("A012");
  texts_->Forget();
  for (const Texture& texture : texts_->Textures()) {
    EXPECT_TRUE(std::all_of(texture.coverage.begin(), texture.coverage.end(),
                            [](std::uint8_t level) { return level == 0; }));
  }
}

TEST_F(TextTest, MoreTextThanThePagesHoldRaisesTheGeneration) {
  const std::uint64_t before = [&] {
    Block("first");
    return texts_->Textures().front().generation;
  }();
  for (int i = 0; i < 1500; ++i) {
    texts_->BeginFrame(TextCache::Frame::NewPage);
    texts_->Get("候诊第 " + std::to_string(i) + " 位，请稍候", 60, Weight::Bold, 0);
  }
  EXPECT_GT(texts_->Textures().front().generation, before);
  EXPECT_LE(texts_->Textures().size(), 6u);
}

}  // namespace
}  // namespace yizhan::ui
