/// \file
/// What an operator watches: counters, gauges and histograms, told in Prometheus' text form. Names
/// and labels are words of the program (LogWord), so no patient datum, address or path gets in.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/mutex.h"

namespace yizhan {

/// Only rises. Thread-safe.
class Counter {
 public:
  void Add(std::uint64_t count = 1) noexcept { value_.fetch_add(count, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t Value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

/// How much of something there is now. Thread-safe.
class Gauge {
 public:
  void Set(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  void Add(std::int64_t count) noexcept { value_.fetch_add(count, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t Value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::int64_t> value_ = 0;
};

/// How often values fell below each of some fixed bounds. Thread-safe.
class Histogram {
 public:
  /// Rising bounds, at most 24; what is above the last is counted, too.
  explicit Histogram(std::span<const double> bounds);
  void Observe(double value) noexcept;
  [[nodiscard]] std::uint64_t Count() const noexcept;

 private:
  friend class Metrics;
  std::vector<double> bounds_;
  std::vector<std::atomic<std::uint64_t>> buckets_;  ///< One more than bounds; not yet summed up.
  std::atomic<double> sum_ = 0;
};

/// Seconds from 0.25 ms to 10 s: what a request or a disk write may take.
[[nodiscard]] std::span<const double> SecondsBounds();
/// 1, 2, 4 ... 1024: sizes of groups and queues.
[[nodiscard]] std::span<const double> SizeBounds();

struct MetricLabel {
  LogWord name;
  LogWord value;
};

/// All figures of one program. Thread-safe. What it hands out lives as long as it does: ask once
/// and keep the reference, asking takes a lock.
class Metrics {
 public:
  using Labels = std::initializer_list<MetricLabel>;

  /// The same name and labels give the same object. Names as Prometheus wants them:
  /// yizhan_..._total for counters, the unit last (_seconds, _bytes). One name is one kind.
  /// Not of a temporary: what it hands out would be gone at the end of the line.
  [[nodiscard]] Counter& CounterOf(LogWord name, LogWord help, Labels labels = {}) &;
  [[nodiscard]] Gauge& GaugeOf(LogWord name, LogWord help, Labels labels = {}) &;
  /// `bounds` count when the name is asked for the first time.
  [[nodiscard]] Histogram& HistogramOf(LogWord name, LogWord help, std::span<const double> bounds,
                                       Labels labels = {}) &;

  /// Everything, in the order of first use ("text/plain; version=0.0.4").
  [[nodiscard]] std::string Text() const;

 private:
  template <typename Figure>
  struct Series {
    template <typename... Arguments>
    explicit Series(std::string labels_in, const Arguments&... arguments)
        : labels(std::move(labels_in)), figure(arguments...) {}
    std::string labels;  ///< {reason="expired"} without the braces, or "".
    Figure figure;
  };
  struct Family {
    std::string_view name;
    std::string_view help;
    std::deque<Series<Counter>> counters;
    std::deque<Series<Gauge>> gauges;
    std::deque<Series<Histogram>> histograms;
  };

  Family& FamilyOf(LogWord name, LogWord help) REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::deque<Family> families_ GUARDED_BY(mutex_);
};

/// The figures of this process. Lives as long as the program.
[[nodiscard]] Metrics& ProcessMetrics();

}  // namespace yizhan
