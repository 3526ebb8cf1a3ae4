#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "backend/server/http.h"
#include "base/clock.h"
#include "base/mutex.h"

namespace yizhan::server {

class NetworkThread;

/// What a connection has to send; null: its stream is over.
struct StreamText {
  std::uint64_t connection = 0;
  std::shared_ptr<const std::string> text;
};

/// Asks every feed once for all who listen to it, five times a second, and hands the text to their
/// connections. Its thread sleeps while nobody listens. Thread-safe.
class EventHub {
 public:
  EventHub() = default;
  ~EventHub() { Stop(); }
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  /// `network` outlives the hub's thread.
  void Add(NetworkThread& network, std::uint64_t connection, EventStream stream);
  void Remove(NetworkThread& network, std::uint64_t connection);
  /// Ends the thread. A second call does nothing.
  void Stop();

 private:
  struct Listener {
    NetworkThread* network = nullptr;
    std::uint64_t connection = 0;
    std::function<bool()> is_over;
    MonotonicTime asked{};
    bool is_new = true;
  };
  struct Channel {
    std::shared_ptr<EventFeed> feed;
    std::vector<Listener> listeners;
  };
  using Outgoing = std::unordered_map<NetworkThread*, std::vector<StreamText>>;

  void Run();
  void TakeChanges();
  void Serve(Channel& channel, MonotonicTime now, Outgoing& outgoing);

  Mutex mutex_;
  Condition changed_;
  std::vector<std::pair<std::shared_ptr<EventFeed>, Listener>> added_ GUARDED_BY(mutex_);
  std::vector<std::pair<NetworkThread*, std::uint64_t>> removed_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_ GUARDED_BY(mutex_);
  std::unordered_map<EventFeed*, Channel> channels_;  ///< The thread's own.
};

}  // namespace yizhan::server
