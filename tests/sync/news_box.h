#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "kiosk/sync/gateway.h"

namespace yizhan::sync::test {

/// Keeps what a gateway tells. Thread-safe.
class NewsBox {
 public:
  [[nodiscard]] std::function<void(News)> Teller() {
    return [this](News news) {
      const std::lock_guard lock(mutex_);
      news_.push_back(std::move(news));
      changed_.notify_all();
    };
  }

  /// The first news of this kind that is not taken yet, and fits; it is taken. Empty: it did not
  /// come within half a minute.
  template <typename Kind>
  std::optional<Kind> Wait(const std::function<bool(const Kind&)>& fits = {}) {
    std::unique_lock lock(mutex_);
    std::optional<Kind> found;
    const auto take = [&] {
      for (auto at = news_.begin(); at != news_.end(); ++at) {
        auto* news = std::get_if<Kind>(&*at);
        if (news == nullptr || (fits && !fits(*news))) continue;
        found = std::move(*news);
        news_.erase(at);
        return true;
      }
      return false;
    };
    changed_.wait_for(lock, std::chrono::seconds(30), take);
    return found;
  }
  [[nodiscard]] bool WaitReachable(bool reachable) {
    return Wait<ReachableChanged>([&](const auto& news) { return news.reachable == reachable; })
        .has_value();
  }

  /// How many of this kind were told and not taken.
  template <typename Kind>
  [[nodiscard]] std::size_t Count() const {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const News& news : news_) count += std::holds_alternative<Kind>(news) ? 1 : 0;
    return count;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<News> news_;
};

}  // namespace yizhan::sync::test
