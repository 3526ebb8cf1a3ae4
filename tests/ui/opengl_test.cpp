/// \file
/// The OpenGL back end draws the same pictures as the software renderer, within what rounding
/// allows: 5 % a channel (findings of the drawing study).
#include <cairo.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

#include "tests/ui/sample_frames.h"
#include "tests/ui/test_screen.h"

// OpenGL drivers are loaded and unloaded at run time: what they keep can be named by nobody.
extern "C" int __lsan_is_turned_off();  // NOLINT: the sanitizer's name
extern "C" int __lsan_is_turned_off() { return 1; }

namespace yizhan::test {
namespace {

constexpr int kTolerance = 13;
/// Of two million: single pixels on the edge of a leaning shape may fall to either side.
constexpr std::size_t kFarOffPixels = 12;

std::vector<std::uint32_t> ReadPng(const std::string& path) {
  cairo_surface_t* surface = cairo_image_surface_create_from_png(path.c_str());
  std::vector<std::uint32_t> picture;
  const int width = cairo_image_surface_get_width(surface);
  for (int y = 0; y < cairo_image_surface_get_height(surface); ++y) {
    const auto* row = reinterpret_cast<const std::uint32_t*>(
        cairo_image_surface_get_data(surface) +
        std::ptrdiff_t{y} * cairo_image_surface_get_stride(surface));
    picture.insert(picture.end(), row, row + width);
  }
  cairo_surface_destroy(surface);
  return picture;
}

int Apart(std::uint32_t a, std::uint32_t b) {
  int most = 0;
  for (const int shift : {0, 8, 16}) {
    most = std::max(most, std::abs(static_cast<int>((a >> shift) & 255u) -
                                   static_cast<int>((b >> shift) & 255u)));
  }
  return most;
}

TEST(OpenGlTest, EveryPageLooksTheSame) {
  auto options = TestScreen::Options();
  options.renderer = ui::DisplayOptions::Renderer::OpenGl;
  char folder[] = "/tmp/yizhan-opengl-XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  const auto path = [&](std::size_t page) {
    return std::string(folder) + "/" + std::to_string(page) + ".png";
  };
  // Each kind of page once: what differs inside a kind is drawn with the same shapes.
  std::vector<Sample> samples;
  for (Sample& sample : SampleFrames()) {
    const bool seen =
        !samples.empty() && samples.back().frame.page.index() == sample.frame.page.index();
    if (!seen || sample.frame.warning) samples.push_back(std::move(sample));
  }
  bool drawn = false;
  if (auto opengl = TestScreen::TryOpen(options)) {
    for (std::size_t i = 0; i < samples.size(); ++i) {
      opengl->Draw(samples[i].frame);
      ASSERT_TRUE((*opengl)->WritePng(path(i)));
      const auto before = (*opengl)->Measure().presented;
      opengl->Draw(samples[i].frame);
      EXPECT_EQ((*opengl)->Measure().presented, before) << "an unchanged page is not drawn again";
    }
    drawn = true;
  }
  TestScreen software;
  for (std::size_t i = 0; drawn && i < samples.size(); ++i) {
    software.Draw(samples[i].frame);
    const auto expected = software.Picture();
    const auto actual = ReadPng(path(i));
    unlink(path(i).c_str());
    ASSERT_EQ(actual.size(), expected.size());
    std::size_t far_off = 0;
    for (std::size_t p = 0; p < actual.size(); ++p) {
      far_off += Apart(actual[p], expected[p]) > kTolerance;
    }
    EXPECT_LE(far_off, kFarOffPixels) << samples[i].name;
  }
  rmdir(folder);
  if (!drawn) GTEST_SKIP() << "no OpenGL context can be made on this machine";
}

}  // namespace
}  // namespace yizhan::test
