#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <string>

#include "base/clock.h"
#include "base/unique_fd.h"

namespace yizhan::test {

/// A TCP connection to loopback that sends and receives exactly what a test wants.
class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port, const char* from = "127.0.0.1")
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in own{};
    own.sin_family = AF_INET;
    ::inet_pton(AF_INET, from, &own.sin_addr);
    ::bind(fd_.Get(), reinterpret_cast<const sockaddr*>(&own), sizeof(own));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (::connect(fd_.Get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      fd_.Reset();
    }
  }

  [[nodiscard]] bool Connected() const { return static_cast<bool>(fd_); }

  /// False once the peer does not take it any more.
  bool Send(const std::string& text) {
    std::size_t sent = 0;
    while (sent < text.size()) {
      const ssize_t now = ::send(fd_.Get(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (now <= 0) return false;
      sent += static_cast<std::size_t>(now);
    }
    return true;
  }

  /// Nothing more will be sent; answers can still come.
  void Finish() { ::shutdown(fd_.Get(), SHUT_WR); }
  /// Without reading: true once the peer has given the connection up.
  [[nodiscard]] bool WaitForReset() {
    pollfd wait{fd_.Get(), 0, 0};
    return ::poll(&wait, 1, 20'000) > 0 && (wait.revents & (POLLERR | POLLHUP)) != 0;
  }

  /// Reads until `wanted` has come, the peer closes, or `timeout` is over. Keeps what was read.
  const std::string& ReadUntil(const std::string& wanted,
                               std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
    const auto deadline = SystemClock().Monotonic() + timeout;
    while (received_.find(wanted) == std::string::npos) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          deadline - SystemClock().Monotonic());
      pollfd wait{fd_.Get(), POLLIN, 0};
      if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) <= 0) break;
      char buffer[16384];
      const ssize_t got = ::recv(fd_.Get(), buffer, sizeof(buffer), 0);
      if (got <= 0) {
        closed_ = true;
        break;
      }
      received_.append(buffer, static_cast<std::size_t>(got));
    }
    return received_;
  }
  /// Everything until the peer closes.
  const std::string& ReadAll() { return ReadUntil("\x01never\x01"); }
  [[nodiscard]] bool Closed() const { return closed_; }
  void Forget() { received_.clear(); }

 private:
  UniqueFd fd_;
  std::string received_;
  bool closed_ = false;
};

}  // namespace yizhan::test
