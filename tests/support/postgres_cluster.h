#pragma once

#include <sys/types.h>

#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"

namespace yizhan::test {

/// A PostgreSQL server of a test's own: a folder, a Unix socket and a process, all of which end
/// with it (the process also when the test crashes). Touches no other server of the machine. Runs
/// as nobody when the test runs as root, because PostgreSQL refuses root. Thread-bound.
class PostgresCluster {
 public:
  /// On: as in a hospital. Off: faster; survives a crash of processes, not of the machine.
  enum class Durability { On, Off };

  /// Whether Debian's server binaries are installed.
  [[nodiscard]] static bool Installed();
  /// What a test says when they are not.
  [[nodiscard]] static const char* WhySkipped();

  /// Starts an empty server and waits until it takes connections. NotFound: not Installed().
  /// Internal: it did not start; the detail has the end of its log.
  [[nodiscard]] static Result<std::unique_ptr<PostgresCluster>> Start(
      Durability durability = Durability::Off);
  ~PostgresCluster();
  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;

  /// Makes an empty database and returns its address for libpq.
  [[nodiscard]] Result<std::string> CreateDatabase();
  /// Runs one statement in a database and returns the first column of its rows, one a line.
  [[nodiscard]] Result<std::string> Query(const std::string& address, const std::string& sql);

  /// Ends the server at once, as a crash would.
  void Kill();
  /// Starts it again after Kill().
  [[nodiscard]] Status Restart();

 private:
  PostgresCluster(std::string folder, Durability durability)
      : folder_(std::move(folder)), durability_(durability) {}
  [[nodiscard]] Status Launch();
  [[nodiscard]] bool WaitUntilReady();
  void EndProcess(int signal);

  const std::string folder_;
  const Durability durability_;
  pid_t server_ = -1;
  int log_ = -1;
  std::thread drain_;
  std::mutex mutex_;
  std::string log_text_;  ///< The end of it.
  int databases_ = 0;
};

}  // namespace yizhan::test
