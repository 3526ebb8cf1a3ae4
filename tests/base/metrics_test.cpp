#include "base/metrics.h"

#include <gmock/gmock.h>

#include <cmath>
#include <thread>

namespace yizhan {
namespace {

using testing::HasSubstr;

TEST(MetricsTest, TextIsWhatPrometheusReads) {
  Metrics metrics;
  metrics.CounterOf("yizhan_refused_total", "Refused.", {{"reason", "expired"}}).Add(3);
  metrics.CounterOf("yizhan_refused_total", "Refused.", {{"reason", "replay"}}).Add();
  metrics.GaugeOf("yizhan_waiting", "Waiting.").Set(-2);
  EXPECT_EQ(metrics.Text(),
            "# HELP yizhan_refused_total Refused.\n"
            "# TYPE yizhan_refused_total counter\n"
            "yizhan_refused_total{reason=\"expired\"} 3\n"
            "yizhan_refused_total{reason=\"replay\"} 1\n"
            "# HELP yizhan_waiting Waiting.\n"
            "# TYPE yizhan_waiting gauge\n"
            "yizhan_waiting -2\n");
}

TEST(MetricsTest, SameNameAndLabelsAreTheSameFigure) {
  Metrics metrics;
  Counter& first = metrics.CounterOf("a_total", "A.", {{"x", "1"}});
  EXPECT_EQ(&first, &metrics.CounterOf("a_total", "A.", {{"x", "1"}}));
  EXPECT_NE(&first, &metrics.CounterOf("a_total", "A.", {{"x", "2"}}));
}

TEST(MetricsTest, BucketsAddUpAndABoundBelongsToItsBucket) {
  Metrics metrics;
  const double bounds[] = {1, 2};
  Histogram& sizes = metrics.HistogramOf("sizes", "Sizes.", bounds, {{"k", "v"}});
  for (const double value : {0.5, 1.0, 1.5, 7.0}) sizes.Observe(value);
  sizes.Observe(std::nan(""));  // Would spoil the sum for ever.
  EXPECT_THAT(metrics.Text(), HasSubstr("sizes_bucket{k=\"v\",le=\"1\"} 2\n"
                                        "sizes_bucket{k=\"v\",le=\"2\"} 3\n"
                                        "sizes_bucket{k=\"v\",le=\"+Inf\"} 4\n"
                                        "sizes_sum{k=\"v\"} 10\n"
                                        "sizes_count{k=\"v\"} 4\n"));
}

TEST(MetricsTest, NothingIsLostBetweenThreads) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        metrics.CounterOf("a_total", "A.").Add();
        metrics.HistogramOf("b_seconds", "B.", SecondsBounds()).Observe(0.25);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(metrics.CounterOf("a_total", "A.").Value(), 4000U);
  EXPECT_EQ(metrics.HistogramOf("b_seconds", "B.", SecondsBounds()).Count(), 4000U);
  EXPECT_THAT(metrics.Text(), HasSubstr("b_seconds_sum 1000\n"));
}

}  // namespace
}  // namespace yizhan
