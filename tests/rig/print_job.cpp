#include "tests/rig/print_job.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "tests/rig/files.h"
#include "tests/rig/printer_mode.h"

namespace yizhan::rig {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxDocumentBytes = 64U << 20;
constexpr int kMaxPages = 10000;
constexpr int kSlowness = 8;  ///< How many times longer a page takes in mode "slow".

void Tell(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Stands still while the mode says so. False: the printer gives the job up.
bool PaperMoves(const std::string& dir) {
  for (;;) {
    const PrinterMode mode = ReadPrinterMode(dir);
    if (mode == PrinterMode::Abort) return false;
    if (mode != PrinterMode::PaperOut && mode != PrinterMode::Jam) return true;
    const std::string reason = mode == PrinterMode::Jam ? "media-jam-error" : "media-empty-error";
    Tell("STATE: +" + reason);
    while (ReadPrinterMode(dir) == mode) ::poll(nullptr, 0, 10);
    Tell("STATE: -" + reason);
  }
}

/// The time one page takes. A change of mode counts from the next page on.
void MovePaper(const std::string& dir, int page_milliseconds) {
  const bool slow = ReadPrinterMode(dir) == PrinterMode::Slow;
  const milliseconds duration(page_milliseconds * (slow ? kSlowness : 1));
  const auto end = SystemClock().Monotonic() + duration;
  for (auto now = SystemClock().Monotonic(); now < end; now = SystemClock().Monotonic()) {
    const auto left = std::chrono::duration_cast<milliseconds>(end - now).count();
    ::poll(nullptr, 0, static_cast<int>(left) + 1);
  }
}

/// Puts the document on the pile. One print command at a time may do so.
Status Deliver(const std::string& dir, const std::string& content, int pages,
               const std::string& job) {
  const std::string pile = dir + "/printed";
  const UniqueFd lock(::open((pile + "/.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock || ::flock(lock.Get(), LOCK_EX) != 0) return Fail(ErrorCode::Internal, "pile lock");
  const bool is_pdf = content.starts_with("%PDF");
  char name[32];
  int number = 0;
  do {
    std::snprintf(name, sizeof name, "%03d.%s", ++number, is_pdf ? "pdf" : "bin");
  } while (std::filesystem::exists(pile + "/" + name));
  if (const auto copied = WriteFile(pile + "/" + name, content); !copied) return copied;
  return AppendLine(pile + "/log.jsonl",
                    "{\"job\":" + job + ",\"name\":\"" + JsonText(Environment("IPP_JOB_NAME")) +
                        "\",\"pages\":" + std::to_string(pages) + ",\"file\":\"" + name +
                        "\",\"at\":\"" + ToInstant(SystemClock().Now()) + "\"}");
}

bool IsPageOrPages(std::string_view after_type, bool tree) {
  if (!after_type.starts_with("/Page")) return false;
  const bool plural = after_type.size() > 5 && after_type[5] == 's';
  return plural == tree;
}

}  // namespace

int CountPages(std::string_view document) {
  if (!document.starts_with("%PDF")) return 1;
  int pages = 0;
  for (std::size_t at = document.find("/Type"); at != std::string_view::npos;
       at = document.find("/Type", at + 5)) {
    std::size_t next = at + 5;
    while (next < document.size() &&
           std::isspace(static_cast<unsigned char>(document[next])) != 0) {
      ++next;
    }
    if (IsPageOrPages(document.substr(next), false)) ++pages;
  }
  return std::clamp(pages, 1, kMaxPages);
}

int RunPrintJob(const std::string& dir, const std::string& document, int page_milliseconds) {
  const pid_t printer = ::getppid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != printer || printer == 1) return 1;
  const auto content = ReadFile(document, kMaxDocumentBytes);
  if (!content) {
    Tell("ERROR: Unreadable document");
    return 1;
  }
  const std::string digits = Environment("IPP_JOB_ID");
  int job = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), job);
  const std::string job_id = std::to_string(job);
  const int pages = CountPages(*content);
  Tell("ATTR: job-impressions=" + std::to_string(pages));
  Tell("ATTR: job-impressions-completed=0");
  for (int page = 1; page <= pages; ++page) {
    if (!PaperMoves(dir)) {
      Tell("ERROR: The printer gave up");
      return 1;
    }
    MovePaper(dir, page_milliseconds);
    const std::string line = "{\"job\":" + job_id + ",\"page\":" + std::to_string(page) +
                             ",\"of\":" + std::to_string(pages) + ",\"at\":\"" +
                             ToInstant(SystemClock().Now()) + "\"}";
    if (!AppendLine(dir + "/printed/pages.jsonl", line)) return 1;
    if (page == pages && !Deliver(dir, *content, pages, job_id)) return 1;
    Tell("ATTR: job-impressions-completed=" + std::to_string(page));
  }
  return 0;
}

}  // namespace yizhan::rig
