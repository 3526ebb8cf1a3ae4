#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace yizhan::rig {

/// What to start and around what.
struct ChildOptions {
  std::vector<std::string> arguments;  ///< The program, found in PATH, then its arguments.
  std::vector<std::pair<std::string, std::string>> environment;  ///< Added to the rig's own.
  std::string log_path;  ///< Receives standard output and error; appended to.
};

/// A program the rig started. It is killed when this value ends, and by the kernel when the thread
/// that started it ends. Thread-bound; owns the process.
class ChildProcess {
 public:
  /// NotFound: no such program. Internal: the system refuses a process or the log.
  [[nodiscard]] static Result<ChildProcess> Start(const ChildOptions& options);

  ChildProcess() = default;
  ChildProcess(ChildProcess&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() { Kill(); }

  /// Its process id; -1 when none was started or it was collected.
  [[nodiscard]] pid_t Pid() const { return pid_; }
  /// True while it runs. Collects it when it has ended.
  [[nodiscard]] bool Running();
  /// Waits for its end, without limit, and returns its exit status; -1 when a signal ended it.
  int Wait();
  /// As a power cut does it: at once, without a chance to tidy up. Returns when it is gone.
  void Kill();

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}
  pid_t pid_ = -1;
};

/// Waits until something accepts on this loopback port, at most `timeout`. False: nothing did.
[[nodiscard]] bool WaitForPort(int port, std::chrono::milliseconds timeout);
/// As WaitForPort, for a Unix socket.
[[nodiscard]] bool WaitForSocket(const std::string& path, std::chrono::milliseconds timeout);
/// A port nobody listens on right now. Internal: there is none.
[[nodiscard]] Result<int> FreePort();

}  // namespace yizhan::rig
