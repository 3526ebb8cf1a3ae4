/// \file
/// The door to PostgreSQL: nothing outside this folder sees libpq.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

struct pg_conn;
struct pg_result;

namespace yizhan::store {

/// The values for a statement's $1, $2, ... in order. Copies what it is given. A zero byte, which
/// PostgreSQL cannot keep in a text, is replaced by U+FFFD: stored and searched values alike.
class Parameters {
 public:
  Parameters& operator<<(std::string_view text);
  Parameters& operator<<(std::int64_t value);
  Parameters& operator<<(const std::vector<std::int64_t>& values);      ///< For $n::bigint[]
  Parameters& operator<<(const std::vector<std::string_view>& values);  ///< For $n::text[]

 private:
  friend class Connection;
  struct Value {
    std::string bytes;
    int format;  ///< 0 text, 1 binary
  };
  std::vector<Value> values_;
};

/// One statement's answer. Texts borrow from it.
class Rows {
 public:
  Rows() = default;
  explicit Rows(pg_result* result) : result_(result) {}
  [[nodiscard]] int Count() const;
  [[nodiscard]] std::string_view Text(int row, int column) const;  ///< "" for NULL.
  [[nodiscard]] std::int64_t Integer(int row, int column) const;   ///< 0 for NULL.
  [[nodiscard]] bool IsNull(int row, int column) const;
  /// Rows that an INSERT, UPDATE or DELETE touched.
  [[nodiscard]] std::int64_t Affected() const;

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

struct ConnectionOptions {
  std::string address;  ///< libpq connection string or URI; never logged, it may hold a password.
  std::chrono::milliseconds connect_timeout{5'000};
  /// The server gives a statement up after this; we give the server up a little later.
  std::chrono::milliseconds statement_timeout{30'000};
};

/// One session with a PostgreSQL server. Statements are prepared at their first use and stay so;
/// several of them travel together (pipeline). Thread-bound: one user at a time. Every wait is
/// bounded. Error details hold a SQLSTATE, never a message: messages quote values.
class Connection {
 public:
  /// Unreachable: no server, or it refuses us (the detail is for the operator). BadData: the
  /// address cannot be read.
  [[nodiscard]] static Result<std::unique_ptr<Connection>> Open(const ConnectionOptions& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Adds a statement to the batch that the next Send() carries.
  void Queue(std::string_view sql, const Parameters& parameters = {});
  /// Sends the batch in one round trip and returns an answer for each statement. Outside
  /// BEGIN ... COMMIT the batch is one transaction. The first error ends the batch and is what
  /// comes back.
  /// StoreFull: the server's disk. Unreachable: the session is gone (see Broken). Timeout: the
  /// server did not answer in time, the session is given up. Busy: lock wait or the server's
  /// limits. Internal: anything else; see Retryable().
  [[nodiscard]] Result<std::vector<Rows>> Send();
  /// One statement, one round trip.
  [[nodiscard]] Result<Rows> Run(std::string_view sql, const Parameters& parameters = {});
  /// Several statements without parameters, as one transaction unless they say otherwise.
  [[nodiscard]] Status RunScript(const std::string& sql);

  /// The last error was a lost race (serialization failure, deadlock, a key that somebody else
  /// took): the same work may succeed when done again from its beginning.
  [[nodiscard]] bool Retryable() const { return retryable_; }
  /// The session is of no use any more; open another.
  [[nodiscard]] bool Broken() const { return broken_; }
  /// Inside BEGIN, also when it failed.
  [[nodiscard]] bool InTransaction() const;
  /// Inside BEGIN after an error: only ROLLBACK is left.
  [[nodiscard]] bool FailedTransaction() const;
  /// Name of this session at the server, for ending it from another one.
  [[nodiscard]] const std::string& Name() const { return name_; }

  /// Waits until the server says something unasked (NOTIFY) or `wake_fd` becomes readable. True:
  /// at least one notification came. Only between batches. Unreachable: the session is gone.
  [[nodiscard]] Result<bool> WaitForNotice(int wake_fd, std::chrono::milliseconds timeout);

 private:
  struct Expected {
    bool is_prepare = false;
    std::string key;  ///< Of the statement in prepared_.
  };
  enum class Direction { Read, Write, ReadWrite };

  Connection(pg_conn* handle, const ConnectionOptions& options, std::string name)
      : handle_(handle), options_(options), name_(std::move(name)) {}
  [[nodiscard]] Status Connect();
  [[nodiscard]] Status Settle();
  [[nodiscard]] Status WaitSocket(Direction direction, MonotonicTime deadline);
  [[nodiscard]] Status FlushOutput(MonotonicTime deadline);
  /// Null at the end of one statement's answers.
  [[nodiscard]] Result<pg_result*> NextResult(MonotonicTime deadline);
  [[nodiscard]] Status ReadAnswers(MonotonicTime deadline, std::vector<Rows>& answers);
  [[nodiscard]] tl::unexpected<Error> Lost();
  [[nodiscard]] Error ErrorOf(const pg_result* result);
  [[nodiscard]] MonotonicTime Deadline() const;

  pg_conn* const handle_;
  const ConnectionOptions options_;
  const std::string name_;
  bool broken_ = false;
  bool retryable_ = false;
  bool send_failed_ = false;
  std::vector<Expected> expected_;
  std::unordered_map<std::string, std::string> prepared_;  ///< SQL to name.
  std::int64_t next_name_ = 1;
};

}  // namespace yizhan::store
