#pragma once

#include <netinet/in.h>

#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "base/unique_fd.h"

namespace yizhan::test {

/// The network between a client and a server on loopback, with faults. Thread-safe; runs one
/// thread until it is destroyed.
class TcpProxy {
 public:
  explicit TcpProxy(int server_port);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  [[nodiscard]] int Port() const { return ntohs(address_.sin_port); }
  /// Everything passes again.
  void Pass();
  /// Connections are cut, new ones are refused.
  void Refuse();
  /// Once a client has sent `pattern`, its bytes still reach the server, but no answer comes back.
  void LoseAnswersAfter(const std::string& pattern);

 private:
  struct Link {
    UniqueFd client;
    UniqueFd server;
    std::string seen;  ///< Of what the client sent.
  };
  enum class Mode { Pass, Refuse, Watch, Lose };
  void Listen();
  void Wake() const;
  void Run();
  void Accept();
  /// False: the link is over.
  bool Carry(Link& link, bool from_client);
  void SetMode(Mode mode, const std::string& pattern);

  const int server_port_;
  sockaddr_in address_{};
  UniqueFd reserved_;  ///< Bound, never listening: keeps the port ours while we refuse.
  UniqueFd wake_read_;
  UniqueFd wake_write_;
  std::mutex mutex_;
  UniqueFd listener_;
  Mode mode_ = Mode::Pass;
  std::string pattern_;
  bool stop_ = false;
  std::list<Link> links_;  ///< Of the thread alone.
  std::thread thread_;
};

}  // namespace yizhan::test
