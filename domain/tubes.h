/// \file
/// From paid laboratory orders to tubes, in the order in which they are drawn (domain.md F30, 2.7;
/// order of draw: CLSI GP41). Pure; catalogue and limits are the laboratory's data.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace yizhan::domain {

/// In order of draw.
enum class TubeKind {
  BloodCulture,  ///< 培养瓶
  Citrate,       ///< 浅蓝, 1:9, must be full
  CitrateEsr,    ///< 黑, 1:4
  Serum,         ///< 红/黄
  Heparin,       ///< 绿
  Edta,          ///< 紫
  Fluoride,      ///< 灰
};

/// One test as ordered.
struct TestOrder {
  std::string order_id;
  std::string short_name;  ///< "血常规", for the label.
  TubeKind tube = TubeKind::Serum;
  std::string section;  ///< Of the laboratory; tests of two sections share no tube.
  int volume_ul = 0;    ///< What it needs; 0 counts as nothing.
  bool urgent = false;
  bool own_tube = false;        ///< Cross-match and the like share with nothing.
  int minutes_after_first = 0;  ///< Of a timed series (OGTT); another time is another tube.
};

/// One tube to draw.
struct Tube {
  TubeKind kind = TubeKind::Serum;
  std::string section;
  bool urgent = false;
  int minutes_after_first = 0;
  int volume_ul = 0;
  std::vector<std::string> order_ids;    ///< In the order in which they were ordered.
  std::vector<std::string> short_names;  ///< Same length.
};

struct TubeLimits {
  int tests_on_a_label = 6;
  /// What a tube of the kind holds, in microlitres, by TubeKind.
  int capacity_ul[7] = {10'000, 2'700, 2'000, 5'000, 5'000, 2'000, 2'000};
};

/// Groups tests that may share a tube, fills tubes up to their limits and sorts them by time, order
/// of draw, urgency, section. Every order is in exactly one tube; a test that needs more than a
/// tube holds gets one alone.
[[nodiscard]] std::vector<Tube> GroupTubes(std::span<const TestOrder> orders,
                                           const TubeLimits& limits);

}  // namespace yizhan::domain
