#include "tests/rig/rig_client.h"

#include <poll.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "base/clock.h"
#include "tests/rig/control.h"
#include "tests/rig/files.h"

namespace yizhan::rig {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kLogLimit = 64U << 20;

std::vector<std::string> Lines(const std::string& path) {
  std::vector<std::string> lines;
  const auto text = ReadFile(path, kLogLimit);
  if (!text) return lines;
  std::size_t begin = 0;
  for (std::size_t end = text->find('\n'); end != std::string::npos;
       end = text->find('\n', begin)) {
    lines.push_back(text->substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

/// The number or the text behind "name": in a line this program wrote itself.
int NumberIn(std::string_view line, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\":";
  const std::size_t at = line.find(key);
  int value = 0;
  if (at != std::string_view::npos) {
    std::from_chars(line.data() + at + key.size(), line.data() + line.size(), value);
  }
  return value;
}

std::string TextIn(std::string_view line, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\":\"";
  std::size_t at = line.find(key);
  if (at == std::string_view::npos) return "";
  std::string text;
  for (at += key.size(); at < line.size() && line[at] != '"'; ++at) {
    if (line[at] == '\\') ++at;
    if (at < line.size()) text += line[at];
  }
  return text;
}

std::string FirstLine(const std::string& path) {
  const auto lines = Lines(path);
  return lines.empty() ? "" : lines.front();
}

}  // namespace

bool WaitUntil(const std::function<bool()>& done, milliseconds timeout) {
  const auto deadline = SystemClock().Monotonic() + timeout;
  while (!done()) {
    if (SystemClock().Monotonic() >= deadline) return done();
    ::poll(nullptr, 0, 3);
  }
  return true;
}

Result<RigProcess> RigProcess::Start(RigProcessOptions options) {
  std::error_code error;
  std::string dir = (std::filesystem::temp_directory_path(error) / "yizhan-rig-XXXXXX").string();
  if (::mkdtemp(dir.data()) == nullptr) return Fail(ErrorCode::Internal, "mkdtemp " + dir);
  std::vector<std::string> arguments = {
      YIZHAN_RIG_PROGRAM, "run", "--dir", dir, "--timing", options.paced ? "paced" : "fast"};
  if (!options.with_printer) arguments.emplace_back("--no-printer");
  auto process = ChildProcess::Start(
      {.arguments = std::move(arguments), .environment = {}, .log_path = dir + "/rig.log"});
  if (!process) return tl::unexpected(process.error());
  RigProcess rig(dir, std::move(*process));
  const bool up =
      WaitUntil([&] { return std::filesystem::exists(dir + "/ready") || !rig.process_.Running(); },
                seconds(60));
  if (up && std::filesystem::exists(dir + "/ready")) return rig;
  return Fail(ErrorCode::Timeout, ReadFile(dir + "/rig.log", kLogLimit).value_or("no log"));
}

RigProcess::RigProcess(std::string dir, ChildProcess process)
    : dir_(std::move(dir)), process_(std::move(process)) {}

RigProcess::RigProcess(RigProcess&& other) noexcept
    : dir_(std::exchange(other.dir_, {})), process_(std::move(other.process_)) {}

RigProcess::~RigProcess() {
  if (dir_.empty()) return;
  // Asked first: a rig under a sanitizer reports what it found only when it may end by itself.
  if (AskRig(dir_, "stop", seconds(5))) {
    [[maybe_unused]] const bool ended = WaitUntil([this] { return !process_.Running(); });
  }
  process_.Kill();
  std::error_code error;
  std::filesystem::remove_all(dir_, error);
}

std::string RigProcess::ReaderDevice() const { return "pn532_uart:" + dir_ + "/reader.tty"; }

std::string RigProcess::PrinterUri() const { return FirstLine(dir_ + "/printer.uri"); }

Result<std::string> RigProcess::Ask(std::string_view request) const {
  return AskRig(dir_, request, seconds(30));
}

Result<std::string> RigProcess::RunTool(const std::vector<std::string>& arguments) const {
  const std::string log = dir_ + "/tool.log";
  std::error_code error;
  std::filesystem::remove(log, error);
  std::vector<std::string> line = {YIZHAN_RIG_PROGRAM, "--dir", dir_};
  line.insert(line.end(), arguments.begin(), arguments.end());
  auto tool =
      ChildProcess::Start({.arguments = std::move(line), .environment = {}, .log_path = log});
  if (!tool) return tl::unexpected(tool.error());
  const int status = tool->Wait();
  auto output = ReadFile(log, kLogLimit);
  if (!output) return tl::unexpected(output.error());
  if (status != 0) return Fail(ErrorCode::Refused, std::move(*output));
  while (output->ends_with('\n')) output->pop_back();
  return output;
}

std::vector<PrintedDocument> RigProcess::Printed() const {
  std::vector<PrintedDocument> documents;
  for (const std::string& line : Lines(dir_ + "/printed/log.jsonl")) {
    documents.push_back({.job = NumberIn(line, "job"),
                         .name = TextIn(line, "name"),
                         .pages = NumberIn(line, "pages"),
                         .path = dir_ + "/printed/" + TextIn(line, "file")});
  }
  return documents;
}

std::vector<PrintedPage> RigProcess::Pages() const {
  std::vector<PrintedPage> pages;
  for (const std::string& line : Lines(dir_ + "/printed/pages.jsonl")) {
    pages.push_back({.job = NumberIn(line, "job"), .page = NumberIn(line, "page")});
  }
  return pages;
}

}  // namespace yizhan::rig
