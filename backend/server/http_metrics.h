#pragma once

#include <array>
#include <chrono>
#include <string_view>

#include "base/metrics.h"

namespace yizhan::server {

/// The figures of the HTTP server, by class of route: "fhir", "operation" (a $name), "desk" (/api),
/// "auth", "page". Thread-safe.
class HttpMetrics {
 public:
  HttpMetrics();

  void Answered(std::string_view method, std::string_view path, int status,
                std::chrono::nanoseconds took);
  /// A request that no handler saw.
  void Refused(int status);

  Gauge& connections;
  Gauge& streams;
  Gauge& handling;  ///< Requests in the pool: waiting or under way.
  Counter& connections_refused;

 private:
  static constexpr std::size_t kRoutes = 5;
  static constexpr std::size_t kStatuses = 24;
  struct Route {
    std::array<Counter*, kStatuses> answers{};
    Histogram* reading = nullptr;
    Histogram* writing = nullptr;
  };
  std::array<Route, kRoutes> routes_;
  std::array<Counter*, kStatuses> refused_{};
};

}  // namespace yizhan::server
