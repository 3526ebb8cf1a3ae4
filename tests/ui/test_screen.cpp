#include "tests/ui/test_screen.h"

#include <SDL.h>

#include <cstdio>
#include <cstdlib>

namespace yizhan::test {

namespace {

SDL_Surface* WindowSurface() {
  // SDL numbers windows from 1 and lists them nowhere.
  for (Uint32 id = 1; id < 10000; ++id) {
    if (SDL_Window* window = SDL_GetWindowFromID(id)) return SDL_GetWindowSurface(window);
  }
  return nullptr;
}

Result<std::unique_ptr<ui::Display>> OpenHere(const ui::DisplayOptions& options) {
  setenv("SDL_VIDEODRIVER", "offscreen", 1);
  return ui::Display::Open(options);
}

}  // namespace

ui::DisplayOptions TestScreen::Options(int width_px, int height_px, double diagonal_inches) {
  ui::DisplayOptions options;
  options.width_px = width_px;
  options.height_px = height_px;
  options.diagonal_inches = diagonal_inches;
  options.lang_dir = YIZHAN_LANG_DIR;
  return options;
}

TestScreen::TestScreen(ui::DisplayOptions options) {
  if (options.lang_dir.empty()) options.lang_dir = YIZHAN_LANG_DIR;
  auto display = OpenHere(options);
  if (!display) {
    std::fprintf(stderr, "no display: %s\n", display.error().detail.c_str());
    std::abort();
  }
  display_ = std::move(*display);
}

std::unique_ptr<TestScreen> TestScreen::TryOpen(ui::DisplayOptions options) {
  auto display = OpenHere(options);
  if (!display) return nullptr;
  return std::unique_ptr<TestScreen>(new TestScreen(std::move(*display)));
}

std::optional<screens::Intent> TestScreen::Draw(const screens::Frame& frame) {
  const auto intents = display_->Draw(frame);
  if (intents.empty()) return std::nullopt;
  return intents.front();
}

const ui::Item* TestScreen::Find(std::string_view id) const {
  for (const ui::Item& item : display_->Items()) {
    if (item.id == id) return &item;
  }
  return nullptr;
}

std::optional<screens::Intent> TestScreen::Touch(float x, float y, bool down,
                                                 const screens::Frame& frame) {
  display_->InjectTouch(x, y, down);
  display_->WaitForInput(std::chrono::seconds(5));
  return Draw(frame);
}

std::optional<screens::Intent> TestScreen::Tap(std::string_view id, const screens::Frame& frame) {
  const ui::Item* item = Find(id);
  if (item == nullptr) return std::nullopt;
  const ui::Point at = item->rect.Centre();
  if (const auto early = Touch(at.x, at.y, true, frame)) return early;
  return Touch(at.x, at.y, false, frame);
}

std::uint32_t TestScreen::Pixel(int x, int y) const {
  const SDL_Surface* surface = WindowSurface();
  if (surface == nullptr || x < 0 || y < 0 || x >= surface->w || y >= surface->h) return 0xFF000000;
  const auto* row =
      static_cast<const std::uint8_t*>(surface->pixels) + std::ptrdiff_t{y} * surface->pitch;
  return reinterpret_cast<const std::uint32_t*>(row)[x] & 0xFFFFFF;
}

std::vector<std::uint32_t> TestScreen::Picture() const {
  std::vector<std::uint32_t> picture;
  const SDL_Surface* surface = WindowSurface();
  if (surface == nullptr) return picture;
  for (int y = 0; y < surface->h; ++y) {
    const auto* row = reinterpret_cast<const std::uint32_t*>(
        static_cast<const std::uint8_t*>(surface->pixels) + std::ptrdiff_t{y} * surface->pitch);
    picture.insert(picture.end(), row, row + surface->w);
  }
  return picture;
}

}  // namespace yizhan::test
