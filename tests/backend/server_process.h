#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "tests/backend/raw_http.h"
#include "tests/rig/child_process.h"

namespace yizhan::test {

struct HttpAnswer {
  int status = 0;  ///< 0: no answer came.
  std::string body;
};

/// One yizhan-hospital as a process of its own on a port of its own, open to this machine. Killed
/// when this value ends. Thread-bound, except for Ask().
class ServerProcess {
 public:
  /// `place`: the arguments that say where the store is. `log` receives what it prints.
  ServerProcess(std::vector<std::string> place, std::string log) : log_(std::move(log)) {
    const Result<int> port = rig::FreePort();
    EXPECT_TRUE(port);
    port_ = port.value_or(0);
    std::vector<std::string> arguments = {YIZHAN_HOSPITAL_PROGRAM, "serve", "--open", "--listen",
                                          "127.0.0.1:" + std::to_string(port_)};
    arguments.insert(arguments.end(), place.begin(), place.end());
    auto started = rig::ChildProcess::Start({std::move(arguments), {}, log_});
    EXPECT_TRUE(started);
    if (started) child_ = std::move(*started);
  }
  [[nodiscard]] bool WaitUntilReady() {
    return rig::WaitForPort(port_, std::chrono::seconds(100)) && child_.Running();
  }
  [[nodiscard]] std::uint16_t Port() const { return static_cast<std::uint16_t>(port_); }
  /// What it holds of memory, without the pages of files that it has mapped.
  [[nodiscard]] double OwnMemoryMb() const {
    std::ifstream status("/proc/" + std::to_string(child_.Pid()) + "/status");
    std::string word;
    double kilobytes = 0;
    while (status >> word) {
      if (word == "RssAnon:") status >> kilobytes;
    }
    EXPECT_GT(kilobytes, 0);
    return kilobytes / 1024;
  }
  /// As kill -9 does.
  void Kill() { child_.Kill(); }

  /// Asks once, over a connection of its own.
  [[nodiscard]] HttpAnswer Ask(const std::string& method, const std::string& target,
                               const std::string& body = "",
                               const std::string& headers = "") const {
    RawConnection connection(static_cast<std::uint16_t>(port_));
    if (!connection.Connected()) return {};
    const bool is_fhir = target.starts_with("/fhir");
    const std::string type = is_fhir ? "application/fhir+json" : "application/json";
    connection.Send(method + ' ' + target +
                    " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" +
                    "Content-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n" + headers + "\r\n" + body);
    const std::string& text = connection.ReadUntil("\x01never\x01", std::chrono::seconds(100));
    const std::size_t head = text.find("\r\n\r\n");
    // An answer that breaks off in the middle is none.
    if (head == std::string::npos || text.size() < 12) return {};
    const std::size_t length = text.find("Content-Length: ");
    if (length == std::string::npos || length > head) return {};
    const std::size_t wanted = std::strtoull(text.c_str() + length + 16, nullptr, 10);
    if (text.size() < head + 4 + wanted) return {};
    return {std::atoi(text.c_str() + 9), text.substr(head + 4)};
  }

 private:
  const std::string log_;
  int port_ = 0;
  rig::ChildProcess child_;
};

}  // namespace yizhan::test
