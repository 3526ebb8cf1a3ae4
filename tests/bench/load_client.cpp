#include "tests/bench/load_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/unique_fd.h"

namespace yizhan::bench {
namespace {

struct Client {
  UniqueFd socket;
  MonotonicTime sent{};
  std::string answer;
};

/// Whether an answer is whole; it is the last one that was asked for.
bool IsWhole(const std::string& answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const std::string_view head(answer.data(), end);
  for (const char* name : {"\r\nContent-Length: ", "\r\ncontent-length: "}) {
    const std::size_t at = head.find(name);
    if (at == std::string_view::npos) continue;
    const auto length = static_cast<std::size_t>(std::atoll(answer.c_str() + at + 18));
    return answer.size() >= end + 4 + length;
  }
  if (head.find("hunked") != std::string_view::npos) return answer.ends_with("\r\n0\r\n\r\n");
  return true;
}

class Runner {
 public:
  explicit Runner(const Load& load) : load_(load), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

  LoadResult Run() {
    clients_.resize(static_cast<std::size_t>(load_.connections));
    begun_ = SystemClock().Monotonic();
    end_ = begun_ + load_.time;
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      clients_[i].socket = UniqueFd(Connect(load_.port));
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      ::epoll_ctl(epoll_.Get(), EPOLL_CTL_ADD, clients_[i].socket.Get(), &event);
    }
    begun_ = SystemClock().Monotonic();
    end_ = begun_ + load_.time;
    for (Client& client : clients_) Send(client);
    while (open_ > 0) {
      std::array<epoll_event, 256> events;
      const int count = ::epoll_wait(epoll_.Get(), events.data(), 256, 30'000);
      if (count <= 0) break;
      for (int i = 0; i < count; ++i) Read(clients_[events[static_cast<std::size_t>(i)].data.u64]);
    }
    result_.seconds = std::chrono::duration<double>(SystemClock().Monotonic() - begun_).count();
    std::sort(result_.times_ms.begin(), result_.times_ms.end());
    return std::move(result_);
  }

 private:
  void Send(Client& client) {
    client.sent = SystemClock().Monotonic();
    if (next_ >= load_.requests || client.sent >= end_) return;
    const std::string request = load_.request(next_++);
    client.answer.clear();
    ++open_;
    const auto size = static_cast<ssize_t>(request.size());
    if (::send(client.socket.Get(), request.data(), request.size(), MSG_NOSIGNAL) != size) {
      Give(client, "cannot send");
    }
  }

  void Read(Client& client) {
    std::array<char, 65536> buffer;
    const ssize_t got = ::recv(client.socket.Get(), buffer.data(), buffer.size(), 0);
    if (got <= 0) return Give(client, "closed: " + client.answer.substr(0, 200));
    client.answer.append(buffer.data(), static_cast<std::size_t>(got));
    if (!IsWhole(client.answer)) return;
    --open_;
    if (client.answer.size() > 9 && client.answer[9] == '2') {
      ++result_.good;
      result_.times_ms.push_back(
          std::chrono::duration<double, std::milli>(SystemClock().Monotonic() - client.sent)
              .count());
    } else {
      ++result_.bad;
      if (result_.complaint.empty()) result_.complaint = client.answer.substr(0, 600);
    }
    Send(client);
  }

  void Give(Client& client, const std::string& why) {
    client.socket.Reset();
    ++result_.bad;
    --open_;
    if (result_.complaint.empty()) result_.complaint = why;
  }

  const Load& load_;
  const UniqueFd epoll_;
  std::vector<Client> clients_;
  MonotonicTime begun_{};
  MonotonicTime end_{};
  std::int64_t next_ = 0;
  std::int64_t open_ = 0;
  LoadResult result_;
};

}  // namespace

double LoadResult::At(double part) const {
  if (times_ms.empty()) return 0;
  return times_ms[static_cast<std::size_t>(part * static_cast<double>(times_ms.size() - 1))];
}

LoadResult Run(const Load& load) { return Runner(load).Run(); }

int Connect(int port) {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const int on = 1;
  ::setsockopt(socket.Get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (::connect(socket.Get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return -1;
  }
  return socket.Release();
}

}  // namespace yizhan::bench
