/// \file
/// Behind http_server.h: the threads that own connections, the pool that runs handlers, and what
/// they share.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "backend/server/http_connection.h"
#include "backend/server/http_events.h"
#include "backend/server/http_metrics.h"
#include "base/mutex.h"

namespace yizhan::server {

/// Runs handlers. Thread-safe. Each connection has one request in it at most, so their number
/// bounds the queue.
class HandlerPool {
 public:
  explicit HandlerPool(std::size_t threads);
  ~HandlerPool() { Stop(); }
  HandlerPool(const HandlerPool&) = delete;
  HandlerPool& operator=(const HandlerPool&) = delete;

  /// False: it has been stopped.
  [[nodiscard]] bool Add(Connection& connection);
  /// Finishes what was added, ends the threads. A second call does nothing.
  void Stop();

 private:
  void Work();

  Mutex mutex_;
  Condition arrived_;
  std::deque<Connection*> waiting_ GUARDED_BY(mutex_);
  std::size_t idle_ GUARDED_BY(mutex_) = 0;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

/// Counts connections by where they come from. Thread-safe.
class AddressCount {
 public:
  /// False, and not counted: there are `most` already (0: no limit).
  [[nodiscard]] bool Enter(const std::string& address, std::size_t most);
  void Leave(const std::string& address);

 private:
  Mutex mutex_;
  std::map<std::string, std::size_t> count_ GUARDED_BY(mutex_);
};

/// What all connections share. Outlives them.
struct HttpShared {
  HttpShared(HttpServerOptions options_in, HttpHandler handler_in)
      : options(std::move(options_in)),
        handler(std::move(handler_in)),
        pool(options.handler_threads) {}

  const HttpServerOptions options;
  const HttpHandler handler;
  std::unique_ptr<TlsContext> tls;  ///< Null: not encrypted.
  std::atomic<std::size_t> connections = 0;
  std::atomic<std::size_t> streams = 0;
  std::atomic<bool> stopping = false;
  AddressCount addresses;
  HttpMetrics metrics;
  EventHub events;
  HandlerPool pool;
};

/// One thread that waits for sockets (edge-triggered epoll) and owns their connections.
class NetworkThread {
 public:
  explicit NetworkThread(HttpShared& shared) : shared_(shared), scratch_(64U << 10U) {}
  ~NetworkThread() { Stop(); }
  NetworkThread(const NetworkThread&) = delete;
  NetworkThread& operator=(const NetworkThread&) = delete;

  /// `listener`: this thread accepts, too, and deals the connections out to `all`. Internal: the
  /// system gives no more descriptors.
  [[nodiscard]] Status Start(UniqueFd listener, std::vector<NetworkThread*> all);
  /// Closes what is idle, lets the others send what they have for at most two seconds, ends the
  /// thread. Call when the pool has stopped. A second call does nothing.
  void Stop();

  // From any thread.
  void Adopt(UniqueFd socket, std::string address);
  void Handled(Connection& connection);
  void Tell(std::vector<StreamText> texts);

  // For connections, on this thread.
  [[nodiscard]] std::span<char> Scratch() { return scratch_; }
  [[nodiscard]] std::string& Spare() { return spare_; }
  [[nodiscard]] MonotonicTime Now() const { return now_; }
  [[nodiscard]] const std::string& Date();
  void Again(Connection& connection) { again_.push_back(connection.Id()); }
  void Over(Connection& connection) { over_.push_back(connection.Id()); }

 private:
  struct Inbox {
    std::vector<std::pair<UniqueFd, std::string>> sockets;
    std::vector<Connection*> handled;
    std::vector<StreamText> texts;
    bool stop = false;
  };

  void Run();
  void Wait();
  void Accept();
  void TakeInbox();
  void Sweep();
  void StopAll();
  void Wake();
  template <typename Change>
  void Post(Change change);
  [[nodiscard]] Connection* Find(std::uint64_t id);

  HttpShared& shared_;
  UniqueFd epoll_;
  UniqueFd wake_;
  UniqueFd listener_;
  bool is_accepting_ = true;
  std::vector<NetworkThread*> all_;
  std::size_t next_ = 0;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::vector<std::uint64_t> again_;
  std::vector<std::uint64_t> over_;
  std::vector<char> scratch_;
  std::string spare_;
  std::string date_;
  std::chrono::sys_seconds date_at_{};
  MonotonicTime now_{};
  MonotonicTime next_sweep_{};
  bool is_stopping_ = false;
  MonotonicTime stop_deadline_{};
  Mutex mutex_;
  Inbox inbox_ GUARDED_BY(mutex_);
  bool is_woken_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace yizhan::server
