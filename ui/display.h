/// \file
/// The kiosk's screen: what kiosk/app talks to. Everything else in ui/ is behind it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "kiosk/screens/screen.h"
#include "ui/item.h"

namespace yizhan::ui {

struct DisplayOptions {
  /// Size of the window; a full-screen one takes the panel's own.
  int width_px = 1080;
  int height_px = 1920;
  /// Visible diagonal of the panel: all lengths follow from it.
  double diagonal_inches = 21.5;
  bool fullscreen = false;
  enum class Renderer { Software, OpenGl } renderer = Renderer::Software;
  std::string font_dir = "/usr/share/fonts";
  std::string lang_dir;  ///< Holds <locale>/LC_MESSAGES/yizhan.mo.
};

/// Window, drawing and touch. Draws only what changed, and only when asked: an unchanged frame
/// costs a tenth of a millisecond and presents nothing. Works without a display when the
/// environment says SDL_VIDEODRIVER=offscreen or dummy (software renderer).
///
/// Thread-bound to the thread that opened it (SDL asks for the main thread), but for Wake() and
/// InjectTouch(). SIGINT and SIGTERM stay the program's own. One Display at a time.
class Display {
 public:
  /// NotFound: a font or a language catalog is missing (detail names it). DeviceGone: no display or
  /// no OpenGL. Neither gets better by itself: report and stop.
  [[nodiscard]] static Result<std::unique_ptr<Display>> Open(const DisplayOptions& options);
  ~Display();
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;

  /// Waits for touch, key or Wake(), at most `timeout`. Returns at once when input is pending.
  void WaitForInput(std::chrono::milliseconds timeout);
  /// Ends a WaitForInput() under way, or the next one. Thread-safe, never blocks.
  void Wake();
  /// The window was closed by the system.
  [[nodiscard]] bool ShouldQuit() const;

  /// Shows `frame` and answers what the patient asked for since the last call, oldest first: none
  /// or one. After an intent call again soon with what it led to: further touches wait for that
  /// frame, and are dropped when it shows another page than the one they were aimed at.
  std::vector<screens::Intent> Draw(const screens::Frame& frame);

  /// What the last Draw() put on the screen. Valid until the next Draw() or Forget().
  [[nodiscard]] const std::vector<Item>& Items() const;
  /// Writes the picture as it was last presented. NotFound: cannot write there.
  [[nodiscard]] Status WritePng(const std::string& path);

  /// A patient has left: overwrites the picture, every drawn and kept text and the item registry,
  /// and blanks the screen until the next Draw().
  void Forget();

  /// Pushes a real SDL finger event, as a touch panel would. Thread-safe. Pixels of the window.
  void InjectTouch(float x_px, float y_px, bool down);

  /// For benchmarks and tests.
  struct Numbers {
    std::uint64_t frames = 0;     ///< Draw() calls.
    std::uint64_t presented = 0;  ///< Of these, those that changed the screen.
    int tiles_drawn = 0;          ///< 64 px tiles redrawn by the last Draw(); OpenGL: all or none.
    int tiles = 0;                ///< On the whole screen.
    std::uint64_t texts_shaped = 0;
  };
  [[nodiscard]] Numbers Measure() const;
  /// Redraws everything at the next Draw(), as if nothing were on the screen.
  void Invalidate();
  [[nodiscard]] const char* DriverName() const;  ///< SDL's: "x11", "offscreen"...

 private:
  struct Impl;
  explicit Display(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace yizhan::ui
