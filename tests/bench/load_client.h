#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace yizhan::bench {

struct Load {
  int port = 0;
  int connections = 1;
  /// It ends after either; requests under way are waited for.
  std::chrono::milliseconds time{2000};
  std::int64_t requests = INT64_MAX;
  /// The whole request number n as bytes.
  std::function<std::string(std::int64_t n)> request;
};

struct LoadResult {
  std::int64_t good = 0;  ///< 2xx.
  std::int64_t bad = 0;   ///< Other answers, and connections that broke.
  double seconds = 0;
  std::string complaint;         ///< The first bad answer, shortened.
  std::vector<double> times_ms;  ///< Of the good ones, sorted.

  [[nodiscard]] double PerSecond() const {
    return seconds > 0 ? static_cast<double>(good) / seconds : 0;
  }
  [[nodiscard]] double At(double part) const;
};

/// Asks a server on loopback over so many kept connections, each one request after the other, from
/// one thread.
[[nodiscard]] LoadResult Run(const Load& load);

/// A connection to loopback for a test's own use; -1: none.
[[nodiscard]] int Connect(int port);

}  // namespace yizhan::bench
