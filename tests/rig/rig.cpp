#include "tests/rig/rig.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>

#include "tests/rig/files.h"
#include "tests/rig/wallet.h"

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

/// A decimal number up to `most`. Empty when the word is anything else.
std::optional<int> NumberOf(std::string_view word, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  const bool whole = error == std::errc() && end == word.data() + word.size();
  return whole && value >= 0 && value <= most ? std::optional(value) : std::nullopt;
}

constexpr int kMaxHoldMs = 600000;
constexpr int kMaxFaults = 100000;

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
  const bool fast = rig.options_.timing == Timing::Fast;
  auto reader = VirtualReader::Start(rig.options_.dir + "/reader.tty",
                                     fast ? Pn532Timing::Fast() : Pn532Timing::Paced());
  if (!reader) return tl::unexpected(reader.error());
  rig.reader_ = std::move(*reader);
  if (rig.options_.with_printer) {
    auto printer = IppPrinter::Start({.dir = rig.options_.dir,
                                      .program = rig.options_.program,
                                      .port = rig.options_.printer_port,
                                      .page = fast ? milliseconds(20) : milliseconds(1500)});
    if (!printer) return tl::unexpected(printer.error());
    rig.printer_ = std::move(*printer);
  }
  if (auto services = rig.StartServices(); !services) return tl::unexpected(services.error());
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
  if (words[0] == "reader") return HandleReader(words);
  if (words[0] == "payment") return HandlePayment(words);
  if (words[0] == "sms") return HandleSms(words);
  if (words[0] == "cards") return ListCards();
  if (words[0] == "stats") return Stats();
  for (const char* verb : {"tap", "present", "swap", "remove"}) {
    if (words[0] == verb) return HandleCards(words);
  }
  return Fail(ErrorCode::BadData, "unknown request: " + words[0]);
}

/// "present A [B]", "swap A", "tap A MS", "remove".
Result<std::string> Rig::HandleCards(const std::vector<std::string>& words) {
  std::vector<std::string> names(words.begin() + 1, words.end());
  std::optional<milliseconds> hold;
  if (words[0] == "tap") {
    const auto number = names.size() == 2 ? NumberOf(names[1], kMaxHoldMs) : std::nullopt;
    if (!number) return Fail(ErrorCode::BadData, "tap: a card and milliseconds expected");
    hold = milliseconds(*number);
    names.pop_back();
  }
  const bool present = words[0] == "present";
  const std::size_t wanted = words[0] == "remove" ? 0 : 1;
  if (names.size() != wanted && !(present && names.size() == 2)) {
    return Fail(ErrorCode::BadData, words[0] + ": wrong count of cards");
  }
  std::vector<std::shared_ptr<VirtualCard>> cards;
  for (const std::string& name : names) {
    const auto spec = FindCard(options_.dir, name);
    if (!spec) return tl::unexpected(spec.error());
    cards.push_back(MakeCard(*spec));
  }
  reader_->Present(std::move(cards), hold);
  return words[0];
}

Result<std::string> Rig::HandleReader(const std::vector<std::string>& words) {
  const std::string what = words.size() >= 2 ? words[1] : "";
  Status done;
  if (what == "unplug") {
    reader_->Unplug();
  } else if (what == "plug") {
    done = reader_->Plug();
  } else if (what == "mute" || what == "unmute") {
    reader_->SetMute(what == "mute");
  } else if (what == "reset") {
    reader_->Reset();
  } else if (what == "fault" && words.size() >= 3) {
    const auto fault = Pn532FaultOf(words[2]);
    const auto count = words.size() > 3 ? NumberOf(words[3], kMaxFaults) : std::optional(1);
    if (!fault || !count) return Fail(ErrorCode::BadData, "unknown fault: " + words[2]);
    reader_->Arm(*fault, *count);
  } else {
    return Fail(ErrorCode::BadData, "unknown reader word: " + what);
  }
  if (!done) return tl::unexpected(done.error());
  return "reader " + what;
}

Result<std::string> Rig::ListCards() const {
  const auto cards = LoadWallet(options_.dir);
  if (!cards) return tl::unexpected(cards.error());
  std::string list;
  for (const CardSpec& card : *cards) {
    list += card.name + " " + Name(card.type) + " " + ToHex(card.uid) + "\n";
  }
  return list;
}

std::string Rig::Stats() const {
  const Pn532Counters counters = reader_->Counters();
  return "{\"commands\":" + std::to_string(counters.commands) +
         ",\"aborts\":" + std::to_string(counters.aborts) +
         ",\"wakeups\":" + std::to_string(counters.wakeups) +
         ",\"selections\":" + std::to_string(counters.selections) +
         ",\"cards\":" + std::to_string(reader_->CardCount()) + "}";
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
