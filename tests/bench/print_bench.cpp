/// \file
/// What a slip costs, and what a promise costs: rendering a ticket beside Chromium's print-to-pdf,
/// and commits of the store beside plain appends with fdatasync on the same file system. Prints
/// numbers; nothing here is a test.

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/crypto.h"
#include "base/unique_fd.h"
#include "offline-store/check_ins.h"
#include "offline-store/database.h"
#include "printer/documents/ticket_slip.h"
#include "tests/printer/slip_samples.h"

namespace yizhan {
namespace {

/// On the disk of the working directory: /tmp may be memory.
std::string MakeFolder() {
  std::string name = "./yizhan-bench-XXXXXX";
  return ::mkdtemp(name.data()) == nullptr ? std::string() : name;
}

void RenderTicket(benchmark::State& state, domain::Language language) {
  printer::TicketSlip slip = printer::test::SampleSlip();
  std::size_t bytes = 0;
  int number = 0;
  for (auto _ : state) {
    slip.ticket.number = domain::TicketNumber("A", ++number);
    const auto document = printer::RenderTicketSlip(slip, language);
    if (!document) {
      state.SkipWithError("no document");
      break;
    }
    bytes = document->pdf.size();
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK_CAPTURE(RenderTicket, chinese, domain::Language::ZhCn)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(RenderTicket, english, domain::Language::En)->Unit(benchmark::kMillisecond);

/// The other way to make a slip: a browser that prints a page to PDF, started for each as kiosks
/// built on a browser do it from a service.
void ChromiumPrintsTicket(benchmark::State& state) {
  if (std::system("command -v chromium >/dev/null 2>&1") != 0) {
    state.SkipWithError("no chromium on this machine");
    return;
  }
  const std::string folder = std::filesystem::absolute(MakeFolder()).string();
  std::ofstream(folder + "/slip.html")
      << "<meta charset=utf-8><style>@page{size:80mm 134mm;margin:4mm}body{font:10pt sans-serif}"
         "h1{font-size:58pt;text-align:center}</style><h2>江城市第一人民医院</h2><p>排队小票"
         "<h1>A012</h1><p>姓名 张*三<p>科室 心血管内科<p>医生 王建国 主任医师<p>时段 2026-03-10 "
         "09:00–09:30<p>候诊 门诊楼 3 层 B 区<p>诊室 5 诊室<p>前面 7 人，约 25–35 分钟<p>报到 "
         "08:42";
  const std::string command =
      "chromium --headless --no-sandbox --disable-gpu --user-data-dir=" + folder +
      "/profile --print-to-pdf=" + folder + "/slip.pdf file://" + folder +
      "/slip.html >/dev/null 2>&1";
  for (auto _ : state) {
    if (std::system(command.c_str()) != 0) {
      state.SkipWithError("chromium failed");
      break;
    }
  }
  std::filesystem::remove_all(folder);
}
BENCHMARK(ChromiumPrintsTicket)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(5);

void AppendAndSync(benchmark::State& state) {
  const std::string folder = MakeFolder();
  const UniqueFd file(::open((folder + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600));
  const std::string row(2048, 'x');
  for (auto _ : state) {
    if (::write(file.Get(), row.data(), row.size()) < 0 || ::fdatasync(file.Get()) != 0) {
      state.SkipWithError("disk");
      break;
    }
  }
  std::filesystem::remove_all(folder);
}
BENCHMARK(AppendAndSync)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(2);

void OfflineCheckIn(benchmark::State& state) {
  const std::string folder = MakeFolder();
  {
    auto database = offline::Database::Open(
        {.path = folder + "/store.db", .key = offline::StoreKey(RandomBytes(32))});
    int visit = 0;
    for (auto _ : state) {
      const std::string id = std::to_string(++visit);
      const offline::CheckInDraft draft{.operation = domain::OperationId("op" + id),
                                        .appointment = domain::AppointmentId("visit" + id),
                                        .queue_letter = "A",
                                        .day = {},
                                        .arrived = {}};
      const auto made = offline::CheckIns(**database).Record(draft, [](int) {
        return offline::CheckInTexts{.body = std::string(1024, 'b'),
                                     .ticket = std::string(1024, 't')};
      });
      if (!made) {
        state.SkipWithError("store");
        break;
      }
    }
  }
  std::filesystem::remove_all(folder);
}
BENCHMARK(OfflineCheckIn)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(2);

}  // namespace
}  // namespace yizhan

BENCHMARK_MAIN();
