#include "base/metrics.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/assert.h"

namespace yizhan {
namespace {

constexpr std::size_t kMostBounds = 24;

std::string Written(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof(text), value);
  return {text, end.ptr};
}

std::string Written(Metrics::Labels labels) {
  std::string text;
  for (const MetricLabel& label : labels) {
    if (!text.empty()) text += ',';
    text.append(label.name.Text()).append("=\"").append(label.value.Text()).append("\"");
  }
  return text;
}

std::string Braced(const std::string& labels) { return labels.empty() ? "" : '{' + labels + '}'; }

void Head(std::string& text, std::string_view name, std::string_view help, const char* kind) {
  text.append("# HELP ").append(name).append(" ").append(help);
  text.append("\n# TYPE ").append(name).append(" ").append(kind).append("\n");
}

/// The series of these labels; a new one made from `arguments`.
template <typename AllSeries, typename... Arguments>
auto& Find(AllSeries& all, Metrics::Labels labels, const Arguments&... arguments) {
  std::string wanted = Written(labels);
  for (auto& series : all) {
    if (series.labels == wanted) return series.figure;
  }
  // In one go: neither atomics nor what holds them can be moved.
  return all.emplace_back(std::move(wanted), arguments...).figure;
}

}  // namespace

Histogram::Histogram(std::span<const double> bounds)
    : bounds_(bounds.begin(), bounds.end()), buckets_(bounds.size() + 1) {
  YIZHAN_ASSERT(bounds.size() <= kMostBounds && std::is_sorted(bounds.begin(), bounds.end()));
}

void Histogram::Observe(double value) noexcept {
  if (!std::isfinite(value)) return;
  const auto at = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  buckets_[static_cast<std::size_t>(at)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::uint64_t Histogram::Count() const noexcept {
  std::uint64_t count = 0;
  for (const auto& bucket : buckets_) count += bucket.load(std::memory_order_relaxed);
  return count;
}

std::span<const double> SecondsBounds() {
  static constexpr double kBounds[] = {0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                       0.05,    0.1,    0.25,  0.5,    1,     2.5,  10};
  return kBounds;
}

std::span<const double> SizeBounds() {
  static constexpr double kBounds[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};
  return kBounds;
}

Metrics::Family& Metrics::FamilyOf(LogWord name, LogWord help) {
  for (Family& family : families_) {
    if (family.name == name.Text()) return family;
  }
  Family& made = families_.emplace_back();
  made.name = name.Text();
  made.help = help.Text();
  return made;
}

Counter& Metrics::CounterOf(LogWord name, LogWord help, Labels labels) & {
  MutexLock lock(mutex_);
  return Find(FamilyOf(name, help).counters, labels);
}

Gauge& Metrics::GaugeOf(LogWord name, LogWord help, Labels labels) & {
  MutexLock lock(mutex_);
  return Find(FamilyOf(name, help).gauges, labels);
}

Histogram& Metrics::HistogramOf(LogWord name, LogWord help, std::span<const double> bounds,
                                Labels labels) & {
  MutexLock lock(mutex_);
  return Find(FamilyOf(name, help).histograms, labels, bounds);
}

std::string Metrics::Text() const {
  MutexLock lock(mutex_);
  std::string text;
  for (const Family& family : families_) {
    const std::string name(family.name);
    if (!family.counters.empty()) Head(text, name, family.help, "counter");
    for (const auto& [labels, counter] : family.counters) {
      text += name + Braced(labels) + ' ' + std::to_string(counter.Value()) + '\n';
    }
    if (!family.gauges.empty()) Head(text, name, family.help, "gauge");
    for (const auto& [labels, gauge] : family.gauges) {
      text += name + Braced(labels) + ' ' + std::to_string(gauge.Value()) + '\n';
    }
    if (!family.histograms.empty()) Head(text, name, family.help, "histogram");
    for (const auto& [labels, histogram] : family.histograms) {
      std::uint64_t below = 0;
      const std::string before = labels.empty() ? "" : labels + ',';
      for (std::size_t i = 0; i < histogram.buckets_.size(); ++i) {
        below += histogram.buckets_[i].load(std::memory_order_relaxed);
        const std::string bound =
            i < histogram.bounds_.size() ? Written(histogram.bounds_[i]) : "+Inf";
        text.append(name).append("_bucket{").append(before).append("le=\"").append(bound);
        text.append("\"} ").append(std::to_string(below)).append("\n");
      }
      text += name + "_sum" + Braced(labels) + ' ' + Written(histogram.sum_.load()) + '\n';
      text += name + "_count" + Braced(labels) + ' ' + std::to_string(below) + '\n';
    }
  }
  return text;
}

Metrics& ProcessMetrics() {
  static Metrics metrics;
  return metrics;
}

}  // namespace yizhan
