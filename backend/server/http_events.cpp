#include "backend/server/http_events.h"

#include <algorithm>

#include "backend/server/http_network.h"

namespace yizhan::server {
namespace {

constexpr std::chrono::milliseconds kInterval{200};
/// How long a right that was taken away may still be used to listen.
constexpr std::chrono::seconds kAskRights{1};
constexpr std::chrono::seconds kLongestSleep{60};

}  // namespace

void EventHub::Add(NetworkThread& network, std::uint64_t connection, EventStream stream) {
  MutexLock lock(mutex_);
  if (stopping_) return;
  added_.emplace_back(std::move(stream.feed),
                      Listener{&network, connection, std::move(stream.is_over)});
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  changed_.NotifyOne();
}

void EventHub::Remove(NetworkThread& network, std::uint64_t connection) {
  MutexLock lock(mutex_);
  removed_.emplace_back(&network, connection);
}

void EventHub::Stop() {
  std::thread ending;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    ending.swap(thread_);
    changed_.NotifyOne();
  }
  if (ending.joinable()) ending.join();
}

void EventHub::Run() {
  for (;;) {
    {
      MutexLock lock(mutex_);
      if (stopping_) return;
      // New listeners hear something at once; what is told again can wait for the next round.
      if (added_.empty()) {
        changed_.WaitFor(mutex_, channels_.empty() ? std::chrono::nanoseconds(kLongestSleep)
                                                   : std::chrono::nanoseconds(kInterval));
      }
      if (stopping_) return;
    }
    TakeChanges();
    Outgoing outgoing;
    const MonotonicTime now = SystemClock().Monotonic();
    for (auto& [feed, channel] : channels_) Serve(channel, now, outgoing);
    std::erase_if(channels_, [](const auto& entry) { return entry.second.listeners.empty(); });
    for (auto& [network, texts] : outgoing) network->Tell(std::move(texts));
  }
}

void EventHub::TakeChanges() {
  decltype(added_) added;
  decltype(removed_) removed;
  {
    MutexLock lock(mutex_);
    added.swap(added_);
    removed.swap(removed_);
  }
  for (auto& [feed, listener] : added) {
    Channel& channel = channels_[feed.get()];
    channel.feed = feed;
    channel.listeners.push_back(std::move(listener));
  }
  if (removed.empty()) return;
  std::sort(removed.begin(), removed.end());
  for (auto& [feed, channel] : channels_) {
    std::erase_if(channel.listeners, [&](const Listener& listener) {
      return std::binary_search(removed.begin(), removed.end(),
                                std::pair(listener.network, listener.connection));
    });
  }
}

void EventHub::Serve(Channel& channel, MonotonicTime now, Outgoing& outgoing) {
  const std::shared_ptr<const std::string> news = channel.feed->Next();
  std::shared_ptr<const std::string> first;
  std::erase_if(channel.listeners, [&](Listener& listener) {
    const bool has_something = listener.is_new || news;
    if (listener.is_over && (has_something || now - listener.asked >= kAskRights)) {
      listener.asked = now;
      if (listener.is_over()) {
        outgoing[listener.network].push_back({listener.connection, nullptr});
        return true;
      }
    }
    if (!has_something) return false;
    if (listener.is_new && !first) first = channel.feed->First();
    const auto& text = listener.is_new ? first : news;
    listener.is_new = false;
    if (text) outgoing[listener.network].push_back({listener.connection, text});
    return false;
  });
}

}  // namespace yizhan::server
