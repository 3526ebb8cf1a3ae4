/// \file
/// yizhan-gallery: writes a picture of every page in every language and text size, to be looked at.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/ui/sample_frames.h"
#include "ui/display.h"

namespace {

/// File name part that says language and text size: "zh-normal".
std::string Kind(const yizhan::screens::Frame& frame) {
  const bool chinese = frame.language == yizhan::domain::Language::ZhCn;
  const bool large = frame.text_size == yizhan::screens::TextSize::Large;
  return std::string(chinese ? "zh" : "en") + (large ? "-large" : "-normal");
}

int WriteAll(yizhan::ui::Display& display, const std::string& folder, const char* only) {
  using yizhan::domain::Language;
  using yizhan::screens::TextSize;
  for (yizhan::test::Sample& sample : yizhan::test::SampleFrames()) {
    if (only != nullptr && sample.name != only) continue;
    for (const Language language : {Language::ZhCn, Language::En}) {
      for (const TextSize size : {TextSize::Normal, TextSize::Large}) {
        sample.frame.language = language;
        sample.frame.text_size = size;
        display.Forget();  // Every picture starts from the top of its page.
        display.Draw(sample.frame);
        const std::string path = folder + "/" + sample.name + "-" + Kind(sample.frame) + ".png";
        if (const auto written = display.WritePng(path); !written) {
          std::fprintf(stderr, "yizhan-gallery: %s\n", written.error().detail.c_str());
          return 1;
        }
      }
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 7) {
    std::fprintf(stderr,
                 "usage: yizhan-gallery FOLDER [PAGE|all [WIDTH HEIGHT DIAGONAL [opengl]]]\n");
    return 2;
  }
  setenv("SDL_VIDEODRIVER", "offscreen", 0);
  yizhan::ui::DisplayOptions options;
  options.lang_dir = YIZHAN_LANG_DIR;
  if (argc >= 6) {
    options.width_px = std::atoi(argv[3]);
    options.height_px = std::atoi(argv[4]);
    options.diagonal_inches = std::atof(argv[5]);
  }
  if (argc == 7) options.renderer = yizhan::ui::DisplayOptions::Renderer::OpenGl;
  auto display = yizhan::ui::Display::Open(options);
  if (!display) {
    std::fprintf(stderr, "yizhan-gallery: %s\n", display.error().detail.c_str());
    return 1;
  }
  const bool one = argc > 2 && std::strcmp(argv[2], "all") != 0;
  return WriteAll(**display, argv[1], one ? argv[2] : nullptr);
}
