#include <sys/resource.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "base/log.h"
#include "kiosk/app/app.h"

namespace yizhan::app {
namespace {

/// Ends the app on SIGTERM and SIGINT. The signals are blocked in every thread and taken here, so
/// that no library's wait is ever interrupted by one.
class SignalWatch {
 public:
  SignalWatch() {
    sigemptyset(&signals_);
    for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) sigaddset(&signals_, signal);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }
  ~SignalWatch() {
    if (!thread_.joinable()) return;
    pthread_kill(thread_.native_handle(), SIGUSR1);
    thread_.join();
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  void Watch(App& app) {
    thread_ = std::thread([this, &app] {
      int signal = 0;
      while (sigwait(&signals_, &signal) != 0) {
      }
      if (signal != SIGUSR1) app.Quit();
    });
  }

 private:
  sigset_t signals_{};
  std::thread thread_;
};

/// Where this program lies, for what is installed beside it.
std::filesystem::path ProgramDirectory() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path(".") : program.parent_path();
}

/// A built tree keeps the catalogs beside bin/; an installed one under share/.
std::string FindLanguages(const std::filesystem::path& program_dir) {
  for (const char* place : {"../lang", "../share/locale"}) {
    const auto candidate = program_dir / place;
    if (std::filesystem::exists(candidate / "zh_CN/LC_MESSAGES/yizhan.mo"))
      return candidate.string();
  }
  return "/usr/share/locale";
}

int Serve(const std::string& config_path, bool windowed) {
  SignalWatch signals;
  Result<Config> config = LoadConfig(config_path);
  if (!config) {
    Log(LogEvent::ConfigurationBad);
    std::fprintf(stderr, "yizhan-kiosk: %s\n", config.error().detail.c_str());
    return 2;
  }
  const auto program_dir = ProgramDirectory();
  if (config->display.lang_dir.empty()) config->display.lang_dir = FindLanguages(program_dir);
  if (config->reader.program.empty()) {
    config->reader.program = (program_dir / "yizhan-reader").string();
  }
  if (windowed) config->display.fullscreen = false;
  auto app = App::Open(std::move(*config));
  if (!app) {
    std::fprintf(stderr, "yizhan-kiosk: %s\n", app.error().detail.c_str());
    return 1;
  }
  signals.Watch(**app);
  (*app)->Run();
  return 0;
}

}  // namespace
}  // namespace yizhan::app

int main(int argc, char** argv) {
  CLI::App cli("Hospital self-service terminal");
  std::string config = "/etc/yizhan/kiosk.toml";
  bool windowed = false;
  cli.add_option("--config", config, "Configuration file (documented in deploy/kiosk.toml)");
  cli.add_flag("--windowed", windowed, "A window instead of the whole screen");
  CLI11_PARSE(cli, argc, argv);
  // What this process knows of patients goes neither into a core file nor to other users.
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  umask(0077);
  return yizhan::app::Serve(config, windowed);
}
