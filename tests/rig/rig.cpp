#include "tests/rig/rig.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "tests/rig/files.h"

namespace yizhan::rig {
namespace {

using std::chrono::milliseconds;

std::vector<std::string> Words(std::string_view line) {
  std::vector<std::string> words;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    if (end > 0) words.emplace_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

std::size_t CountLines(const std::string& path) {
  const auto text = ReadFile(path, 64U << 20);
  return text ? static_cast<std::size_t>(std::count(text->begin(), text->end(), '\n')) : 0;
}

}  // namespace

Result<Rig> Rig::Start(RigOptions options) {
  Rig rig(std::move(options));
  std::error_code error;
  std::filesystem::create_directories(rig.options_.dir, error);
  rig.options_.dir = std::filesystem::canonical(rig.options_.dir, error).string();
  if (error) return Fail(ErrorCode::Internal, error.message());
  std::filesystem::remove(rig.options_.dir + "/ready", error);
  auto control = ControlServer::Listen(rig.options_.dir);
  if (!control) return tl::unexpected(control.error());
  rig.control_ = std::move(*control);
  if (rig.options_.with_printer) {
    auto printer = IppPrinter::Start(
        {.dir = rig.options_.dir,
         .program = rig.options_.program,
         .port = rig.options_.printer_port,
         .page = rig.options_.timing == Timing::Fast ? milliseconds(20) : milliseconds(1500)});
    if (!printer) return tl::unexpected(printer.error());
    rig.printer_ = std::move(*printer);
  }
  if (auto ready = WriteFile(rig.options_.dir + "/ready", "ready\n"); !ready) {
    return tl::unexpected(ready.error());
  }
  return rig;
}

Status Rig::Run() {
  sigset_t ending;
  ::sigemptyset(&ending);
  ::sigaddset(&ending, SIGINT);
  ::sigaddset(&ending, SIGTERM);
  const UniqueFd signals(::signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals) return Fail(ErrorCode::Internal, std::strerror(errno));
  while (!stopping_) {
    pollfd ready[] = {{.fd = control_->Fd(), .events = POLLIN, .revents = 0},
                      {.fd = signals.Get(), .events = POLLIN, .revents = 0}};
    if (::poll(ready, 2, -1) < 0) continue;
    if (ready[1].revents != 0) break;
    control_->ServeOne([this](std::string_view request) { return Handle(request); });
  }
  std::error_code error;
  std::filesystem::remove(options_.dir + "/ready", error);
  std::filesystem::remove(options_.dir + "/rig.sock", error);
  return {};
}

Result<std::string> Rig::Handle(std::string_view request) {
  const auto words = Words(request);
  if (words.empty()) return Fail(ErrorCode::BadData, "an empty request");
  if (words[0] == "stop") {
    stopping_ = true;
    return "stopping";
  }
  if (words[0] == "printer") return HandlePrinter(words);
  return Fail(ErrorCode::BadData, "unknown request: " + words[0]);
}

Result<std::string> Rig::HandlePrinter(const std::vector<std::string>& words) {
  if (!printer_) return Fail(ErrorCode::NotFound, "this rig has no printer");
  if (words.size() != 2) return Fail(ErrorCode::BadData, "printer: one word expected");
  const std::string& word = words[1];
  if (word == "status") {
    const std::string printed = options_.dir + "/printed";
    return std::string("{\"power\":\"") + (printer_->IsOn() ? "on" : "off") + "\",\"mode\":\"" +
           Name(printer_->Mode()) + "\",\"uri\":\"" + printer_->Uri() +
           "\",\"documents\":" + std::to_string(CountLines(printed + "/log.jsonl")) +
           ",\"pages\":" + std::to_string(CountLines(printed + "/pages.jsonl")) + "}";
  }
  Status done;
  if (word == "off") {
    printer_->PowerOff();
  } else if (word == "on") {
    done = printer_->PowerOn();
  } else if (const auto mode = PrinterModeOf(word)) {
    done = printer_->SetMode(*mode);
  } else {
    return Fail(ErrorCode::BadData, "unknown printer word: " + word);
  }
  if (!done) return tl::unexpected(done.error());
  return "printer " + word;
}

}  // namespace yizhan::rig
