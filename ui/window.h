#pragma once

#include <SDL.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "ui/input_queue.h"
#include "ui/render/canvas.h"

namespace yizhan::ui {

/// SDL's window and its events. Thread-bound but for Wake() and InjectTouch().
class Window {
 public:
  enum class Kind { Memory, OpenGl };
  /// DeviceGone: SDL gave no window.
  [[nodiscard]] static Result<std::unique_ptr<Window>> Open(int width_px, int height_px,
                                                            bool fullscreen, Kind kind);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  [[nodiscard]] int WidthPx() const { return width_px_; }
  [[nodiscard]] int HeightPx() const { return height_px_; }

  /// Memory windows: the picture to draw into. Kept until the size changes.
  [[nodiscard]] Result<Canvas> Pixels();
  /// Shows the boxes of Pixels() that changed.
  void Present(const std::vector<PixelBox>& boxes);
  void PresentAll();

  /// Waits at most `timeout`, then moves every pending event into `input`.
  void Wait(std::chrono::milliseconds timeout, InputQueue& input);
  void Wake();
  void InjectTouch(float x_px, float y_px, bool down);

  [[nodiscard]] bool Closed() const { return closed_; }
  /// True once after the window system asked for the picture again.
  [[nodiscard]] bool TakeExposed() { return std::exchange(exposed_, false); }
  /// True once after the size changed: Pixels() is a new picture.
  [[nodiscard]] bool TakeResized() { return std::exchange(resized_, false); }
  [[nodiscard]] SDL_Window* Handle() const { return window_; }

 private:
  Window() = default;
  static int OnPushed(void* self, SDL_Event* event);
  void Handle(const SDL_Event& event, InputQueue& input);
  void HandleKey(const SDL_KeyboardEvent& key, InputQueue& input) const;
  void WaitWithoutDriver(std::chrono::milliseconds timeout);

  SDL_Window* window_ = nullptr;
  bool video_ = false;
  int width_px_ = 0;
  int height_px_ = 0;
  bool driverless_ = false;  ///< No system behind it that could wait for events.
  bool closed_ = false;
  bool exposed_ = false;
  bool resized_ = false;
  Uint32 wake_event_ = 0;
  std::vector<std::uint32_t> picture_;  ///< Used when the surface has another pixel format.
  Mutex mutex_;
  Condition pushed_;
  bool something_pushed_ GUARDED_BY(mutex_) = false;
};

}  // namespace yizhan::ui
