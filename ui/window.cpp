#include "ui/window.h"

#include <cstring>

namespace yizhan::ui {

namespace {

constexpr Uint32 kSurfaceFormatMask = 0x00FF0000;
/// A mouse counts as one more finger.
constexpr InputQueue::Finger kMouse = -1;
constexpr SDL_FingerID kInjectedFinger = 1;

Error SdlError(const char* what) {
  return {ErrorCode::DeviceGone, std::string(what) + ": " + SDL_GetError()};
}

void SetHints() {
  // Touch and mouse reach us as what they are; SDL's translations would count a tap twice.
  SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");
  SDL_SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
  SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
}

bool IsDriverless(const char* driver) {
  return std::strcmp(driver, "offscreen") == 0 || std::strcmp(driver, "dummy") == 0;
}

bool IsOurFormat(const SDL_Surface& surface) {
  return surface.format->BytesPerPixel == 4 && surface.format->Rmask == kSurfaceFormatMask &&
         surface.format->Bmask == 0xFF && surface.pitch % 4 == 0;
}

}  // namespace

Result<std::unique_ptr<Window>> Window::Open(int width_px, int height_px, bool fullscreen,
                                             Kind kind) {
  SetHints();
  std::unique_ptr<Window> window(new Window());
  if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0) return tl::unexpected(SdlError("no display"));
  window->video_ = true;
  const std::string driver = SDL_GetCurrentVideoDriver();
  window->driverless_ = IsDriverless(driver.c_str());
  // Plain memory is the fastest way to an X server and needs no OpenGL. Wayland has no such path:
  // there SDL presents the same memory through a texture of its own.
  if (window->driverless_ || driver == "x11") SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");

  Uint32 flags = SDL_WINDOW_BORDERLESS;
  if (kind == Kind::OpenGl) flags |= SDL_WINDOW_OPENGL;
  if (fullscreen) flags |= SDL_WINDOW_FULLSCREEN_DESKTOP;
  window->window_ = SDL_CreateWindow("Yizhan", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
                                     width_px, height_px, flags);
  if (window->window_ == nullptr) return tl::unexpected(SdlError("no window"));
  SDL_GetWindowSize(window->window_, &window->width_px_, &window->height_px_);
  if (fullscreen) SDL_ShowCursor(SDL_DISABLE);
  window->wake_event_ = SDL_RegisterEvents(1);
  // SDL's own mark in the queue, pushed at each poll, would count as an event and wake us for ever.
  SDL_EventState(SDL_POLLSENTINEL, SDL_DISABLE);
  if (window->driverless_) SDL_AddEventWatch(&Window::OnPushed, window.get());
  return window;
}

Window::~Window() {
  if (driverless_) SDL_DelEventWatch(&Window::OnPushed, this);
  if (window_ != nullptr) SDL_DestroyWindow(window_);
  if (video_) SDL_QuitSubSystem(SDL_INIT_VIDEO);
}

Result<Canvas> Window::Pixels() {
  SDL_Surface* surface = SDL_GetWindowSurface(window_);
  if (surface == nullptr) return tl::unexpected(SdlError("no picture"));
  if (IsOurFormat(*surface)) {
    return Canvas{static_cast<std::uint32_t*>(surface->pixels), surface->w, surface->h,
                  surface->pitch / 4};
  }
  picture_.assign(static_cast<std::size_t>(surface->w) * static_cast<std::size_t>(surface->h), 0);
  return Canvas{picture_.data(), surface->w, surface->h, surface->w};
}

void Window::Present(const std::vector<PixelBox>& boxes) {
  SDL_Surface* surface = SDL_GetWindowSurface(window_);
  if (surface == nullptr || boxes.empty()) return;
  std::vector<SDL_Rect> rects;
  rects.reserve(boxes.size());
  for (const PixelBox& box : boxes) {
    rects.push_back({box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0});
  }
  if (!picture_.empty()) {
    for (const SDL_Rect& rect : rects) {
      const auto offset = static_cast<std::ptrdiff_t>(rect.y) * surface->w + rect.x;
      SDL_ConvertPixels(rect.w, rect.h, SDL_PIXELFORMAT_ARGB8888, picture_.data() + offset,
                        surface->w * 4, surface->format->format,
                        static_cast<std::uint8_t*>(surface->pixels) +
                            static_cast<std::ptrdiff_t>(rect.y) * surface->pitch +
                            static_cast<std::ptrdiff_t>(rect.x) * surface->format->BytesPerPixel,
                        surface->pitch);
    }
  }
  SDL_UpdateWindowSurfaceRects(window_, rects.data(), static_cast<int>(rects.size()));
}

void Window::PresentAll() { Present({{0, 0, width_px_, height_px_}}); }

int Window::OnPushed(void* self, SDL_Event*) {
  auto* window = static_cast<Window*>(self);
  {
    MutexLock lock(window->mutex_);
    window->something_pushed_ = true;
  }
  window->pushed_.NotifyOne();
  return 0;
}

void Window::WaitWithoutDriver(std::chrono::milliseconds timeout) {
  // SDL itself would look every millisecond here; nothing but SDL_PushEvent can bring an event.
  if (SDL_HasEvents(SDL_FIRSTEVENT, SDL_LASTEVENT)) return;
  MutexLock lock(mutex_);
  if (!something_pushed_) pushed_.WaitFor(mutex_, timeout);
}

void Window::Wait(std::chrono::milliseconds timeout, InputQueue& input) {
  SDL_Event event;
  if (driverless_) {
    WaitWithoutDriver(timeout);
    MutexLock lock(mutex_);
    something_pushed_ = false;
  } else if (SDL_WaitEventTimeout(&event, static_cast<int>(timeout.count()))) {
    Handle(event, input);
  }
  while (SDL_PollEvent(&event)) Handle(event, input);
}

void Window::Handle(const SDL_Event& event, InputQueue& input) {
  const auto finger_at = [&] {
    return Point{event.tfinger.x * static_cast<float>(width_px_),
                 event.tfinger.y * static_cast<float>(height_px_)};
  };
  switch (event.type) {
    case SDL_FINGERDOWN: return input.Press(event.tfinger.fingerId, finger_at());
    case SDL_FINGERMOTION: return input.Move(event.tfinger.fingerId, finger_at());
    case SDL_FINGERUP: return input.Release(event.tfinger.fingerId, finger_at());
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP: {
      if (event.button.which == SDL_TOUCH_MOUSEID || event.button.button != SDL_BUTTON_LEFT) return;
      const Point at{static_cast<float>(event.button.x), static_cast<float>(event.button.y)};
      if (event.type == SDL_MOUSEBUTTONDOWN) return input.Press(kMouse, at);
      return input.Release(kMouse, at);
    }
    case SDL_MOUSEMOTION:
      if (event.motion.which == SDL_TOUCH_MOUSEID) return;
      return input.Move(kMouse,
                        {static_cast<float>(event.motion.x), static_cast<float>(event.motion.y)});
    case SDL_KEYDOWN: return HandleKey(event.key, input);
    case SDL_QUIT: closed_ = true; return;
    case SDL_WINDOWEVENT:
      if (event.window.event == SDL_WINDOWEVENT_EXPOSED) exposed_ = true;
      if (event.window.event == SDL_WINDOWEVENT_SIZE_CHANGED) {
        if (event.window.data1 == width_px_ && event.window.data2 == height_px_) return;
        width_px_ = event.window.data1;
        height_px_ = event.window.data2;
        resized_ = true;
      }
      return;
    default: return;
  }
}

void Window::HandleKey(const SDL_KeyboardEvent& key, InputQueue& input) const {
  using Kind = InputEvent::Kind;
  const SDL_Keycode code = key.keysym.sym;
  const bool backwards = (key.keysym.mod & KMOD_SHIFT) != 0;
  if (code >= SDLK_0 && code <= SDLK_9) {
    input.Key({.kind = Kind::Digit, .digit = code - SDLK_0});
  } else if (code >= SDLK_KP_1 && code <= SDLK_KP_9) {
    input.Key({.kind = Kind::Digit, .digit = code - SDLK_KP_1 + 1});
  } else if (code == SDLK_KP_0) {
    input.Key({.kind = Kind::Digit, .digit = 0});
  } else if (code == SDLK_BACKSPACE) {
    input.Key({.kind = Kind::Erase});
  } else if (code == SDLK_TAB || code == SDLK_DOWN || code == SDLK_RIGHT) {
    input.Key({.kind = backwards ? Kind::FocusPrevious : Kind::FocusNext});
  } else if (code == SDLK_UP || code == SDLK_LEFT) {
    input.Key({.kind = Kind::FocusPrevious});
  } else if (code == SDLK_RETURN || code == SDLK_KP_ENTER || code == SDLK_SPACE) {
    if (key.repeat == 0) input.Key({.kind = Kind::Activate});
  }
}

void Window::Wake() {
  SDL_Event event{};
  event.type = wake_event_;
  SDL_PushEvent(&event);  // A full queue wakes as well.
}

void Window::InjectTouch(float x_px, float y_px, bool down) {
  SDL_Event event{};
  event.type = down ? SDL_FINGERDOWN : SDL_FINGERUP;
  event.tfinger.fingerId = kInjectedFinger;
  event.tfinger.x = x_px / static_cast<float>(width_px_);
  event.tfinger.y = y_px / static_cast<float>(height_px_);
  event.tfinger.pressure = down ? 1.0f : 0.0f;
  SDL_PushEvent(&event);
}

}  // namespace yizhan::ui
