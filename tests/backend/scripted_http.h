#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "base/unique_fd.h"

namespace yizhan::test {

/// A server on loopback that hands each accepted connection to a script, one after another, on its
/// own thread. Ends when destroyed.
class ScriptedHttp {
 public:
  using Script = std::function<void(int connection)>;

  explicit ScriptedHttp(Script script) : script_(std::move(script)) {
    listener_.Reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof(address);
    ready_ = ::bind(listener_.Get(), raw, length) == 0 && ::listen(listener_.Get(), 8) == 0 &&
             ::getsockname(listener_.Get(), raw, &length) == 0;
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~ScriptedHttp() {
    stop_ = true;
    thread_.join();
  }
  ScriptedHttp(const ScriptedHttp&) = delete;
  ScriptedHttp& operator=(const ScriptedHttp&) = delete;

  [[nodiscard]] bool Ready() const { return ready_; }
  [[nodiscard]] std::string Base() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/fhir";
  }

  /// Reads one request: head, and the body that content-length announces. "" when the peer left.
  static std::string ReadRequest(int connection) {
    std::string text;
    while (true) {
      const std::size_t end = text.find("\r\n\r\n");
      if (end != std::string::npos) {
        const std::size_t at = text.find("Content-Length: ");
        const std::size_t body =
            at == std::string::npos || at > end ? 0 : std::stoul(text.substr(at + 16));
        if (text.size() >= end + 4 + body) return text;
      }
      pollfd wait{connection, POLLIN, 0};
      if (::poll(&wait, 1, 5000) <= 0) return "";
      char buffer[4096];
      const ssize_t got = ::recv(connection, buffer, sizeof(buffer), 0);
      if (got <= 0) return "";
      text.append(buffer, static_cast<std::size_t>(got));
    }
  }
  static void Write(int connection, const std::string& text) {
    std::size_t sent = 0;
    while (sent < text.size()) {
      const ssize_t now = ::send(connection, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (now <= 0) return;
      sent += static_cast<std::size_t>(now);
    }
  }
  static std::string Answer(const std::string& status, const std::string& body,
                            const std::string& headers = "") {
    return "HTTP/1.1 " + status + "\r\nContent-Type: application/fhir+json\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  /// Waits until the peer closes, at most five seconds.
  static void WaitForClose(int connection) {
    char byte = 0;
    pollfd wait{connection, POLLIN, 0};
    if (::poll(&wait, 1, 5000) > 0) static_cast<void>(::recv(connection, &byte, 1, 0));
  }

 private:
  void Serve() {
    while (!stop_) {
      pollfd wait{listener_.Get(), POLLIN, 0};
      if (::poll(&wait, 1, 20) <= 0) continue;
      const UniqueFd connection(::accept4(listener_.Get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (connection) script_(connection.Get());
    }
  }

  const Script script_;
  UniqueFd listener_;
  std::uint16_t port_ = 0;
  bool ready_ = false;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace yizhan::test
