#include "tests/support/tcp_proxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "base/assert.h"

namespace yizhan::test {
namespace {

UniqueFd Socket() {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(socket.Get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  ::setsockopt(socket.Get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
  return socket;
}

}  // namespace

TcpProxy::TcpProxy(int server_port) : server_port_(server_port), reserved_(Socket()) {
  address_.sin_family = AF_INET;
  address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* raw = reinterpret_cast<sockaddr*>(&address_);
  socklen_t length = sizeof(address_);
  std::array<int, 2> wake{};
  const bool ready = ::bind(reserved_.Get(), raw, length) == 0 &&
                     ::getsockname(reserved_.Get(), raw, &length) == 0 &&
                     ::pipe2(wake.data(), O_CLOEXEC | O_NONBLOCK) == 0;
  YIZHAN_ASSERT(ready);
  wake_read_.Reset(wake[0]);
  wake_write_.Reset(wake[1]);
  Listen();
  thread_ = std::thread([this] { Run(); });
}

TcpProxy::~TcpProxy() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  Wake();
  thread_.join();
}

void TcpProxy::Listen() {
  listener_ = Socket();
  const bool listens =
      ::bind(listener_.Get(), reinterpret_cast<sockaddr*>(&address_), sizeof(address_)) == 0 &&
      ::listen(listener_.Get(), 16) == 0;
  YIZHAN_ASSERT(listens);
}

void TcpProxy::Wake() const {
  if (::write(wake_write_.Get(), "w", 1) != 1) return;  // Full: it is awake anyway.
}

void TcpProxy::SetMode(Mode mode, const std::string& pattern) {
  {
    const std::lock_guard lock(mutex_);
    mode_ = mode;
    pattern_ = pattern;
    if (mode == Mode::Refuse) {
      listener_.Reset();
    } else if (!listener_) {
      Listen();
    }
  }
  Wake();
}

void TcpProxy::Pass() { SetMode(Mode::Pass, ""); }
void TcpProxy::Refuse() { SetMode(Mode::Refuse, ""); }
void TcpProxy::LoseAnswersAfter(const std::string& pattern) { SetMode(Mode::Watch, pattern); }

void TcpProxy::Accept() {
  Link link;
  link.client.Reset(::accept4(listener_.Get(), nullptr, nullptr, SOCK_CLOEXEC));
  link.server = Socket();
  sockaddr_in server = address_;
  server.sin_port = htons(static_cast<std::uint16_t>(server_port_));
  const bool through =
      link.client &&
      ::connect(link.server.Get(), reinterpret_cast<sockaddr*>(&server), sizeof(server)) == 0;
  if (through) links_.push_back(std::move(link));
}

bool TcpProxy::Carry(Link& link, bool from_client) {
  std::array<char, 65536> buffer{};
  const int from = from_client ? link.client.Get() : link.server.Get();
  const int to = from_client ? link.server.Get() : link.client.Get();
  const ssize_t got = ::recv(from, buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  if (from_client && mode_ == Mode::Watch) {
    link.seen.append(buffer.data(), static_cast<std::size_t>(got));
    if (link.seen.find(pattern_) != std::string::npos) mode_ = Mode::Lose;
  }
  if (!from_client && mode_ == Mode::Lose) return true;
  return ::send(to, buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
}

void TcpProxy::Run() {
  while (true) {
    std::vector<pollfd> waits = {{wake_read_.Get(), POLLIN, 0}};
    {
      const std::lock_guard lock(mutex_);
      if (stop_) return;
      if (mode_ == Mode::Refuse) links_.clear();
      waits.push_back({listener_ ? listener_.Get() : -1, POLLIN, 0});
    }
    for (const Link& link : links_) {
      waits.push_back({link.client.Get(), POLLIN, 0});
      waits.push_back({link.server.Get(), POLLIN, 0});
    }
    if (::poll(waits.data(), waits.size(), -1) <= 0) continue;
    std::array<char, 64> drain{};
    while (::read(wake_read_.Get(), drain.data(), drain.size()) > 0) {
    }
    const std::lock_guard lock(mutex_);
    std::size_t at = 2;
    for (auto link = links_.begin(); link != links_.end(); at += 2) {
      const bool alive = (waits[at].revents == 0 || Carry(*link, true)) &&
                         (waits[at + 1].revents == 0 || Carry(*link, false));
      link = alive ? std::next(link) : links_.erase(link);
    }
    if (listener_ && waits[1].fd == listener_.Get() && waits[1].revents != 0) Accept();
  }
}

}  // namespace yizhan::test
