#include "ui/render/opengl_renderer.h"

#include <SDL.h>
#include <SDL_opengl.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

namespace yizhan::ui {

/// Fetched at run time: a kiosk that draws in software never loads OpenGL.
struct OpenGlRenderer::Functions {
  decltype(&glGenTextures) GenTextures = nullptr;
  decltype(&glDeleteTextures) DeleteTextures = nullptr;
  decltype(&glBindTexture) BindTexture = nullptr;
  decltype(&glTexParameteri) TexParameteri = nullptr;
  decltype(&glTexImage2D) TexImage2D = nullptr;
  decltype(&glTexSubImage2D) TexSubImage2D = nullptr;
  decltype(&glViewport) Viewport = nullptr;
  decltype(&glClearColor) ClearColor = nullptr;
  decltype(&glClear) Clear = nullptr;
  decltype(&glReadPixels) ReadPixels = nullptr;

  template <typename Function>
  static bool Get(Function& function, const char* name) {
    function = reinterpret_cast<Function>(SDL_GL_GetProcAddress(name));
    return function != nullptr;
  }
  bool Load() {
    return Get(GenTextures, "glGenTextures") && Get(DeleteTextures, "glDeleteTextures") &&
           Get(BindTexture, "glBindTexture") && Get(TexParameteri, "glTexParameteri") &&
           Get(TexImage2D, "glTexImage2D") && Get(TexSubImage2D, "glTexSubImage2D") &&
           Get(Viewport, "glViewport") && Get(ClearColor, "glClearColor") &&
           Get(Clear, "glClear") && Get(ReadPixels, "glReadPixels");
  }
};

struct OpenGlRenderer::Uploaded {
  const Texture* texture;
  GLuint name;
};

OpenGlRenderer::OpenGlRenderer() : gl_(std::make_unique<Functions>()) {}

Result<std::unique_ptr<OpenGlRenderer>> OpenGlRenderer::Open(SDL_Window* window) {
  std::unique_ptr<OpenGlRenderer> renderer(new OpenGlRenderer());
  renderer->window_ = window;
  renderer->context_ = SDL_GL_CreateContext(window);
  if (renderer->context_ == nullptr) {
    return Fail(ErrorCode::DeviceGone, std::string("no OpenGL: ") + SDL_GetError());
  }
  if (!renderer->gl_->Load() || !ImGui_ImplOpenGL3_Init(nullptr)) {
    return Fail(ErrorCode::DeviceGone, "OpenGL lacks what is needed");
  }
  renderer->backend_ = true;
  SDL_GL_SetSwapInterval(1);  // Not every driver can; tearing is all that would follow.
  return renderer;
}

OpenGlRenderer::~OpenGlRenderer() {
  for (const Uploaded& uploaded : uploaded_) gl_->DeleteTextures(1, &uploaded.name);
  if (backend_) ImGui_ImplOpenGL3_Shutdown();
  if (context_ != nullptr) SDL_GL_DeleteContext(context_);
}

void OpenGlRenderer::Upload(Texture& texture) {
  auto found = std::find_if(uploaded_.begin(), uploaded_.end(),
                            [&](const Uploaded& known) { return known.texture == &texture; });
  if (found == uploaded_.end()) {
    found = uploaded_.insert(uploaded_.end(), {&texture, 0});
    gl_->GenTextures(1, &found->name);
    gl_->BindTexture(GL_TEXTURE_2D, found->name);
    gl_->TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    gl_->TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    gl_->TexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, texture.width_px, texture.height_px, 0, GL_RGBA,
                    GL_UNSIGNED_BYTE, nullptr);
    texture.MarkChanged(0, texture.height_px);
  }
  const int first = texture.changed_first_row;
  const int rows = texture.changed_last_row - first;
  texture.changed_first_row = texture.changed_last_row = 0;
  if (rows <= 0) return;
  // White with the coverage as alpha: what ImGui's shader expects of a font.
  std::vector<std::uint8_t> rgba(static_cast<std::size_t>(rows * texture.width_px) * 4, 255);
  for (int y = 0; y < rows; ++y) {
    const std::uint8_t* row =
        texture.coverage.data() + static_cast<std::ptrdiff_t>(first + y) * texture.stride_px;
    for (int x = 0; x < texture.width_px; ++x) {
      rgba[static_cast<std::size_t>(y * texture.width_px + x) * 4 + 3] = row[x];
    }
  }
  gl_->BindTexture(GL_TEXTURE_2D, found->name);
  gl_->TexSubImage2D(GL_TEXTURE_2D, 0, 0, first, texture.width_px, rows, GL_RGBA, GL_UNSIGNED_BYTE,
                     rgba.data());
}

bool OpenGlRenderer::Render(ImDrawData& data, Color ground, Texture& shapes,
                            std::list<Texture>& texts) {
  std::uint64_t hash =
      std::hash<std::string_view>()({reinterpret_cast<const char*>(&ground), sizeof ground});
  const auto mix = [&](const void* bytes, std::size_t size) {
    hash = hash * 0x9E3779B97F4A7C15u +
           std::hash<std::string_view>()({static_cast<const char*>(bytes), size});
  };
  for (int n = 0; n < data.CmdListsCount; ++n) {
    const ImDrawList& list = *data.CmdLists[n];
    mix(list.VtxBuffer.Data, static_cast<std::size_t>(list.VtxBuffer.size_in_bytes()));
    mix(list.IdxBuffer.Data, static_cast<std::size_t>(list.IdxBuffer.size_in_bytes()));
  }
  for (const Texture& texture : texts) mix(&texture.generation, sizeof texture.generation);
  if (hash == drawn_hash_) return false;
  drawn_hash_ = hash;

  ImGui_ImplOpenGL3_NewFrame();
  Upload(shapes);
  for (Texture& texture : texts) Upload(texture);
  for (int n = 0; n < data.CmdListsCount; ++n) {
    for (ImDrawCmd& command : data.CmdLists[n]->CmdBuffer) {
      for (const Uploaded& uploaded : uploaded_) {
        if (command.TextureId != uploaded.texture) continue;
        command.TextureId = reinterpret_cast<ImTextureID>(std::uintptr_t{uploaded.name});
        break;
      }
    }
  }
  gl_->Viewport(0, 0, static_cast<int>(data.DisplaySize.x), static_cast<int>(data.DisplaySize.y));
  const auto share = [](std::uint8_t channel) { return static_cast<float>(channel) / 255.0f; };
  gl_->ClearColor(share(ground.red), share(ground.green), share(ground.blue), 1.0f);
  gl_->Clear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(&data);
  SDL_GL_SwapWindow(window_);
  return true;
}

void OpenGlRenderer::Invalidate() { drawn_hash_ = 0; }

void OpenGlRenderer::ReadBack(const Canvas& into) {
  // The bytes of 0xAARRGGBB in memory are B, G, R, A; OpenGL's rows run upwards.
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(into.width_px) *
                                  static_cast<std::size_t>(into.height_px));
  gl_->ReadPixels(0, 0, into.width_px, into.height_px, GL_BGRA, GL_UNSIGNED_BYTE, rows.data());
  for (int y = 0; y < into.height_px; ++y) {
    std::memcpy(into.Row(into.height_px - 1 - y),
                rows.data() + static_cast<std::ptrdiff_t>(y) * into.width_px,
                static_cast<std::size_t>(into.width_px) * 4);
  }
}

}  // namespace yizhan::ui
