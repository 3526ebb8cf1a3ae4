#pragma once

#include <list>
#include <memory>

#include "base/result.h"
#include "ui/geometry.h"
#include "ui/render/canvas.h"
#include "ui/texture.h"

struct ImDrawData;
struct SDL_Window;

namespace yizhan::ui {

/// Draws the same lists through ImGui's OpenGL 3 back end, for panels with a real GPU. Redraws the
/// whole screen when anything changed, nothing otherwise. Thread-bound; borrows the window.
class OpenGlRenderer {
 public:
  /// DeviceGone: no OpenGL context can be made here.
  [[nodiscard]] static Result<std::unique_ptr<OpenGlRenderer>> Open(SDL_Window* window);
  ~OpenGlRenderer();
  OpenGlRenderer(const OpenGlRenderer&) = delete;
  OpenGlRenderer& operator=(const OpenGlRenderer&) = delete;

  /// True when it drew and presented. `shapes` is the texture of plain shapes, `texts` those of the
  /// text cache; their changed rows are copied. Draw commands are rewritten: render once.
  bool Render(ImDrawData& data, Color ground, Texture& shapes, std::list<Texture>& texts);
  void Invalidate();
  /// Reads the picture back, as 0xAARRGGBB.
  void ReadBack(const Canvas& into);

 private:
  struct Functions;
  struct Uploaded;
  OpenGlRenderer();
  void Upload(Texture& texture);

  SDL_Window* window_ = nullptr;
  void* context_ = nullptr;
  bool backend_ = false;
  std::unique_ptr<Functions> gl_;
  std::list<Uploaded> uploaded_;
  std::uint64_t drawn_hash_ = 0;
};

}  // namespace yizhan::ui
