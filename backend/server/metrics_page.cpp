#include "backend/server/metrics_page.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

#include "base/metrics.h"

namespace yizhan::server {
namespace {

/// The names that every exporter uses, so that ready-made dashboards know them.
std::string OfProcess() {
  std::string text;
  std::ifstream statm("/proc/self/statm");
  long pages_virtual = 0;
  long pages_resident = 0;
  if (statm >> pages_virtual >> pages_resident) {
    text +=
        "# HELP process_resident_memory_bytes Memory in use.\n"
        "# TYPE process_resident_memory_bytes gauge\n"
        "process_resident_memory_bytes " +
        std::to_string(pages_resident * ::sysconf(_SC_PAGESIZE)) + '\n';
  }
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) {
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    text +=
        "# HELP process_cpu_seconds_total Processor time used.\n"
        "# TYPE process_cpu_seconds_total counter\n"
        "process_cpu_seconds_total " +
        std::to_string(seconds(usage.ru_utime) + seconds(usage.ru_stime)) + '\n';
  }
  return text;
}

}  // namespace

HttpResponse HandleMetrics(const HttpRequest& request) {
  HttpResponse response;
  response.content_type = "text/plain; charset=utf-8";
  if (request.path != "/metrics") {
    response.status = 404;
    response.body = "the figures are at /metrics\n";
    return response;
  }
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = ProcessMetrics().Text() + OfProcess();
  return response;
}

}  // namespace yizhan::server
