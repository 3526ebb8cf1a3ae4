#include "backend/server/http_metrics.h"

namespace yizhan::server {
namespace {

constexpr std::array kRouteNames = {"fhir", "operation", "desk", "auth", "page"};
// What we answer; the last stands for any other.
constexpr std::array kStatusNames = {"200", "201", "202", "204", "303", "304", "400", "401",
                                     "403", "404", "405", "406", "409", "410", "412", "413",
                                     "415", "422", "429", "431", "500", "501", "503", "other"};

std::size_t RouteOf(std::string_view path) {
  if (path.starts_with("/fhir")) return path.find("/$") == std::string_view::npos ? 0 : 1;
  if (path.starts_with("/api/")) return 2;
  if (path.starts_with("/auth/")) return 3;
  return 4;
}

std::size_t StatusIndex(int status) {
  for (std::size_t i = 0; i + 1 < kStatusNames.size(); ++i) {
    const char* const name = kStatusNames[i];
    if ((name[0] - '0') * 100 + (name[1] - '0') * 10 + (name[2] - '0') == status) return i;
  }
  return kStatusNames.size() - 1;
}

Gauge& ServerGauge(LogWord name, LogWord help) { return ProcessMetrics().GaugeOf(name, help); }

}  // namespace

HttpMetrics::HttpMetrics()
    : connections(ServerGauge("yizhan_http_connections", "Open connections.")),
      streams(ServerGauge("yizhan_http_event_streams", "Pages that are told every change.")),
      handling(ServerGauge("yizhan_http_requests_handling", "Requests waiting or under way.")),
      connections_refused(
          ProcessMetrics().CounterOf("yizhan_http_connections_refused_total",
                                     "Connections closed at once, because there were too many.")) {
  static_assert(kRouteNames.size() == kRoutes && kStatusNames.size() == kStatuses);
  Metrics& metrics = ProcessMetrics();
  for (std::size_t r = 0; r < kRoutes; ++r) {
    const LogWord route = LogWord::OfProgram(kRouteNames[r]);
    for (std::size_t s = 0; s < kStatuses; ++s) {
      routes_[r].answers[s] =
          &metrics.CounterOf("yizhan_http_requests_total", "Requests answered.",
                             {{"route", route}, {"status", LogWord::OfProgram(kStatusNames[s])}});
    }
    const auto latency = [&](LogWord kind) {
      return &metrics.HistogramOf("yizhan_http_request_seconds",
                                  "From a request's last byte to its answer's first.",
                                  SecondsBounds(), {{"route", route}, {"kind", kind}});
    };
    routes_[r].reading = latency("read");
    routes_[r].writing = latency("write");
  }
  for (std::size_t s = 0; s < kStatuses; ++s) {
    refused_[s] = &metrics.CounterOf("yizhan_http_refused_total",
                                     "Requests that broke HTTP or a limit of the server.",
                                     {{"status", LogWord::OfProgram(kStatusNames[s])}});
  }
}

void HttpMetrics::Answered(std::string_view method, std::string_view path, int status,
                           std::chrono::nanoseconds took) {
  Route& route = routes_[RouteOf(path)];
  route.answers[StatusIndex(status)]->Add();
  const bool is_reading = method == "GET" || method == "HEAD";
  (is_reading ? route.reading : route.writing)
      ->Observe(std::chrono::duration<double>(took).count());
}

void HttpMetrics::Refused(int status) { refused_[StatusIndex(status)]->Add(); }

}  // namespace yizhan::server
