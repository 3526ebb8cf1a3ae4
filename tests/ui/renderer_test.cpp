/// \file
/// The renderer alone, fed with draw lists made by hand.
#include <gtest/gtest.h>
#include <imgui.h>

#include <algorithm>
#include <vector>

#include "ui/render/raster.h"
#include "ui/render/software_renderer.h"
#include "ui/texture.h"

namespace yizhan::ui {
namespace {

constexpr int kSide = 200;
constexpr std::uint32_t kGround = 0xFF102030;

class RendererTest : public testing::Test {
 protected:
  RendererTest() : context_(ImGui::CreateContext()), pixels_(kSide * kSide, 0) {
    ImGui::GetIO().IniFilename = nullptr;  // Leave no file behind.
    // ImGui prepares its tables for round corners in a frame of its own.
    ImGui::GetIO().DisplaySize = {kSide, kSide};
    ImGui::GetIO().Fonts->Build();
    ImGui::NewFrame();
    ImGui::EndFrame();
    renderer_.SetCanvas(CanvasOf(pixels_));
    texture_.width_px = texture_.stride_px = texture_.height_px = 32;
    texture_.coverage.assign(32 * 32, 255);
  }
  ~RendererTest() override { ImGui::DestroyContext(context_); }

  static Canvas CanvasOf(std::vector<std::uint32_t>& pixels) {
    return {pixels.data(), kSide, kSide, kSide};
  }

  /// Renders what `draw` puts into a fresh list; the answer is the damage.
  template <typename Draw>
  std::vector<PixelBox> Render(Draw&& draw) {
    ImDrawList list(ImGui::GetDrawListSharedData());
    list._ResetForNewFrame();
    list.PushTextureID(&texture_);
    list.PushClipRect({0, 0}, {kSide, kSide});
    draw(list);
    ImDrawList* lists[] = {&list};
    ImDrawData data;
    data.CmdLists = lists;
    data.CmdListsCount = 1;
    data.DisplaySize = {kSide, kSide};
    return renderer_.Render(data, kGround);
  }

  void DrawTexture(ImDrawList& list, float x, float y) {
    list.AddImage(&texture_, {x, y}, {x + 8, y + 8}, {0, 0}, {0.25f, 0.25f}, IM_COL32_WHITE);
  }

  ImGuiContext* context_;
  std::vector<std::uint32_t> pixels_;
  SoftwareRenderer renderer_;
  Texture texture_;
};

TEST_F(RendererTest, TheSameListTwiceIsDrawnOnce) {
  const auto draw = [](ImDrawList& list) {
    list.AddRectFilled({10, 10}, {50, 50}, IM_COL32(255, 0, 0, 255), 6);
  };
  EXPECT_FALSE(Render(draw).empty());
  EXPECT_TRUE(Render(draw).empty());
  EXPECT_EQ(renderer_.TilesDrawn(), 0);
}

TEST_F(RendererTest, OnlyTheTilesThatAShapeLeavesAndEntersAreDrawn) {
  const auto at = [&](float x) {
    return [x](ImDrawList& list) {
      list.AddRectFilled({x, 5}, {x + 10, 15}, IM_COL32(0, 255, 0, 255));
    };
  };
  Render(at(5));
  const auto damage = Render(at(150));
  EXPECT_EQ(renderer_.TilesDrawn(), 2);
  ASSERT_EQ(damage.size(), 2u);
  EXPECT_EQ(pixels_[10 * kSide + 7], kGround);
  EXPECT_EQ(pixels_[10 * kSide + 155], 0xFF00FF00u);
}

TEST_F(RendererTest, ATextureThatChangedItsMeaningIsDrawnAgain) {
  const auto draw = [&](ImDrawList& list) { DrawTexture(list, 20, 20); };
  Render(draw);
  EXPECT_EQ(pixels_[22 * kSide + 22], 0xFFFFFFFFu);
  std::fill(texture_.coverage.begin(), texture_.coverage.end(), std::uint8_t{0});
  ++texture_.generation;
  EXPECT_FALSE(Render(draw).empty());
  EXPECT_EQ(pixels_[22 * kSide + 22], kGround);
}

TEST_F(RendererTest, WhatLiesOutsideTheScreenOrItsClipIsNotDrawn) {
  Render([&](ImDrawList& list) {
    list.AddRectFilled({-500, -500}, {-100, -100}, IM_COL32_WHITE);
    list.AddCircleFilled({kSide + 90.0f, 50}, 40, IM_COL32_WHITE);
    DrawTexture(list, -4, -4);
    DrawTexture(list, kSide - 4, kSide - 4);
    list.PushClipRect({60, 60}, {70, 70}, true);
    list.AddRectFilled({0, 0}, {kSide, kSide}, IM_COL32(0, 0, 255, 255));
    list.PopClipRect();
  });
  EXPECT_EQ(pixels_[0], 0xFFFFFFFFu) << "the visible corner of a texture";
  EXPECT_EQ(pixels_[4 * kSide + 4], kGround);
  EXPECT_EQ(pixels_[65 * kSide + 65], 0xFF0000FFu);
  EXPECT_EQ(pixels_[65 * kSide + 75], kGround);
}

TEST_F(RendererTest, NeighbouringTrianglesCoverEachPixelOnce) {
  // Half-transparent fans around many centres: a seam or an overlap would show as another colour.
  for (int shift = 0; shift < 40; ++shift) {
    std::fill(pixels_.begin(), pixels_.end(), 0xFF000000u);
    const Corner centre{(50 + shift) * 256 + shift * 37, 70 * 256 + shift * 91, 0x80FFFFFFu};
    const Corner corners[4] = {{10 * 256, 10 * 256, 0x80FFFFFFu},
                               {150 * 256, 10 * 256, 0x80FFFFFFu},
                               {150 * 256, 140 * 256, 0x80FFFFFFu},
                               {10 * 256, 140 * 256, 0x80FFFFFFu}};
    for (int i = 0; i < 4; ++i) {
      DrawTriangle(CanvasOf(pixels_), {0, 0, kSide, kSide}, centre, corners[i],
                   corners[(i + 1) % 4]);
    }
    const std::uint32_t once = pixels_[70 * kSide + 20];
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) {
        const bool inside = x >= 10 && x < 150 && y >= 10 && y < 140;
        ASSERT_EQ(pixels_[static_cast<std::size_t>(y * kSide + x)], inside ? once : 0xFF000000u)
            << x << "," << y << " shift " << shift;
      }
    }
  }
}

TEST_F(RendererTest, ATriangleLooksTheSameWhicheverWayItIsCutIntoBoxes) {
  const Corner a{3 * 256 + 77, 9 * 256 + 5, 0xFF3366AAu};
  const Corner b{187 * 256 + 13, 60 * 256 + 250, 0x003366AAu};
  const Corner c{40 * 256 + 128, 180 * 256 + 1, 0x903366AAu};
  std::vector<std::uint32_t> whole(kSide * kSide, kGround);
  DrawTriangle(CanvasOf(whole), {0, 0, kSide, kSide}, a, b, c);
  DrawTriangle(CanvasOf(pixels_), {0, 0, kSide, kSide}, a, a, c);  // No area: nothing.
  std::fill(pixels_.begin(), pixels_.end(), kGround);
  for (int y = 0; y < kSide; y += 64) {
    for (int x = 0; x < kSide; x += 64) {
      DrawTriangle(CanvasOf(pixels_), {x, y, std::min(x + 64, kSide), std::min(y + 64, kSide)}, a,
                   b, c);
    }
  }
  EXPECT_EQ(pixels_, whole);
}

}  // namespace
}  // namespace yizhan::ui
