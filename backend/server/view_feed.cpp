#include "backend/server/view_feed.h"

#include <utility>

namespace yizhan::server {
namespace {

/// Silence that a page may take for a dead connection starts at three times this.
constexpr std::chrono::seconds kTick{10};

class ViewFeed final : public EventFeed {
 public:
  ViewFeed(const hospital::Hospital& hospital, const Clock& clock, ViewFunction view)
      : board_(hospital.Board()),
        zone_(hospital.Options().zone),
        clock_(clock),
        view_(std::move(view)) {}

  std::shared_ptr<const std::string> Next() override {
    const MonotonicTime now = clock_.Monotonic();
    const std::uint64_t revision = board_.Revision();
    // Not everything that is shown is on the board: with each tick the view is made anew.
    if (revision != revision_ || now - viewed_ >= kTick) {
      revision_ = revision;
      viewed_ = now;
      std::string text = view_().Write();
      if (text != newest_) {
        newest_ = std::move(text);
        return Send(now, View());
      }
    }
    if (now - sent_ < kTick) return nullptr;
    return Send(now, Tick());
  }

  std::shared_ptr<const std::string> First() override {
    return std::make_shared<const std::string>(View());
  }

 private:
  std::shared_ptr<const std::string> Send(MonotonicTime now, std::string text) {
    sent_ = now;
    return std::make_shared<const std::string>(std::move(text));
  }
  std::string Tick() const {
    return "event: tick\ndata: {\"nowMs\":" +
           std::to_string(clock_.Now().time_since_epoch().count()) +
           ",\"zoneMinutes\":" + std::to_string(zone_.offset_from_utc.count()) + "}\n\n";
  }
  /// The time first: waiting times are counted from it, whatever the page's computer says.
  std::string View() const { return Tick() + "event: view\ndata: " + newest_ + "\n\n"; }

  const hospital::QueueBoard& board_;
  const TimeZone zone_;
  const Clock& clock_;
  const ViewFunction view_;
  std::uint64_t revision_ = 0;
  std::string newest_;
  MonotonicTime viewed_{};
  MonotonicTime sent_{};
};

}  // namespace

std::shared_ptr<EventFeed> ViewFeeds::Of(const std::string& name, ViewFunction view) {
  MutexLock lock(mutex_);
  std::erase_if(feeds_, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<EventFeed>& known = feeds_[name];
  std::shared_ptr<EventFeed> feed = known.lock();
  if (!feed) {
    feed = std::make_shared<ViewFeed>(hospital_, clock_, std::move(view));
    known = feed;
  }
  return feed;
}

}  // namespace yizhan::server
