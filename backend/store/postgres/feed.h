#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "backend/store/postgres/connection.h"
#include "backend/store/resource_store.h"
#include "base/unique_fd.h"

namespace yizhan::store {

/// Learns what other server processes commit to the same database, and tells them when we did. A
/// NOTIFY is only a hint to look; what is new is read from `history` by transaction snapshots, so
/// that nothing is missed (late commits, lost hints, lost connections) and nothing comes twice.
/// Thread-safe. Everything given outlives it.
class ChangeFeed {
 public:
  struct Options {
    ConnectionOptions connection;
    std::int64_t origin = 0;  ///< Our own versions are not told.
  };
  using Tell = std::function<void(const std::vector<StoredResource>&)>;
  /// Work that is due now and then and needs a connection.
  using Chore = std::function<void(Connection&)>;

  ChangeFeed(Options options, Tell tell, Chore chore);
  ~ChangeFeed();
  ChangeFeed(const ChangeFeed&) = delete;
  ChangeFeed& operator=(const ChangeFeed&) = delete;

  /// Notes what has happened until now, so that only what comes later is told. Errors as
  /// Connection::Send; call Run() after it.
  [[nodiscard]] Status Start();
  /// Starts the thread.
  void Run();
  /// We have committed something.
  void Committed();

 private:
  void Loop();
  [[nodiscard]] Status Turn();
  [[nodiscard]] Status Connect();
  [[nodiscard]] Status TellOthers();
  [[nodiscard]] Status Look();

  const Options options_;
  const Tell tell_;
  const Chore chore_;
  const UniqueFd wake_;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> committed_ = false;
  std::unique_ptr<Connection> connection_;
  std::string seen_;  ///< pg_snapshot of the last look.
  bool must_look_ = true;
  MonotonicTime next_chore_{};
  std::thread thread_;
};

}  // namespace yizhan::store
