#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "tests/rig/print_job.h"
#include "tests/rig/rig.h"

namespace {

namespace rig = yizhan::rig;

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

int Complain(const yizhan::Error& error) {
  std::fprintf(stderr, "yizhan-rig: %s (%s)\n", error.detail.c_str(), yizhan::Name(error.code));
  return 1;
}

int RunRig(rig::RigOptions options) {
  // Blocked before any thread exists: the rig reads them from a descriptor.
  sigset_t ending;
  ::sigemptyset(&ending);
  ::sigaddset(&ending, SIGINT);
  ::sigaddset(&ending, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &ending, nullptr);
  std::error_code error;
  options.program = std::filesystem::read_symlink("/proc/self/exe", error).string();
  auto started = rig::Rig::Start(std::move(options));
  if (!started) return Complain(started.error());
  std::printf("ready\n");
  std::fflush(stdout);
  const auto ended = started->Run();
  return ended ? 0 : Complain(ended.error());
}

int Ask(const std::string& dir, const std::string& request) {
  // Switching a printer on takes a moment; everything else is answered at once.
  const auto answer = rig::AskRig(dir, request, std::chrono::seconds(30));
  if (!answer) return Complain(answer.error());
  std::printf("%s\n", answer->c_str());
  return 0;
}

int PrintJob(const std::string& document) {
  const std::string pace = Environment("YIZHAN_RIG_PAGE_MS");
  const std::string dir = Environment("YIZHAN_RIG_DIR");
  return rig::RunPrintJob(dir, document, pace.empty() ? 20 : std::atoi(pace.c_str()));
}

int Main(int argc, char** argv) {
  // ippeveprinter runs its print command with the document as the only argument.
  if (argc == 2 && std::filesystem::path(argv[0]).filename() == "print-job") {
    return PrintJob(argv[1]);
  }
  CLI::App app("Virtual hardware for a Yizhan kiosk: card reader, cards and printer.");
  app.require_subcommand(1);
  app.fallthrough();
  std::string dir = Environment("YIZHAN_RIG_DIR");
  app.add_option("--dir", dir, "The rig's folder (or YIZHAN_RIG_DIR)");

  rig::RigOptions options;
  const std::map<std::string, rig::Timing> timings{{"fast", rig::Timing::Fast},
                                                   {"paced", rig::Timing::Paced}};
  auto* run = app.add_subcommand("run", "Run the devices in the foreground");
  run->add_option("--timing", options.timing, "fast: for tests; paced: as slow as hardware")
      ->transform(CLI::CheckedTransformer(timings));
  run->add_option("--printer-port", options.printer_port, "Port of the printer, 0: any")
      ->check(CLI::Range(0, 65535));
  bool without_printer = false;
  run->add_flag("--no-printer", without_printer, "Only the card reader");

  std::string word;
  auto* printer = app.add_subcommand("printer", "Make or end trouble at the printer");
  printer->add_option("word", word)
      ->required()
      ->check(CLI::IsMember({"ok", "slow", "paper-out", "jam", "abort", "off", "on", "status"}));
  auto* stop = app.add_subcommand("stop", "End the rig");

  CLI11_PARSE(app, argc, argv);
  if (dir.empty()) {
    std::fprintf(stderr, "yizhan-rig: --dir is missing\n");
    return 2;
  }
  if (*run) {
    options.dir = dir;
    options.with_printer = !without_printer;
    return RunRig(std::move(options));
  }
  if (*printer) return Ask(dir, "printer " + word);
  if (*stop) return Ask(dir, "stop");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Main(argc, argv);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "yizhan-rig: %s\n", exception.what());
    return 1;
  }
}
