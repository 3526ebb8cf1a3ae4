#pragma once

#include <memory>
#include <vector>

#include "backend/store/postgres/connection.h"
#include "base/mutex.h"

namespace yizhan::store {

/// Lends connections, and opens one when all are lent. Thread-safe; outlives every Lease. What its
/// users want to know about one connection (an audit lane, a stock of keys) travels with it as
/// `Extra`, and is gone with it.
template <typename Extra>
class ConnectionPool {
 public:
  struct Session {
    std::unique_ptr<Connection> connection;
    Extra extra;
  };

  /// A connection for one user; goes back when destroyed, unless it is broken or was left in a
  /// transaction.
  class Lease {
   public:
    Lease(ConnectionPool& pool, Session session) : pool_(&pool), session_(std::move(session)) {}
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), session_(std::move(other.session_)) {}
    Lease& operator=(Lease&&) = delete;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
      if (pool_ != nullptr) pool_->Return(std::move(session_));
    }
    [[nodiscard]] Connection& operator*() const { return *session_.connection; }
    [[nodiscard]] Connection* operator->() const { return session_.connection.get(); }
    [[nodiscard]] Extra& State() { return session_.extra; }

   private:
    ConnectionPool* pool_;
    Session session_;
  };

  /// At most `most` are lent at once; more users wait up to `patience`.
  ConnectionPool(ConnectionOptions options, std::size_t most, std::chrono::milliseconds patience)
      : options_(std::move(options)), most_(most), patience_(patience) {}

  /// Busy: all were lent for too long. Otherwise as Connection::Open.
  [[nodiscard]] Result<Lease> Take() {
    {
      MutexLock lock(mutex_);
      const MonotonicTime deadline = SystemClock().Monotonic() + patience_;
      while (lent_ >= most_) {
        const auto left = deadline - SystemClock().Monotonic();
        if (left.count() <= 0) return Fail(ErrorCode::Busy, "all database connections are in use");
        returned_.WaitFor(mutex_, left);
      }
      ++lent_;
      if (!idle_.empty()) {
        Session session = std::move(idle_.back());
        idle_.pop_back();
        return Lease(*this, std::move(session));
      }
    }
    Result<std::unique_ptr<Connection>> opened = Connection::Open(options_);
    if (opened) return Lease(*this, Session{std::move(*opened), Extra()});
    {
      MutexLock lock(mutex_);
      --lent_;
    }
    returned_.NotifyOne();
    return tl::unexpected<Error>(opened.error());
  }

 private:
  void Return(Session session) {
    std::vector<Session> dead;
    {
      MutexLock lock(mutex_);
      --lent_;
      if (session.connection->Broken()) {
        // What ended one has usually ended all of them: the server was restarted.
        dead = std::exchange(idle_, {});
      } else if (!session.connection->InTransaction()) {
        idle_.push_back(std::move(session));
      }
    }
    returned_.NotifyOne();
  }

  const ConnectionOptions options_;
  const std::size_t most_;
  const std::chrono::milliseconds patience_;
  Mutex mutex_;
  Condition returned_;
  std::size_t lent_ GUARDED_BY(mutex_) = 0;
  std::vector<Session> idle_ GUARDED_BY(mutex_);
};

}  // namespace yizhan::store
