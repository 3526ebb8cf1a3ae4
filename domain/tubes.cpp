#include "domain/tubes.h"

#include <algorithm>
#include <tuple>

namespace yizhan::domain {
namespace {

bool MayShare(const Tube& tube, const TestOrder& order) {
  return tube.kind == order.tube && tube.section == order.section && tube.urgent == order.urgent &&
         tube.minutes_after_first == order.minutes_after_first;
}

bool HasRoom(const Tube& tube, const TestOrder& order, const TubeLimits& limits) {
  const int capacity = limits.capacity_ul[static_cast<int>(tube.kind)];
  const auto most = static_cast<std::size_t>(std::max(limits.tests_on_a_label, 1));
  return tube.order_ids.size() < most && tube.volume_ul + order.volume_ul <= capacity;
}

}  // namespace

std::vector<Tube> GroupTubes(std::span<const TestOrder> orders, const TubeLimits& limits) {
  std::vector<Tube> shared;
  std::vector<Tube> alone;
  for (const TestOrder& order : orders) {
    auto tube = shared.end();
    if (!order.own_tube) {
      tube = std::find_if(shared.begin(), shared.end(), [&](const Tube& one) {
        return MayShare(one, order) && HasRoom(one, order, limits);
      });
    }
    if (tube == shared.end()) {
      std::vector<Tube>& target = order.own_tube ? alone : shared;
      target.push_back(
          {order.tube, order.section, order.urgent, order.minutes_after_first, 0, {}, {}});
      tube = target.end() - 1;
    }
    tube->volume_ul += order.volume_ul;
    tube->order_ids.push_back(order.order_id);
    tube->short_names.push_back(order.short_name);
  }
  shared.insert(shared.end(), alone.begin(), alone.end());
  std::stable_sort(shared.begin(), shared.end(), [](const Tube& a, const Tube& b) {
    return std::tuple(a.minutes_after_first, a.kind, !a.urgent, a.section) <
           std::tuple(b.minutes_after_first, b.kind, !b.urgent, b.section);
  });
  return shared;
}

}  // namespace yizhan::domain
