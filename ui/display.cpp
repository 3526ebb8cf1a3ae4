#include "ui/display.h"

#include <cairo.h>
#include <imgui.h>

#include <algorithm>

#include "base/assert.h"
#include "ui/render/opengl_renderer.h"
#include "ui/render/software_renderer.h"
#include "ui/screens/pages.h"
#include "ui/strings.h"
#include "ui/text_cache.h"
#include "ui/ui.h"
#include "ui/window.h"

namespace yizhan::ui {

namespace {

constexpr Color kGround = colors::kPage;
constexpr std::uint32_t kGroundPixel = 0xFF000000u | std::uint32_t{kGround.red} << 16 |
                                       std::uint32_t{kGround.green} << 8 | kGround.blue;

struct ContextDeleter {
  void operator()(ImGuiContext* context) const { ImGui::DestroyContext(context); }
};
using Context = std::unique_ptr<ImGuiContext, ContextDeleter>;

/// ImGui with no files and no log of its own, and rounder corners than usual.
Context MakeContext(Texture& shapes) {
  Context context(ImGui::CreateContext());
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  ImGuiStyle& style = ImGui::GetStyle();
  style.AntiAliasedLinesUseTex = false;  // Only plain colours: what SoftwareRenderer draws.
  style.CircleTessellationMaxError = 0.15f;
  style.CurveTessellationTol = 0.5f;
  // ImGui wants a font of its own although all text comes from the text cache; the texture also
  // holds the white texel of plain shapes.
  unsigned char* texels = nullptr;
  io.Fonts->GetTexDataAsAlpha8(&texels, &shapes.width_px, &shapes.height_px);
  shapes.stride_px = shapes.width_px;
  shapes.coverage.assign(texels,
                         texels + static_cast<std::ptrdiff_t>(shapes.width_px) * shapes.height_px);
  io.Fonts->SetTexID(&shapes);
  return context;
}

/// What a patient sees as one page: a press aimed at one never counts on another.
int PageNumber(const screens::Frame& frame) {
  const int page = static_cast<int>(frame.page.index());
  return frame.warning ? page + 100 : page;
}

}  // namespace

struct Display::Impl {
  DisplayOptions options;
  Texture shapes;
  Context context;
  std::unique_ptr<Window> window;
  std::unique_ptr<TextCache> texts;
  std::unique_ptr<Languages> languages;
  std::unique_ptr<Ui> ui;
  SoftwareRenderer software;
  Canvas canvas{};
  std::unique_ptr<OpenGlRenderer> opengl;
  InputQueue input;
  int page = -1;
  Numbers numbers;

  Status AttachCanvas() {
    if (opengl) return {};
    auto pixels = window->Pixels();
    if (!pixels) return tl::unexpected(pixels.error());
    canvas = *pixels;
    software.SetCanvas(canvas);
    return {};
  }

  std::optional<screens::Intent> Build(const screens::Frame& frame,
                                       std::optional<InputEvent> event) {
    const Theme theme(window->WidthPx(), window->HeightPx(), options.diagonal_inches,
                      frame.text_size);
    ui->BeginFrame(theme,
                   {static_cast<float>(window->WidthPx()), static_cast<float>(window->HeightPx())},
                   PageNumber(frame), event);
    auto intent = DrawFrame(frame, *languages, *ui);
    ui->EndFrame();
    return intent;
  }

  void Show() {
    ImDrawData& data = *ImGui::GetDrawData();
    if (opengl) {
      const bool drew = opengl->Render(data, kGround, shapes, texts->Textures());
      numbers.tiles_drawn = drew ? numbers.tiles : 0;
      numbers.presented += drew;
      return;
    }
    const auto& damage = software.Render(data, kGroundPixel);
    numbers.tiles_drawn = software.TilesDrawn();
    numbers.tiles = software.TileCount();
    numbers.presented += !damage.empty();
    if (window->TakeExposed()) {
      window->PresentAll();
    } else {
      window->Present(damage);
    }
  }
};

Result<std::unique_ptr<Display>> Display::Open(const DisplayOptions& options) {
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  const bool opengl = options.renderer == DisplayOptions::Renderer::OpenGl;

  auto window = Window::Open(options.width_px, options.height_px, options.fullscreen,
                             opengl ? Window::Kind::OpenGl : Window::Kind::Memory);
  if (!window) return tl::unexpected(window.error());
  impl->window = std::move(*window);
  auto texts = TextCache::Open(options.font_dir, impl->window->WidthPx());
  if (!texts) return tl::unexpected(texts.error());
  impl->texts = std::move(*texts);
  auto zh = Strings::Load(options.lang_dir, domain::Language::ZhCn);
  if (!zh) return tl::unexpected(zh.error());
  auto en = Strings::Load(options.lang_dir, domain::Language::En);
  if (!en) return tl::unexpected(en.error());
  impl->languages =
      std::make_unique<Languages>(Languages{.zh = std::move(*zh), .en = std::move(*en)});

  impl->context = MakeContext(impl->shapes);
  impl->ui = std::make_unique<Ui>(*impl->texts);
  if (opengl) {
    auto renderer = OpenGlRenderer::Open(impl->window->Handle());
    if (!renderer) return tl::unexpected(renderer.error());
    impl->opengl = std::move(*renderer);
    impl->numbers.tiles = 1;
  }
  if (auto attached = impl->AttachCanvas(); !attached) return tl::unexpected(attached.error());
  return std::unique_ptr<Display>(new Display(std::move(impl)));
}

Display::Display(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Display::~Display() {
  impl_->opengl.reset();  // While context and window are there.
}

void Display::WaitForInput(std::chrono::milliseconds timeout) {
  // Touches that waited for the page their predecessor led to are input, too.
  if (!impl_->input.Empty()) timeout = std::chrono::milliseconds(0);
  impl_->window->Wait(timeout, impl_->input);
}

void Display::Wake() { impl_->window->Wake(); }
bool Display::ShouldQuit() const { return impl_->window->Closed(); }

std::vector<screens::Intent> Display::Draw(const screens::Frame& frame) {
  Impl& impl = *impl_;
  ++impl.numbers.frames;
  if (impl.window->TakeResized()) {
    auto texts = TextCache::Open(impl.options.font_dir, impl.window->WidthPx());
    if (texts && impl.AttachCanvas()) {
      impl.ui = std::make_unique<Ui>(**texts);
      impl.texts = std::move(*texts);
    }
  }
  const int page = PageNumber(frame);
  const bool new_page = page != impl.page;
  if (new_page) impl.input.DropStale();
  impl.page = page;
  impl.texts->BeginFrame(new_page ? TextCache::Frame::NewPage : TextCache::Frame::SamePage);
  std::vector<screens::Intent> intents;
  do {
    if (auto intent = impl.Build(frame, impl.input.Pop())) intents.push_back(*intent);
  } while (intents.empty() && !impl.input.Empty());
  impl.Show();
  impl.numbers.texts_shaped = impl.texts->Misses();
  return intents;
}

const std::vector<Item>& Display::Items() const { return impl_->ui->Items(); }

Status Display::WritePng(const std::string& path) {
  Impl& impl = *impl_;
  const int width = impl.window->WidthPx();
  const int height = impl.window->HeightPx();
  std::vector<std::uint32_t> copy;
  Canvas canvas = impl.canvas;
  if (impl.opengl) {
    copy.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    canvas = {copy.data(), width, height, width};
    impl.opengl->ReadBack(canvas);
  }
  cairo_surface_t* surface =
      cairo_image_surface_create_for_data(reinterpret_cast<unsigned char*>(canvas.pixels),
                                          CAIRO_FORMAT_RGB24, width, height, canvas.stride_px * 4);
  const cairo_status_t status = cairo_surface_write_to_png(surface, path.c_str());
  cairo_surface_destroy(surface);
  if (status != CAIRO_STATUS_SUCCESS) {
    return Fail(ErrorCode::NotFound, "cannot write the picture");
  }
  return {};
}

void Display::Forget() {
  Impl& impl = *impl_;
  impl.texts->Forget();
  impl.ui->Forget();
  impl.input.DropStale();
  impl.page = -1;
  Invalidate();
  if (impl.opengl) return;  // The next frame clears and redraws everything.
  for (int y = 0; y < impl.canvas.height_px; ++y) {
    std::fill_n(impl.canvas.Row(y), impl.canvas.width_px, kGroundPixel);
  }
  impl.window->PresentAll();
}

void Display::InjectTouch(float x_px, float y_px, bool down) {
  impl_->window->InjectTouch(x_px, y_px, down);
}

Display::Numbers Display::Measure() const { return impl_->numbers; }

void Display::Invalidate() {
  impl_->software.Invalidate();
  if (impl_->opengl) impl_->opengl->Invalidate();
}

const char* Display::DriverName() const { return SDL_GetCurrentVideoDriver(); }

}  // namespace yizhan::ui
