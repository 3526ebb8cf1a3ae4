/// \file
/// How a running rig is told what to do: one request line over the Unix socket `rig.sock` of its
/// folder, one answer, then the rig closes. The answer begins with "ok" or "error", a space, and
/// text. Requests are the words of the command line: "tap anna 800", "printer jam".
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace yizhan::rig {

inline constexpr std::size_t kMaxRequestBytes = 4096;

/// The rig's side. Thread-bound; owns the socket.
class ControlServer {
 public:
  /// Replaces a socket that a dead rig left behind. Internal: the folder's path is too long for a
  /// Unix socket, or it cannot be written.
  [[nodiscard]] static Result<ControlServer> Listen(const std::string& dir);

  /// Readable when a request waits.
  [[nodiscard]] int Fd() const { return socket_.Get(); }
  /// Takes one request and answers it with what `handle` returns. A client that dawdles for more
  /// than a second is dropped.
  void ServeOne(const std::function<Result<std::string>(std::string_view)>& handle);

 private:
  explicit ControlServer(UniqueFd socket) : socket_(std::move(socket)) {}
  UniqueFd socket_;
};

/// Sends a request to the rig in `dir` and returns its answer. Unreachable: no rig runs there.
/// Timeout: no answer in time. Refused: the rig says no; its words are the detail.
[[nodiscard]] Result<std::string> AskRig(const std::string& dir, std::string_view request,
                                         std::chrono::milliseconds timeout);

}  // namespace yizhan::rig
