/// \file
/// What the screen costs: start, memory, press to pixel, redraw, text. Prints ours, the limit and
/// the ratio. Draws offscreen unless SDL_VIDEODRIVER says otherwise ("x11" under an X server adds
/// the way to the server).
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/clock.h"
#include "tests/ui/sample_frames.h"
#include "ui/display.h"

extern char** environ;

namespace yizhan {
namespace {

constexpr int kRounds = 400;

double Milliseconds(MonotonicTime from, MonotonicTime to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

void Print(const char* what, double ours, double limit, const char* unit) {
  std::printf("%-44s %9.3f %-3s limit %7.2f  ratio %.2f\n", what, ours, unit, limit, ours / limit);
}

double Percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

std::unique_ptr<ui::Display> Open() {
  ui::DisplayOptions options;
  options.lang_dir = YIZHAN_LANG_DIR;
  auto display = ui::Display::Open(options);
  if (!display) {
    std::fprintf(stderr, "ui_bench: %s\n", display.error().detail.c_str());
    std::exit(1);
  }
  return std::move(*display);
}

screens::Frame Named(const char* name) {
  for (const test::Sample& sample : test::SampleFrames()) {
    if (sample.name == name) return sample.frame;
  }
  std::abort();
}

/// Proportional set size of this process in megabytes.
double PssMegabytes() {
  std::FILE* file = std::fopen("/proc/self/smaps_rollup", "r");
  char line[256];
  double kilobytes = 0;
  while (file != nullptr && std::fgets(line, sizeof line, file) != nullptr) {
    if (std::sscanf(line, "Pss: %lf kB", &kilobytes) == 1) break;
  }
  if (file != nullptr) std::fclose(file);
  return kilobytes / 1024;
}

/// The child: draws the first page, says so, then a patient's whole way, and tells its memory.
int Child() {
  const auto display = Open();
  display->Draw(Named("idle"));
  if (write(STDOUT_FILENO, "!", 1) != 1) return 1;
  for (const char* page : {"idle", "looking-up", "home", "confirm", "checking-in",
                           "ticket-printing", "ticket-printed", "idle"}) {
    display->Draw(Named(page));
  }
  std::printf("%f\n", PssMegabytes());
  return 0;
}

/// Starts this program anew and waits for its first picture.
void MeasureStart(const char* self) {
  std::vector<double> starts;
  std::vector<double> sizes;
  for (int i = 0; i < 15; ++i) {
    std::array<int, 2> pipe_ends{};
    if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) std::abort();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
    std::string name = self;
    std::string mode = "--child";
    char* arguments[] = {name.data(), mode.data(), nullptr};
    pid_t pid = 0;
    const MonotonicTime start = SystemClock().Monotonic();
    if (posix_spawn(&pid, self, &actions, nullptr, arguments, environ) != 0) std::abort();
    close(pipe_ends[1]);
    posix_spawn_file_actions_destroy(&actions);
    char byte = 0;
    if (read(pipe_ends[0], &byte, 1) == 1) {
      starts.push_back(Milliseconds(start, SystemClock().Monotonic()));
    }
    char text[64] = {};
    if (read(pipe_ends[0], text, sizeof text - 1) > 0) sizes.push_back(std::atof(text));
    close(pipe_ends[0]);
    waitpid(pid, nullptr, 0);
  }
  if (starts.empty() || sizes.empty()) std::abort();
  Print("start: exec to first picture, p50", Percentile(starts, 0.5), 150, "ms");
  Print("start: exec to first picture, best", Percentile(starts, 0), 150, "ms");
  Print("memory after a patient's way (PSS)", Percentile(sizes, 0.5), 45, "MB");
}

const ui::Item& Find(const ui::Display& display, const char* id) {
  for (const ui::Item& item : display.Items()) {
    if (item.id == id) return item;
  }
  std::abort();
}

/// A finger event pushed into SDL until the changed pixels are presented.
void MeasurePress(ui::Display& display) {
  const screens::Frame frame = Named("home");
  display.Draw(frame);
  const ui::Point at = Find(display, "main").rect.Centre();
  std::vector<double> down;
  std::vector<double> up;
  for (int i = 0; i < kRounds; ++i) {
    for (const bool is_down : {true, false}) {
      const MonotonicTime start = SystemClock().Monotonic();
      display.InjectTouch(at.x, at.y, is_down);
      display.WaitForInput(std::chrono::seconds(1));
      display.Draw(frame);
      (is_down ? down : up).push_back(Milliseconds(start, SystemClock().Monotonic()));
    }
  }
  Print("press to pixel, p50", Percentile(down, 0.5), 3, "ms");
  Print("press to pixel, p95", Percentile(down, 0.95), 6, "ms");
  Print("release to pixel, p50", Percentile(up, 0.5), 3, "ms");
}

template <typename Prepare>
void MeasureDraw(const char* what, double limit, ui::Display& display, Prepare&& prepare) {
  std::vector<double> costs;
  for (int i = 0; i < kRounds; ++i) {
    const screens::Frame frame = prepare(i);
    const MonotonicTime start = SystemClock().Monotonic();
    display.Draw(frame);
    costs.push_back(Milliseconds(start, SystemClock().Monotonic()));
  }
  Print(what, Percentile(costs, 0.5), limit, "ms");
}

void MeasureFrames(ui::Display& display) {
  const screens::Frame home = Named("home");
  const screens::Frame ticket = Named("ticket-printing");
  MeasureDraw("frame: nothing changed, p50", 0.5, display, [&](int) { return home; });
  MeasureDraw("frame: everything redrawn, p50", 16, display, [&](int) {
    display.Invalidate();
    return home;
  });
  MeasureDraw("frame: another page, p50", 16, display,
              [&](int i) { return i % 2 == 0 ? ticket : home; });
  MeasureDraw("frame: next minute in the header, p50", 3, display, [&](int i) {
    screens::Frame later = home;
    later.now += std::chrono::minutes(i);
    return later;
  });
  MeasureDraw("frame: first sight of a new name, p50", 3, display, [&](int i) {
    screens::Frame other = home;
    other.masked_name = "张*" + std::to_string(i);
    return other;
  });
}

}  // namespace
}  // namespace yizhan

int main(int argc, char** argv) {
  setenv("SDL_VIDEODRIVER", "offscreen", 0);
  if (argc == 2 && std::strcmp(argv[1], "--child") == 0) return yizhan::Child();
  yizhan::MeasureStart(argv[0]);
  const auto display = yizhan::Open();
  yizhan::MeasurePress(*display);
  yizhan::MeasureFrames(*display);
  return 0;
}
