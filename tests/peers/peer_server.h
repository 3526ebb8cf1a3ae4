#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "base/unique_fd.h"

namespace yizhan::test {

/// An R4 server by others (fhir-router-server.mjs) as a child process, empty, on a loopback port of
/// its own. Ends when destroyed, or when this process ends. Thread-bound.
class PeerServer {
 public:
  /// Why it cannot run here ("" if it can): what `npm ci` in tests/peers installs is missing.
  [[nodiscard]] static std::string WhyNot();
  /// Null when it did not come up within a minute.
  [[nodiscard]] static std::unique_ptr<PeerServer> Start();
  ~PeerServer();
  PeerServer(const PeerServer&) = delete;
  PeerServer& operator=(const PeerServer&) = delete;

  [[nodiscard]] int Port() const { return port_; }
  [[nodiscard]] std::string Base() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/fhir";
  }
  /// It goes on accepting, and answers nothing.
  void Freeze() const;
  void Thaw() const;

 private:
  PeerServer(pid_t pid, UniqueFd input, UniqueFd output)
      : pid_(pid), input_(std::move(input)), output_(std::move(output)) {}
  [[nodiscard]] bool ReadPort();

  const pid_t pid_;
  const UniqueFd input_;  ///< The child ends when this does.
  const UniqueFd output_;
  int port_ = 0;
};

}  // namespace yizhan::test
